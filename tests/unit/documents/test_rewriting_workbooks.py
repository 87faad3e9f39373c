"""Text that something in a workbook reads stays, and a note names it."""

import html
import io
import re
import zipfile

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from components.documents.limits import Limits
from components.documents.rewriting.formulas import reads
from components.documents.rewriting.rewriters import open_file, write_file
from components.documents.rewriting.units import Options, Placed

ROWS = [["Item", "State", "Place"], ["Bread", "Open", "Rome"], ["Milk", "Closed", "Oslo"], ["Total"]]


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def book_with(change) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "My sheet"
    for row in ROWS:
        sheet.append(row)
    change(book, sheet)
    return saved(book)


def upper(data: bytes) -> tuple[list[str], bytes]:
    """What stayed of the rows, and the file with the rest in capitals."""
    opened = open_file(data, "a.xlsx", Options(), Limits())
    units = [Placed(unit.text.upper()) for unit in opened.units]
    made = write_file(data, "a.xlsx", Options(), units, Limits()).data
    sheet = openpyxl.load_workbook(io.BytesIO(made))["My sheet"]
    texts = [cell.value for row in sheet.iter_rows(max_row=4, max_col=3) for cell in row if cell.value]
    return [text for text in texts if text != text.upper()], made


def put(at, value):
    return lambda book, sheet: sheet.__setitem__(at, value)


def listed(choices: str):
    def change(book, sheet):
        rule = DataValidation("list", formula1=choices)
        rule.add("E2:E9")
        sheet.add_data_validation(rule)

    return change


def pivot_like(book, sheet):
    book.defined_names["States"] = DefinedName("States", attr_text="'My sheet'!$B$2:$B$3")


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        (put("E1", '=IF(B2="Open",1,0)'), ["Open"]),
        (put("E1", '=COUNTIF(B2:B3,"Open")'), ["Open", "Closed"]),
        (put("E1", '=VLOOKUP("Milk",A2:B3,2,FALSE)'), ["Bread", "Open", "Milk", "Closed"]),
        (put("E1", "=A2&\" \"&'My sheet'!C3"), ["Bread", "Oslo"]),
        (put("E1", '=INDIRECT("B"&1)="Rome"'), ["Rome"]),
        (put("E1", "=COUNTA(A1:C4)+SUM(A:A)"), []),
        (put("E1", '=SUMPRODUCT((C2:C3="Rome")*1)'), ["Rome", "Oslo"]),
        (put("E1", ArrayFormula("E1:E2", '=B2:B3="Open"')), ["Open", "Closed"]),
        (put("E1", "=MATCH(E2,$B:$B,0)"), ["State", "Open", "Closed"]),
        (listed('"Open,Shut"'), ["Open"]),
        (listed("$C$2:$C$3"), ["Rome", "Oslo"]),
        (pivot_like, ["Open", "Closed"]),
        (lambda b, s: s.conditional_formatting.add("B2", CellIsRule("equal", ['"Shut"'])), ["Open"]),
        (lambda b, s: s.conditional_formatting.add("A2:A3", FormulaRule(['$C2="x"'])), ["Rome", "Oslo"]),
        (lambda b, s: s.add_table(Table(displayName="Stock", ref="A1:C3")), ["Item", "State", "Place"]),
    ],
)
def test_what_something_reads_stays(change, stays):
    data = book_with(change)
    found, _ = upper(data)
    assert found == stays
    notes = " ".join(map(str, open_file(data, "a.xlsx", Options(), Limits()).notes))
    assert all(f"“{text}”" in notes for text in stays)


def test_the_column_that_a_formula_names_stays_with_its_table_s_titles():
    def change(book, sheet):
        sheet.add_table(Table(displayName="Stock", ref="A1:C3"))
        sheet["E1"] = '=COUNTIF(Stock[Place],"x")'

    assert upper(book_with(change))[0] == ["Item", "State", "Place", "Rome", "Oslo"]


def test_a_shared_formula_reads_as_many_cells_as_it_is_in():
    data = book_with(put("E2", '=IF(B2="x",1,0)'))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        every = {name: parts.read(name) for name in parts.namelist()}
    sheet = every["xl/worksheets/sheet1.xml"]
    assert b"<f>" in sheet
    every["xl/worksheets/sheet1.xml"] = sheet.replace(b"<f>", b'<f t="shared" ref="E2:E3" si="0">')
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for name, part in every.items():
            new.writestr(name, part)
    assert upper(out.getvalue())[0] == ["Open", "Closed"]


def test_a_chart_shows_what_its_cells_say_now():
    def change(book, sheet):
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
        sheet.add_chart(chart, "G4")

    data = book_with(change)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        every = {name: parts.read(name) for name in parts.namelist()}
    name = "xl/charts/chart1.xml"
    cache = b'<strCache><ptCount val="1"/><pt idx="0"><v>State</v></pt></strCache></strRef>'
    every[name] = every[name].replace(b"</strRef>", cache, 1)
    labels = b"<x><datalabelsRange><f>'My sheet'!$B$2</f><pt idx=\"0\"><v>Open</v></pt></datalabelsRange></x>"
    every[name] = every[name].replace(b"</ser>", labels + b"</ser>", 1)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for part, content in every.items():
            new.writestr(part, content)
    stayed, made = upper(out.getvalue())
    assert stayed == []
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert b"<v>STATE</v>" in parts.read(name)
        assert b"<v>OPEN</v>" in parts.read(name)


def test_parts_in_other_capitals_and_texts_written_like_results_are_read():
    data = book_with(lambda book, sheet: None)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        every = {name: parts.read(name) for name in parts.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for name, content in every.items():
            plain = name.replace("worksheets/sheet1", "worksheets/Sheet1")
            cell = rb'<c r="A4" t="str"><v>Sum</v></c>'
            new.writestr(plain, re.sub(rb'<c r="A4".*?</c>', cell, content))
    texts = [unit.text for unit in open_file(out.getvalue(), "a.xlsx", Options(), Limits()).units]
    assert texts[:2] == ["Item", "State"]
    assert texts[-1] == "Sum"


@pytest.mark.parametrize(
    ("formula", "ranges", "texts", "computed"),
    [
        ('=IF(E2="Say ""hi""",SUM(B2:B3),"")', ["E2"], ['Say "hi"', ""], False),
        ("=SUM(A1,A2*2)", ["A2"], [], False),
        ("=A1:INDEX(B:B,3)", ["B:B"], [], True),
        ("=[1]Sheet1!A1", ["[1]Sheet1!A1"], [], False),
        ('=OFFSET(A1,1,0)="x"', ["A1"], ["x"], True),
        ('=COUNTIF(A1#,"x")', ["A1"], ["x"], False),
        ('=}"x"&A1', ["A1"], ["x"], True),
    ],
)
def test_what_one_formula_reads(formula, ranges, texts, computed):
    found = reads(formula)
    assert (found.ranges, found.texts, found.computed) == (ranges, texts, computed)


def around(book, sheet):
    book.create_sheet("Costs")
    sheet.oddHeader.left.text = "Costs && more"
    sheet.oddHeader.left.font, sheet.oddHeader.left.size = "Arial,Bold", 12
    sheet.oddHeader.right.text = "Page &P of &N"
    sheet.oddFooter.center.text = "&D"
    rule = DataValidation("whole", prompt="a small number", promptTitle="how many", error="none")
    rule.add("F2")
    sheet.add_data_validation(rule)
    chart = BarChart()
    chart.title = "Sales"
    chart.add_data(Reference(sheet, min_col=6, min_row=1, max_row=3))
    sheet.add_chart(chart, "G4")


def parts_of(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return {name: parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml")}


def test_headers_prompts_and_titles_of_charts_are_translated():
    data = book_with(around)
    opened = open_file(data, "a.xlsx", Options(), Limits())
    kept = [mark.kind for unit in opened.units if unit.text == "Page &P of &N" for mark in unit.marks]
    assert kept == ["keep", "keep"]
    assert all(name in str(opened.notes[-1]) for name in ("“My sheet”", "“Costs”"))

    def made(unit):
        at = [(unit.text[m.start : m.end], m) for m in unit.marks]
        return Placed("".join(c if c in "&PN" else c.upper() for c in unit.text), tuple(m for _, m in at))

    new = write_file(data, "a.xlsx", Options(), [made(unit) for unit in opened.units], Limits())
    assert new.notes == []
    sheet = openpyxl.load_workbook(io.BytesIO(new.data))["My sheet"]
    written = html.unescape(parts_of(new.data)["xl/worksheets/sheet1.xml"])
    assert '&L&"Arial,Bold"&12 COSTS && MORE' in written
    assert sheet.oddHeader.right.text == "PAGE &P OF &N"
    assert sheet.oddFooter.center.text == "&D"
    rule = sheet.data_validations.dataValidation[0]
    assert (rule.prompt, rule.promptTitle, rule.error) == ("A SMALL NUMBER", "HOW MANY", "NONE")
    assert "SALES" in parts_of(new.data)["xl/charts/chart1.xml"]


def test_what_would_be_too_long_for_excel_stays_and_is_told():
    data = book_with(around)
    long = [Placed(unit.text * 40, ()) for unit in open_file(data, "a.xlsx", Options(), Limits()).units]
    made = write_file(data, "a.xlsx", Options(), long, Limits())
    notes = " ".join(map(str, made.notes))
    assert "1 header or footer stays" in notes
    assert "2 prompts of cells stay" in notes
    sheet = openpyxl.load_workbook(io.BytesIO(made.data))["My sheet"]
    assert sheet.oddHeader.right.text == "Page &P of &N"
    assert sheet.data_validations.dataValidation[0].prompt == "a small number"


def test_of_chosen_columns_nothing_around_the_cells_changes():
    opened = open_file(book_with(around), "a.xlsx", Options(columns=("Item",)), Limits())
    assert [unit.text for unit in opened.units] == ["Item", "Bread", "Milk", "Total"]
    notes = " ".join(map(str, opened.notes))
    assert "headers and footers of sheets stay" in notes
    assert "drawings, diagrams and charts" in notes


def test_a_shape_s_words_are_translated_and_one_that_shows_a_cell_follows_it():
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    xdr = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    shape = (
        '<xdr:sp textlink="{}"><xdr:nvSpPr><xdr:cNvPr id="2" name="Box" descr="a box"/></xdr:nvSpPr>'
        "<xdr:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
    )
    data = book_with(around)
    every = {name: text for name, text in parts_of(data).items() if name == "xl/drawings/drawing1.xml"}
    drawing = every["xl/drawings/drawing1.xml"]
    more = shape.format("", "look here") + shape.format("'My sheet'!$A$2", "Bread")
    end = drawing.rindex("</")
    drawing = f'{drawing[:end]}<xdr:x xmlns:xdr="{xdr}" xmlns:a="{a}">{more}</xdr:x>{drawing[end:]}'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, drawing if name == "xl/drawings/drawing1.xml" else old.read(name))
    _, made = upper(out.getvalue())
    written = parts_of(made)["xl/drawings/drawing1.xml"]
    assert ">LOOK HERE<" in written
    assert ">BREAD<" in written
    assert written.count('descr="A BOX"') == 2
