"""Plain text and Markdown as rows: whole paragraphs where they fit, gathered until there is enough for one.

Knows characters and lines; nothing about tokens. The rows one after another are the text.
"""

import re
from collections.abc import Iterator

from components.training.doctor.records import Opened

LEAST, MOST = 60, 1_500  # characters after which a row ends at the next border; after twice as many, anywhere
PIECES = 32  # that a text becomes, half as many at least, where they get neither shorter nor longer than that
_BORDERS = (  # the best first
    re.compile(r"\n[ \t]*\n"),
    re.compile(r"\n"),
    re.compile(r"""[.!?…]["'”’»)\]]*\s+|[。！？][」』”’）]*"""),
    re.compile(r"\s+"),
)
_EMPTY = re.compile(r"(?:\s*\n)?")  # the rest of a line, and the empty lines after it


def read(text: str) -> Opened:
    """The rows of one document; all but the last say that the text goes on."""
    opened = Opened("Text")
    rows = list(_rows(text.rstrip() + "\n"))
    for number, (line, said) in enumerate(rows, 1):
        more = {"continued": True} if number < len(rows) else {}
        opened.add(line, {"text": said, **more})
    return opened


def parts(text: str, size: int) -> list[str]:
    """A document that is one row, in rows: whole where it isn't much longer than `size`."""
    if len(text) <= 2 * size:
        return [text]
    return [said for _, said in _rows(text, size)]


def size_of(length: int) -> int:
    """After how many characters a row ends, where all of the text has so many."""
    return min(MOST, max(LEAST, length // PIECES))


def _rows(text: str, size: int = 0) -> Iterator[tuple[int, str]]:
    """Each row with the line that it begins on."""
    start = _after_empty(text, 0)
    size = size or size_of(len(text) - start)
    line = 1 + text.count("\n", 0, start)
    while start < len(text):
        end = _after_empty(text, _end(text, start, size))
        yield line, text[start:end]
        line += text.count("\n", start, end)
        start = end


def _end(text: str, start: int, size: int) -> int:
    """Where a row ends: at the first border of the best kind that comes in time."""
    if len(text) - start <= size:
        return len(text)
    for border in _BORDERS:
        if found := border.search(text, start + size, start + 2 * size):
            return found.end()
    return start + 2 * size


def _after_empty(text: str, place: int) -> int:
    found = _EMPTY.match(text, place)
    return found.end() if found else place
