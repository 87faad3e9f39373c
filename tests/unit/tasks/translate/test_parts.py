"""Sentences, detection, routes, glossary files and chatter: the parts that a translation is made of."""

from dataclasses import replace

import pytest

from components.documents.language import detect
from components.errors import BadInput
from components.models.catalog import CATALOGUE
from components.models.languages import LANGUAGES
from components.tasks.translate import glossary
from components.tasks.translate.glossary import Term
from components.tasks.translate.routes import made_for, routes
from components.tasks.translate.sentence_engines import cleaned
from components.tasks.translate.sentences import join, split

TEXT = 'Dr. Smith went to Washington. He paid $3.50.\n\n  "Really?" she asked.\tYes!  '


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "你好吗？我很好。",
        "word " * 300,
        "a\n\n\nb",
        "a\n\n\tb\n  c",
        "",
        "   ",
        "x" * 1000,
        "M.\xa0A. est\u2028là.\r\n\x85B.",
    ],
)
def test_no_letter_is_lost_between_sentences(text):
    lead, found = split(text, "en")
    assert lead + "".join(s.text + s.after for s in found) == text
    assert all(text[s.start : s.end] == s.text for s in found)


def test_indented_lines_stay_indented():
    lead, found = split("one\n\ttwo\n  three", "en")
    assert [s.text for s in found] == ["one", "two", "three"]
    assert join(lead, [(s.text, s.after) for s in found], True) == "one\n\ttwo\n  three"


def test_an_ordinal_a_title_or_a_short_form_does_not_tear_a_sentence_apart():
    for language, text in (
        ("de", "Das fiel in der 89. Minute, z. B. Tor."),
        ("fr", "La famille de M. Yuan est là."),
    ):
        assert [s.text for s in split(text, language)[1]] == [text]


def test_a_long_sentence_without_full_stops_is_not_given_whole_to_an_engine_that_would_cut_it():
    _, found = split("word, " * 400, "en")
    assert max(len(s.text) for s in found) <= 400


def test_sentences_of_a_language_without_spaces_get_spaces_between_them():
    lead, found = split("你好吗？我很好。", "zh")
    assert join(
        lead,
        [("How are you?", s.after) if i == 0 else ("I am well.", s.after) for i, s in enumerate(found)],
        True,
    ) == ("How are you? I am well.")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hello", "en"), ("How are you?", "en"), ("Bom dia", "pt"), ("Obrigado", "pt"), ("O gato preto", "pt"),
        ("Hola", "es"), ("Danke", "de"), ("Merci beaucoup", "fr"), ("你好", "zh"), ("これはペンです", "ja"),
        ("Привет, как дела?", "ru"), ("Where is the station?", "en"), ("2023年我们去了北京。", "zh"), ("Home", "en"), ("Oi", "pt"),
        ("Onde fica a estação?", "pt"),
    ],
)  # fmt: skip
def test_the_language_of_short_text_is_told(text, code):
    assert detect(text, LANGUAGES).code == code


def test_text_without_letters_has_no_language():
    assert detect("12:30 — 45 %", LANGUAGES).code == ""


def test_english_to_portuguese_is_ready_without_a_download():
    found = routes([m for m in CATALOGUE if m.source == "packaged"], "en", "pt")
    assert found[0].id == "bergamot-en-pt"


def test_a_pair_that_no_model_does_goes_through_english_and_says_so():
    models = [m for m in CATALOGUE if m.id in ("bergamot-en-pt", "opus-mt-en-zh", "opus-mt-zh-en")]
    found = routes(models, "pt", "zh")[0]
    assert [(s.source, s.target) for s in found.steps] == [("pt", "en"), ("en", "zh")]
    assert "English" in str(found.title)
    assert made_for(found)


def test_chinese_is_in_the_catalogue_with_a_permissive_licence():
    for pair in ("en-zh", "zh-en"):
        model = next(m for m in CATALOGUE if m.id == f"opus-mt-{pair}")
        assert model.directions == (pair,)
        assert model.licence in ("Apache-2.0", "CC-BY-4.0")


def test_a_chat_model_without_the_languages_is_offered_last():
    chat = next(m for m in CATALOGUE if m.task == "chat")
    found = routes([chat, *(m for m in CATALOGUE if m.id == "bergamot-en-pt")], "en", "pt")
    assert found[0].id == "bergamot-en-pt"
    assert not made_for(found[-1])


def test_a_refused_model_is_not_offered():
    model = replace(CATALOGUE[0], refusal="no")
    assert routes([model], "en", "pt") == []


def test_a_glossary_comes_back_from_csv_as_it_was():
    terms = [Term("red", ""), Term("=SUM", "a;b"), Term("minus", "-1"), Term('quote "x"', "y, z")]
    assert glossary.from_csv(glossary.to_csv(terms)) == terms


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"", b'a,"' + b"x" * 140_000, b",x\n", ("a," + "b" * 300).encode()]
)
def test_a_broken_glossary_file_is_named_and_nothing_is_imported(data):
    with pytest.raises(BadInput):
        glossary.from_csv(data)


def test_a_term_inside_a_longer_term_is_not_asked_for_twice():
    terms = [Term("time", "tempo"), Term("time machine", "máquina do tempo")]
    assert [t.source for t in glossary.used(terms, "The Time Machine")] == ["time machine"]


@pytest.mark.parametrize(
    ("term", "source", "target"),
    [
        (Term("óleo", "oil"), "O petróleo subiu.", "Petroleum rose."),
        (Term("кот", "cat"), "Человек, который пришёл.", "The man who came."),
        (Term("área", "area"), "É um caráter.", "It is a character."),
    ],
)
def test_a_term_is_not_found_inside_a_word_of_any_script_with_spaces(term, source, target):
    assert not glossary.violations([term], source, target)


def test_a_translation_is_not_taken_from_inside_another_word():
    assert glossary.violations([Term("oil", "óleo")], "We changed the oil.", "Mudamos o petróleo.")


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (Term("猫", "cat"), "黑猫睡了"),
        (Term("XL5", ""), "我有XL5型号"),
        (Term("커피", "coffee"), "커피를 마신다"),
        (Term("كتاب", "book"), "الكتاب جديد"),
    ],
)
def test_a_term_is_found_where_words_have_no_spaces_or_grow_together(term, text):
    assert glossary.used([term], text)


def test_a_term_inside_a_longer_one_is_not_counted_twice():
    terms = [Term("hard drive", "disco rígido"), Term("drive", "unidade"), Term("disk", "disco")]
    source, good = "The drive in the hard drive is broken.", "A unidade do disco rígido quebrou."
    assert not glossary.violations(terms, source, good)
    assert glossary.violations(terms, source, "O disco rígido quebrou.") == [terms[1]]
    assert glossary.violations(terms, "A disk, a hard drive.", "Um disco rígido.") == [terms[2]]


@pytest.mark.parametrize(
    "data",
    [
        "Source term,Target term\na,b\n",
        "\nsource;target\na;b\n",
        "\n\na;b\n",
        "source_term\ttarget_term\na\tb",
    ],
)
def test_a_glossary_with_another_header_or_an_empty_first_line_is_read(data):
    assert glossary.from_csv(data.encode()) == [Term("a", "b")]


def test_the_line_of_a_broken_term_is_counted_with_the_header_and_empty_lines():
    with pytest.raises(BadInput, match="Line 4"):
        glossary.from_csv(b"\nsource,target\na,b\n,x\n")


@pytest.mark.parametrize(
    "answer",
    [
        "Bom dia.", '"Bom dia."', "Sure! Here is the translation:\n\nBom dia.", "Translation: Bom dia.",
        "<think>hm</think>\nBom dia.", "Bom dia.\n\nNote: this is informal.", "```\nBom dia.\n```",
        "**Bom dia.**", "Portuguese: Bom dia.", "Claro! Aqui está a tradução: Bom dia.", "**Portuguese:** Bom dia.",
    ],
)  # fmt: skip
def test_a_chat_models_chatter_is_not_part_of_the_translation(answer):
    assert cleaned(answer, "Good morning.") == "Bom dia."
