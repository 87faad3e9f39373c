"""What goes out as CSV: no cell is run by a spreadsheet, numbers stay numbers."""

import csv
import io

import pytest

from components.documents.cells import neutral
from components.documents.rewriting.delimited import DelimitedFile
from components.documents.rewriting.units import Options, Placed
from components.tasks.translate.glossary import Term
from components.tasks.translate.glossary_files import from_csv, to_csv

FORMULAS = ["=1+1", '=cmd|" /C calc"!A0', "+A1", "-A1+2", "@SUM(1)", "\t=1+1", "\r=1", " =1+1", "＝1+1"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_becomes_text(cell: str):
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell", ["-5", "+3.2", "- 1,000.5", "12%", "", "-", "Hello", "a=b", "1-2", "'quoted"]
)
def test_a_number_and_a_text_stay(cell: str):
    assert neutral(cell) == cell


def test_a_translated_table_runs_nothing():
    table = DelimitedFile('name,note\nx,"hello, there"\n', Options())
    written = table.write([Placed("=1+1") for _ in table.units])
    assert all(cell.startswith("'=") for row in csv.reader(io.StringIO(written)) for cell in row)


def test_a_glossary_runs_nothing_and_comes_back_as_it_was():
    terms = [Term("=cmd", "@sum"), Term("plain", "-x")]
    out = to_csv(terms).decode("utf-8-sig")
    assert "'=cmd" in out
    assert "'@sum" in out
    assert from_csv(to_csv(terms))[0].source == "=cmd"
