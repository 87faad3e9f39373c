"""Rows of tables: CSV and its like, Excel workbooks, Parquet. The first row has the titles.

Knows cells and lines; not what the columns mean.
"""

import csv
import io
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from components.documents import errors
from components.documents.cells import restored
from components.documents.draft import Draft
from components.documents.formats import delimited, xlsx
from components.documents.limits import Limits
from components.documents.sniffer import LABELS, extension
from components.documents.source import Source
from components.messages import Message, Said, counted
from components.training.doctor.field_names import KNOWN_FIELDS, field_name
from components.training.doctor.findings import quoted
from components.training.doctor.records import Opened

SEPARATOR_NAMES = {
    ",": Said("commas"),
    ";": Said("semicolons"),
    "\t": Said("tabs"),
    "|": Said("vertical bars"),
}
USUAL = {"csv": ",", "tsv": "\t", "tab": "\t"}  # what the name of a file promises
_RULE = re.compile(r"\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?)?")  # under the titles in Markdown
_CELL_END = re.compile(r"(?<!\\)\|")
HEAD = 12  # rows in which the header is looked for
BATCH = 1_000  # rows of Parquet in memory at a time
Cells = Sequence[Any]


def read_delimited(text: str, name: str, header: bool = True) -> Opened:
    """`header` is whether the first row has titles."""
    opened = Opened("CSV", table=True)
    lines = text.split("\n")
    if table := _markdown(lines):
        opened.format = "Markdown"
        above = [line for line in lines[: table[0][0] - 1] if line.strip()]
        _note_above(above, opened)
        _take(((line, cells, "") for line, cells in table), opened, header)
        return opened
    declared = delimited.declared_separator(lines)
    even = _by_lines(lines) if extension(name) not in USUAL else ""
    separator = declared or _by_titles(lines) or even or delimited.separator_of(text, extension(name))
    opened.format = "TSV" if separator == "\t" else "CSV"
    usual = USUAL.get(extension(name), "\t" if opened.format == "TSV" else ",")
    if separator not in (usual, delimited.ONE_COLUMN):
        named = SEPARATOR_NAMES.get(separator, quoted(separator))
        opened.repair(Said("The columns are separated by {separator}.", separator=named))
    start = 1 if declared else 0
    read = _unquoted(lines, start) if separator == "\t" else _escaped(lines, start, separator)
    if read and separator != "\t":
        opened.repair(Said("Quotation marks after a backslash were read as text."))
    rows = read or _records(lines, start, separator, opened)
    _take(((line, _restored(cells, opened), "") for line, cells in rows), opened, header)
    return opened


def _escaped(lines: list[str], start: int, separator: str) -> list[tuple[int, list[str]]] | None:
    """The records of a file that writes \\" for a quotation mark inside of a cell, and never \"\"; None
    where the rows wouldn't all be as long as the titles, or are so without it.
    """
    text = "\n".join(lines[start:])
    if '\\"' not in text or '""' in text.replace('\\"', "").replace(',""', ""):
        return None
    given = [line + "\n" for line in lines[start:]]
    if len({len(cells) for cells in csv.reader(given, delimiter=separator, skipinitialspace=True)}) == 1:
        return None
    reader = csv.reader(given, delimiter=separator, skipinitialspace=True, escapechar="\\", doublequote=False)
    rows: list[tuple[int, list[str]]] = []
    first = 0
    for cells in reader:
        if any(cells):
            rows.append((start + first + 1, cells))
        first = reader.line_num
    return rows if len({len(cells) for _, cells in rows}) == 1 else None


def _restored(cells: list[str], opened: Opened) -> list[str]:
    """Without the apostrophes that a download of this app puts before what a spreadsheet would compute."""
    made = [restored(cell) for cell in cells]
    if made != cells:
        opened.repair(Said("Apostrophes before cells that look like formulas were removed."))
    return made


def _unquoted(lines: list[str], start: int) -> list[tuple[int, list[str]]] | None:
    """The records of a file with tabs in which quotation marks are only text, as many programs write it."""
    rows = [
        (number, line.split("\t")) for number, line in enumerate(lines[start:], start + 1) if line.strip(" ")
    ]
    if len({len(cells) for _, cells in rows}) != 1:
        return None
    quoted_rows = csv.reader([line + "\n" for line in lines[start:]], delimiter="\t")
    return rows if sum(len(cells) > 1 for cells in quoted_rows) != len(rows) else None


def _by_titles(lines: list[str]) -> str:
    """The separator with which the first row is made of titles that are known."""
    first = next((line for line in lines if line.strip()), "")
    for separator in delimited.SEPARATORS:
        titles = next(csv.reader([first], delimiter=separator, skipinitialspace=True), [])
        if len(titles) > 1 and sum(field_name(title) in KNOWN_FIELDS for title in titles) > 1:
            return separator
    return ""


def _by_lines(lines: list[str]) -> str:
    """The separator that nearly all lines have the same number of, none at their beginnings and ends."""
    looked = [line for line in lines if line.strip()][: delimited.LOOK]
    for separator in "\t;":
        counts = Counter(
            0 if line[0].isspace() or separator in (line[0], line[-1]) else line.count(separator)
            for line in looked
        )
        usual, count = max(counts.items(), key=itemgetter(1), default=(0, 0))
        if usual > 0 and count > 2 and count >= 0.9 * len(looked):
            return separator
    return ""


def _markdown(lines: list[str]) -> list[tuple[int, list[str]]]:
    """The rows of a table of Markdown that is most of a text and its end."""
    rule = next((number for number, line in enumerate(lines) if _RULE.fullmatch(line.strip())), 0)
    if not rule:
        return []
    above = sum(bool(line.strip()) for line in lines[: rule - 1])
    rows = [(number, line) for number, line in enumerate(lines[rule - 1 :], rule) if line.strip()]
    if rows[0][0] != rule or above > len(rows) - 2 or not all("|" in line for _, line in rows):
        return []
    return [
        (number, [cell.strip().replace("\\|", "|") for cell in _CELL_END.split(_inner(line))])
        for number, line in rows
        if number != rule + 1
    ]


def _inner(line: str) -> str:
    """A row of Markdown without the bars around it."""
    return line.strip().removeprefix("|").removesuffix("|")


def is_written_as_table(text: str) -> bool:
    """Whether a text of any name is a table, by its lines."""
    lines = text.split("\n")
    return bool(_by_lines(lines) or _markdown(lines))


def has_known_titles(text: str) -> bool:
    """Whether a text is a table whose titles say what it is for."""
    return bool(_by_titles(text[:10_000].split("\n")[:20]))


def _records(lines: list[str], start: int, separator: str, opened: Opened) -> Iterator[tuple[int, list[str]]]:
    """The records with the line that each begins on. After an open quote, the next line is tried."""
    while start < len(lines):
        rest = (lines[number] + "\n" for number in range(start, len(lines)))
        reader = csv.reader(rest, delimiter=separator, skipinitialspace=True)
        first, resumed = start, None
        for cells in reader:
            began, first = first, start + reader.line_num
            if what := _open_quote(lines, began, first, separator):
                opened.find(began + 1, "cells", what)
                # Where it was closed in the middle of a cell, the lines after the first are no rows.
                resumed = began + 1 if _opens_cell(lines[min(first, len(lines)) - 1], separator) else first
                break
            if len(cells) > 1 or lines[began].strip():
                yield began + 1, cells
        if resumed is None:
            return
        start = resumed


def _open_quote(lines: list[str], began: int, first: int, separator: str) -> Message:
    """What is wrong where a record of several lines has a quotation mark that isn't closed; else empty."""
    if first - began < 2 and first < len(lines):
        return ""
    ended = [line + "\n" for line in lines[began:first]]
    try:
        list(csv.reader(ended, delimiter=separator, strict=True, skipinitialspace=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            return Said("A quotation mark is opened and never closed: {text}.", text=quoted(lines[began], 40))
        if first - began > 1:
            return Said(
                "A quotation mark is opened and not closed in its row: {text}.", text=quoted(lines[began], 40)
            )
    return ""


def _opens_cell(line: str, separator: str) -> bool:
    """Whether the first quotation mark of a line, which closed a cell begun above, is meant to open one."""
    before = line.partition('"')[0].rstrip(" ")
    return not before or before.endswith(separator)


def _take(rows: Iterator[tuple[int, Cells, str]], opened: Opened, header: bool) -> None:
    """Makes records of rows; the first one has the titles. `rows` are line, cells, sheet."""
    titles: list[str] = []
    first: list[str] = []
    rows = _filled(rows)
    for line, cells, sheet in _from_header(rows, opened, header):
        if not titles:
            titles = _titles(cells, opened) if header else [f"Column {i}" for i in range(1, len(cells) + 1)]
            first = _said(cells)
            if header:
                continue
        if header and len(titles) > 1 and _said(cells) == first:
            opened.repair(Said("The header is repeated between the rows; there it was left out."))
            continue
        while len(cells) > len(titles) and _blank(cells[-1]):
            cells = cells[:-1]
        if len(cells) > len(titles):
            opened.find(line, "cells", _too_many_cells(len(cells), len(titles), sheet), sheet)
            continue
        if sheet:  # a workbook doesn't store the empty cells at the end of a row
            cells = [*cells, *[None] * (len(titles) - len(cells))]
        opened.add(line, dict(zip(titles, cells, strict=False)), sheet)


def _too_many_cells(cells: int, titles: int, sheet: str) -> Message:
    if sheet:
        return counted(
            "{count} cell, but the header has {titles}.",
            "{count} cells, but the header has {titles}.",
            cells,
            titles=titles,
        )
    return counted(
        "{count} cell, but the header has {titles}; is a quotation mark missing?",
        "{count} cells, but the header has {titles}; is a quotation mark missing?",
        cells,
        titles=titles,
    )


def _filled(rows: Iterator[tuple[int, Cells, str]]) -> Iterator[tuple[int, Cells, str]]:
    """Without the empty rows at the beginning and at the end; those between others are bad rows."""
    empty: list[tuple[int, Cells, str]] | None = None
    for row in rows:
        if not all(map(_blank, row[1])):
            yield from empty or ()
            yield row
            empty = []
        elif empty is not None:
            empty.append(row)


def _from_header(
    rows: Iterator[tuple[int, Cells, str]], opened: Opened, titled: bool
) -> Iterator[tuple[int, Cells, str]]:
    """Without the lines above the titles, or above the first row where there are none: one cell each, or
    fewer than there are titles that are known.
    """
    head = list(islice(rows, HEAD))
    start = _header(head) if titled else _first_of_several(head)
    above = [cell for _, cells, _ in head[:start] for cell in cells if not _blank(cell)]
    rest = [(cells, bool(sheet)) for _, cells, sheet in head[start + 1 :] if not all(map(_blank, cells))]
    agree = sum(_fits(cells, head[start][1], sheet) for cells, sheet in rest) * 2 >= len(rest) > 0
    if start and agree and not any(field_name(str(one)) in KNOWN_FIELDS for one in above):
        _note_above(above, opened)
        head = head[start:]
    return chain(head, rows)


def _note_above(above: Sequence[Any], opened: Opened) -> None:
    if above:
        lines = [quoted(one, 40) for one in above]
        opened.note(Said("Lines above the header were left out: {lines}.", lines=lines))


def _header(head: Sequence[tuple[int, Cells, str]]) -> int:
    """Which row may have the titles: the first with several that are known, else with several cells."""
    filled = [[str(cell) for cell in cells if not _blank(cell)] for _, cells, _ in head]
    widths = [len(cells) for cells in filled]
    for number, cells in enumerate(filled):
        known = sum(field_name(cell) in KNOWN_FIELDS for cell in cells)
        above = max(widths[:number], default=0)
        if known > 1 and (above < widths[number] or (above == known == widths[number])):
            return number
    return _first_of_several(head)


def _first_of_several(head: Sequence[tuple[int, Cells, str]]) -> int:
    """The first row with more than one cell."""
    widths = (sum(not _blank(cell) for cell in cells) for _, cells, _ in head)
    return next((number for number, width in enumerate(widths) if width > 1), 0)


def _fits(cells: Cells, titles: Cells, sheet: bool) -> bool:
    """Whether a row of several cells is as long as the titles; a sheet stores no empty cells at its end."""
    if sum(not _blank(cell) for cell in cells) < 2:
        return False
    ends, end = _end(cells), _end(titles)
    return ends == end or (ends < end if sheet else len(cells) == len(titles))


def _end(cells: Cells) -> int:
    """How many cells there are up to the last one that isn't empty."""
    return max((number for number, cell in enumerate(cells, 1) if not _blank(cell)), default=0)


def _said(cells: Cells) -> list[str]:
    return ["" if _blank(cell) else str(cell).strip() for cell in cells[: _end(cells)]]


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _titles(cells: Cells, opened: Opened) -> list[str]:
    titles: list[str] = []
    raw = ["" if cell is None else str(cell) for cell in cells]
    while raw and not raw[-1].strip():
        raw.pop()
    for number, title in enumerate(raw, 1):
        clean = re.sub(r"\s+", " ", title.replace("\ufeff", "")).strip()
        if clean != title:
            opened.repair(Said("Spaces in the header were removed."))
        clean = clean or f"Column {number}"
        if clean in titles:
            opened.repair(
                Said("Two columns are called {name}; the second one got a number.", name=quoted(clean))
            )
            clean = f"{clean} ({number})"
        titles.append(clean)
    return titles


def read_workbook(data: bytes, name: str, limits: Limits, header: bool = True) -> list[Opened]:
    """Every visible sheet by itself: each has a header of its own."""
    from openpyxl import load_workbook

    whole, sheets = Opened("XLSX", table=True), []
    parts = Draft()
    xlsx.look_at_parts(Source(data, name, limits, "xlsx"), parts)
    for note in parts.notes:
        whole.note(note)
    for one in parts.left_out:
        whole.note(Said("Not read: {what}", what=one))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            for sheet in book.worksheets:
                if sheet.sheet_state != "visible":
                    whole.note(Said("The hidden sheet {sheet} was not read.", sheet=quoted(sheet.title)))
                    continue
                sheet.reset_dimensions()
                opened = Opened("XLSX", table=True, sheet=sheet.title)
                _take(_sheet(sheet, name, limits), opened, header)
                sheets.append(opened)
    except xlsx.DAMAGED as error:
        raise errors.corrupt(name, LABELS["xlsx"]) from error
    filled = [opened for opened in sheets if opened.records or opened.findings] or [whole]
    filled[0].notes[:0] = [one for one in whole.notes if one not in filled[0].notes]
    return filled


def _sheet(sheet: Any, name: str, limits: Limits) -> Iterator[tuple[int, Cells, str]]:
    count = 0
    for row in sheet.iter_rows():
        shown = [
            xlsx.show(cell.value, cell.number_format or "") if cell.value is not None else None
            for cell in row
        ]
        count += len(shown)
        if count > xlsx.CELLS:
            raise errors.too_much_unpacked(name, limits.unpacked_bytes)
        if not all(map(_blank, shown)):
            line = next((cell.row for cell in row if hasattr(cell, "row")), 0)
            yield line, shown, sheet.title


def _plain(cell: Any) -> Any:
    """A cell of Parquet as text, where it is a date, a time, an exact number or encoded text."""
    if isinstance(cell, date | time | timedelta | Decimal):
        return str(cell)
    if isinstance(cell, bytes):
        try:
            return cell.decode()
        except UnicodeDecodeError:
            return cell
    return cell


def read_parquet(data: bytes, name: str, limits: Limits) -> Opened:
    """Its rows are counted from 1."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    opened = Opened("Parquet", table=True)
    left, line = limits.unpacked_bytes, 0
    try:
        # One row after another on one thread: a file of a kilobyte can hold gigabytes.
        with pq.ParquetFile(io.BytesIO(data), memory_map=False, pre_buffer=False) as file:
            for batch in file.iter_batches(BATCH, use_threads=False):
                left -= batch.nbytes
                if left < 0:
                    raise errors.too_much_unpacked(name, limits.unpacked_bytes)
                for value in batch.to_pylist():
                    line += 1
                    opened.add(line, {name: _plain(cell) for name, cell in value.items()})
    except pa.ArrowMemoryError as error:
        raise errors.too_much_unpacked(name, limits.unpacked_bytes) from error
    except (pa.ArrowException, OSError, ValueError, NotImplementedError) as error:
        raise errors.corrupt(name, Said("a Parquet file")) from error
    return opened
