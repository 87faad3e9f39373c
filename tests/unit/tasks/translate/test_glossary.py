"""A glossary's terms: read, written, found in texts and checked."""

import pytest

from components.errors import BadInput
from components.tasks.translate import glossary, glossary_files
from components.tasks.translate.glossary import Term

PAIR = ("en", "pt")


def broken(terms, source, target):
    return [found.term for found in glossary.violations(terms, source, target, PAIR)]


def found(terms, text):
    return [(one.text, one.itself) for one in glossary.find(terms, text, "en")]


def test_a_glossary_comes_back_from_csv_as_it_was():
    terms = [Term("red", ""), Term("=SUM", "a;b"), Term("minus", "-1"), Term('quote "x"', "y, z")]
    assert glossary_files.from_csv(glossary_files.to_csv(terms)) == terms


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"", b'a,"' + b"x" * 140_000, b",x\n", ("a," + "b" * 300).encode()]
)
def test_a_broken_glossary_file_is_named_and_nothing_is_imported(data):
    with pytest.raises(BadInput):
        glossary_files.from_csv(data)


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
    assert not glossary.violations([term], source, target, PAIR)


def test_a_translation_is_not_taken_from_inside_another_word():
    assert glossary.violations([Term("oil", "óleo")], "We changed the oil.", "Mudamos o petróleo.", PAIR)


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
    assert not glossary.violations(terms, source, good, PAIR)
    assert broken(terms, source, "O disco rígido quebrou.") == [terms[1]]
    assert broken(terms, "A disk, a hard drive.", "Um disco rígido.") == [terms[2]]


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
    assert glossary_files.from_csv(data.encode()) == [Term("a", "b")]


def test_the_line_of_a_broken_term_is_counted_with_the_header_and_empty_lines():
    with pytest.raises(BadInput, match="Line 4"):
        glossary_files.from_csv(b"\nsource,target\na,b\n,x\n")


@pytest.mark.parametrize(
    ("term", "text", "there"),
    [
        ("US", "Give it to us.", []),
        ("US", "The US army", [("US", True)]),
        ("it", "The IT department knows it.", [("it", True)]),
        ("IT", "It is IT.", [("IT", True)]),
        ("PC", "Two PCs and a pc", [("PCs", False)]),
        ("invoice", "Invoice 7 of two invoices", [("Invoice", True), ("invoices", False)]),
        ("invoice", "THE INVOICE IS LATE", [("INVOICE", True)]),
        ("Apple", "An apple of Apple", [("Apple", True), ("apple", False)]),
        ("time machine", "The Time Machine", [("Time Machine", True)]),
        ("hard drive", "Both hard drives", [("hard drives", False)]),
        ("use", "It is used by us.", []),
        ("iPhone", "An iphone, an iPhone", [("iPhone", True)]),
    ],
)
def test_capitals_tell_words_apart_and_other_endings_are_other_forms(term, text, there):
    assert sorted(found([Term(term, "x")], text)) == sorted(there)


def test_a_name_that_is_kept_is_not_the_word_in_small_letters():
    windows = Term("Windows", "")
    assert found([windows], "Windows in all windows") == [("Windows", True)]
    assert not broken([windows], "Clean the windows of the house.", "Limpe as janelas da casa.")
    assert broken([windows], "Clean it on Windows.", "Limpe-o nas Janelas.") == [windows]


def test_two_terms_that_differ_in_capitals_are_both_there():
    terms = [Term("us", "nós"), Term("US", "EUA")]
    assert not broken(terms, "The US helps us.", "Os EUA ajudam nós.")
    assert broken(terms, "The US helps us.", "Os EUA ajudam-nos.") == [terms[0]]
    assert glossary_files.from_csv(glossary_files.to_csv(terms)) == terms


def test_the_wanted_word_may_agree_with_its_sentence_and_a_plural_with_another_word_is_a_violation():
    red, invoice = Term("red", "vermelho"), Term("invoice", "fatura")
    assert not broken([red], "The red house", "A casa vermelha")
    assert not broken([invoice], "Two invoices came.", "Chegaram duas faturas.")
    assert broken([invoice], "Two invoices came.", "Chegaram duas notas.") == [invoice]
    assert glossary.pieces([invoice], "Two invoices came.") == []


def test_a_term_at_the_start_of_a_sentence_has_a_capital():
    terms = [Term("invoice", "fatura"), Term("phone", "iPhone")]
    assert glossary.capitalised(terms, "Invoice 7 came.", "fatura 7 chegou.") == "Fatura 7 chegou."
    assert glossary.capitalised(terms, "invoice 7", "fatura 7") == "fatura 7"
    assert glossary.capitalised(terms, "Phone him.", "iPhone ele.") == "iPhone ele."


@pytest.mark.parametrize(
    "data",
    [
        "English,Portuguese\na,b\n",
        "en-US;pt_BR\na;b\n",
        "Portuguese (Brazil),English\nb,a\n",
        "Inglês,Português\na,b\n",
        "id,English,note,Portuguese\n1,a,x,b\n",
        "Term,Translation\na,b\n",
        "Note,Target,Source\nx,b,a\n",
    ],
)
def test_a_header_that_names_the_languages_says_which_column_is_which(data):
    assert glossary_files.from_csv(data.encode(), *PAIR) == [Term("a", "b")]


def test_a_glossary_of_other_languages_is_not_taken_for_this_pair():
    with pytest.raises(BadInput, match="German and French"):
        glossary_files.from_csv(b"German,French\na,b\n", *PAIR)


def test_a_first_term_that_is_a_language_is_no_header():
    assert glossary_files.from_csv(b"English,ingl\xc3\xaas\nred,vermelho\n", *PAIR)[0].source == "English"


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("pt", "ação", "ações"),
        ("pt", "capitão", "capitães"),
        ("pt", "papel", "papéis"),
        ("pt", "barril", "barris"),
        ("pt", "ordem", "ordens"),
        ("en", "shelf", "shelves"),
        ("en", "knife", "knives"),
        ("en", "chairman", "chairmen"),
        ("en", "analysis", "analyses"),
        ("es", "luz", "luces"),
    ],
)
def test_a_plural_that_no_stemmer_knows_is_the_term(language, one, many):
    for term, text in ((one, many), (many, one)):
        assert [f.text for f in glossary.find([Term(term, "x")], f"{text}.", language)] == [text]


def test_words_that_end_alike_are_no_plurals():
    assert not glossary.find([Term("leaf", "x")], "He leads.", "en")
    assert not glossary.find([Term("papel", "x")], "Os pais vieram.", "pt")
