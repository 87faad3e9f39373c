"""Which words of a summary's sentence are the document's, and which are the model's.

Knows lines; nothing about how they are shown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from components.tasks.summarize.summary import Line

_WORD = re.compile(r"\w+(?:['’.,-]\w+)*")
_FOUND_BY = 40  # characters of a passage's beginning by which its quote is found behind the speaker


@dataclass(frozen=True)
class Piece:
    """A stretch of a line's text."""

    text: str
    own: bool  # not the source's words


def pieces(line: Line) -> list[Piece]:
    """The line's text in stretches. A quote has no own words; of a translation nothing can be told."""
    if line.origin == "quoted" or line.original:
        return [Piece(line.text, own=False)]
    there = {word.casefold() for source in line.sources for word in _WORD.findall(source.text)}
    return list(_joined(line.text, there))


def quoted(line: Line) -> tuple[str, str]:
    """Who says a quote ("Marco: "), and what is said."""
    start = line.sources[0].text[:_FOUND_BY].rstrip("…") if line.sources else ""
    at = max(line.text.find(start), 0)
    return line.text[:at], line.text[at:]


def own_words(line: Line) -> list[str]:
    return [piece.text for piece in pieces(line) if piece.own]


def _joined(text: str, there: set[str]) -> Iterator[Piece]:
    """Neighbouring own words as one piece, with the spaces between them."""
    at = 0
    own: tuple[int, int] | None = None
    for match in _WORD.finditer(text):
        if match[0].casefold() in there:
            continue
        if own and not text[own[1] : match.start()].strip():
            own = own[0], match.end()
            continue
        if own:
            yield from _around(text, at, own)
            at = own[1]
        own = match.span()
    if own:
        yield from _around(text, at, own)
        at = own[1]
    if text[at:]:
        yield Piece(text[at:], own=False)


def _around(text: str, at: int, own: tuple[int, int]) -> Iterator[Piece]:
    if text[at : own[0]]:
        yield Piece(text[at : own[0]], own=False)
    yield Piece(text[own[0] : own[1]], own=True)
