"""Given names, which engines make other names and words of."""

import pytest

from components.tasks.translate import people
from components.tasks.translate.outcome import Request
from components.tasks.translate.pipeline import Translator
from tests.unit.tasks.translate.fakes import FakeEngine

PT, EN = ("pt", "en"), ("en", "pt")


@pytest.mark.parametrize(
    ("source", "made", "languages", "names"),
    [
        ("A carta de João chegou.", "John's letter has come.", PT, ["João"]),
        ("O João falou com a Graça.", "John spoke to Grace.", PT, ["João", "Graça"]),
        ("Eu e o João da Silva.", "John of Silva and me.", PT, ["João da Silva"]),
        ("Prezado Sr. José, bom dia.", "Dear Mr. Joseph, good morning.", PT, ["José"]),
        ("A carta de Vitória chegou.", "The letter from Victoria has come.", PT, ["Vitória"]),
        ("Dear John,", "Caro João,", EN, ["John"]),
        ("The letter from Henry's son.", "A carta do filho de Henrique.", EN, ["Henry"]),
        ("Moro em Vitória desde 2010.", "I live in Victoria since 2010.", PT, ["Vitória"]),
        ("Moro em Florença desde 2010.", "I live in Florence since 2010.", PT, []),
    ],
)
def test_a_given_name_that_became_another_one_is_missed(source, made, languages, names):
    assert people.lost(source, made, languages) == names


@pytest.mark.parametrize(
    ("source", "made", "languages"),
    [
        ("The letter from John arrived.", "A carta de John chegou.", EN),
        ("The Christian leaders met in Florence.", "Os líderes cristãos se reuniram em Florença.", EN),
        ("Then King Charles III spoke.", "Depois falou o rei Carlos III.", EN),
        ("They prayed to St. Peter.", "Eles rezaram a São Pedro.", EN),
        ("He lives in Georgia now.", "Ele mora na Geórgia agora.", EN),
        ("He met us in May, I think.", "Ele nos encontrou em maio, eu acho.", EN),
        ("Will you come to Paul?", "Você vem ao Paul?", EN),
        ("Joan of Arc died in Rouen.", "Joana d'Arc morreu em Rouen.", EN),
        ("Um hotel na América Central.", "A hotel in Central America.", PT),
        ("Иван живёт здесь.", "Ivan lives here.", ("ru", "en")),
    ],
)
def test_other_words_and_names_of_kings_saints_and_places_are_not_missed(source, made, languages):
    assert not people.lost(source, made, languages)
    assert not people.doubtful(source, made, languages)


def test_a_word_that_may_be_a_given_name_is_marked():
    assert people.doubtful("I asked Faith about it.", "Perguntei à Fé sobre isso.", EN) == ["Faith"]
    assert people.doubtful("Querida Luz,", "Dear Light,", PT) == ["Luz"]
    assert people.doubtful("Hoje a Graça sorriu.", "Today she smiled.", PT) == ["Graça"]
    assert people.doubtful("Pope Francis spoke.", "O papa Francisco falou.", EN) == ["Francis"]
    assert people.doubtful("Church of Grace", "Igreja da Graça", EN) == ["Grace"]
    assert not people.doubtful("Bank of America", "Banco da América", EN)  # the same name in its own spelling
    assert not people.doubtful("They kept the Faith alive.", "Eles mantiveram viva a Fé.", EN)


def made(*texts: str, source: str, target: str, **words: str) -> list[tuple[str, bool]]:
    """What became of texts, and whether it is marked."""
    engine = FakeEngine(lambda text: words.get(text, text))
    outcomes = Translator(engine, source, target).all([Request(text) for text in texts])
    return [(outcome.target, outcome.flagged) for outcome in outcomes]


def test_a_given_name_by_itself_is_kept_and_marked_and_in_a_list_only_kept():
    names = {"John": "João", "Mary": "Maria", "Peter": "Pedro"}
    assert made("John", source="en", target="pt", **names) == [("John", True)]
    more = names | {"Name": "Nome", "Grant": "Concessão"}
    listed = made("Name", *names, "Grant", source="en", target="pt", **more)
    assert listed == [("Nome", False), *((name, False) for name in names), ("Concessão", True)]


def test_a_whole_name_by_itself_is_kept():
    assert made("João da Silva", source="pt", target="en", **{"João da Silva": "John of Silva"}) == [
        ("João da Silva", False)
    ]


def test_a_lost_given_name_is_put_back_by_the_second_try_and_the_others_stay():
    def usual(text: str) -> str:
        for old, new in (("The letter from", "A carta de"), (" to ", " para "), ("is here", "está aqui")):
            text = text.replace(old, new)
        text = text.replace("John", "João")
        return text if "João" in text else text.replace("Mary", "Maria")

    engine = FakeEngine(usual)
    (outcome,) = Translator(engine, "en", "pt").all([Request("The letter from John to Mary is here.")])
    assert (outcome.target, outcome.flagged) == ("A carta de John para Mary está aqui.", False)


def test_a_small_word_that_begins_a_quotation_is_no_name():
    assert not people.doubtful('Keep "My notes" here.', 'Mantenha "Minhas notas" aqui.', EN)
    assert not people.doubtful("Moro em Florença desde 2010.", "I live in Florence since 2010.", PT)
    assert not people.doubtful("He came in Jan. 2020.", "Ele veio em janeiro de 2020.", EN)
