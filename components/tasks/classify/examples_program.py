"""The confined process that reads examples: an upload comes in, rows of text go out, or texts with their
marks.

See `components.documents.confinement`. The readers are those of the dataset doctor.
"""

from collections.abc import Mapping
from typing import Any

from components.documents import errors
from components.documents.confinement import serve
from components.documents.limits import Limits
from components.messages import Message, Said, to_json
from components.tasks.classify import marked_files
from components.tasks.classify.marks import left_out
from components.training.doctor.field_names import is_texts
from components.training.doctor.findings import Finding
from components.training.doctor.records import Opened, Record
from components.training.doctor.titles import first_is_row

SHOWN = 5  # rows that can't be read, each named


def answer(header: dict[str, Any], data: bytes, more: bytes, limits: Limits) -> dict[str, Any]:
    from components.documents.encodings import decode_text, is_text
    from components.training.doctor.upload_files import open_upload

    if is_text(data) and (found := marked_files.conll(decode_text(data).text)):
        return _marks(header["name"], found, [])
    best = _largest(open_upload(data, header["name"], limits))
    if first_is_row(best):
        best = _largest(open_upload(data, header["name"], limits, header=False))
    if not best.records:
        raise errors.empty(header["name"], Said("has no rows"))
    if found := marked_files.rows([record.given or record.value for record in best.records]):
        return _marks(header["name"], found, best.findings)
    return {"table": _table(header["name"], best)}


def _marks(name: str, found: marked_files.Found, findings: list[Finding]) -> dict[str, Any]:
    made, bad = found
    rows = [one.to_json() for one in marked_files.tidy(made)]
    notes = [*left_out(bad), *map(_told, findings[:SHOWN])]
    return {"marks": {"name": name, "rows": rows}, "notes": [to_json(note) for note in notes]}


def _largest(opened: list[Opened]) -> Opened:
    return max(map(_as_rows, opened), key=lambda one: len(one.records))


def _as_rows(opened: Opened) -> Opened:
    """The reading that has the fields of the file, where it could also be a chat."""
    return opened.other if opened.chat and opened.other else opened


def _table(name: str, opened: Opened) -> dict[str, Any]:
    columns = list(dict.fromkeys(str(title) for record in opened.records for title in record.value))
    notes: list[Message] = [*opened.repaired, *opened.notes, *map(_told, opened.findings[:SHOWN])]
    return {
        "name": name,
        "columns": columns,
        "rows": [[_cell(row, title) for title in columns] for row in map(_labelled, opened.records)],
        "lines": [record.line for record in opened.records],
        "notes": [to_json(note) for note in notes if not isinstance(note, str)],
    }


def _told(finding: Finding) -> Message:
    return Said("{where}: {what}", where=finding.where, what=finding.what)


def _labelled(record: Record) -> Mapping[str, Any]:
    """A row whose labels are still a list where they were one."""
    lists = {name: value for name, value in (record.given or {}).items() if is_texts(value)}
    return {**record.value, **lists} if lists.keys() <= record.value.keys() else record.value


def _cell(row: Mapping[str, Any], title: str) -> str:
    """A value as text: a list of labels as one cell of several."""
    value = row.get(title)
    if isinstance(value, list | tuple):
        return ";".join(map(str, value))
    return "" if value is None else str(value)


if __name__ == "__main__":
    serve(answer)
