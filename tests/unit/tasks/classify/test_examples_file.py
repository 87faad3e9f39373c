"""Tables of examples as files, read in the confined process."""

import pytest

from components.documents.limits import Limits
from components.errors import BadInput
from components.tasks.classify import examples_program
from components.tasks.classify.examples import from_table, read_examples


@pytest.mark.parametrize(
    ("name", "data", "rows"),
    [
        ("a.csv", b'text;label\n"one; two";x\nthree;y\n', (("one; two", "x"), ("three", "y"))),
        (
            "no_titles.tsv",
            b"good\tyes\nbad\tno\nfine\tyes\n",
            (("good", "yes"), ("bad", "no"), ("fine", "yes")),
        ),
    ],
)
def test_a_table_is_read_as_it_is(name: str, data: bytes, rows: tuple[tuple[str, str], ...]):
    assert read_examples(data, name, Limits()).rows == rows


def test_a_file_without_two_columns_is_refused_in_a_sentence():
    with pytest.raises(BadInput, match="two columns"):
        read_examples(b"text\nonly one\nand another\n", "a.csv", Limits())


def test_an_error_of_a_spreadsheet_is_neither_text_nor_label():
    data = b"text,label\nlate,bad\n#REF!,bad\nearly,#N/A\nslow,bad\nquick,good\nfast,good\n"
    made = from_table(read_examples(data, "a.csv", Limits()), "text", "label")
    assert {row.labels for row in made.rows} == {("bad",), ("good",)}
    assert made.open == ("early",)
    assert [str(note) for note in made.notes] == ["1 row without a text was left out."]


def test_labels_of_doccano_are_several_and_not_one_with_a_comma():
    data = b'{"text": "late", "label": ["bad", "slow"]}\n{"text": "quick", "label": ["good"]}\n'
    made = examples_program.answer({"name": "a.jsonl"}, data, b"", Limits())["table"]
    assert made["rows"] == [["late", "bad;slow"], ["quick", "good"]]
