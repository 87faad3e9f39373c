"""Excel: new cells to the right of one sheet's own; every other part stays as it was.

Knows SpreadsheetML. What is shown in the cells is read by openpyxl, as everywhere; rows are told by their
numbers. New text is text, never a formula, also after it is edited (`quotePrefix`).
"""

import io
import re
import warnings
from collections.abc import Sequence
from datetime import date
from typing import Any

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from components.documents import errors
from components.documents.cells import neutral
from components.documents.draft import Draft
from components.documents.formats import xlsx
from components.documents.limits import Limits
from components.documents.ooxml import R, S
from components.documents.rewriting.delimited import column_number
from components.documents.rewriting.package import Package
from components.documents.rewriting.text_runs import XML_SPACE
from components.documents.sniffer import LABELS
from components.documents.source import Source
from components.documents.tables.delimited import as_text
from components.documents.tables.new_columns import Choice, Column, Value, header_row, named
from components.errors import BadInput
from components.messages import Message, Said

LAST_COLUMN, LONGEST = 16_384, 32_767  # of a sheet, and characters of a cell
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class WorkbookTable:
    """One sheet of a workbook."""

    format = "XLSX"

    def __init__(self, data: bytes, name: str, limits: Limits, choice: Choice) -> None:
        self._data, self._name, self._limits = data, name, limits
        self.notes: list[Message] = []
        self._look(choice)
        numbers = [number for number, _ in self._read]
        cells = [row for _, row in self._read]
        start = header_row(cells) if choice.header else 0
        self._titles_at = numbers[start] if choice.header and numbers else 0
        width = max(map(len, cells[start:]), default=0)
        titles = cells[start] if choice.header and cells else []
        self.columns = named([*titles, *[""] * (width - len(titles))])
        body = start + (1 if choice.header else 0)
        self._numbers = numbers[body:]
        self.rows = [[*row, *[""] * (width - len(row))] for row in cells[body:]]

    def _look(self, choice: Choice) -> None:
        draft = Draft()
        source = Source(self._data, self._name, self._limits, "xlsx")
        xlsx.look_at_parts(source, draft)
        self.notes += draft.notes
        self.notes += [
            Said("Not read: {what}", what=one) for one in draft.left_out if one.what == Said("Formulas")
        ]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                book = load_workbook(io.BytesIO(self._data), read_only=True, data_only=True, keep_links=False)
                visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
                if not visible:
                    raise errors.empty(self._name)
                found = {sheet.title: sheet for sheet in visible}
                if choice.sheet:
                    if choice.sheet not in found:
                        raise BadInput(
                            'There is no sheet "{sheet}" in "{name}".', sheet=choice.sheet, name=self._name
                        )
                    found = {choice.sheet: found[choice.sheet]}
                for self.sheet, sheet in found.items():
                    self._read = _rows(sheet, self._name, self._limits)
                    if len(self._read) > choice.header:  # a cover has a title, and no rows below it
                        break
        except xlsx.DAMAGED as error:
            raise errors.corrupt(self._name, LABELS["xlsx"]) from error
        self.sheets = [sheet.title for sheet in visible]

    def write(
        self, columns: Sequence[Column], values: Sequence[Sequence[Value]]
    ) -> tuple[bytes, list[Message]]:
        """`values`: for each row one for each column."""
        package = Package(self._data, self._name, self._limits, LABELS["xlsx"])
        part, since_1904 = self._part(package)
        root = package.xml(part)
        rows = _numbered(root)
        first = _used_width(root, rows.values()) + 1
        if first + len(columns) - 1 > LAST_COLUMN:
            raise BadInput('The sheet "{sheet}" has no room for more columns.', sheet=self.sheet)
        styles = _Styles(package)
        notes: list[Message] = []
        writer = _Writer(first, columns, styles, since_1904)
        if self._titles_at:
            row = rows[self._titles_at]
            writer.titles(row, self._titles_at, _last_style(row))
        for number, cells in zip(self._numbers, values, strict=True):
            writer.row(rows[number], number, cells)
        if writer.cut:
            notes.append(
                Said("Excel takes {most:,} characters in a cell: longer texts were cut.", most=LONGEST)
            )
        _widen(root, first + len(columns) - 1)
        return package.written({part: root} | styles.changed()), notes

    def _part(self, package: Package) -> tuple[str, bool]:
        """The sheet's part, and whether days are counted from 1904."""
        book = next(iter(package.matching("xl/workbook")), "")
        root, known = package.xml(book), package.relations(book)
        early = any(one.get("date1904") in ("1", "true") for one in root.iter(S + "workbookPr"))
        for sheet in root.iter(S + "sheet"):
            kind, part = known.get(sheet.get(R + "id", ""), ("", ""))
            if sheet.get("name") == self.sheet and kind == "worksheet" and part in package:
                return package.stored(part), early
        raise errors.corrupt(self._name, LABELS["xlsx"])


def _rows(sheet: Any, name: str, limits: Limits) -> list[tuple[int, list[str]]]:
    """The rows that have something in them, by their numbers."""
    sheet.reset_dimensions()
    found, count = [], 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        shown = [xlsx.show(c.value, c.number_format or "") if c.value is not None else "" for c in row]
        count += len(shown)
        if count > xlsx.CELLS:
            raise errors.too_much_unpacked(name, limits.unpacked_bytes)
        while shown and not shown[-1].strip():
            shown.pop()
        if shown:
            found.append((number, shown))
    return found


def _numbered(root: etree._Element) -> dict[int, etree._Element]:
    """Rows by their numbers; one without a number follows the one before it."""
    found, last = {}, 0
    for row in root.iter(S + "row"):
        last = int(row.get("r") or last + 1)
        found[last] = row
    return found


def _used_width(root: etree._Element, rows: Any) -> int:
    """The last column that any cell of the sheet is in."""
    widest = 0
    for row in rows:
        at = 0
        for cell in row.iter(S + "c"):
            letters = re.match("[A-Z]+", cell.get("r", ""))
            at = column_number(letters[0]) if letters else at + 1
            widest = max(widest, at)
    for merged in root.iter(S + "mergeCell"):
        end = re.match("[A-Z]+", merged.get("ref", "").split(":")[-1])
        widest = max(widest, column_number(end[0]) if end else 0)
    return widest


def _last_style(row: etree._Element) -> str:
    cells = [cell for cell in row.iter(S + "c") if len(cell)]
    return cells[-1].get("s", "") if cells else ""


def _widen(root: etree._Element, last: int) -> None:
    """Says the new width where the sheet says how wide it is."""
    dimension = root.find(S + "dimension")
    if dimension is not None and (
        found := re.fullmatch(r"([A-Z]+\d+)(?::[A-Z]+(\d+))?", dimension.get("ref", ""))
    ):
        bottom = found[2] or re.sub("[A-Z]+", "", found[1])
        dimension.set("ref", f"{found[1]}:{get_column_letter(last)}{bottom}")


class _Styles:
    """The looks that new cells need: a date, and text that stays text."""

    PART = "xl/styles.xml"

    def __init__(self, package: Package) -> None:
        self._root = package.xml(self.PART) if self.PART in package else None
        self._name = package.stored(self.PART) if self._root is not None else ""
        self._made: dict[str, str] = {}

    def named(self, kind: str) -> str:
        """The number of a style, made at its first use; empty in a file without styles."""
        if self._root is None or (formats := self._root.find(S + "cellXfs")) is None:
            return ""
        if kind not in self._made:
            attributes = {"numFmtId": "14", "applyNumberFormat": "1"} if kind == "date" else {
                "numFmtId": "49", "applyNumberFormat": "1", "quotePrefix": "1"
            }  # fmt: skip
            base = {"fontId": "0", "fillId": "0", "borderId": "0", "xfId": "0"}
            self._made[kind] = str(len(formats.findall(S + "xf")))
            etree.SubElement(formats, S + "xf", {**base, **attributes})
            formats.set("count", str(len(formats.findall(S + "xf"))))
        return self._made[kind]

    def changed(self) -> dict[str, etree._Element]:
        return {self._name: self._root} if self._made and self._root is not None else {}


class _Writer:
    """Puts new cells at the ends of rows."""

    def __init__(self, first: int, columns: Sequence[Column], styles: _Styles, since_1904: bool) -> None:
        self._letters = [get_column_letter(first + at) for at in range(len(columns))]
        self._columns, self._styles = columns, styles
        self._day = date(1904, 1, 1) if since_1904 else date(1899, 12, 30)
        self.cut = 0

    def titles(self, row: etree._Element, number: int, style: str) -> None:
        for letters, column in zip(self._letters, self._columns, strict=True):
            cell = self._cell(row, f"{letters}{number}", style)
            self._text(cell, column.title)

    def row(self, row: etree._Element, number: int, values: Sequence[Value]) -> None:
        row.attrib.pop("spans", None)  # a hint, no longer true
        for letters, column, value in zip(self._letters, self._columns, values, strict=True):
            if value is not None and value != "":
                self._put(row, f"{letters}{number}", column, value)

    def _put(self, row: etree._Element, at: str, column: Column, value: Value) -> None:
        if isinstance(value, bool):
            cell = self._cell(row, at, "")
            cell.set("t", "b")
            etree.SubElement(cell, S + "v").text = "1" if value else "0"
        elif column.kind == "date" and (style := self._styles.named("date")):
            days = (date.fromisoformat(value) - self._day).days
            etree.SubElement(self._cell(row, at, style), S + "v").text = str(days)
        elif isinstance(value, int | float):
            etree.SubElement(self._cell(row, at, ""), S + "v").text = as_text(float(value))
        else:
            text = as_text(value)
            style = self._styles.named("text") if neutral(text) != text else ""
            self._text(self._cell(row, at, style), text)

    def _cell(self, row: etree._Element, at: str, style: str) -> etree._Element:
        cell = etree.Element(S + "c", {"r": at} | ({"s": style} if style else {}))
        cells = row.findall(S + "c")
        row.insert(row.index(cells[-1]) + 1 if cells else 0, cell)
        return cell

    def _text(self, cell: etree._Element, text: str) -> None:
        cell.set("t", "inlineStr")
        clean = _ILLEGAL.sub("", text.replace("\r\n", "\n"))
        self.cut += len(clean) > LONGEST
        string = etree.SubElement(etree.SubElement(cell, S + "is"), S + "t")
        string.text = clean[:LONGEST]
        string.set(XML_SPACE, "preserve")
