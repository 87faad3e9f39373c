"""Opens and writes a file to be translated in a process of its own, within the limits of reading.

Knows nothing about formats: bytes go in, units or bytes come back, and any failure is an AppError.
"""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from components.documents import confined, errors, old_office
from components.documents.limits import Limits
from components.documents.page_progress import Told
from components.documents.rewriting.units import Options, Placed, Unit
from components.messages import Message, from_json

# A file is read again to be written, and each text is put in its place: a workbook of 9,000 cells is read in
# 0.44 s and written in 1.30 s, so that one which was just read within its limit needs three times as long.
WRITING = 4
WORKER = ("-m", "components.documents.rewriting.rewriter_program")


@dataclass(frozen=True)
class OpenedFile:
    """A file's text, unit by unit."""

    format: str
    units: tuple[Unit, ...]
    counts: dict[str, int]
    notes: tuple[Message, ...] = ()
    header: tuple[str, ...] = ()  # of a table: the titles of its columns
    output: str = ""  # the name of the file that will come back


@dataclass(frozen=True)
class WrittenFile:
    """The translated file."""

    data: bytes
    counts: dict[str, int] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()


def open_file(
    data: bytes,
    name: str,
    options: Options = Options(),  # noqa: B008 - frozen
    limits: Limits | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    told: Told = lambda done, of: None,
) -> OpenedFile:
    """What is in the file; `told` hears of each page that is read from a picture.

    Raises Cancelled, or a kind of `components.documents.errors` where the file can't be used."""
    answer = _ask(data, name, options, b"", limits or Limits(), cancelled, told)
    return OpenedFile(
        answer["format"],
        tuple(Unit.from_json(unit) for unit in answer["units"]),
        answer["counts"],
        tuple(map(from_json, answer["notes"])),
        tuple(answer["header"]),
        answer["output"],
    )


def write_file(
    data: bytes,
    name: str,
    options: Options,
    placed: Sequence[Placed | None],
    limits: Limits | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> WrittenFile:
    """The file with each unit's translation; None leaves a unit as it is.

    Raises what `open_file` does; TookTooLong after `WRITING` times the seconds of reading.
    """
    limits = limits or Limits()
    limits = replace(limits, seconds=WRITING * limits.seconds)
    plain = json.dumps([None if one is None else one.to_json() for one in placed]).encode("utf-8")
    try:
        answer = _ask(data, name, options, plain, limits, cancelled)
    except errors.TookTooLong as error:
        raise errors.writing_took_too_long(confined.shown_name(name), limits.seconds) from error
    return WrittenFile(
        base64.b64decode(answer["data"]), answer["counts"], tuple(map(from_json, answer["notes"]))
    )


def _ask(
    data: bytes,
    name: str,
    options: Options,
    placed: bytes,
    limits: Limits,
    cancelled: Callable[[], bool],
    told: Told = lambda done, of: None,
) -> dict[str, Any]:
    header = {"name": confined.shown_name(name), "options": options.to_json()}
    answer, _ = old_office.ask(WORKER, header, data, limits, cancelled, more=placed, told=told)
    return answer
