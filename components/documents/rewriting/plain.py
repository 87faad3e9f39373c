"""Plain text: paragraphs, or lines where each is a text of its own.

Knows only lines. A paragraph that was wrapped by hand is translated as one and wrapped again.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from components.documents.line_joiner import Words
from components.documents.rewriting.line_breaks import cells, fill
from components.documents.rewriting.text_file import Edit, TextFile, apply
from components.documents.rewriting.units import Options, Placed, Unit, has_words
from components.messages import N_

WRAPPED_FROM = 45  # characters: lines this long and longer, all but the last, were wrapped by hand
NARROW = (
    24,
    0.6,
)  # cells: shorter lines were, if this long, the shortest this share of the longest, and each full


class PlainFile(TextFile):
    """One text file."""

    def __init__(self, text: str, options: Options) -> None:
        super().__init__(text, options)
        self._words = Words(text.splitlines())
        self._places: list[tuple[int, int, int]] = []  # start, end, width to wrap to (0: one line)
        self.counts = {N_("lines"): len(text.splitlines()), N_("paragraphs"): 0}
        for block in re.finditer(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*", text):
            self.counts["paragraphs"] += 1
            self._read(block.start(), block.group())
        if any(width for _, _, width in self._places):
            del self.counts["lines"]  # wrapped again, a paragraph may have more of them or fewer

    def _read(self, start: int, block: str) -> None:
        lines = block.split("\n")
        if _is_wrapped(lines):
            width = max(cells(line.rstrip()) for line in lines)
            self._add(start, block, width)
            return
        for line in lines:
            self._add(start, line, 0)
            start += len(line) + 1

    def _add(self, start: int, raw: str, width: int) -> None:
        inner = raw.strip()
        if has_words(inner):
            at = start + raw.index(inner)
            self._places.append((at, at + len(inner), width))
            self.units.append(Unit(self._words.joined([line.strip() for line in inner.split("\n")])))

    def write(self, placed: Sequence[Placed | None]) -> str:
        newline = "\r\n" if "\r\n" in self.text else "\n"
        edits = []
        for (start, end, width), one in zip(self._places, placed, strict=True):
            if one is None:
                continue
            new = fill(one.text, width).replace("\n", newline) if width else one.text
            source = self.text[start:end]
            edits.append(Edit(start, end, f"{source}{newline}{new}" if self.options.bilingual else new))
        return apply(self.text, edits)


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Lines of a paragraph that was wrapped: all but the last are long, and none begins a list."""
    if len(lines) < 2 or any(re.match(r"\s*([-*•]|\d+[.)])\s", line) for line in lines[1:]):
        return False
    long = [len(line.rstrip()) for line in lines[:-1]]
    if min(long) >= WRAPPED_FROM:
        return max(long) - min(long) <= 30
    full = [cells(line.rstrip()) for line in lines[:-1]]
    width = max(cells(line.rstrip()) for line in lines)
    return (
        width >= NARROW[0] and min(full) >= NARROW[1] * width and _is_full(lines, width) and _goes_on(lines)
    )


def _is_full(lines: Sequence[str], width: int) -> bool:
    """Whether no line had room for the next one's first word."""
    pairs = pairwise(line.strip() for line in lines)
    return all(cells(line) + 1 + cells(_first(after)) > width for line, after in pairs)


def _first(line: str) -> str:
    """A word; in scripts without spaces, a character with those that may not be separated from it."""
    return line[:2] if cells(line[:1]) == 2 else line.split()[0]


def _goes_on(lines: Sequence[str]) -> bool:
    """Whether lines begin in the middle of a sentence, unlike those of a verse, a list or an address."""
    pairs = list(pairwise(line.strip() for line in lines))
    inside = sum(a[:1].islower() or (cells(a[:1]) == 2 and b[-1] not in "。！？：…」』”") for b, a in pairs)
    return 2 * inside >= len(pairs)
