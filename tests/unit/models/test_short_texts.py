"""Words and short texts for an engine that was trained on sentences."""

import pytest

from components.models.engines import short_texts

ODD = {  # what the Portuguese-English model makes of a word, written in four ways
    "cidade": "Oranjestad city",
    "Cidade": "The City",
    "cidade.": "city.",
    "Cidade.": "city.",
    "casa": "A House",
    "Casa": "A Holiday home",
    "casa.": "house is a house.",
    "Casa.": "house is a house.",
    "cor": "Color Color",
    "Cor": "Colour",
    "cor.": "color.",
    "Cor.": "Color.",
    "Obrigado": "Thank you very much",
    "obrigado": "Thank you",
    "Obrigado.": "Thank you very much.",
    "nota": "",
    "Nota": "Note",
    "nota.": "note.",
    "Nota.": "Note.",
    "nome": "Name",
    "nome.": "name.",
    "março": "March",
    "março.": "March.",
}


@pytest.mark.parametrize(
    ("word", "made"),
    [
        ("cidade", "city"),
        ("Cidade", "City"),
        ("Casa", "House"),
        ("cor", "color"),
        ("Cor", "Colour"),
        ("Obrigado", "Thank you very much"),
        ("nota", "note"),
        ("nome", "name"),  # small as its source is
        ("março", "March"),  # but for names
    ],
)
def test_what_is_odd_in_the_translation_of_a_word_is_told_by_other_ways_of_writing_it(word, made):
    assert short_texts.Careful(ODD.__getitem__, ("pt", "en"))(word) == made


@pytest.mark.parametrize(
    ("word", "given", "made"),
    [
        ("color", "a cor", "cor"),
        ("Home", "Página inicial", "Página inicial"),
        ("Uptime", "Tempo de atividade (em", "Tempo de atividade"),
    ],
)
def test_a_word_of_english_may_become_several_but_gets_no_article(word, given, made):
    assert short_texts.Careful({word: given}.__getitem__, ("en", "pt"))(word) == made


def test_a_word_that_comes_back_twice_in_one_is_asked_again():
    given = {"date": "data da data", "Date": "Data", "date.": "data.", "Date.": "Data."}
    assert short_texts.Careful(given.__getitem__, ("en", "pt"))("date") == "data"


@pytest.mark.parametrize(
    ("text", "made"),
    [("Downloading...", "Baixando..."), ("Downloading…", "Baixando…"), ("Downloading ...", "Baixando ...")],
)
def test_a_short_text_is_asked_without_the_dots_at_its_end(text, made):
    given = {"Downloading": "Baixando", text: "O que fazer..."}
    assert short_texts.Careful(given.__getitem__, ("en", "pt"))(text) == made


def test_the_dots_of_a_sentence_are_left_to_the_engine():
    text = "I don't know what to do..."
    assert short_texts.Careful({text: "Não sei..."}.__getitem__, ("en", "pt"))(text) == "Não sei..."


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({"Press F5": "Imprensa F5", "Press F5 now": "Pressione F5 agora"}, "Pressione F5"),
        ({"Press F5": "Imprensa F5", "Press F5 now": "A F5 está agora aqui"}, "Imprensa F5"),
        ({"Press F5": "Imprensa F5", "Press F5 now": "Pressione agora"}, "Imprensa F5"),
    ],
)
def test_a_verb_before_a_key_is_told_from_a_noun(given, made):
    assert short_texts.Careful(given.__getitem__, ("en", "pt"))("Press F5") == made


PHRASES = {
    "President of Chad": "Missões diplomáticas do Chade",
    "President of Chad.": "Presidente do Chade.",
    "president of Chad": "Presidente do Chade",
    "president of Chad.": "o Presidente do Chade.",
    "About us": "Sobre nós sobre nós",
    "About us.": "Sobre nós.",
    "about us": "sobre nós",
    "about us.": "de nós.",
    "Choose file": "Escolher o ficheiro",
    "Choose file.": "Escolha o arquivo.",
    "choose file": "escolher o arquivo",
    "choose file.": "escolher o arquivo.",
    "Good morning": "Bom dia",
    "Good morning.": "Bom dia.",
}


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("President of Chad", "Presidente do Chade"),  # three ways against one
        ("About us", "Sobre nós"),  # two, where the first repeats itself
        ("Choose file", "Escolher o ficheiro"),  # two against two
        ("Good morning", "Bom dia"),  # told by the second
    ],
)
def test_the_other_ways_of_writing_a_few_words_outvote_the_first(text, made):
    assert short_texts.Careful(PHRASES.__getitem__, ("en", "pt"))(text) == made


@pytest.mark.parametrize("text", ["Dear John", "NASA", "Press Enter", "", "Long Beach", "OUT OF ORDER"])
def test_other_short_texts_are_asked_once(text):
    asked = []

    def translate(one: str) -> str:
        asked.append(one)
        return "Caro John"

    short_texts.Careful(translate, ("en", "pt"))(text)
    assert asked == [text]


def asked_by(given: dict[str, str]) -> short_texts.Translate:
    """An engine that knows these texts, and no other."""
    return lambda text: given.get(text, "")


BLUE = {
    "Light blue": "Luz azul",
    "Light blue.": "Luz azul.",
    "light blue": "azul claro",
    "light blue.": "luz azul.",
}
COME_BACK = {
    "Luz azul": "Blue light",
    "luz azul.": "Blue light.",
    "azul claro": "Light blue",
    "Azul claro": "Light blue",
}


def test_what_is_translated_back_to_the_text_is_believed():
    asked = short_texts.Careful(
        asked_by(BLUE), ("en", "pt"), lambda made: COME_BACK.get(made, "Something else")
    )
    assert asked("Light blue") == "Azul claro"
    assert asked.returned("Light blue", "Azul claro") == ""


def test_the_words_that_all_ways_have_are_one_more_way():
    given = {"Política de uso": "Contact Us Use Policy", "política de uso": "Use Policy Use Policy"}
    ways = given.get("Política de uso"), given.get("política de uso")
    made = {"Política de uso": ways[0], "política de uso": ways[1], "Política de uso.": "Use Policy - Blog",
            "política de uso.": "Use Policy Use Policy."}  # fmt: skip
    back = {"Use Policy": "Política de uso"}
    asked = short_texts.Careful(asked_by(made), ("pt", "en"), lambda one: back.get(one, "Contactos"))
    assert asked("Política de uso") == "Use Policy"


WRONG = {
    "Kind regards": "Os aspectos do tipo",
    "Kind regards.": "Bons respeitos.",
    "kind regards": "amáveis respeitos",
    "kind regards.": "amáveis respeitos.",
}


def test_what_no_way_brings_back_is_told():
    asked = short_texts.Careful(asked_by(WRONG), ("en", "pt"), lambda made: "Aspects of the type.")
    assert asked("Kind regards") == "Os aspectos do tipo"
    assert asked.returned("Kind regards", "Os aspectos do tipo") == "Aspects of the type"


def test_where_the_ways_agree_nothing_is_told():
    given = dict.fromkeys(("Due date", "Due date.", "due date", "due date."), "Data de vencimento")
    asked = short_texts.Careful(asked_by(given), ("en", "pt"), lambda made: "The date of maturity")
    assert asked.returned("Due date", "Data de vencimento") == ""


def test_one_word_that_is_the_same_with_a_stop_is_translated_back_once():
    asked_back = []

    def back(made: str) -> str:
        asked_back.append(made)
        return "tree"

    asked = short_texts.Careful({"tree": "árvore", "tree.": "árvore."}.__getitem__, ("en", "pt"), back)
    assert asked("tree") == "árvore"
    assert asked.returned("tree", "árvore") == ""
    assert asked_back == ["árvore"]


@pytest.mark.parametrize(
    ("back", "again", "told"),
    [
        ("Attetimente", "Attetimente", "Attetimente"),
        ("Atentamente", "Carefully", ""),
        ("Attetiously", "x", ""),
    ],
)
def test_a_word_that_comes_back_as_no_word_is_told(back, again, told):
    made = {"Atenciosamente": "Attetiously", "Atenciosamente.": "Attetiously.", back: again}
    asked = short_texts.Careful(lambda text: made.get(text, text), ("pt", "en"), lambda text: back)
    assert asked.returned("Atenciosamente", "Attetiously") == told


@pytest.mark.parametrize(
    ("word", "frames", "made"),
    [
        ("Remark", ("Esta é uma observação.", "Nós falamos sobre as observações."), "Observação"),
        ("Zoom", ("Este é um zoom.", "Nós falamos sobre a ampliação."), "Zoom"),  # the same in one: a loan
        ("Crash", ("Este é um acidente.", "Nós falamos sobre a queda."), "Crash"),  # two things: not told
        ("Hotel em", ("", ""), "Hotel em"),
    ],
)
def test_a_word_that_came_back_as_it_was_is_asked_in_sentences(word, frames, made):
    lowered = word.lower()
    given = {f"This is a {lowered}.": frames[0], f"We talk about the {lowered}.": frames[1]}
    asked = short_texts.Careful(lambda text: given.get(text, text), ("en", "pt"), lambda text: text)
    assert asked(word) == made


def test_a_word_that_is_another_in_sentences_and_stays_is_told():
    given = {
        "This is a crash.": "Este é um acidente.",
        "We talk about the crash.": "Nós falamos sobre a queda.",
    }
    asked = short_texts.Careful(lambda text: given.get(text, text), ("en", "pt"), lambda text: text)
    assert asked.returned("Crash", "Crash") == "Crash"


SOLD = {
    "Sold out": "Vendido para fora",
    "Sold out.": "Vendido para fora.",
    "sold out": "esgotado",
    "sold out.": "esgotado.",
    "It says: sold out.": "Diz: esgotado.",
}
MOWN = {
    **dict.fromkeys(("Mow the lawn", "mow the lawn"), "Mow o gramado"),
    **dict.fromkeys(("Mow the lawn.", "mow the lawn."), "Mow o gramado."),
    "It says: mow the lawn.": "Diz: cortar o gramado.",
}
LOVED = {
    **dict.fromkeys(("I love this", "i love this."), "Eu amo esse site"),
    "I love this.": "Eu amo esse.",
    "i love this": "eu amo isso",
    "It says: i love this.": "Diz: eu amo isso.",
}


@pytest.mark.parametrize(
    ("given", "text", "back", "made"),
    [
        (SOLD, "Sold out", "Sold out", "Esgotado"),  # two and the sentence against two
        (MOWN, "Mow the lawn", "Mow the lawn", "Cortar o gramado"),  # without the word that was copied
        (LOVED, "I love this", "I love this site", "Eu amo isso"),  # without what the text hasn't
        ({**SOLD, "sold out": "vendido"}, "Sold out", "Sold out", "Vendido para fora"),
    ],
)
def test_a_few_words_in_a_sentence_are_one_more_way(given, text, back, made):
    asked = short_texts.Careful(
        asked_by(given), ("en", "pt"), lambda one: back if "site" in one or "fora" in one else text
    )
    assert asked(text) == made


def test_another_spelling_of_the_text_is_the_text():
    given = dict.fromkeys(("Read the licence", "read the licence"), "Leia a licença")
    asked = short_texts.Careful(asked_by(given), ("en", "pt"), lambda one: "Read the license")
    assert asked.returned("Read the licence", "Leia a licença") == ""
