"""Shared by the doctor's tests: a base model's tokenizer on the disk, and a check in this process."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from components.documents.limits import Limits
from components.messages import Message
from components.training.doctor.diagnosis import Request, diagnose
from components.training.doctor.report import Diagnosis
from components.training.doctor.shape import Shape


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


GOOD = '{"prompt": "What is it?", "completion": "A fox."}'


TWO = '{"prompt": "And this?", "completion": "A dog."}'


def turns(*roles: str) -> str:
    return json.dumps(
        {"messages": [{"role": role, "content": f"{role} {n}"} for n, role in enumerate(roles)]}
    )


ASKED = {"role": "user", "content": "Why?"}


SAID = {"role": "assistant", "content": "Because."}


CHAT = [ASKED, SAID]


def jsonl(*rows) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def workbook(*sheets) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def recognised(answer: Diagnosis) -> Shape:
    assert answer.report.shape is not None
    return answer.report.shape


def table(*titles, rows: int = 6) -> str:
    """Rows of texts that differ; a title with "=" says its values, of which there may be several."""
    named = [title.partition("=") for title in titles]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([name for name, _, _ in named])
    for n in range(rows):
        values = [said.split("|") if said else [f"The {name} of fox {{}}"] for name, _, said in named]
        writer.writerow([one[n % len(one)].format(n) for one in values])
    return out.getvalue()
