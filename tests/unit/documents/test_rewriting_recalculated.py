"""What LibreOffice makes of a workbook's formulas before and after its texts were translated."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from components.documents.limits import Limits
from components.documents.rewriting.rewriters import open_file, write_file
from components.documents.rewriting.units import Options, Placed

OFFICE = shutil.which("soffice")
# All sheets as CSV, commas, UTF-8, every text quoted, numbers and texts as they are shown.
FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false,false,false,-1"
ROWS = [
    ["Item", "State", "Place", "Sold", "Remark"],
    ["Bread", "Open", "Rome", 3, "fresh every day"],
    ["Milk", "Closed", "Oslo", 5, "from the farm"],
    ["Cheese", "Open", "Rome", 7, "kept cold"],
    ["a note of nobody", "also read by none", None, None, "translated"],
]
FORMULAS = [
    '=IF(B2="Open","yes","no")',
    '=COUNTIF(B2:B4,"Open")',
    '=SUMIF(C2:C4,"Rome",D2:D4)',
    '=VLOOKUP("Milk",A2:D4,4,FALSE)',
    '=INDEX(D2:D4,MATCH("Cheese",A2:A4,0))',
    '=SUMPRODUCT((C2:C4="Rome")*(B2:B4="Open")*D2:D4)',
    '=A2&" in "&Other!A1',
    '=LEN(C3)&LEFT(A4,2)&UPPER(B3)',
    '=COUNTIF(States,"Closed")',
    '=SUM(Stock[Sold])&Stock[[#Headers],[Place]]',
    '=INDIRECT("B"&2)="Open"',
    '=IFERROR(HLOOKUP("Sold",A1:D4,3,FALSE),"lost")',
    "=COUNTA(E2:E5)",
    '=IF(ISNUMBER(SEARCH("pe",B2)),1,0)',
]  # fmt: skip

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed: libreoffice-calc-nogui has it"),
]


def book() -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in ROWS:
        sheet.append(row)
    for number, formula in enumerate(FORMULAS, start=1):
        sheet.cell(number, 8, formula)
    sheet["J1"] = ArrayFormula("J1:J3", '=IF(B2:B4="Open",D2:D4,0)')
    sheet.add_table(Table(displayName="Stock", ref="A1:D4"))
    made.defined_names["States"] = DefinedName("States", attr_text="Sheet!$B$2:$B$4")
    rule = DataValidation("list", formula1='"Open,Closed"')
    rule.add("B2:B4")
    sheet.add_data_validation(rule)
    made.create_sheet("Other").append(["town", "not read"])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def translated(data: bytes) -> bytes:
    """Each text that is given to an engine comes back as another one."""
    opened = open_file(data, "a.xlsx", Options(), Limits())
    return write_file(
        data, "a.xlsx", Options(), [Placed(f"x{unit.text[::-1]}") for unit in opened.units], Limits()
    ).data


def calculated(folder: Path, *books: bytes) -> list[dict[str, list[list[str]]]]:
    """Of each book its sheets as LibreOffice shows them; it computes all, since nothing is cached."""
    for number, data in enumerate(books):
        (folder / f"{number}.xlsx").write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    paths = [str(folder / f"{number}.xlsx") for number in range(len(books))]
    command = [
        str(OFFICE),
        profile,
        "--headless",
        "--norestore",
        "--convert-to",
        FILTER,
        "--outdir",
        str(folder),
    ]
    subprocess.run([*command, *paths], check=True, capture_output=True, timeout=300)
    return [
        {
            path.stem.partition("-")[2]: list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
            for path in sorted(folder.glob(f"{number}-*.csv"))
        }
        for number in range(len(books))
    ]


def test_formulas_compute_the_same_after_the_texts_were_translated(tmp_path):
    data = book()
    before, after = calculated(tmp_path, data, translated(data))
    results = [row[7:] for row in before["Sheet"]]
    assert [row[0] for row in results[:6]] == ["yes", "2", "10", "5", "7", "10"]  # it has computed
    assert [row[7:] for row in after["Sheet"]] == results
    assert after["Sheet"][4][:2] == ["xydobon fo eton a", "xenon yb daer osla"]
    assert after["Other"] == [["town", "xdaer ton"]]
