"""A unit of translation: a text, and marks for the structure inside it.

Knows no format. A mark is a span with its own format, a point for something that isn't text (an image, a
footnote's number), or text that must be kept exactly as it is (code).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from components.documents.place import NOWHERE, Place, within
from components.messages import Message, Said, from_json, to_json

Kind = Literal["span", "point", "keep"]
PARAGRAPH = Said("paragraph")
_NOTE_SIGN = re.compile(r"\d{1,3}|[*†‡]+")
_BEFORE_A_NOTE = re.compile(r"[.,;:!?)\]”’»\"']$|[^\W\d_]{4,}$")
_SEPARATED = re.compile(r"\d[.,]\d")


@dataclass(frozen=True)
class Mark:
    """Places are offsets into the unit's text."""

    id: int
    start: int
    end: int  # the same as start for a point
    kind: Kind = "span"
    parent: int | None = None  # the span that this one is inside of


@dataclass(frozen=True)
class Unit:
    """One paragraph, cell, cue, attribute or string."""

    text: str
    marks: tuple[Mark, ...] = ()
    what: Message = PARAGRAPH
    place: Place = NOWHERE

    @property
    def where(self) -> Message:
        """What it is, and where a person finds it: "cell, sheet Costs, B7"."""
        return within(self.what, self.place.label)

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "marks": [vars(mark) for mark in self.marks],
            "what": to_json(self.what),
            "place": self.place.to_json(),
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Unit":
        what, place = from_json(plain["what"]), Place.from_json(plain["place"])
        return cls(plain["text"], _marks(plain["marks"]), what, place)


@dataclass(frozen=True)
class Placed:
    """A unit's translation, with a mark for each of the unit's marks, by id."""

    text: str
    marks: tuple[Mark, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Placed":
        return cls(plain["text"], _marks(plain["marks"]))


@dataclass(frozen=True)
class Options:
    """What a person chose about a file."""

    columns: tuple[str, ...] = ()  # of a table file: headers or letters; empty: all with text
    bilingual: bool = False  # the source above its translation
    target: str = ""  # the language of the translation, ISO 639-1; some formats name it
    password: str = field(default="", repr=False)  # that opens the file; empty: none was given
    draft: bool = False  # the engine wasn't made for the languages, which the file has to say
    fuzzy: bool = False  # of PO: new messages are marked as to be reviewed

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Options":
        return cls(**{**plain, "columns": tuple(plain["columns"])})


def _marks(plain: Sequence[Mapping[str, Any]]) -> tuple[Mark, ...]:
    return tuple(Mark(**one) for one in plain)


def has_words(text: str) -> bool:
    """Whether there is anything to translate: a letter of any script."""
    return any(c.isalpha() for c in text)


def is_translated(text: str) -> bool:
    """Whether there are words, or a number that another language writes in another way: $1,250.50."""
    return has_words(text) or _SEPARATED.search(text) is not None


def is_note_sign(before: str, text: str) -> bool:
    """Whether a raised text is the sign of a note, and no power or index: £2.80.¹, tea¹, but m², 10³, CO²."""
    return bool(_NOTE_SIGN.fullmatch(text.strip()) and _BEFORE_A_NOTE.search(before))


def settle(unit: Unit, placed: Placed) -> Placed:
    """The translation with each of the unit's marks exactly once, nested or apart as in the source.

    Kept text stays where it is, a span grows to hold what was inside it, spans that overlap are cut,
    and a mark that was lost is put after the one before it.
    """
    size, given = len(placed.text), {mark.id: mark for mark in placed.marks}
    wanted: dict[int, tuple[int, int]] = {}
    last = 0
    for mark in unit.marks:
        found = given.get(mark.id)
        start = min(max(found.start, 0), size) if found else last
        last = min(max(found.end, start), size) if found else start
        wanted[mark.id] = (start, last)
    for mark in reversed(unit.marks):  # inner ones first: a mark's id is larger than its parent's
        if mark.kind == "keep":
            _grow(unit.marks, wanted, mark)
    settled: dict[int, Mark] = {}
    for mark in unit.marks:  # outer ones first
        start, end = wanted[mark.id]
        if mark.kind != "keep":
            outer = settled[mark.parent] if mark.parent is not None else Mark(-1, 0, size)
            start, end = (min(max(at, outer.start), outer.end) for at in (start, end))
            for low, high in _beside(unit.marks, mark, wanted, settled):
                cut = _apart(start, end, low, high)
                start, end = cut if cut == (start, end) else _trimmed(placed.text, *cut)
        settled[mark.id] = Mark(mark.id, start, end, mark.kind, mark.parent)
    return Placed(placed.text, tuple(settled.values()))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """What is left of a span that was cut, without white space at its ends, where Markdown has no signs."""
    part = text[start:end]
    if not part.strip():
        return start, end
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


def _beside(
    marks: Sequence[Mark], mark: Mark, wanted: Mapping[int, tuple[int, int]], settled: Mapping[int, Mark]
) -> list[tuple[int, int]]:
    """Places that a mark may not overlap: kept text outside of it, and spans beside it."""
    kept = [wanted[m.id] for m in marks if m.kind == "keep" and not _inside(marks, m, mark)]
    spans = [m for m in settled.values() if m.parent == mark.parent and m.kind == "span"]
    return kept + [(m.start, m.end) for m in spans]


def _grow(marks: Sequence[Mark], wanted: dict[int, tuple[int, int]], mark: Mark) -> None:
    by_id, inner = {m.id: m for m in marks}, wanted[mark.id]
    while mark.parent is not None:
        mark = by_id[mark.parent]
        start, end = wanted[mark.id]
        wanted[mark.id] = (min(start, inner[0]), max(end, inner[1]))


def _inside(marks: Sequence[Mark], mark: Mark, outer: Mark) -> bool:
    by_id = {m.id: m for m in marks}
    while mark.parent is not None:
        if mark.parent == outer.id:
            return True
        mark = by_id[mark.parent]
    return False


def _apart(start: int, end: int, low: int, high: int) -> tuple[int, int]:
    """What is left of a place beside another: its longer end."""
    if low == high or end <= low or high <= start:
        if start == end and low < start < high:
            return high, high
        return start, end
    left, right = (start, max(low, start)), (min(high, end), end)
    return left if left[1] - left[0] >= right[1] - right[0] else right
