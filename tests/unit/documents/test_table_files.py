"""Tables come back with new columns: order, types and every old cell as an independent reader finds them."""

import csv
import io
import json
from datetime import date, datetime
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from components.documents import errors
from components.documents.limits import Limits
from components.documents.tables.missing import is_error, says_nothing
from components.documents.tables.new_columns import Choice, Column, named, unused
from components.documents.tables.table_client import read_table, write_table
from components.documents.tables.table_files import open_table
from components.errors import BadInput

LIMITS, CHOICE = Limits(), Choice()
COLUMNS = [Column("label"), Column("sum", "number"), Column("day", "date"), Column("paid", "yes/no")]
ROWS: list[list[Any]] = [["late", 12.5, "2026-05-31", True], ["=1+1", None, None, False]]


def written(data: bytes, name: str, columns: list[Column] = COLUMNS, rows: list[Any] = ROWS) -> bytes:
    return open_table(data, name, LIMITS, CHOICE).write(columns, rows)[0]


def test_a_csv_keeps_every_byte_of_its_own_and_new_formulas_are_text():
    data = '\ufefftext;n\r\n"a ""b""\r\nc";007\r\n\r\n=SUM(A1);1,50'.encode("utf-8")
    table = open_table(data, "t.csv", LIMITS, CHOICE)
    assert (table.columns, table.rows) == (["text", "n"], [['a "b"\r\nc', "007"], ["=SUM(A1)", "1,50"]])
    made = written(data, "t.csv").decode("utf-8")
    assert made == (
        '\ufefftext;n;label;sum;day;paid\r\n"a ""b""\r\nc";007;late;12.5;2026-05-31;true\r\n\r\n'
        "=SUM(A1);1,50;'=1+1;;;false"
    )


def test_short_rows_of_a_csv_dont_shift_the_new_cells():
    made = written(b"a,b,c\n1\n2,3,4,5\n", "t.csv")
    rows = list(csv.reader(io.StringIO(made.decode())))
    assert [row[4] for row in rows] == ["label", "late", "'=1+1"]
    assert [row[:4] for row in rows] == [["a", "b", "c", ""], ["1", "", "", ""], ["2", "3", "4", "5"]]


def test_lines_about_an_account_above_the_titles_stay_without_new_cells():
    data = b"Account 12\nDay,Text,Sum\n1.5.,Rent,3\n2.5.,Tea,4\n"
    assert open_table(data, "bank.csv", LIMITS, CHOICE).columns == ["Day", "Text", "Sum"]
    assert written(data, "bank.csv").splitlines()[:2] == [b"Account 12", b"Day,Text,Sum,label,sum,day,paid"]


@pytest.mark.parametrize("more", ["", ",label"])
def test_titles_over_a_column_of_numbers_without_one_are_titles(more: str):
    cells = ",x" if more else ""
    table = open_table(f",text{more}\n0,hello{cells}\n1,bye{cells}\n".encode(), "pandas.csv", LIMITS, CHOICE)
    assert (table.columns[:2], len(table.rows)) == (["Column 1", "text"], 2)
    sheet = open_table(b",Report\nDay,Sum\n1.5.,3\n2.5.,4\n", "report.csv", LIMITS, CHOICE)
    assert sheet.columns == ["Day", "Sum"]


def test_texts_with_commas_stay_one_column_and_get_quotation_marks():
    data = b'text\nHello, world\nFine\n"Good, well"\nShe said "no", twice\n'
    table = open_table(data, "t.csv", LIMITS, CHOICE)
    assert table.columns == ["text"]
    texts = [row[0] for row in table.rows]
    assert texts == ["Hello, world", "Fine", "Good, well", 'She said "no", twice']
    made = written(data, "t.csv", [Column("label")], [["a"], ["b"], ["c, d"], ["e"]]).decode()
    rows = list(csv.reader(io.StringIO(made)))
    assert rows == [["text", "label"], *map(list, zip(texts, ["a", "b", "c, d", "e"], strict=True))]


def test_columns_of_one_name_can_be_told_apart():
    pair = pa.table([pa.array(["a"]), pa.array(["b"])], names=["x", "x"])
    out = io.BytesIO()
    pq.write_table(pair, out)
    table = open_table(out.getvalue(), "t.parquet", LIMITS, CHOICE)
    assert (table.columns, table.rows) == (["x", "x (2)"], [["a", "b"]])
    made = pq.ParquetFile(io.BytesIO(table.write([Column("y")], [["c"]])[0])).read()
    assert made.column_names == ["x", "x", "y"]
    lines = open_table(b'{"a  b": 1, "": 2}\n', "t.jsonl", LIMITS, CHOICE)
    assert (lines.columns, lines.rows) == (["a b", "Column 2"], [["1", "2"]])


def test_a_day_that_python_has_not_is_shown_as_arrow_writes_it():
    days = pa.table({"day": pa.array([5 * 10**11, 0], pa.timestamp("s"))})
    out = io.BytesIO()
    pq.write_table(days, out)
    rows = open_table(out.getvalue(), "t.parquet", LIMITS, CHOICE).rows
    assert rows[0][0].startswith("17814")
    assert rows[1][0].startswith("1970-01-01")


@pytest.mark.parametrize(
    ("cell", "error", "nothing"),
    [
        ("#N/A", True, True),
        ("#DIV/0!", True, True),
        ("#¿NOMBRE?", True, True),
        ("Err:502", True, True),
        ("n/a", False, True),
        (" - ", False, True),
        ("???", False, True),
        ("None", False, True),
        ("👍", False, False),
        ("0", False, False),
        ("#1", False, False),
        ("no", False, False),
        ("是", False, False),
    ],
)
def test_errors_of_spreadsheets_and_signs_for_nothing_are_known(cell: str, error: bool, nothing: bool):
    assert (is_error(cell), says_nothing(cell)) == (error, nothing)


def test_json_in_a_cell_stays_json():
    values = [[{"a": [1, "é"]}], [None]]
    made = written(b"x\n1\n2\n", "t.csv", [Column("j", "json")], values).decode()
    assert [row[1] for row in csv.reader(io.StringIO(made))] == ["j", '{"a": [1, "é"]}', ""]


def test_a_table_without_titles_gets_none():
    table = open_table(b"1,2\n3,4\n", "t.csv", LIMITS, Choice(header=False))
    assert (table.columns, len(table.rows)) == (["Column 1", "Column 2"], 2)
    assert table.write([Column("x")], [["a"], ["b"]])[0] == b"1,2,a\n3,4,b\n"


def test_a_csv_in_another_encoding_keeps_it_where_it_can():
    data = "Straße,n\nGrün,1\nBlau,2\n".encode("cp1252")
    made = written(data, "t.csv", [Column("x")], [["schön"], ["ok"]])
    assert made.decode("cp1252") == "Straße,n,x\nGrün,1,schön\nBlau,2,ok\n"
    other, notes = open_table(data, "t.csv", LIMITS, CHOICE).write([Column("x")], [["好"], ["ok"]])
    assert "好" in other.decode("utf-8")
    assert notes


def test_json_lines_keep_every_letter_of_their_own():
    data = b'{"id": 1.0, "text": "caf\\u00e9"}\r\n\n  {}  \n{"text": null, "more": {"a": [1]}}'
    table = open_table(data, "t.jsonl", LIMITS, CHOICE)
    assert table.columns == ["id", "text", "more"]
    assert table.rows == [["1.0", "café", ""], ["", "", ""], ["", "", '{"a": [1]}']]
    made = written(data, "t.jsonl", [Column("n", "number")], [[2.5], [None], [3]])
    assert made == (
        b'{"id": 1.0, "text": "caf\\u00e9", "n": 2.5}\r\n\n  {"n": null}  \n'
        b'{"text": null, "more": {"a": [1]}, "n": 3}'
    )
    with pytest.raises(BadInput, match=r"Line 2 of .t.jsonl."):
        open_table(b'{"a": 1}\n[2]\n', "t.jsonl", LIMITS, CHOICE)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Orders"
    sheet.append(["text", "n", "when", "twice"])
    sheet.append(["first", 7, datetime(2026, 5, 1), "=B2*2"])
    sheet.append([None] * 4)
    sheet.append(["second", 2.5, None, True])
    sheet["A1"].font = openpyxl.styles.Font(bold=True)
    sheet.merge_cells("A6:F6")
    book.create_sheet("Other").append(["untouched"])
    book.create_sheet("Empty").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_cover_is_passed_over_for_the_first_sheet_that_has_rows_below_its_titles():
    book = openpyxl.Workbook()
    book.active.append(["Report of May"])
    sheet = book.create_sheet("Orders")
    for row in (["text", "n"], ["first", 1]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    read = read_table(out.getvalue(), "t.xlsx", CHOICE, LIMITS)
    assert (read.sheet, read.columns, read.rows) == ("Orders", ("text", "n"), [["first", "1"]])


def cells(data: bytes, sheet: str, width: int) -> list[list[Any]]:
    found = openpyxl.load_workbook(io.BytesIO(data))[sheet]
    return [[(c.value, c.data_type, c.number_format) for c in row[:width]] for row in found.iter_rows()]


def test_a_workbook_keeps_types_formulas_and_other_sheets_and_new_cells_have_types():
    data = workbook()
    table = open_table(data, "t.xlsx", LIMITS, CHOICE)
    assert (table.columns, table.sheets) == (["text", "n", "when", "twice"], ["Orders", "Other"])
    assert [row[0] for row in table.rows] == ["first", "second"]
    made = written(data, "t.xlsx")
    assert cells(made, "Orders", 4) == cells(data, "Orders", 4)
    assert cells(made, "Other", 1) == cells(data, "Other", 1)
    sheet = openpyxl.load_workbook(io.BytesIO(made))["Orders"]
    assert [sheet.cell(1, at).value for at in range(7, 11)] == [
        "label",
        "sum",
        "day",
        "paid",
    ]  # beside the merge
    assert [sheet.cell(2, at).value for at in range(7, 11)] == ["late", 12.5, datetime(2026, 5, 31), True]
    assert sheet["I2"].is_date
    assert [sheet.cell(3, at).value for at in range(7, 11)] == [None] * 4
    assert (sheet["G4"].value, sheet["G4"].data_type, sheet["G4"].quotePrefix) == ("=1+1", "s", True)
    assert sheet["J4"].value is False


def test_a_sheet_is_chosen_by_its_name():
    table = open_table(workbook(), "t.xlsx", LIMITS, Choice("Other", header=False))
    assert table.rows == [["untouched"]]
    with pytest.raises(BadInput, match="no sheet"):
        open_table(workbook(), "t.xlsx", LIMITS, Choice("Nowhere"))


def parquet() -> tuple[bytes, pa.Table]:
    table = pa.table(
        {
            "text": pa.array(["a", None, "c"]),
            "n": pa.array([1, 2, 3], pa.int8()),
            "when": pa.array([date(2026, 1, 2), None, None]),
            "list": pa.array([[1], [], None], pa.list_(pa.int32())),
        }
    )
    table = table.replace_schema_metadata({"mine": "kept"})
    out = io.BytesIO()
    pq.write_table(table, out, row_group_size=2, compression="zstd")
    return out.getvalue(), table


def test_a_parquet_file_keeps_types_metadata_and_compression():
    data, table = parquet()
    opened = open_table(data, "t.parquet", LIMITS, CHOICE)
    assert opened.rows[0] == ["a", "1", "2026-01-02", "[1]"]
    made = written(data, "t.parquet", COLUMNS, [*ROWS, [None] * 4])
    again = pq.read_table(io.BytesIO(made))
    assert again.select(table.column_names).equals(table)
    assert again.schema.metadata[b"mine"] == b"kept"
    new = again.select(["label", "sum", "day", "paid"])
    assert [str(kind) for kind in new.schema.types] == ["string", "double", "date32[day]", "bool"]
    assert new.to_pylist()[0] == {"label": "late", "sum": 12.5, "day": date(2026, 5, 31), "paid": True}
    group = pq.ParquetFile(io.BytesIO(made)).metadata.row_group(0)
    assert (group.num_rows, group.column(0).compression) == (2, "ZSTD")


def test_what_is_no_table_is_refused_in_a_sentence():
    with pytest.raises(errors.Unsupported, match="CSV, TSV, XLSX, JSONL or Parquet"):
        open_table(b"%PDF-1.4 " + b"x" * 100, "a.pdf", LIMITS, CHOICE)
    with pytest.raises(errors.EmptyFile, match="titles but no rows"):
        open_table(b"a,b\n", "a.csv", LIMITS, CHOICE)


def test_a_new_column_never_takes_the_name_of_an_old_one():
    assert unused(["Answer", "Answer"], ["answer ", "x"]) == ["Answer (2)", "Answer (3)"]
    assert named(["a", " ", "a\nb", "a", "{b}"]) == ["a", "Column 2", "a b", "a (2)", "(b)"]


def test_ten_thousand_rows_go_through_the_document_process_and_back():
    lines = [json.dumps({"id": number, "text": f"row {number}"}) for number in range(10_000)]
    data = "\n".join(lines).encode()
    read = read_table(data, "t.jsonl", CHOICE, LIMITS)
    assert (len(read.rows), read.rows[-1]) == (10_000, ["9999", "row 9999"])
    made, _ = write_table(data, "t.jsonl", CHOICE, [Column("x")], ([row[0]] for row in read.rows), LIMITS)
    assert [json.loads(line)["x"] for line in made.splitlines()] == [str(n) for n in range(10_000)]
