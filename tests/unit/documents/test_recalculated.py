"""A workbook computes the same before and after its translation, as LibreOffice computes it."""

import csv
import io
import os
import subprocess
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from components.documents import old_office
from components.documents.limits import Limits
from components.documents.rewriting.rewriters import open_file, write_file
from components.documents.rewriting.units import Options, Placed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(old_office.program() is None, reason="LibreOffice is not installed"),
]
ROWS: list[list[object]] = [
    ["Fruit", "State", "Price", "Note"],
    ["Fresh apples", "Open", 3, "delivered on Monday"],
    ["Ripe pears", "Closed", 4, "sold out"],
    ["Fresh plums", "Open", 5, "a second crate"],
]
FORMULAS = """
=IF(B2="Open",1,0)
=COUNTIF(B2:B4,"Open")
=SUMIF(B2:B4,B2,C2:C4)
=VLOOKUP("Ripe pears",A2:C4,3,FALSE)
=INDEX(C2:C4,MATCH("Fresh plums",A2:A4,0))
=SUMPRODUCT((LEFT(A2:A4,5)="Fresh")*C2:C4)
=COUNTIF(A2:A4,"Fresh*")
=LEN(A2)
=FIND("pears",A3)
=IF(EXACT(A2,"Fresh apples"),C2,-1)
=IF(ISNUMBER(SEARCH("open",B2)),1,0)
=COUNTIF(States,"Open")
=IF('Other sheet'!A1="yes",1,0)
=COUNTIFS(B2:B4,"Open",C2:C4,">3")
=IF(OR(B3="Closed",B3="Done"),7,8)
=IF(INDIRECT("B"&2)="Open",A2&" in "&B3,"none")
=IFERROR(HLOOKUP("Price",A1:C4,3,FALSE),"lost")
=LEFT(A4,2)&UPPER(B3)
"""


def book() -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in ROWS:
        sheet.append(row)
    for number, formula in enumerate(FORMULAS.strip().splitlines(), 1):
        sheet.cell(number, 6, formula)
    other = made.create_sheet("Other sheet")
    other["A1"], other["A2"] = "yes", "of no use to a formula"
    made.defined_names["States"] = DefinedName("States", attr_text="Sheet!$B$2:$B$4")
    third = made.create_sheet("Stock")
    for row in ROWS:
        third.append(row)
    third.add_table(Table(displayName="Stock", ref="A1:D4"))
    third["F1"] = '=SUMIF(Stock[State],"Open",Stock[Price])'
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def recalculated(data: bytes, folder: Path) -> list[list[str]]:
    """What the formulas of all sheets come to."""
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(data)
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    subprocess.run(
        [
            *(str(old_office.program()), f"-env:UserInstallation={(folder / 'profile').as_uri()}"),
            *("--headless", "--norestore", "--convert-to", form, "--outdir", str(folder)),
            str(folder / "a.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=300,
        env=os.environ | {"HOME": str(folder)},
    )
    sheets = sorted(folder.glob("a-*.csv"))
    rows = [row for sheet in sheets for row in csv.reader(sheet.read_text(encoding="utf-8").splitlines())]
    return [row[5:6] for row in rows]


def test_formulas_that_depend_on_text_come_to_the_same(tmp_path: Path):
    data = book()
    opened = open_file(data, "a.xlsx", Options(), Limits())
    units = [Placed(f"other {unit.text[::-1]}") for unit in opened.units]
    made = write_file(data, "a.xlsx", Options(), units, Limits()).data
    before = recalculated(data, tmp_path / "before")
    assert ["1"] in before
    assert ["8"] in before
    assert recalculated(made, tmp_path / "after") == before
    words = [
        cell.value for row in openpyxl.load_workbook(io.BytesIO(made)).worksheets[0].rows for cell in row
    ]
    assert "other yadnoM no dereviled" in words
