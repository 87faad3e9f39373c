"""Excel: text cells of the chosen columns. Numbers, dates and formulas stay.

Knows SpreadsheetML. A translated cell gets a string of its own, since other cells may share its old one.
"""

import copy
import re
from collections.abc import Iterator, Sequence

from lxml import etree

from components.documents.limits import Limits
from components.documents.ooxml import A, S
from components.documents.place import Place
from components.documents.rewriting.delimited import chosen_columns, column_number
from components.documents.rewriting.package import Package
from components.documents.rewriting.runs import XML_SPACE, Runs, Slot
from components.documents.rewriting.units import Options, Placed, Unit, has_words
from components.documents.sniffing import LABELS
from components.messages import N_, Message, Said

_CODES = re.compile(r'&"[^"]*"|&K[0-9A-F]{6}|&\d+|&[A-Z]')  # page numbers, fonts and such in a header
STRINGS = "xl/sharedStrings.xml"


class XlsxFile:
    """One workbook."""

    def __init__(self, data: bytes, name: str, limits: Limits, options: Options) -> None:
        self._package = Package(data, name, limits, LABELS["xlsx"])
        self._options = options
        self._strings = self._package.xml(STRINGS) if STRINGS in self._package else None
        self._shared = list(self._strings.iter(S + "si")) if self._strings is not None else []
        self._sheets: dict[str, etree._Element] = {}
        self._cells: list[tuple[etree._Element, etree._Element, Runs]] = []  # cell, its string, content
        parts = self._package.matching("xl/worksheets/sheet")
        self.counts: dict[str, int] = {N_("sheets"): len(parts), N_("rows"): 0, N_("cells"): 0}
        self.notes: list[Message] = []
        self.header: list[str] = []
        for number, part in enumerate(parts, start=1):
            self._read(part, number)
        self.notes += self._left()
        self.units: list[Unit] = [runs.unit for _, _, runs in self._cells]

    def _read(self, part: str, sheet: int) -> None:
        root = self._sheets[part] = self._package.xml(part)
        rows, place = list(root.iter(S + "row")), Place(sheet=str(sheet))
        self.counts["rows"] += len(rows)
        self.counts["cells"] += sum(1 for _ in root.iter(S + "c"))
        header = {column: self._text(cell) for column, cell in self._columns(rows[0])} if rows else {}
        names = [header.get(number, "") for number in range(max(header, default=-1) + 1)]
        known = {title.casefold() for title in self.header}
        more = [title for title in dict.fromkeys(names) if title.strip() and title.casefold() not in known]
        self.header += more if known else names
        chosen = chosen_columns(names, self._options.columns)
        tables = root.find(S + "tableParts") is not None
        if tables and rows:
            self.notes.append(
                Said("The first row of {place} stays: a table there refers to its titles.", place=place.label)
            )
        before = len(self._cells)
        for row in rows[1:] if tables else rows:
            for column, cell in self._columns(row):
                if chosen is None or column in chosen:
                    self._add(cell, Place(sheet=str(sheet), cell=cell.get("r", "")))
        if chosen is not None and len(self._cells) == before:
            self.notes.append(
                Said("No text is in the chosen columns of {place}, so it stays as it is.", place=place.label)
            )

    def _left(self) -> list[Message]:
        """What has text and is not translated."""
        notes: list[Message] = []
        if self._package.matching("xl/comments") or self._package.matching("xl/threadedComments"):
            notes.append(Said("The comments on cells stay in the source language."))
        headers = (element for root in self._sheets.values() for element in root.iter(S + "headerFooter"))
        if any(has_words(_CODES.sub("", part.text or "")) for header in headers for part in header):
            notes.append(Said("The headers and footers of sheets stay in the source language."))
        drawings = map(self._package.xml, self._package.matching("xl/drawings/drawing"))
        written = any(has_words(text.text or "") for drawing in drawings for text in drawing.iter(A + "t"))
        if written or self._package.matching("xl/charts/chart") or self._package.matching("xl/diagrams/data"):
            notes.append(Said("Text inside drawings, diagrams and charts stays in the source language."))
        return notes

    def _columns(self, row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
        for at, cell in enumerate(row.iter(S + "c")):
            letters = re.match("[A-Z]+", cell.get("r", ""))
            yield (column_number(letters[0]) - 1 if letters else at), cell

    def _string(self, cell: etree._Element) -> etree._Element | None:
        if cell.find(S + "f") is not None:
            return None
        if cell.get("t") == "inlineStr":
            return cell.find(S + "is")
        value = cell.find(S + "v")
        if cell.get("t") != "s" or value is None or not (value.text or "").strip().isdigit():
            return None
        number = int(value.text or "0")
        return self._shared[number] if number < len(self._shared) else None

    def _text(self, cell: etree._Element) -> str:
        string = self._string(cell)
        return "" if string is None else "".join(t.text or "" for t in string.iter(S + "t"))

    def _add(self, cell: etree._Element, place: Place) -> None:
        string = self._string(cell)
        if string is None or not has_words(self._text(cell)):
            return
        own = copy.deepcopy(string)
        for phonetic in [*own.iter(S + "rPh"), *own.iter(S + "phoneticPr")]:
            parent = phonetic.getparent()
            if parent is not None:
                parent.remove(phonetic)  # how the source is read aloud
        slots = [_slot(text, own) for text in own.iter(S + "t")]
        self._cells.append((cell, own, Runs(slots, Said("cell"), place)))

    def write(self, placed: Sequence[Placed | None]) -> bytes:
        for (cell, string, runs), one in zip(self._cells, placed, strict=True):
            if one is None:
                continue
            if self._options.bilingual:
                _write_both(string, runs, one)
            else:
                runs.write(one)
            if cell.get("t") == "inlineStr":
                old = cell.find(S + "is")
                assert old is not None
                cell.replace(old, string)
            else:
                assert self._strings is not None
                self._strings.append(string)
                value = cell.find(S + "v")
                assert value is not None
                value.text = str(len(self._shared))
                self._shared.append(string)
        changed = dict(self._sheets)
        if self._strings is not None:
            self._strings.set("uniqueCount", str(len(self._shared)))
            changed[STRINGS] = self._strings
        return self._package.written(changed)


def _write_both(string: etree._Element, runs: Runs, one: Placed) -> None:
    """The source above its translation, each with its own formats."""
    if string.find(S + "r") is None:
        runs.write(Placed(f"{runs.unit.text}\n{one.text}"))
        return
    source = copy.deepcopy(string)
    runs.write(one)
    last = list(source.iter(S + "t"))[-1]
    last.text = f"{last.text or ''}\n"
    last.set(XML_SPACE, "preserve")
    for at, run in enumerate(list(source)):
        string.insert(at, run)


def _slot(text: etree._Element, string: etree._Element) -> Slot:
    run = text.getparent()
    assert run is not None
    look = run.find(S + "rPr") if run.tag == S + "r" else None
    name = "" if look is None else etree.tostring(look, encoding="unicode", with_tail=False)
    return Slot(text, name, run, text if run is string else run)
