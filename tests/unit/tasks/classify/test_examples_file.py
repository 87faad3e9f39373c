"""Tables of examples as files, read in the confined process."""

import pytest

from components.documents.limits import Limits
from components.errors import BadInput
from components.tasks.classify.examples import read_examples


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
