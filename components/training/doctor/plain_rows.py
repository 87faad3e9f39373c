"""Plain text and Markdown as rows: whole paragraphs, gathered until there is enough for one.

Knows lines; nothing about tokens.
"""

from components.training.doctor.records import Opened, Record

ENOUGH = 1_500  # signs after which a row ends at the next empty line
MOST = 3_000  # signs after which it ends at the next line


def read(text: str) -> Opened:
    """The rows of one document; all but the last say that the text goes on."""
    opened = Opened("Text")
    rows = list(_rows(text.split("\n")))
    for number, (line, said) in enumerate(rows, 1):
        value: dict[str, object] = {"text": said}
        if number < len(rows):
            value["continued"] = True
        opened.records.append(Record(line, value))
    return opened


def _rows(lines: list[str]) -> list[tuple[int, str]]:
    rows: list[tuple[int, str]] = []
    kept: list[str] = []
    size, start = 0, 1
    for number, line in enumerate(lines, 1):
        if not kept and not line.strip():
            continue
        if not kept:
            start = number
        kept.append(line)
        size += len(line) + 1
        if (size >= ENOUGH and not line.strip()) or size >= MOST:
            rows.append((start, _joined(kept)))
            kept, size = [], 0
    if any(line.strip() for line in kept):
        rows.append((start, "\n".join(kept).rstrip() + "\n"))
    return rows


def _joined(lines: list[str]) -> str:
    """With the empty lines at its end, as they are part of a text that goes on."""
    return "\n".join(lines) + "\n"
