"""Reads and writes tables in a process of its own, within the limits of reading. Knows no format."""

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from components.documents import confined
from components.documents.limits import Limits
from components.documents.tables.new_columns import Choice, Column, Value
from components.messages import Message, from_json

PROGRAM = ("-m", "components.documents.tables.table_program")


@dataclass(frozen=True)
class ReadTable:
    """The rows of a table as text."""

    format: str  # "CSV", "TSV", "XLSX", "JSONL" or "Parquet"
    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]  # each as long as `columns`
    sheets: tuple[str, ...] = ()
    sheet: str = ""  # of these, the one that was read
    notes: tuple[Message, ...] = ()


def read_table(
    data: bytes,
    name: str,
    choice: Choice,
    limits: Limits,
    cancelled: Callable[[], bool] = lambda: False,
) -> ReadTable:
    """Raises Cancelled, or a kind of `components.documents.errors` where the file can't be used."""
    header = {"name": confined.shown_name(name), "choice": choice.to_json()}
    answer = confined.ask(PROGRAM, header, data, limits, cancelled)
    notes = tuple(map(from_json, answer["notes"]))
    return ReadTable(
        answer["format"],
        tuple(answer["columns"]),
        answer["rows"],
        tuple(answer["sheets"]),
        answer["sheet"],
        notes,
    )


def write_table(
    data: bytes,
    name: str,
    choice: Choice,
    columns: Sequence[Column],
    values: Iterable[Sequence[Value]],
    limits: Limits,
) -> tuple[bytes, tuple[Message, ...]]:
    """The same file with new columns, and what must be said of it. `values`: for each row one a column."""
    plain = [column.to_json() for column in columns]
    header = {"name": confined.shown_name(name), "choice": choice.to_json(), "columns": plain}
    more = bytearray(b"[")
    for row in values:
        more += (b"," if len(more) > 1 else b"") + json.dumps(list(row)).encode()
    answer = confined.ask(PROGRAM, header, data, limits, more=bytes(more + b"]"))
    return base64.b64decode(answer["data"]), tuple(map(from_json, answer["notes"]))
