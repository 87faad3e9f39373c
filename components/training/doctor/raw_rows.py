"""The app's side of `raw`: starts the confined process, and has the rows as it wrote them.

Knows nothing about formats, nor about what the fields mean.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from components.documents import confined, errors
from components.documents.confined import shown_name
from components.documents.limits import Limits
from components.errors import BadInput, Unavailable
from components.kept import Kept
from components.messages import Message, Said, counted
from components.training.doctor.findings import Finding
from components.training.doctor.shape import Shape

WORKER = ("-m", "components.training.doctor.raw_program")


@dataclass(frozen=True)
class _File(Kept):
    name: str
    format: str
    rows: tuple[tuple[int, Mapping[str, Any]], ...]
    shape: Shape | None
    table: bool = False
    titled: bool = True
    findings: tuple[Finding, ...] = ()
    repaired: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class _Read(Kept):
    files: tuple[_File, ...]


@dataclass(frozen=True)
class RawRows(Kept):
    """One table of an upload: its rows, and what there is to say about it."""

    name: str
    format: str
    rows: tuple[Mapping[str, Any], ...]
    lines: tuple[int, ...]
    shape: Shape | None  # what the fields may be for, by their names
    notes: tuple[Message, ...] = ()
    table: bool = False  # its first row may have titles
    titled: bool = True  # and does

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(str(name) for row in self.rows for name in row))


def read_rows(
    data: bytes,
    name: str,
    limits: Limits,
    cancelled: Callable[[], bool] = lambda: False,
    titles: bool | None = None,
) -> RawRows:
    """The largest table of an upload; others with the same fields belong to it. Raises AppError.

    `titles` is whether the first row has them; None: told by what is in it.
    """
    shown = shown_name(name)
    answer = confined.ask(WORKER, {"name": shown, "titles": titles}, data, limits, cancelled)
    try:
        files = _Read.from_json(answer).files
    except Unavailable as error:
        raise errors.reader_failed(shown) from error
    largest = max(files, key=lambda one: len(one.rows))
    if not largest.rows:
        first = next((one for file in files for one in file.findings), None)
        why = Said("{where}: {what}", where=first.where, what=first.what) if first else ""
        raise BadInput("There are no rows in “{name}”. {why}", name=shown, why=why)
    fields = set(largest.rows[0][1])
    alike = [one for one in files if one is largest or (one.rows and set(one.rows[0][1]) == fields)]
    notes = [note for one in alike for note in (*one.repaired, *one.notes, *_unread(one))]
    others = [one.name for one in files if one not in alike and one.rows]
    if not largest.titled and titles is None:
        notes.append(Said("The first row is like the others, so it was read as one and not as titles."))
    if others:
        notes.append(Said("Left out, for other fields: {files}.", files=others))
    rows = [row for one in alike for row in one.rows]
    return RawRows(
        shown,
        largest.format,
        tuple(value for _, value in rows),
        tuple(line for line, _ in rows),
        largest.shape,
        tuple(dict.fromkeys(notes)),
        largest.table,
        largest.titled,
    )


def _unread(file: _File) -> list[Message]:
    """What is said of rows that couldn't be read: how many, and the first with its place."""
    if not file.findings:
        return []
    first = file.findings[0]
    return [
        counted(
            "{count} row could not be read and was left out: {where}: {what}",
            "{count:,} rows could not be read and were left out, the first: {where}: {what}",
            len(file.findings),
            where=first.where,
            what=first.what,
        )
    ]
