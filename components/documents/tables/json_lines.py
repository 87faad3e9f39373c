"""JSON Lines: new fields at the end of each object; what was there stays letter by letter. Knows JSON."""

import json
from collections.abc import Sequence
from typing import Any

from components.documents import errors
from components.documents.encodings import decode_text
from components.documents.limits import Limits
from components.documents.rewriting.rewriters import encoded
from components.documents.tables.new_columns import Choice, Column, Value, named
from components.errors import BadInput
from components.messages import Message


class JsonLinesTable:
    """One file."""

    format = "JSONL"

    def __init__(self, data: bytes, name: str, limits: Limits, choice: Choice) -> None:
        read = decode_text(data)
        self._data, self._encoding = data, read.encoding
        self.notes: list[Message] = [read.repaired] if read.repaired else []
        self.sheets: list[str] = []
        self._lines = read.text.split("\n")
        self._numbers = [number for number, line in enumerate(self._lines) if line.strip("\ufeff \t\r")]
        found = [_object(self._lines[number], number + 1, name) for number in self._numbers]
        keys = list(dict.fromkeys(key for one in found for key in one))
        self.columns = named(keys)
        self.rows = [[_shown(one[key]) if key in one else "" for key in keys] for one in found]
        if not found:
            raise errors.empty(name)

    def write(
        self, columns: Sequence[Column], values: Sequence[Sequence[Value]]
    ) -> tuple[bytes, list[Message]]:
        """`values`: for each row one for each column."""
        lines = list(self._lines)
        for number, row in zip(self._numbers, values, strict=True):
            fields = {column.title: value for column, value in zip(columns, row, strict=True)}
            line = lines[number]
            end = line.rstrip().rindex("}")
            before = line[:end].rstrip()
            added = json.dumps(fields, ensure_ascii=False)[1:-1]
            comma = "" if before.endswith("{") and not json.loads(line.strip("\ufeff \t\r")) else ", "
            lines[number] = f"{before}{comma if added else ''}{added}{line[end:]}"
        written, note = encoded("\n".join(lines), self._data, self._encoding, "json")
        return written, [note] if note else []


def _object(line: str, number: int, name: str) -> dict[str, Any]:
    try:
        found = json.loads(line.strip("\ufeff \t\r"))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadInput(
            'Line {number:,} of "{name}" is not a JSON object. Each line must be one object, as in '
            "{example}; repair this line and upload the file again.",
            number=number,
            name=name,
            example='{"text": "…"}',
        )
    return found


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
    return json.dumps(value, ensure_ascii=False)
