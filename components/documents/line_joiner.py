"""Joins the lines of a text: words broken at a line end become whole, and hyphens that belong to them stay.

Knows nothing about formats; the rest of the document tells which of the two a hyphen is.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from components.scripts import UNSPACED, WIDE

NO_SPACE = re.compile(f"[{UNSPACED}{WIDE}]")  # between two of these a line end is no space
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BROKEN = re.compile(r"\w[-‐\u00ad]$")
_PART_END = re.compile(r"([^\W\d_]+)[-‐\u00ad]$")
_PART_START = re.compile(r"[^\W\d_]+")
# First parts of English compounds: at a line end these are followed by a hyphen of their own.
_HYPHENATED = re.compile(
    "self|well|high|low|long|short|cross|half|two|three|four|five|six|ten|first|second|third|real|large|small|"
    "full|open|fast|slow|mixed|single|double|state|decision|part|user|time"
)


class Words:
    """The words of the document, to tell a word broken at a line end from one with a hyphen."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.known: Counter[str] = Counter()
        broken = False
        for line in lines:
            words = _WORD.findall(line.lower())
            ends = _BROKEN.search(line) is not None
            self.known.update(words[int(broken) : len(words) - int(ends)])
            broken = ends

    def joined(self, texts: Sequence[str]) -> str:
        """Lines as one text."""
        pieces = [texts[0]]
        for text in texts[1:]:
            before = pieces[-1]
            if _BROKEN.search(before) and text[:1].isalnum():
                pieces[-1] = before[:-1] + self._hyphen(before, text)
                pieces.append(text)
            elif before and text and NO_SPACE.match(before[-1]) and NO_SPACE.match(text[0]):
                pieces.append(text)
            else:
                pieces.append(f" {text}")
        return "".join(pieces)

    def _hyphen(self, before: str, after: str) -> str:
        """The text between the two parts of a word: nothing, or the hyphen that belongs to it."""
        first, second = _PART_END.search(before), _PART_START.match(after)
        if not first or not second:
            return "-"
        start, end = first[1].lower(), second[0].lower()
        whole, parted = self.known[start + end], self.known[f"{start}-{end}"]
        if whole or parted:
            return "-" if parted > whole else ""
        if _HYPHENATED.fullmatch(start) or before[: first.start()].endswith("-"):  # as in state-of-the-art
            return "-"
        both_words = min(len(start), len(end)) >= 3 and self.known[start] and self.known[end]
        return "" if second[0][0].islower() and not both_words else "-"
