"""A paragraph of runs (Word, PowerPoint, Excel): out as one text with marks, its translation back into runs.

Knows slots: the text elements of a paragraph in order, each with its format. Slots of the most frequent
format hold what no mark covers; every other format is a mark. What a program computes (the number of a page)
is in the text as well, to be kept. Nothing but text is ever removed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from components.documents.place import Place
from components.documents.rewriting.run_zones import XML_SPACE, Group, Piece, Slot, Zone, put
from components.documents.rewriting.units import Mark, Placed, Unit, is_translated, settle
from components.messages import Message, counted

__all__ = ["XML_SPACE", "Held", "Runs", "Slot", "runs_added", "units_left"]


@dataclass(frozen=True)
class Held:
    """Something between slots that isn't translated, and what it shows: a field's result, or nothing."""

    text: str = ""


@dataclass(frozen=True)
class _Point:
    """Where something is held: its place in the text, and how many groups are before it."""

    start: int
    text: str
    groups: int


class Runs:
    """A stretch of a paragraph between two hard breaks."""

    def __init__(self, items: Sequence[Slot | Held], what: Message, place: Place) -> None:
        self._groups: list[Group] = []
        self._points: list[_Point] = []
        text = ""
        joined = False  # whether the next slot may join the last group
        for item in items:
            if isinstance(item, Held):
                self._points.append(_Point(len(text), item.text, len(self._groups)))
                text += item.text
                joined = False
                continue
            piece = item.element.text or ""
            if joined and self._groups[-1].format == item.format:
                self._groups[-1].slots.append(item)
                self._groups[-1].end += len(piece)
            else:
                self._groups.append(Group([item], len(text), len(text) + len(piece)))
            text += piece
            joined = True
        self._base = _most_frequent(self._groups)
        self.unit = Unit(text, tuple(self._marks()), what, place)
        self.added = 0  # runs that had to be added, so that no text is in the wrong format
        self.left = False  # whether a translation could not be written around what is held

    def _marks(self) -> Iterator[Mark]:
        for at, group in enumerate(self._groups):
            if group.format != self._base and group.end > group.start:
                yield Mark(at, group.start, group.end)
        for at, point in enumerate(self._points, start=len(self._groups)):
            yield Mark(at, point.start, point.start + len(point.text), "keep" if point.text else "point")

    @property
    def is_translated(self) -> bool:
        """Whether the slots have anything to translate; what is held doesn't count."""
        text = "".join(slot.element.text or "" for group in self._groups for slot in group.slots)
        return is_translated(text)

    def write(self, placed: Placed) -> None:
        """Puts the translation into the slots; leaves them where what is held would come in another order."""
        placed = _without_kept(settle(self.unit, placed), self._points, len(self._groups))
        at = {mark.id: mark for mark in placed.marks}
        stops, low = [], 0
        for number, point in enumerate(self._points, start=len(self._groups)):
            if point.text and at[number].start < low:
                self.left = True
                return
            low = max(at[number].start, low)
            stops.append(low)
        zones = self._zones(stops, len(placed.text))
        if any(self._points[stop].text for stop in self._torn(zones, placed.text)):
            self.left = True
            return
        self._write(placed, at, zones)

    def _zones(self, stops: Sequence[int], size: int) -> list[tuple[range, int, int]]:
        """Between two points each: the groups, and the place of their text in the translation."""
        counts, ends = [*(point.groups for point in self._points), len(self._groups)], [*stops, size]
        return [
            (range(first, groups), low, high)
            for first, groups, low, high in zip([0, *counts], counts, [0, *ends], ends, strict=False)
        ]

    def _torn(self, zones: Sequence[tuple[range, int, int]], text: str) -> Iterator[int]:
        """The points before and after words of the translation that have no slot between them."""
        for number, (groups, low, high) in enumerate(zones):
            if not groups and text[low:high].strip():
                yield from (at for at in (number - 1, number) if 0 <= at < len(self._points))

    def _write(self, placed: Placed, at: dict[int, Mark], zones: Sequence[tuple[range, int, int]]) -> None:
        begun, last = 0, None
        for groups, _, high in zones:
            if groups:
                self._zone(placed, [at[n] for n in groups if n in at], groups, begun, high)
                begun, last = high, groups
        if last and begun < len(placed.text):  # nothing can be after the last point
            element = self._groups[last[-1]].slots[-1].element
            put(element, (element.text or "") + placed.text[begun:])

    def _zone(self, placed: Placed, marks: Sequence[Mark], groups: range, low: int, high: int) -> None:
        """Groups between two points: marked ones take their places, the others what is left."""
        pieces: list[Piece] = []
        done = low
        for mark in [*sorted(marks, key=lambda m: (m.start, m.end)), Mark(-1, high, high)]:
            start, end = (min(max(at, done), high) for at in (mark.start, mark.end))
            between = placed.text[done:start]
            if pieces and between and not between.strip():
                pieces[-1] = Piece(pieces[-1].group, pieces[-1].text + between)
            elif between:
                pieces.append(Piece(None, between))
            if end > start:
                pieces.append(Piece(mark.id, placed.text[start:end]))
            done = end
        zone = Zone(self._groups, groups, self._base)
        zone.fill(pieces)
        self.added += zone.added


def _without_kept(placed: Placed, points: Sequence[_Point], first: int) -> Placed:
    """The translation without what is held: that is in the file already."""
    spans = [
        (mark.start, mark.end)
        for mark in placed.marks
        if mark.id >= first and placed.text[mark.start : mark.end] == points[mark.id - first].text
    ]
    text, at = "", 0
    for start, end in sorted(spans):
        text += placed.text[at : max(start, at)]
        at = max(at, end)

    def moved(place: int) -> int:
        return place - sum(min(place, end) - start for start, end in spans if start < place)

    marks = tuple(Mark(m.id, moved(m.start), moved(m.end), m.kind, m.parent) for m in placed.marks)
    return Placed(text + placed.text[at:], marks)


def _most_frequent(groups: Sequence[Group]) -> str:
    letters: dict[str, int] = {}
    for group in groups:
        letters[group.format] = letters.get(group.format, 0) + group.end - group.start
    return max(letters, key=lambda name: letters[name], default="")


def runs_added(count: int) -> Message:
    """Says that the file has more runs than before, which its count shows."""
    return counted(
        "{count} run was added, so that text between two formats keeps its own.",
        "{count:,} runs were added, so that text between two formats keeps its own.",
        count,
    )


def units_left(count: int) -> Message:
    """Says that paragraphs stay, since their translation has computed fields in another order."""
    return counted(
        "{count} paragraph stays in the source language: its translation has its fields in another order.",
        "{count:,} paragraphs stay in the source language: their translations have fields in another order.",
        count,
    )
