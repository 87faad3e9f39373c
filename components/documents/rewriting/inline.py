"""Text with markup inside it, of HTML, Markdown and subtitles: out as a unit, back as a string.

Knows tokens, not the formats: each format cuts its text into tokens and says how text is escaped.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from components.documents.rewriting.units import Kind, Mark, Placed, Unit, settle


@dataclass(frozen=True)
class Token:
    """A piece of the source, and what it means inside a text."""

    kind: Literal["text", "open", "close", "point", "keep"]
    raw: str
    text: str = ""  # of "text" and "keep": what a person reads
    name: str = ""  # of "open" and "close": which belong together


class Inline:
    """One run of tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._raw: dict[int, tuple[str, str]] = {}  # mark id -> the source before and after it
        marks: list[Mark] = []
        opened: list[tuple[int, int]] = []  # mark id, start
        text, pairs = "", _pairs(tokens)
        closing = {end: start for start, end in pairs.items()}
        for at, token in enumerate(tokens):
            parent = opened[-1][0] if opened else None
            if token.kind == "text":
                text += token.text
            elif at in pairs:
                opened.append((at, len(text)))
                self._raw[at] = (token.raw, tokens[pairs[at]].raw)
            elif at in closing:
                mark_id, start = opened.pop()
                marks.append(Mark(mark_id, start, len(text), "span", opened[-1][0] if opened else None))
            else:
                kept = token.text if token.kind == "keep" else ""
                kind: Kind = "keep" if kept else "point"  # a tag without its other half is a point
                marks.append(Mark(at, len(text), len(text) + len(kept), kind, parent))
                self._raw[at] = (token.raw, "")
                text += kept
        self.text, self.marks = text, tuple(sorted(marks, key=lambda m: m.id))

    def replace(self, mark_id: int, raw: str, closing: bool = False) -> None:
        """Other source for a point, or for an opening or closing tag: one with a text that was translated."""
        before, after = self._raw.get(mark_id, ("", ""))
        self._raw[mark_id] = (before, raw) if closing else (raw, after)

    def render(self, placed: Placed, escape: Callable[[str], str]) -> str:
        """The markup around the translation."""
        placed = settle(Unit(self.text, self.marks), placed)
        return self._inside(None, 0, len(placed.text), placed, escape)

    def _inside(
        self, parent: int | None, start: int, end: int, placed: Placed, escape: Callable[[str], str]
    ) -> str:
        out, at = "", start
        inner = [mark for mark in placed.marks if mark.parent == parent]
        for mark in sorted(inner, key=lambda m: (m.start, m.end, m.id)):
            before, after = self._raw[mark.id]
            out += escape(placed.text[at : max(mark.start, at)]) + before
            if mark.kind == "span":
                out += self._inside(mark.id, mark.start, mark.end, placed, escape)
            out += after
            at = max(mark.end, at)
        return out + escape(placed.text[at:end])


def _pairs(tokens: Sequence[Token]) -> dict[int, int]:
    """Index of each opening token -> index of its closing one; tags that cross are no pair."""
    pairs: dict[int, int] = {}
    opened: list[tuple[str, int]] = []
    for at, token in enumerate(tokens):
        if token.kind == "open":
            opened.append((token.name, at))
        elif token.kind == "close":
            names = [name for name, _ in opened]
            if token.name in names:
                while opened[-1][0] != token.name:
                    opened.pop()  # never closed: it is a point
                pairs[opened.pop()[1]] = at
    return pairs
