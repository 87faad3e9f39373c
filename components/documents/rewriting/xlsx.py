"""Excel: text cells of the chosen columns. Numbers, dates and formulas stay.

Knows SpreadsheetML. A translated cell gets a string of its own, since other cells may share its old one.
Cells whose text something reads (`references`) stay as well, and a note names them.
"""

import copy
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from lxml import etree

from components.documents.errors import CorruptFile
from components.documents.limits import Limits
from components.documents.ooxml import A, R, S
from components.documents.place import Place
from components.documents.rewriting.attributes import Attributes
from components.documents.rewriting.delimited import chosen_columns, column_number
from components.documents.rewriting.package import Package
from components.documents.rewriting.references import References
from components.documents.rewriting.rich_text import slots, write_both
from components.documents.rewriting.text_runs import Runs
from components.documents.rewriting.units import Options, Placed, Unit, has_words
from components.documents.rewriting.xlsx_charts import Cell as At
from components.documents.rewriting.xlsx_charts import ChartTexts
from components.documents.rewriting.xlsx_comments import Comments
from components.documents.rewriting.xlsx_headers import Headers, texts
from components.documents.rewriting.xlsx_shapes import PARTS, Shapes
from components.documents.sniffer import LABELS
from components.messages import N_, Message, Said, counted

_UNNAMED = re.compile(r"Sheet|[^\W\d_]+ ?\d+")  # by a program, not by a person
SHOWN = 40  # characters of a text that a note names
STRINGS = "xl/sharedStrings.xml"


@dataclass(frozen=True)
class _Cell:
    """A cell that is translated."""

    element: etree._Element
    string: etree._Element  # its own, which replaces the shared one
    runs: Runs
    at: At


class XlsxFile:
    """One workbook."""

    def __init__(self, data: bytes, name: str, limits: Limits, options: Options) -> None:
        self._package = Package(data, name, limits, LABELS["xlsx"])
        self._options = options
        self._strings = self._package.xml(STRINGS) if STRINGS in self._package else None
        self._shared = list(self._strings.iter(S + "si")) if self._strings is not None else []
        self._cells: list[_Cell] = []
        parts = self._parts()
        self.counts: dict[str, int] = {N_("sheets"): len(parts), N_("rows"): 0, N_("cells"): 0}
        self.notes: list[Message] = []
        self.header: list[str] = []
        self._sheets = {part: self._package.xml(part) for part in parts.values()}
        titled = {title: (part, self._sheets[part]) for title, part in parts.items()}
        self._references = References(self._package, titled)
        self._charts = ChartTexts(self._package, self._references)
        self._comments = Comments(self._package)
        self._headers, self._attributes = Headers(), Attributes()
        self._shapes = Shapes(self._package, self._charts.parts, self._attributes)
        for number, (title, part) in enumerate(parts.items(), start=1):
            self._read(part, title, number)
        if not options.columns:
            self._shapes.read_rest()
        self.notes += self._left()
        self._others = (self._comments, self._headers, self._shapes, self._attributes)
        self.units: list[Unit] = [cell.runs.unit for cell in self._cells]
        self.units += [unit for other in self._others for unit in other.units]

    def _parts(self) -> dict[str, str]:
        """Of each sheet its title in small letters, and its part; in the workbook's order."""
        book = next(iter(self._package.matching("xl/workbook")), "")
        known = self._package.relations(book) if book else {}
        found: dict[str, str] = {}
        for sheet in self._package.xml(book).iter(S + "sheet") if book else ():
            kind, part = known.get(sheet.get(R + "id", ""), ("", ""))
            if kind == "worksheet" and part in self._package:
                found[sheet.get("name", "").casefold()] = self._package.stored(part)
        return found or {part: part for part in self._package.matching("xl/worksheets/sheet")}

    def _read(self, part: str, title: str, sheet: int) -> None:
        root = self._sheets[part]
        rows, place = list(root.iter(S + "row")), Place(sheet=str(sheet))
        self.counts["rows"] += len(rows)
        self.counts["cells"] += sum(1 for _ in root.iter(S + "c"))
        header = {column: self._text(cell) for column, cell in self._columns(rows[0])} if rows else {}
        names = [header.get(number, "") for number in range(max(header, default=-1) + 1)]
        known = {title.casefold() for title in self.header}
        more = [title for title in dict.fromkeys(names) if title.strip() and title.casefold() not in known]
        self.header += more if known else names
        chosen = chosen_columns(names, self._options.columns)
        self._comments.read(self._package.relations(part), sheet, chosen)
        if not self._options.columns:
            self._headers.read(root, place)
            self._attributes.read(root, place)
            self._shapes.read(part, place)
        before, kept = len(self._cells), list[str]()
        for number, row in enumerate(rows, start=1):
            for column, cell in self._columns(row):
                if not (chosen is None or column in chosen):
                    continue
                text = self._text(cell)
                at = (title, column + 1, int(row.get("r") or number))
                if self._references.read(*at, text):
                    kept += [f"{cell.get('r', '')} “{_short(text)}”"] if has_words(text) else []
                else:
                    self._add(cell, at, Place(sheet=str(sheet), cell=cell.get("r", "")))
        if kept:
            self.notes.append(_read_elsewhere(kept, place))
        if chosen is not None and len(self._cells) == before:
            self.notes.append(
                Said("No text is in the chosen columns of {place}, so it stays as it is.", place=place.label)
            )

    def _left(self) -> list[Message]:
        """What has text and is not translated."""
        notes: list[Message] = []
        if any(has_words(text) for text in self._references.texts):
            notes.append(
                Said("Text inside formulas, lists of choices and rules stays in the source language.")
            )
        if self._references.computed:
            notes.append(
                Said("Some formulas find cells by addresses that they compute: look at their results again.")
            )
        if self._options.columns and any(has_words(text) for r in self._sheets.values() for text in texts(r)):
            notes.append(Said("The headers and footers of sheets stay in the source language."))
        if self._has_drawn():
            notes.append(Said("Text inside drawings, diagrams and charts stays in the source language."))
        titles = [sheet for book in self._package.matching("xl/workbook") for sheet in self._titles(book)]
        if named := [title for title in titles if has_words(title) and not _UNNAMED.fullmatch(title)]:
            notes.append(
                counted(
                    "The name of {count} sheet stays, since formulas and links use it: {names}.",
                    "The names of {count:,} sheets stay, since formulas and links use them: {names}.",
                    len(named),
                    names=[f"“{title}”" for title in named],
                )
            )
        return notes

    def _titles(self, book: str) -> list[str]:
        return [sheet.get("name", "") for sheet in self._package.xml(book).iter(S + "sheet")]

    def _has_drawn(self) -> bool:
        """Whether there is text in drawings that is not translated."""
        parts = self._package.matching("xl/drawings/vmlDrawing", ".vml")
        if self._options.columns:
            parts += [part for start in PARTS for part in self._package.matching(start)]
        for part in parts:
            with suppress(CorruptFile):  # what older programs draw needn't be XML
                root = self._package.xml(part)
                if any(has_words(text.text or "") for text in root.iter(A + "t", "font")):
                    return True
        literal = (
            v
            for root in self._charts.parts.values()
            for one in root.iter("{*}strLit")
            for v in one.iter("{*}v")
        )
        return any(has_words(value.text or "") for value in literal)

    def _columns(self, row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
        for at, cell in enumerate(row.iter(S + "c")):
            letters = re.match("[A-Z]+", cell.get("r", ""))
            yield (column_number(letters[0]) - 1 if letters else at), cell

    def _string(self, cell: etree._Element) -> etree._Element | None:
        if cell.find(S + "f") is not None:
            return None
        if cell.get("t") == "str":
            _make_inline(cell)
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

    def _add(self, cell: etree._Element, at: At, place: Place) -> None:
        string = self._string(cell)
        if string is None or not has_words(self._text(cell)):
            return
        own = copy.deepcopy(string)
        for phonetic in [*own.iter(S + "rPh"), *own.iter(S + "phoneticPr")]:
            parent = phonetic.getparent()
            if parent is not None:
                parent.remove(phonetic)  # how the source is read aloud
        self._cells.append(_Cell(cell, own, Runs(slots(own), Said("cell"), place), at))

    def write(self, placed: Sequence[Placed | None]) -> bytes:
        made = iter(placed)
        for cell in self._cells:
            if (one := next(made)) is not None:
                self._write(cell, one)
        for other in self._others:
            other.write([next(made) for _ in other.units], self._options.bilingual)
        self.notes += [*self._headers.notes, *self._shapes.notes, *self._attributes.notes]
        changed = {**self._sheets, **self._charts.parts, **self._comments.parts, **self._shapes.parts}
        if self._strings is not None:
            self._strings.set("uniqueCount", str(len(self._shared)))
            changed[STRINGS] = self._strings
        return self._package.written(changed)

    def _write(self, cell: "_Cell", one: Placed) -> None:
        if self._options.bilingual:
            write_both(cell.string, cell.runs, one)
        else:
            cell.runs.write(one)
        self._charts.put(cell.at, "".join(t.text or "" for t in cell.string.iter(S + "t")))
        if cell.element.get("t") == "inlineStr":
            old = cell.element.find(S + "is")
            assert old is not None
            cell.element.replace(old, cell.string)
            return
        value = cell.element.find(S + "v")
        assert self._strings is not None
        assert value is not None
        self._strings.append(cell.string)
        value.text = str(len(self._shared))
        self._shared.append(cell.string)


def _read_elsewhere(kept: Sequence[str], place: Place) -> Message:
    return counted(
        "{count} text on {place} stays, since formulas, rules, tables or charts read it: {cells}.",
        "{count:,} texts on {place} stay, since formulas, rules, tables or charts read them: {cells}.",
        len(kept),
        place=place.label,
        cells=list(kept),
    )


def _short(text: str) -> str:
    return " ".join(text.split())[:SHOWN]


def _make_inline(cell: etree._Element) -> None:
    """Some programs write a plain text like the result of a formula."""
    text = cell.findtext(S + "v") or ""
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    etree.SubElement(etree.SubElement(cell, S + "is"), S + "t").text = text
