"""What a check gives to be downloaded: the rows that are left, repaired, and everything that was found.

Knows rows and a check's record; nothing about how it was made.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable

from components.documents.cells import neutral
from components.training import prepared
from components.training.doctor.checks import Check, rows_left
from components.training.doctor.findings import KINDS
from components.training.rows import Row

ROLE_TITLES = {"system": "system", "user": "prompt", "assistant": "completion"}  # of repaired tables


def repaired_zip(check: Check, drop: Iterable[str]) -> bytes:
    """The rows that are left where both sides were uploaded, a file each: they come back as they were."""
    out = io.BytesIO()
    sides = zip((prepared.TRAIN, prepared.VALID), rows_left(check, set(drop)), strict=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in sides:
            archive.writestr(name, _jsonl(check, rows))
    return out.getvalue()


def repaired_jsonl(check: Check, drop: Iterable[str]) -> bytes:
    """The rows that are left, one a line, as they are trained on."""
    train, valid = rows_left(check, set(drop))
    return _jsonl(check, [*train, *valid])


def _jsonl(check: Check, rows: Iterable[Row]) -> bytes:
    names = _pair_names(check)
    lines = [json.dumps(_repaired(row, names), ensure_ascii=False) for row in rows]
    # U+2028 and its like are line ends for some programs that read JSON Lines.
    text = "".join(f"{line}\n" for line in lines)
    return re.sub("[\u0085\u2028\u2029]", lambda m: f"\\u{ord(m[0]):04x}", text).encode("utf-8")


def repaired_csv(check: Check, drop: Iterable[str]) -> bytes:
    """The same as a table, for rows of a question and an answer at most (`flat` in the report)."""
    train, valid = rows_left(check, set(drop))
    names = _pair_names(check)
    table = [_cells(row, names) for row in [*train, *valid]]
    order = (*ROLE_TITLES.values(), *names, "text")
    titles = [one for one in order if any(one in cells for cells in table)]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, titles, restval="", lineterminator="\r\n")
    writer.writeheader()
    for cells in table:
        writer.writerow({name: neutral(said) for name, said in cells.items()})
    return out.getvalue().encode("utf-8-sig")


def findings_csv(check: Check) -> bytes:
    """Everything that was found, as a table."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["file", "sheet", "line", "row", "problem", "what"])
    for one in check.findings:
        place = [one.file or check.files[0], one.sheet, str(one.line), str(one.row or "")]
        row = [*place, KINDS[one.kind], str(one.what)]
        writer.writerow([neutral(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _pair_names(check: Check) -> tuple[str, str]:
    """What the two sides of a pair are called, so that a repaired file is recognised as what it was."""
    if check.report.purpose == "summary":
        return "document", "summary"
    first, second = check.report.shape.languages if check.report.shape else ("", "")
    return (first, second) if first and second and first != second else ("source", "target")


def _repaired(row: Row, names: tuple[str, str]) -> Row:
    """A row as it is downloaded."""
    if "source" in row:
        return dict(zip(names, (row["source"], row["target"]), strict=True))
    return {key: value for key, value in row.items() if key != "line"}


def _cells(row: Row, names: tuple[str, str]) -> dict[str, str]:
    """A row as cells of a table."""
    if "text" in row:
        return {"text": row["text"]}
    if "source" in row:
        return _repaired(row, names)
    return {ROLE_TITLES[one["role"]]: one["content"] for one in row["messages"]}
