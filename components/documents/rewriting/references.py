"""Which cells of a workbook its formulas, rules, tables, names, pivots and charts read: their text must stay.

Knows SpreadsheetML and what each of these reads; translates nothing. If the text of such a cell changed,
IF(E2="Open") or a list of choices would say something else afterwards.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from components.documents.ooxml import S
from components.documents.rewriting.delimited import column_number
from components.documents.rewriting.formulas import reads
from components.documents.rewriting.package import Package

_SHEET = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)")
_AREA = re.compile(r"(\$?)([A-Z]{0,3})(\$?)(\d*)(?::(\$?)([A-Z]{0,3})(\$?)(\d*))?")
_COLUMN = re.compile(r"\[?@?\[?([^\[\]]+)\]?\]?")
_LAST_COLUMN, _LAST_ROW = 1 << 14, 1 << 20
_PAGES = ("_xlnm.print_area", "_xlnm.print_titles", "_xlnm._filterdatabase")  # names that read no text
# Rules of conditional formats that read no text of their own cells; the others compare it.
_NUMERIC = """
expression colorScale dataBar iconSet top10 aboveAverage timePeriod containsBlanks notContainsBlanks
"""
NUMERIC = frozenset(_NUMERIC.split())

Box = tuple[int, int, int, int]  # first column, first row, last column, last row: from 1, all inside


@dataclass(frozen=True)
class Table:
    """A table of a sheet: what People[City] means."""

    sheet: str
    box: Box
    columns: tuple[str, ...]


class References:
    """Of one workbook. Sheets go by their titles in small letters."""

    def __init__(self, package: Package, sheets: dict[str, tuple[str, etree._Element]]) -> None:
        """`sheets`: title -> the name of its part, and its content."""
        self._package, self._names = package, list(sheets)
        self._boxes: dict[str, set[Box]] = defaultdict(set)
        self._tables: dict[str, Table] = {}
        self._columns: dict[str, dict[int, tuple[list[int], list[int]]]] = {}
        self.texts: set[str] = set()  # that formulas and rules compare with, in small letters
        self.computed = False  # some formula finds its cells by an address that it computes
        for title, (part, _) in sheets.items():
            self._related(title, part)
        for title, (_, root) in sheets.items():
            self._formulas(title, root)
            self._rules(title, root)
        self._elsewhere()

    def read(self, sheet: str, column: int, row: int, text: str) -> bool:
        """Whether something reads this cell, or compares with its text. Columns and rows from 1."""
        if text.strip().casefold() in self.texts:
            return True
        if sheet not in self._columns:
            self._columns[sheet] = _by_column(self._boxes[sheet])
        starts, ends = self._columns[sheet].get(column, ([], []))
        at = bisect_right(starts, row) - 1
        return at >= 0 and row <= ends[at]

    def _related(self, title: str, part: str) -> None:
        """The tables and pivot tables of a sheet: the titles of the first and all of the second are read."""
        for kind, target in self._package.relations(part).values():
            if kind not in ("table", "pivotTable") or target not in self._package:
                continue
            root = self._package.xml(target)
            at = root if kind == "table" else root.find(S + "location")
            box = _box(at.get("ref", "")) if at is not None else None
            if box is None:
                continue
            if kind == "pivotTable":
                self._boxes[title].add(box)
                continue
            columns = [one.get("name", "") for one in root.iter(S + "tableColumn")]
            names = {root.get("name", "").casefold(), root.get("displayName", "").casefold()}
            self._tables |= {name: Table(title, box, tuple(c.casefold() for c in columns)) for name in names}
            left, top, right, bottom = box
            if root.get("headerRowCount", "1") != "0":
                self._boxes[title].add((left, top, right, top))
            if root.get("totalsRowCount", "0") != "0":
                self._boxes[title].add((left, bottom, right, bottom))
            for formula in root.iter(S + "calculatedColumnFormula", S + "totalsRowFormula"):
                self._formula(formula.text, title)

    def _formulas(self, title: str, root: etree._Element) -> None:
        for formula in root.iter(S + "f"):
            spread = _box(formula.get("ref", "")) if formula.get("t") == "shared" else None
            self._formula(formula.text, title, spread)

    def _rules(self, title: str, root: etree._Element) -> None:
        """Validations, conditional formats and filters, those that newer versions keep apart as well."""
        for rule in root.iter("{*}dataValidation", "{*}cfRule"):
            holder = rule.getparent() if rule.tag.endswith("}cfRule") else rule
            assert holder is not None
            boxes = list(_boxes(holder.get("sqref") or holder.findtext("{*}sqref") or ""))
            listed = rule.get("type") in ("list", "custom")
            if listed or (holder is not rule and rule.get("type") not in NUMERIC):
                self._boxes[title].update(boxes)
            if rule.get("text"):
                self.texts.add(rule.get("text", "").strip().casefold())
            for formula in rule.iter("{*}formula", "{*}formula1", "{*}formula2", "{*}f"):
                for box in boxes:
                    self._formula(formula.text, title, box)
                if listed and (formula.text or "").startswith('"'):
                    self._keep(formula.text.strip('"').split(","))
        for sparkline in root.iter("{*}sparkline"):
            for formula in sparkline.iter("{*}f"):
                self._formula(formula.text, title)
        self._keep(one.get("val", "") for one in root.iter(S + "filter", S + "customFilter"))

    def _elsewhere(self) -> None:
        for part in self._package.matching("xl/workbook"):
            for name in self._package.xml(part).iter(S + "definedName"):
                if name.get("name", "").casefold() not in _PAGES:
                    self._formula(name.text, "")
        for part in self._package.matching("xl/pivotCache/pivotCacheDefinition"):
            for source in self._package.xml(part).iter(S + "worksheetSource"):
                sheet = source.get("sheet", "").replace("'", "''")
                self._formula(source.get("name") or f"'{sheet}'!{source.get('ref', '')}", "")
        for part in self._package.matching("xl/charts/"):
            for levels in self._package.xml(part).iter("{*}multiLvlStrRef"):  # the others: `xlsx_charts`
                self._formula(levels.findtext("{*}f"), "")

    def cells(self, written: str) -> list[tuple[str, int, int]]:
        """The cells of a reference, row by row: title of the sheet, column, row. None for a whole column."""
        found = list(self._meant(written.strip("()"), "", None))
        if len(found) != 1:
            return []
        sheet, (left, top, right, bottom) = found[0]
        if right == _LAST_COLUMN or bottom == _LAST_ROW:
            return []
        return [(sheet, column, row) for row in range(top, bottom + 1) for column in range(left, right + 1)]

    def _formula(self, text: str | None, title: str, spread: Box | None = None) -> None:
        """`spread` is where the formula is in force; it is written as for the first cell there."""
        if not text:
            return
        found = reads(text)
        self._keep(found.texts)
        self.computed |= found.computed
        for written in found.ranges:
            for sheet, box in self._meant(written, title, spread):
                self._boxes[sheet].add(box)

    def _keep(self, texts: Iterable[str]) -> None:
        self.texts |= {text.strip().casefold() for text in texts if text.strip()}

    def _meant(self, written: str, title: str, spread: Box | None) -> Iterator[tuple[str, Box]]:
        parts = _SHEET.fullmatch(written)
        if parts:
            if "[" in (parts[1] or parts[2]):  # another workbook
                return
            title, written = (parts[1] or parts[2]).replace("''", "'").casefold(), parts[3]
        if "[" in written:
            yield from self._of_table(written, title)
        elif table := self._tables.get(written.casefold()):
            yield table.sheet, table.box
        elif box := _box(written, spread):
            yield from ((sheet, box) for sheet in ([title] if title in self._names else self._names))

    def _of_table(self, written: str, title: str) -> Iterator[tuple[str, Box]]:
        """The columns that People[[#This Row],[City]] names; all where none can be told."""
        name, _, inside = written.partition("[")
        named = self._tables.get(name.casefold())
        here = [table for table in self._tables.values() if table.sheet == title]
        wanted = {one.casefold() for one in _COLUMN.findall(inside)}
        for table in [named] if named else here:
            left, top, right, bottom = table.box
            at = [left + number for number, column in enumerate(table.columns) if column in wanted]
            between = ":" in inside or not at
            for column in range(min(at), max(at) + 1) if at and between else at or range(left, right + 1):
                yield table.sheet, (column, top, column, bottom)


def _boxes(written: str) -> Iterator[Box]:
    for one in written.split():
        if box := _box(one):
            yield box


def _box(written: str, spread: Box | None = None) -> Box | None:
    """The cells of an address; with `spread`, those of its copies in all the cells there."""
    found = _AREA.fullmatch(written.strip())
    if not found or not (found[2] or found[4]):
        return None
    first, last = found.group(1, 2, 3, 4), found.group(5, 6, 7, 8)
    if last[1] is None:
        last = first
    if (
        bool(first[1]) != bool(last[1])
        or bool(first[3]) != bool(last[3])
        or (last is first and "" in first[1::2])
    ):
        return None
    wide, high = (spread[2] - spread[0], spread[3] - spread[1]) if spread else (0, 0)
    columns = sorted((column_number(first[1]) or 1, column_number(last[1]) or _LAST_COLUMN))
    rows = sorted((int(first[3] or 1), int(last[3] or _LAST_ROW)))
    right = columns[1] + (0 if first[0] and last[0] else wide)
    return columns[0], rows[0], right, rows[1] + (0 if first[2] and last[2] else high)


def _by_column(boxes: Iterable[Box]) -> dict[int, tuple[list[int], list[int]]]:
    """Of each column the first and the last rows of the stretches that are read, none touching another."""
    rows: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for left, top, right, bottom in boxes:
        for column in range(left, min(right, _LAST_COLUMN) + 1):
            rows[column].append((top, bottom))
    merged: dict[int, tuple[list[int], list[int]]] = {}
    for column, stretches in rows.items():
        starts: list[int] = []
        ends: list[int] = []
        for top, bottom in sorted(stretches):
            if ends and top <= ends[-1] + 1:
                ends[-1] = max(ends[-1], bottom)
            else:
                starts.append(top)
                ends.append(bottom)
        merged[column] = (starts, ends)
    return merged
