"""Opens and writes a file to be translated in a process of its own, within the limits of reading.

Knows nothing about formats: bytes go in, units or bytes come back, and any failure is an AppError.
"""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from components.documents import errors
from components.documents.limits import MB, Limits
from components.documents.reading import _Reader, _run, shown_name
from components.documents.rewriting.units import Options, Placed, Unit
from components.errors import BadInput

WORKER = ("-m", "components.documents.rewriting.worker")


@dataclass(frozen=True)
class OpenedFile:
    """A file's text, unit by unit."""

    format: str
    units: tuple[Unit, ...]
    counts: dict[str, int]
    notes: tuple[str, ...] = ()
    header: tuple[str, ...] = ()  # of a table: the titles of its columns
    output: str = ""  # the name of the file that will come back


@dataclass(frozen=True)
class WrittenFile:
    """The translated file."""

    data: bytes
    counts: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def open_file(
    data: bytes,
    name: str,
    options: Options = Options(),  # noqa: B008 - frozen
    limits: Limits | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> OpenedFile:
    """Raises Cancelled, or a kind of `components.documents.errors` where the file can't be used."""
    answer = _ask(data, name, options, b"", limits or Limits(), cancelled)
    return OpenedFile(
        answer["format"],
        tuple(Unit.from_json(unit) for unit in answer["units"]),
        answer["counts"],
        tuple(answer["notes"]),
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
    """The file with each unit's translation; None leaves a unit as it is."""
    plain = json.dumps([None if one is None else one.to_json() for one in placed]).encode("utf-8")
    answer = _ask(data, name, options, plain, limits or Limits(), cancelled)
    return WrittenFile(base64.b64decode(answer["data"]), answer["counts"], tuple(answer["notes"]))


def _ask(
    data: bytes, name: str, options: Options, placed: bytes, limits: Limits, cancelled: Callable[[], bool]
) -> dict[str, Any]:
    shown = shown_name(name)
    if not data:
        raise errors.empty(shown, "is empty")
    if len(data) > limits.file_bytes:
        raise errors.TooLarge(
            f'"{shown}" is {len(data) / MB:.1f} MB; a file may be at most {limits.file_bytes / MB:g} MB. '
            "Split it into smaller files, or paste the part that you need."
        )
    header = {
        "name": shown,
        "limits": limits.to_json(),
        "size": len(data),
        "options": {"columns": list(options.columns), "bilingual": options.bilingual},
    }
    line = json.dumps(header).encode("utf-8") + b"\n"
    answer = _run(_Reader(shown, limits, WORKER), line, data + placed, cancelled)
    if "error" in answer:
        raise errors.KINDS.get(answer["error"], BadInput)(answer["message"])
    return answer["answer"]
