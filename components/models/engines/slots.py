"""Which of llama.cpp's slots a request takes, and what idle ones keep of what they have read.

Rules over token ids: knows neither the library nor models. All slots share one cache, and each step goes over
the cells that are in use in any of them: with 8,000 tokens left behind by others, a short prompt was read a
quarter slower and a long answer written a third slower (measured; described in llama.cpp's pull request
20993, whose remedy keeps what is taken out in a store of its own, which was seen to return the text of
another conversation: issue 27148). So what nobody will go on with is dropped before the next request begins.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from components.models.engines.line import Line

KEPT_SECONDS = 600.0  # that a conversation waits for its next turn
LIKE = 0.5  # of what a slot has read, at least, is to be read again by a request that takes it


@dataclass
class _Slot:
    number: int
    ids: Sequence[int] = ()  # of the prompt that was read last; empty: nothing is kept
    goes_on: bool = False  # a conversation, whose next turn begins with this
    busy: bool = False
    used: float = 0.0  # when it was given back

    def shared(self, ids: Sequence[int]) -> int:
        """The number of tokens with which both begin."""
        for at, (mine, new) in enumerate(zip(self.ids, ids, strict=False)):
            if mine != new:
                return at
        return min(len(self.ids), len(ids))


class Slots:
    """Each is taken by one request at a time, in the order in which requests came.

    For example, with two slots: a conversation of 300 tokens has ended its turn in the first, a row of a
    table in the second. The next row takes the second again, which has read the instructions that both begin
    with. The conversation's next turn takes the first; then the second is emptied, since no row goes on.
    """

    def __init__(
        self, number: int, empty: Callable[[int], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`empty`: drops what a slot has read; called while no request is in progress, since the library
        answers it between two of its steps, and a step of a large model takes seconds."""
        self._slots = [_Slot(at) for at in range(number)]
        self._empty, self._clock = empty, clock
        self._line = Line()

    def take(self, ids: Sequence[int], goes_on: bool, cancelled: Callable[[], bool]) -> int | None:
        """The slot for a prompt, once one is free; None once cancelled."""
        with self._line.turn(lambda: not all(slot.busy for slot in self._slots), cancelled) as mine:
            if not mine:
                return None
            slot = self._best(ids)
            if not any(one.busy for one in self._slots):
                self._tidy(slot)
            slot.ids, slot.goes_on, slot.busy = ids, goes_on, True
            return slot.number

    def give_back(self, number: int) -> None:
        with self._line.changed:
            slot = self._slots[number]
            slot.busy, slot.used = False, self._clock()
            self._line.changed.notify_all()

    def _best(self, ids: Sequence[int]) -> _Slot:
        """The one that has read most of the prompt, without taking a conversation from somebody else.

        Else one that keeps nothing, else the one that was used longest ago, conversations last.
        """
        free = [slot for slot in self._slots if not slot.busy]
        alike = [slot for slot in free if slot.shared(ids) > (LIKE * len(slot.ids) if slot.goes_on else 0)]
        if alike:
            return max(alike, key=lambda slot: slot.shared(ids))
        return min(free, key=lambda slot: (bool(slot.ids), slot.goes_on, slot.used))

    def _tidy(self, taken: _Slot) -> None:
        """Empties what nobody will go on with."""
        for slot in self._slots:
            waits = slot.goes_on and self._clock() - slot.used < KEPT_SECONDS
            if slot is not taken and slot.ids and not waits:
                self._empty(slot.number)
                slot.ids, slot.goes_on = (), False
