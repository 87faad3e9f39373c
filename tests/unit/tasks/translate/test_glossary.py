"""A glossary's terms: read, written, found in texts and checked."""

import pytest

from components.errors import BadInput
from components.tasks.translate import glossary
from components.tasks.translate.glossary import Term


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
