"""A new table as CSV or as a workbook: titles, then rows of typed values. No text becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from components.documents.cells import neutral
from components.documents.tables.delimited import as_text
from components.documents.tables.new_columns import Column, Value


def new_csv(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> bytes:
    """With a byte order mark, by which Excel tells that it is UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([neutral(column.title) for column in columns])
    writer.writerows([neutral(as_text(value)) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", "replace")


def new_workbook(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> bytes:
    """Numbers and dates are what they are; all else is text."""
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    for at, column in enumerate(columns, 1):
        title = sheet.cell(1, at, "")
        title.value, title.data_type = ILLEGAL_CHARACTERS_RE.sub("", column.title), "s"
        title.font = Font(bold=True)
    for number, row in enumerate(rows, 2):
        for at, (column, value) in enumerate(zip(columns, row, strict=True), 1):
            if value is None or value == "":
                continue
            cell = sheet.cell(number, at)
            if column.kind == "date":
                cell.value, cell.number_format = date.fromisoformat(value), "yyyy-mm-dd"
            elif isinstance(value, int | float):
                cell.value = value
            else:
                cell.value, cell.data_type = ILLEGAL_CHARACTERS_RE.sub("", as_text(value)), "s"
                cell.quotePrefix = neutral(as_text(value)) != as_text(value)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
