"""Excel workbooks (.xlsx): each sheet a heading and a table of the values that Excel last showed.

Knows nothing about formulas. openpyxl reads the cells; the size and XML of the parts are looked at before.
"""

import datetime
import io
import itertools
import re
import warnings
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from components.documents import errors
from components.documents.draft import Draft
from components.documents.formats.number_formats import shown_duration, shown_number
from components.documents.place import Place
from components.documents.sniffer import LABELS
from components.documents.source import Source
from components.documents.zip_archive import Archive, declares_entities, entities_refused
from components.messages import Said

LOOKED_AT = 50  # rows of a hidden sheet that are kept to be looked at
CELLS = 2_000_000  # of a workbook at most: more than a person or a model reads
_NO_VALUE = re.compile(rb"</f>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>|<f[^>]*/>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_ROW = re.compile(rb"<(?:\w+:)?(row|col)\b[^>]*\bhidden=\"(?:1|true)\"")

# What openpyxl raises for a workbook that isn't one.
DAMAGED = (
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    SyntaxError,
)


def read(source: Source) -> Draft:
    draft = Draft()
    look_at_parts(source, draft)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(source.data), read_only=True, data_only=True, keep_links=False)
            draft.title = book.properties.title or ""
            if len(book.worksheets) > source.limits.pages:
                raise errors.too_many_pages(
                    source.name, len(book.worksheets), source.limits.pages, Said("sheets")
                )
            for sheet in book.worksheets:
                _sheet(sheet, source, draft)
    except DAMAGED as error:
        raise errors.corrupt(source.name, LABELS["xlsx"]) from error
    return draft


def look_at_parts(source: Source, draft: Draft) -> None:
    """Counts what the parts unpack to before openpyxl opens them, which has no limits of its own."""
    archive = Archive(source.data, source.name, source.limits, LABELS["xlsx"])
    for lower, stored in archive.names.items():
        if lower.endswith((".xml", ".rels")):
            part = archive.read(stored)
            if declares_entities(part):
                raise entities_refused(source.name)
            if "worksheets/sheet" in lower:
                formulas = len(_NO_VALUE.findall(part))
                draft.leave_out(
                    Said("Formulas"),
                    Said("the file has no value for them; open and save it in Excel"),
                    formulas,
                )
                if _ROW.search(part):
                    draft.notes.append(
                        Said('"{name}" has hidden rows or columns, which were read too.', name=source.name)
                    )
        elif lower.startswith("xl/media/"):
            draft.leave_out(Said("Pictures"), Said("only text is read"))
        if lower.startswith("xl/charts/chart"):
            draft.leave_out(Said("Charts"), Said("only their numbers in the sheets are read"))
        if lower.startswith("xl/comments"):
            comments = archive.xml(stored).iter("{*}comment")
            text = "\n".join("".join(t.text or "" for t in one.iter("{*}t")) for one in comments)
            draft.leave_out(Said("Comments"), Said("they are about the cells, not part of them"), text=text)


def _sheet(sheet: Any, source: Source, draft: Draft) -> None:
    if sheet.sheet_state != "visible":
        what, why = Said('Hidden sheet "{title}"', title=sheet.title), Said("it is not shown in the workbook")
        draft.leave_out(what, why)
        for values in itertools.islice(sheet.iter_rows(values_only=True), LOOKED_AT):
            draft.show(what, why, "\t".join(str(value) for value in values if value is not None))
        return
    sheet.reset_dimensions()
    rows: list[list[str]] = []
    cells = 0
    for row in sheet.iter_rows():
        shown = [show(cell.value, cell.number_format or "") if cell.value is not None else "" for cell in row]
        cells += len(shown)
        if cells > CELLS:
            raise errors.too_much_unpacked(source.name, source.limits.unpacked_bytes)
        rows.append(shown)
    if any(any(row) for row in rows):
        draft.heading(sheet.title, 1, place=Place(sheet=sheet.title))
        for first, table in _apart(rows):
            _table(table, first, sheet.title, draft)
    else:
        draft.leave_out(Said("Empty sheets"), Said("there is nothing in them"))


def _apart(rows: list[list[str]]) -> list[tuple[int, list[list[str]]]]:
    """Tables on one sheet are set apart by an empty row; each with the number of its first row."""
    numbered = itertools.groupby(enumerate(rows, 1), key=lambda one: any(one[1]))
    tables = [list(group) for filled, group in numbered if filled]
    return [(table[0][0], [row for _, row in table]) for table in tables]


def _table(rows: list[list[str]], first: int, sheet: str, draft: Draft) -> None:
    """A table without its empty columns; a single line of a single cell is text."""
    if len(rows) == 1 and sum(map(bool, rows[0])) == 1:
        draft.paragraph(next(filter(None, rows[0])), place=Place(sheet=sheet, row=first))
        return
    width = max(map(len, rows))
    used = [i for i in range(width) if any(i < len(row) and row[i] for row in rows)]
    draft.table(
        [[row[i] if i < len(row) else "" for i in used] for row in rows], first, place=Place(sheet=sheet)
    )


def show(value: Any, number_format: str) -> str:
    """A cell's value as text: dates as 2024-05-31, numbers as `number_formats` shows them."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return shown_number(value, number_format)
        case datetime.timedelta():
            return shown_duration(value, number_format)
        case datetime.datetime():
            if value.time() == datetime.time():
                return value.date().isoformat()
            return value.isoformat(" ", "seconds" if value.second else "minutes")
        case datetime.time():
            return value.isoformat("seconds" if value.second else "minutes")
        case _:
            return str(value)
