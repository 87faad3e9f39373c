"""A paragraph of runs (Word, PowerPoint, Excel): out as one text with marks, its translation back into runs.

Knows slots: the text elements of a paragraph in order, each with its format. Slots of the most frequent
format hold what no mark covers; every other format is a mark. Nothing but text is ever removed.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from components.documents.place import Place
from components.documents.rewriting.units import Mark, Placed, Unit, settle
from components.messages import Message, counted

XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True)
class Slot:
    """One text element."""

    element: etree._Element
    format: str  # slots with the same are one, for a reader's eye
    run: etree._Element
    top: etree._Element  # the child of the paragraph that it is in


@dataclass
class _Group:
    """Neighbouring slots of one format."""

    slots: list[Slot]
    start: int
    end: int

    @property
    def format(self) -> str:
        return self.slots[0].format


class Runs:
    """A stretch of a paragraph between two hard breaks. `items` are slots and things that are no text."""

    def __init__(self, items: Sequence[Slot | etree._Element], what: Message, place: Place) -> None:
        self._groups: list[_Group] = []
        self._points: list[tuple[int, int]] = []  # place in the text, number of groups before it
        text = ""
        joined = False  # whether the next slot may join the last group
        for item in items:
            if not isinstance(item, Slot):
                self._points.append((len(text), len(self._groups)))
                joined = False
                continue
            piece = item.element.text or ""
            if joined and self._groups[-1].format == item.format:
                self._groups[-1].slots.append(item)
                self._groups[-1].end += len(piece)
            else:
                self._groups.append(_Group([item], len(text), len(text) + len(piece)))
            text += piece
            joined = True
        self._base = _most_frequent(self._groups)
        marks = [
            Mark(at, group.start, group.end)
            for at, group in enumerate(self._groups)
            if group.format != self._base and group.end > group.start
        ]
        first = len(self._groups)
        marks += [Mark(first + at, place_, place_, "point") for at, (place_, _) in enumerate(self._points)]
        self.unit = Unit(text, tuple(marks), what, place)
        self.added = 0  # runs that had to be added, so that no text is in the wrong format

    def write(self, placed: Placed) -> None:
        """Puts the translation into the slots."""
        placed = settle(self.unit, placed)
        first = len(self._groups)
        at = {mark.id: mark for mark in placed.marks}
        low, group_from = 0, 0
        for number, (_, before) in enumerate([*self._points, (0, len(self._groups))]):
            last = number == len(self._points)
            high = len(placed.text) if last else max(at[first + number].start, low)
            groups = range(group_from, before)
            if not groups and not last:
                high = low  # nothing can be before this point
            if not groups and last and high > low:  # nor after the last one: the text goes before it
                self._append(placed.text[low:high])
            if groups:
                later = before < len(self._groups)
                if not last and not later:
                    high = len(placed.text)
                self._zone(placed, at, list(groups), low, high)
            low, group_from = high, before

    def _append(self, text: str) -> None:
        slot = self._groups[-1].slots[-1].element
        slot.text = (slot.text or "") + text
        slot.set(XML_SPACE, "preserve")

    def _zone(self, placed: Placed, marks: dict[int, Mark], groups: list[int], low: int, high: int) -> None:
        """Groups between two points: marked ones take their places, the others what is left."""
        found = []
        for number in groups:
            if number in marks:
                start = min(max(marks[number].start, low), high)
                found.append((start, min(max(marks[number].end, start), high), number))
        found.sort()
        base = [number for number in groups if number not in marks]
        pieces: list[tuple[int | None, str]] = []  # group (None: one is wanted), text
        at = low
        for start, end, number in [*found, (high, high, -1)]:
            if start > at:
                pieces.append((None, placed.text[at:start]))
            if number >= 0:
                pieces.append((number, placed.text[max(start, at) : end]))
            at = max(at, end)
        self._fill(groups, base, pieces)

    def _fill(self, groups: list[int], base: list[int], pieces: list[tuple[int | None, str]]) -> None:
        """Texts without a mark go to base groups in order; where none is left, to a copy of a run."""
        left = list(base)
        order: list[int] = []
        texts: dict[int, str] = dict.fromkeys(groups, "")
        for at, (number, text) in enumerate(pieces):
            if number is None:
                later = {n for n, _ in pieces[at:] if n is not None}
                number = self._choose(left, order, later, text)
                if number is None:
                    self._add_run(order[-1] if order else groups[0], text, before=not order)
                    continue
                if number in left:
                    left.remove(number)
            texts[number] += text
            if number not in order:
                order.append(number)
        for number, text in texts.items():
            _spread(self._groups[number].slots, text)
        self._reorder(groups, order)

    def _choose(self, left: list[int], order: list[int], later: set[int], text: str) -> int | None:
        """The base group for a text: the next free one, leaving those that come after a later mark."""
        wanted = [n for n in left if not order or n > order[-1]] or left
        if wanted:
            return wanted[0]
        return order[-1] if order and not text.strip() else None

    def _add_run(self, beside: int, text: str, before: bool) -> None:
        """A copy of a run of the base format, for text that would otherwise get another's format."""
        model = next(
            (g.slots[0] for g in self._groups if g.format == self._base), self._groups[beside].slots[0]
        )
        run = copy.deepcopy(model.run)
        copies = list(run.iter(model.element.tag))
        for child in list(run):
            if child.tag == model.element.tag and child is not copies[0]:
                run.remove(child)
        copies[0].text = text
        copies[0].set(XML_SPACE, "preserve")
        top = self._groups[beside].slots[-1].top
        if before:
            self._groups[beside].slots[0].top.addprevious(run)
        else:
            top.addnext(run)
        self.added += 1

    def _reorder(self, groups: list[int], order: list[int]) -> None:
        """Moves whole elements where the translation has another order of formats."""
        if order == sorted(order):
            return
        tops = {n: list(dict.fromkeys(s.top for s in self._groups[n].slots)) for n in order}
        every = [top for n in order for top in tops[n]]
        if len(every) != len(set(every)):
            return  # two groups inside one element (a link): they stay
        inside = {id(top) for top in every}
        outside = {
            id(s.top) for n in range(len(self._groups)) if n not in order for s in self._groups[n].slots
        }
        if inside & outside:
            return
        places = [top for n in sorted(order) for top in tops[n]]
        holders = []
        for top in places:
            holder = etree.Element("holder")
            top.addprevious(holder)
            holders.append(holder)
        for holder, top in zip(holders, every, strict=True):
            tail, top.tail = top.tail, None
            holder.addprevious(top)
            top.tail = tail
            parent = holder.getparent()
            assert parent is not None
            parent.remove(holder)


def _most_frequent(groups: Sequence[_Group]) -> str:
    letters: dict[str, int] = {}
    for group in groups:
        letters[group.format] = letters.get(group.format, 0) + group.end - group.start
    return max(letters, key=lambda name: letters[name], default="")


def _spread(slots: Sequence[Slot], text: str) -> None:
    """A text over slots of one format, about as it was, cut between words."""
    sizes = [len(slot.element.text or "") for slot in slots]
    total, at, seen = sum(sizes) or 1, 0, 0
    for number, (slot, size) in enumerate(zip(slots, sizes, strict=True)):
        seen += size
        cut = len(text) if number == len(slots) - 1 else _cut(text, at, len(text) * seen // total)
        slot.element.text = text[at:cut]
        if slot.element.text != slot.element.text.strip():
            slot.element.set(XML_SPACE, "preserve")
        at = cut


def _cut(text: str, low: int, near: int) -> int:
    """A place between two words, at `near` or after it."""
    found = text.find(" ", max(near - 1, low))
    return found + 1 if found >= 0 else max(low, near if " " not in text else len(text))


def runs_added(count: int) -> Message:
    """Says that the file has more runs than before, which its count shows."""
    return counted(
        "{count} run was added, so that text between two formats keeps its own.",
        "{count:,} runs were added, so that text between two formats keeps its own.",
        count,
    )
