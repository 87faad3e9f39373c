"""Which kind of table a file is, told from its bytes. Runs in the document process."""

from collections.abc import Callable, Sequence
from typing import Protocol

from components.documents import errors
from components.documents.encodings import is_text
from components.documents.limits import Limits
from components.documents.sniffer import LABELS, extension, sniff
from components.documents.tables.new_columns import Choice, Column, Value
from components.messages import Message

TEXTS = ("csv", "tsv", "tab", "txt")
LINES = ("jsonl", "ndjson", "json")


class TableFile(Protocol):
    """One table of a file."""

    format: str
    columns: list[str]
    rows: list[list[str]]  # every row as long as `columns`
    sheets: list[str]  # of a workbook, the visible ones
    notes: list[Message]

    def write(
        self, columns: Sequence[Column], values: Sequence[Sequence[Value]]
    ) -> tuple[bytes, list[Message]]: ...


def open_table(data: bytes, name: str, limits: Limits, choice: Choice) -> TableFile:
    """Raises the kinds of `components.documents.errors`, and BadInput for a bad line."""
    opened = _kind(data, name)(data, name, limits, choice)
    if not opened.rows:
        raise errors.EmptyFile(
            '"{name}" has titles but no rows below them, or nothing at all. Choose another file.', name=name
        )
    return opened


def _kind(data: bytes, name: str) -> Callable[[bytes, str, Limits, Choice], TableFile]:
    from components.documents.tables.delimited import DelimitedTable
    from components.documents.tables.json_lines import JsonLinesTable
    from components.documents.tables.parquet import ParquetTable
    from components.documents.tables.workbook import WorkbookTable

    if data.startswith(b"PAR1"):
        return ParquetTable
    ending = extension(name)
    if is_text(data) and (ending in LINES or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")):
        return JsonLinesTable
    found = sniff(data, name).format
    if found == "xlsx":
        return WorkbookTable
    if found == "csv" or (found == "text" and ending in TEXTS):
        return DelimitedTable
    raise errors.Unsupported(
        '"{name}" is {kind}, not a table. Upload CSV, TSV, XLSX, JSONL or Parquet.',
        name=name,
        kind=LABELS.get(found, LABELS["text"]),
    )
