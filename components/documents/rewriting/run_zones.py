"""A stretch of a paragraph with nothing but text: pieces of a translation into its runs, from left to right.

Knows text elements, their runs and formats, no file format. Whatever happens to formats, what is read
afterwards is the pieces, in their order: that is looked at, and if it isn't so all goes into one run.
"""

import copy
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True)
class Slot:
    """One text element."""

    element: etree._Element
    format: str  # slots with the same are one, for a reader's eye
    run: etree._Element
    top: etree._Element  # the child of the paragraph that it is in


@dataclass
class Group:
    """Neighbouring slots of one format."""

    slots: list[Slot]
    start: int
    end: int

    @property
    def format(self) -> str:
        return self.slots[0].format

    @property
    def tops(self) -> list[etree._Element]:
        return list(dict.fromkeys(slot.top for slot in self.slots))


@dataclass(frozen=True)
class Piece:
    """A text, and the group whose format it has; None for the format of most of the paragraph."""

    group: int | None
    text: str


class Zone:
    """Some neighbouring groups of a paragraph, by their numbers.

    A text goes to the group of its format that comes next. Where the translation has another order of
    formats, a group is moved to where it is wanted, or a copy of one of its runs is put there.
    """

    def __init__(self, groups: Sequence[Group], numbers: range, base: str) -> None:
        self._groups, self._numbers, self._base = groups, numbers, base
        self._after: Group | None = None  # that has the text to the left
        self._copies: list[etree._Element] = []  # text elements of runs that were added

    @property
    def added(self) -> int:
        return len(self._copies)

    def fill(self, pieces: Sequence[Piece]) -> None:
        self._empty()
        marks = [piece.group for piece in pieces if piece.group is not None]
        stay, last = _longest_rise(marks), self._numbers.start - 1
        for at, piece in enumerate(pieces):
            coming = next((p.group for p in pieces[at + 1 :] if p.group in stay), self._numbers.stop)
            number = piece.group
            if number is None:
                between = range(last + 1, coming or 0)
                number = next((n for n in between if self._groups[n].format == self._base), None)
                stays = number is not None
            else:
                stays = number in stay
            if number is not None and stays:
                last, self._after = number, self._groups[number]
                spread(self._after.slots, piece.text)
            else:
                self._put_here(self._groups[number] if number is not None else None, piece.text)
        self._check("".join(piece.text for piece in pieces))

    def _put_here(self, group: Group | None, text: str) -> None:
        """A text to the right of the last one, where no group of its format is."""
        first = self._groups[self._numbers.start]
        beside = self._after or first
        edge = beside.slots[-1] if self._after else beside.slots[0]
        if not _is_alone(edge):
            put(edge.element, (edge.element.text or "") + text if self._after else text)
            self._after = beside
            return
        top = edge.top if _is_whole(beside) else edge.run
        if group and _is_whole(group):
            for one in reversed(group.tops) if self._after else group.tops:
                (top.addnext if self._after else top.addprevious)(_without_tail(one))
            spread(group.slots, text)
            self._after = group
            return
        model = group.slots[0] if group else self._model(edge)
        run, element = _copied(model)
        (top.addnext if self._after else top.addprevious)(run)
        put(element, text)
        self._copies.append(element)
        outer = run if top is edge.top else edge.top
        self._after = Group([Slot(element, model.format, run, outer)], 0, 0)

    def _model(self, edge: Slot) -> Slot:
        """A slot of the paragraph's format."""
        slots = (slot for group in self._groups for slot in group.slots)
        return next((slot for slot in slots if slot.format == self._base), edge)

    def _empty(self) -> None:
        for number in self._numbers:
            spread(self._groups[number].slots, "")

    def _check(self, wanted: str) -> None:
        slots = [slot for number in self._numbers for slot in self._groups[number].slots]
        mine = {*(slot.element for slot in slots), *self._copies}
        paragraph = slots[0].top.getparent()
        assert paragraph is not None
        every = paragraph.iter(slots[0].element.tag)
        if "".join(element.text or "" for element in every if element in mine) != wanted:
            self._empty()
            for element in self._copies:
                element.text = ""
            put(min(slots, key=lambda slot: _order(paragraph, slot)).element, wanted)


def _order(paragraph: etree._Element, slot: Slot) -> int:
    return list(paragraph.iter(slot.element.tag)).index(slot.element)


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """Of numbers in any order, the most that may stay while the others are put between them.

    [4, 0, 2]  ->  {0, 2}
    """
    tails: list[int] = []  # the last numbers of rises of each length
    before: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(tails, number)
        before[number] = tails[at - 1] if at else None
        tails[at : at + 1] = [number]
    stay: set[int] = set()
    one = tails[-1] if tails else None
    while one is not None:
        stay.add(one)
        one = before[one]
    return stay


def _content(element: etree._Element, text: object) -> list[etree._Element]:
    """What is inside of an element, without properties and the runs around texts."""
    found = []
    for child in element:
        if isinstance(child.tag, str) and child.tag.endswith("Pr"):
            continue
        inner = _content(child, text) if child.tag != text else []
        found += inner or [child]
    return found


def _is_alone(slot: Slot) -> bool:
    """Whether the slot is all that its run shows, so that something may be put beside the run."""
    return slot.run is not slot.element.getparent() or _content(slot.run, slot.element.tag) == [slot.element]


def _is_whole(group: Group) -> bool:
    """Whether the elements that a group is in hold nothing else."""
    mine = [slot.element for slot in group.slots]
    return [e for top in group.tops for e in _content(top, mine[0].tag)] == mine


def _copied(model: Slot) -> tuple[etree._Element, etree._Element]:
    """A run like that of a slot, with nothing in it but one text element."""
    run = copy.deepcopy(model.run)
    run.tail = None
    element = next(run.iter(model.element.tag))
    for child in list(run):
        if child is not element and not (isinstance(child.tag, str) and child.tag.endswith("Pr")):
            run.remove(child)
    return run, element


def _without_tail(element: etree._Element) -> etree._Element:
    element.tail = None
    return element


def spread(slots: Sequence[Slot], text: str) -> None:
    """A text over slots of one format, about as it was, cut between words."""
    sizes = [len(slot.element.text or "") for slot in slots]
    total, at, seen = sum(sizes) or 1, 0, 0
    for number, (slot, size) in enumerate(zip(slots, sizes, strict=True)):
        seen += size
        cut = len(text) if number == len(slots) - 1 else _cut(text, at, len(text) * seen // total)
        put(slot.element, text[at:cut])
        at = cut


def put(element: etree._Element, text: str) -> None:
    element.text = text
    if text != text.strip():
        element.set(XML_SPACE, "preserve")


def _cut(text: str, low: int, near: int) -> int:
    """A place between two words, at `near` or after it."""
    found = text.find(" ", max(near - 1, low))
    return found + 1 if found >= 0 else max(low, near if " " not in text else len(text))
