"""Shared by the doctor's tests: a base model's tokenizer on the disk, and a check in this process."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from components.documents.limits import Limits
from components.messages import Message
from components.training.doctor.diagnosing import Request, diagnose
from components.training.doctor.recognising import Shape
from components.training.doctor.report import Diagnosis


def check(
    folder: Path, *uploads: tuple[str, bytes | str], shape: Shape | None = None, **more: Any
) -> Diagnosis:
    """The doctor's answer about uploads, each a name and its content."""
    more.setdefault("context", 512)
    request = Request(str(folder), "Tiny", shape=shape, **more)
    given = [(name, data.encode() if isinstance(data, str) else data) for name, data in uploads]
    found = diagnose(request, given, Limits())
    assert Diagnosis.from_json(json.loads(json.dumps(found.to_json()))) == found  # as it crosses processes
    return found


def wrong(answer: Diagnosis) -> list[tuple[Any, ...]]:
    """What was found: line and kind, with the file in front where there is one."""
    return [
        (one.file, one.line, one.kind) if one.file else (one.line, one.kind) for one in answer.report.findings
    ]


def places(answer: Diagnosis) -> list[tuple[int, int, str]]:
    """What was found: line, number of the row where the line has several, and kind."""
    return [(one.line, one.row, one.kind) for one in answer.report.findings]


def first(answer: Diagnosis) -> dict[str, Any]:
    return answer.rows[0].row


def words(messages: Iterable[Message]) -> str:
    """Messages in English, one after another."""
    return " ".join(map(str, messages))


def lines(*rows: str) -> str:
    return "".join(row + "\n" for row in rows)


def numbers(answer: Diagnosis) -> Sequence[int]:
    """The lines of the rows that can be used."""
    return [one.row["line"] for one in answer.rows]
