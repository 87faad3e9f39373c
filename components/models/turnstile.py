"""The queue in front of one model: bounded, and fair between people.

Knows owners and turns, nothing about models. Safe to use from any thread.
"""

import itertools
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from components.errors import Busy, Cancelled

POLL_SECONDS = 0.05  # how often a waiting request looks whether it was cancelled


@dataclass(eq=False)
class _Ticket:
    owner: str
    number: int


class Turnstile:
    """At most `running` requests at a time; at most `waiting` more stand in line.

    The next in is the request of the person who has the fewest running, then of the one whose last
    turn is longest ago: a person's second request yields to another person's first.
    """

    def __init__(self, running: int, waiting: int) -> None:
        self._running_limit, self._waiting_limit = running, waiting
        self._changed = threading.Condition()  # guards the four fields below
        self._running: list[_Ticket] = []
        self._waiting: list[_Ticket] = []
        self._last_turn: dict[str, int] = {}
        self._numbers = itertools.count()

    @contextmanager
    def turn(
        self,
        owner: str,
        cancelled: Callable[[], bool] = lambda: False,
        on_wait: Callable[[int], None] = lambda position: None,
    ) -> Iterator[None]:
        """Waits for a turn and holds it. `on_wait` hears the position, 1 being next.

        Raises Busy if the line is full, Cancelled if `cancelled` turns true while waiting.
        """
        ticket = self._enter(owner, cancelled, on_wait)
        try:
            yield
        finally:
            with self._changed:
                self._running.remove(ticket)
                self._changed.notify_all()

    def line(self) -> list[str]:
        """The owners that wait, next first."""
        with self._changed:
            return [ticket.owner for ticket in self._order()]

    @property
    def running(self) -> int:
        with self._changed:
            return len(self._running)

    def _enter(self, owner: str, cancelled: Callable[[], bool], on_wait: Callable[[int], None]) -> _Ticket:
        ticket = _Ticket(owner, next(self._numbers))
        with self._changed:
            free = len(self._running) < self._running_limit and not self._waiting
            if not free and len(self._waiting) >= self._waiting_limit:
                raise Busy(
                    f"{len(self._waiting)} requests are already waiting for this model, which is as many "
                    "as it takes. Try again in a minute; your text is kept."
                )
            self._waiting.append(ticket)
        try:
            position = 0
            while True:
                with self._changed:
                    order = self._order()
                    if order[0] is ticket and len(self._running) < self._running_limit:
                        self._waiting.remove(ticket)
                        self._running.append(ticket)
                        self._note_turn(owner)
                        self._changed.notify_all()
                        return ticket
                    now = order.index(ticket) + 1
                    if now == position:
                        self._changed.wait(POLL_SECONDS)
                if now != position:
                    position = now
                    on_wait(position)
                if cancelled():
                    raise Cancelled("Stopped while waiting in line.")
        except BaseException:
            with self._changed:
                if ticket in self._waiting:
                    self._waiting.remove(ticket)
                self._changed.notify_all()
            raise

    def _note_turn(self, owner: str) -> None:
        if len(self._last_turn) > 1000:  # people come and go; those here keep their place
            here = {ticket.owner for ticket in [*self._running, *self._waiting]}
            self._last_turn = {name: turn for name, turn in self._last_turn.items() if name in here}
        self._last_turn[owner] = next(self._numbers)

    def _order(self) -> list[_Ticket]:
        """The line as it would be served if nobody else came."""
        running = [ticket.owner for ticket in self._running]
        last = dict(self._last_turn)
        left, order = list(self._waiting), []
        while left:
            best = min(left, key=lambda t: (running.count(t.owner), last.get(t.owner, -1), t.number))
            left.remove(best)
            order.append(best)
            running.append(best.owner)
            last[best.owner] = sys.maxsize
        return order
