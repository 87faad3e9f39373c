"""CSV and TSV: new cells at the end of each line; everything else stays byte for byte, but for quotation
marks around texts with commas where there was one column only. Knows texts.
"""

import json
from collections.abc import Sequence

from components.documents.cells import neutral, restored
from components.documents.encodings import decode_text
from components.documents.limits import Limits
from components.documents.rewriting.delimited import Grid
from components.documents.rewriting.rewriters import encoded
from components.documents.rewriting.text_file import Edit, apply
from components.documents.tables.new_columns import Choice, Column, Value, header_row, named
from components.messages import Message


class DelimitedTable:
    """One file."""

    def __init__(self, data: bytes, name: str, limits: Limits, choice: Choice) -> None:
        read = decode_text(data)
        self._data, self._encoding = data, read.encoding
        self.notes: list[Message] = [read.repaired] if read.repaired else []
        self._grid = Grid(read.text, name)
        self.format = "TSV" if self._grid.separator == "\t" else "CSV"
        self.sheets: list[str] = []
        rows = [[restored(self._grid.value(cell)) for cell in row] for row in self._grid.rows]
        start = header_row(rows) if choice.header else 0
        self._first = start  # of the rows that get new cells
        self._titled = choice.header
        self._width = max(map(len, rows[start:]), default=0)
        titles = rows[start] if choice.header and rows else []
        self.columns = named([*titles, *[""] * (self._width - len(titles))])
        self.rows = [
            [*row, *[""] * (self._width - len(row))] for row in rows[start + (1 if choice.header else 0) :]
        ]

    def write(
        self, columns: Sequence[Column], values: Sequence[Sequence[Value]]
    ) -> tuple[bytes, list[Message]]:
        """`values`: for each row one for each column."""
        made = [[neutral(column.title) for column in columns]] if self._titled else []
        made += [[neutral(as_text(value)) for value in row] for row in values]
        edits = []
        for cells, new in zip(self._grid.rows[self._first :], made, strict=True):
            missing = self._grid.separator * (self._width - len(cells))
            text = "".join(self._grid.separator + self._grid.written(one) for one in new)
            begin, end, quoted = cells[-1]
            if self._grid.one_column and not quoted:  # what has commas needs quotation marks now
                edits.append(Edit(begin, end, self._grid.written(self._grid.value(cells[-1])) + text))
            else:
                edits.append(Edit(end, end, missing + text))
        written, note = encoded(apply(self._grid.text, edits), self._data, self._encoding, "csv")
        return written, [note] if note else []


def as_text(value: Value) -> str:
    """A value where there are only texts."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case dict() | list():
            return json.dumps(value, ensure_ascii=False)
    return str(value)
