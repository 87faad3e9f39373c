"""Names of towns, which engines make words of."""

from components.tasks.translate import towns
from components.tasks.translate.outcome import Request
from components.tasks.translate.pipeline import Translator
from tests.unit.tasks.translate.fakes import FakeEngine

PT, EN = ("pt", "en"), ("en", "pt")


def test_a_town_that_became_words_is_missed():
    assert towns.lost("Eu moro em Natal com eles.", "I live in Christmas with them.", PT) == ["Natal"]
    assert towns.lost("Poços de Caldas é quente.", "Wells of Caldas is hot.", PT) == ["Poços de Caldas"]
    assert towns.lost("O aeroporto de Vitória fica longe.", "The airport is far away.", PT) == ["Vitória"]
    assert towns.lost("Foi de Natal a Fortaleza.", "He went from Christmas to Fortaleza.", PT) == ["Natal"]
    assert towns.lost("The port of Mobile is old.", "O porto móvel é antigo.", EN) == ["Mobile"]
    assert towns.lost("She moved to Long Beach.", "Mudou-se para a praia longa.", EN) == ["Long Beach"]
    assert towns.lost("Ela mora em Belém agora.", "She lives in Bethlehem now.", PT) == ["Belém"]
    assert towns.lost("She lived in Independence, I hear.", "Viveu em Independência.", EN) == ["Independence"]


def test_what_is_no_town_or_is_called_so_there_is_not_missed():
    assert not towns.lost("Ganhei um presente de Natal dela.", "I got a Christmas gift from her.", PT)
    assert not towns.lost("No Natal vamos viajar.", "At Christmas we will travel.", PT)
    assert not towns.lost("He lives in Cape Town.", "Ele mora na Cidade do Cabo.", EN)
    assert not towns.lost("The court in The Hague agreed.", "O tribunal em Haia concordou.", EN)
    assert not towns.lost("They met in Singapore in June.", "Encontraram-se em Cingapura em junho.", EN)
    assert not towns.lost("They went to Bethlehem in June.", "Foram a Belém em junho.", EN)
    assert not towns.lost("We met in Rome and in Cologne.", "Nós nos vimos em Roma e em Colônia.", EN)
    assert not towns.lost("The Orange County Register says so.", "O Registro do Condado diz isso.", EN)
    assert not towns.lost("Switch to Mobile", "Mudar para celular", EN)


def test_a_sentence_that_may_begin_with_a_town_is_marked():
    assert towns.begins("Natal é uma cidade linda.", "Christmas is a beautiful city.", PT) == "Natal"
    assert towns.begins("Natal é linda.", "Christmas is beautiful.", PT) == "Natal"
    assert not towns.begins("Contagem de votos vai até hoje.", "Counting votes goes until today.", PT)
    assert not towns.begins("Mobile phones are not allowed here.", "Celulares não são permitidos aqui.", EN)


def made(*texts: str, source: str = "pt", target: str = "en", **words: str) -> list[tuple[str, bool]]:
    """What became of texts, and whether it is marked."""
    engine = FakeEngine(lambda text: words.get(text.replace(" ", "_"), text))
    outcomes = Translator(engine, source, target).all([Request(text) for text in texts])
    return [(outcome.target, outcome.flagged) for outcome in outcomes]


def test_a_name_by_itself_is_kept_or_marked_and_in_a_list_kept():
    assert made("Três Corações", Três_Corações="Three Hearts") == [("Três Corações", False)]
    assert made("Franca") == [("Franca", False)]
    assert made("Natal", Natal="Christmas") == [("Christmas", True)]
    listed = made("Natal", "Recife", "Contagem", Natal="Christmas", Contagem="Counting")
    assert listed == [("Natal", False), ("Recife", False), ("Contagem", False)]
    assert made("Date", source="en", target="pt", Date="Data") == [("Data", False)]
    assert made("Cape Town", source="en", target="pt", Cape_Town="Cidade do Cabo") == [
        ("Cidade do Cabo", False)
    ]


def test_a_lost_town_is_put_back_by_the_second_try():
    def usual(text: str) -> str:
        return (
            text.replace("Eu moro em", "I live in")
            .replace("com eles", "with them")
            .replace("Natal", "Christmas")
        )

    (outcome,) = Translator(FakeEngine(usual), "pt", "en").all([Request("Eu moro em Natal com eles.")])
    assert (outcome.target, outcome.flagged) == ("I live in Natal with them.", False)


def test_a_town_that_the_source_doesnt_name_is_marked():
    invented = made(
        "Reading, Berkshire", source="en", target="pt", **{"Reading,_Berkshire": "Reading, Rio de Janeiro"}
    )
    assert invented == [("Reading, Rio de Janeiro", True)]
    assert made("Turn left in Lisbon", source="en", target="pt", Turn_left_in_Lisbon="Vire em Lisboa") == [
        ("Vire em Lisboa", False)
    ]
