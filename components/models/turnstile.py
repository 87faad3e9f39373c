"""The queue in front of one model: bounded, and fair between people.

Knows owners, turns and how long they took, nothing about models. Safe to use from any thread.
"""

import heapq
import itertools
import statistics
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from components.errors import Busy, Cancelled
from components.messages import counted

POLL_SECONDS = 0.05  # how often a waiting request looks whether it was cancelled
SAY_SECONDS = 1.0  # how often the expected wait is calculated again
REMEMBERED = 20  # turns whose length the expected wait is taken from

# Is told the position (1 is next) and the seconds that the wait may last, None while that isn't known.
OnWait = Callable[[int, float | None], None]
Cancel = Callable[[], bool]


@dataclass(eq=False)
class _Ticket:
    owner: str
    number: int
    long: bool  # one of many requests, as of a summary
    over: bool = False  # its work has ended: it may not wait in line any more
    began: float = 0.0  # the clock's time at which its turn began


class Turnstile:
    """At most `running` requests at a time; at most `waiting` more wait in line.

    The next request is that of the person with the fewest running, then of the person whose last turn was
    longest ago: a person's second request yields to another person's first. Long work leaves the last place
    to short requests, and joins the line again between two of its parts.

    With one place, Ann's summary of three parts in progress, and Ben's question and Ann's next one waiting:
    the summary ends its first part and joins the end of the line. Ben is next, since his last turn was
    longest ago; then come Ann's question and the summary's second part, the earlier ticket first.
    """

    def __init__(self, running: int, waiting: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._places, self._waiting_limit, self._clock = running, waiting, clock
        self._changed = threading.Condition()  # guards the five fields below
        self._running: list[_Ticket] = []
        self._waiting: list[_Ticket] = []
        self._last_turn: dict[str, int] = {}
        self._numbers = itertools.count()
        self._took = {kind: deque[float](maxlen=REMEMBERED) for kind in (False, True)}  # long -> seconds

    def resize(self, running: int) -> None:
        """As many at a time from now on; those who have a turn keep it."""
        with self._changed:
            self._places = running
            self._changed.notify_all()

    @contextmanager
    def turn(
        self,
        owner: str,
        cancelled: Cancel = lambda: False,
        on_wait: OnWait = lambda position, seconds: None,
        long: bool = False,
    ) -> Iterator["Turn"]:
        """Waits for a turn and holds it.

        Raises Busy if the line is full, Cancelled if `cancelled` turns true while waiting.
        """
        ticket = _Ticket(owner, next(self._numbers), long)
        with self._changed:
            free = self._fits(ticket) and not any(map(self._fits, self._waiting))
            if not free and len(self._waiting) >= self._waiting_limit:
                raise Busy(
                    counted(
                        "{count} request is already waiting for this model, its limit. "
                        "Try again in a minute; your text is kept.",
                        "{count} requests are already waiting for this model, its limit. "
                        "Try again in a minute; your text is kept.",
                        len(self._waiting),
                    )
                )
            self._waiting.append(ticket)
        self._await(ticket, cancelled, on_wait)
        try:
            yield Turn(self, ticket, cancelled, on_wait)
        finally:
            with self._changed:
                ticket.over = True
                self._leave(ticket)

    def give_way(self, ticket: _Ticket, cancelled: Cancel, on_wait: OnWait) -> None:
        """Joins the line again if anybody waits. Never refused, since it has had its turn already."""
        with self._changed:
            if not self._waiting or ticket not in self._running:
                return
            self._leave(ticket)
            ticket.number = next(self._numbers)
            self._waiting.append(ticket)
        self._await(ticket, cancelled, on_wait)

    def another(self, ticket: _Ticket) -> _Ticket | None:
        """One more place for long work that has one, if nobody waits and it isn't the last."""
        with self._changed:
            more = _Ticket(ticket.owner, next(self._numbers), ticket.long)
            if self._waiting or ticket.over or not self._fits(more):
                return None
            self._waiting.append(more)
            self._enter(more)
            return more

    def give_back(self, ticket: _Ticket) -> None:
        """Gives back a place from `another`."""
        with self._changed:
            self._leave(ticket)

    def line(self) -> list[str]:
        """The owners of waiting requests, next first."""
        with self._changed:
            return [ticket.owner for ticket in self._order()]

    def expected(self) -> float | None:
        """Seconds that a new request may wait; 0 if a place is free, None if that isn't known."""
        with self._changed:
            newcomer = _Ticket("", sys.maxsize, False)
            return self._wait_of(newcomer, [*self._order(), newcomer])

    @property
    def running(self) -> int:
        with self._changed:
            return len(self._running)

    def _await(self, ticket: _Ticket, cancelled: Cancel, on_wait: OnWait) -> None:
        """Waits in line until it is this ticket's turn; leaves it for Cancelled or any other error."""
        try:
            said: tuple[int, float | None] | None = None
            due = self._clock()
            while True:
                with self._changed:
                    if ticket.over:
                        raise Cancelled("What it was asked for has ended.")
                    if self._next() is ticket:
                        self._enter(ticket)
                        return
                    order = self._order()
                    position = order.index(ticket) + 1
                    stale = said is None or said[0] != position or self._clock() >= due
                    now = (position, self._wait_of(ticket, order)) if stale else said
                    if now == said:
                        self._changed.wait(POLL_SECONDS)
                if now is not None and now != said:
                    said, due = now, self._clock() + SAY_SECONDS
                    on_wait(*now)
                if cancelled():
                    raise Cancelled("Stopped while waiting in line.")
        except BaseException:
            with self._changed:
                if ticket in self._waiting:
                    self._waiting.remove(ticket)
                self._changed.notify_all()
            raise

    def _enter(self, ticket: _Ticket) -> None:
        """Call with _changed held, as all that follows."""
        self._waiting.remove(ticket)
        self._running.append(ticket)
        ticket.began = self._clock()
        self._note_turn(ticket.owner)
        self._changed.notify_all()

    def _leave(self, ticket: _Ticket) -> None:
        if ticket in self._running:
            self._running.remove(ticket)
            self._took[ticket.long].append(self._clock() - ticket.began)
        self._changed.notify_all()

    def _next(self) -> _Ticket | None:
        """The request whose turn it is now."""
        return next((ticket for ticket in self._order() if self._fits(ticket)), None)

    def _fits(self, ticket: _Ticket) -> bool:
        """Whether there is a place: for long work, one that isn't the last."""
        if len(self._running) >= self._places:
            return False
        return not ticket.long or sum(one.long for one in self._running) < self._places_for(ticket)

    def _places_for(self, ticket: _Ticket) -> int:
        return max(self._places - 1, 1) if ticket.long else self._places

    def _wait_of(self, ticket: _Ticket, order: list[_Ticket]) -> float | None:
        """Seconds until a place is free for it, if turns take as long as they lately did."""
        usual = {kind: self._usual(kind) for kind in (False, True)}
        ahead = order[: order.index(ticket)]
        if any(usual[one.long] is None for one in (*self._running, *ahead)):
            return None
        now = self._clock()
        took = {kind: seconds or 0.0 for kind, seconds in usual.items()}
        left = [(one, max(took[one.long] - (now - one.began), 0.0)) for one in self._running]

        def free(places: int, long: bool) -> float:
            """When one of so many places is free, counting all work in them or only long work."""
            ends = [seconds for one, seconds in left if one.long or not long]
            ends += [0.0] * (places - len(ends))
            heapq.heapify(ends)
            for one in ahead:
                if one.long or not long:
                    heapq.heappush(ends, heapq.heappop(ends) + took[one.long])
            return ends[0]

        wait = free(self._places, False)
        return max(wait, free(self._places_for(ticket), True)) if ticket.long else wait

    def _usual(self, long: bool) -> float | None:
        took = self._took[long] or self._took[not long]
        return statistics.median(took) if took else None

    def _note_turn(self, owner: str) -> None:
        if len(self._last_turn) > 1000:  # people come and go; those here keep their place
            here = {ticket.owner for ticket in [*self._running, *self._waiting]}
            self._last_turn = {name: turn for name, turn in self._last_turn.items() if name in here}
        self._last_turn[owner] = next(self._numbers)

    def _order(self) -> list[_Ticket]:
        """The line in the order in which it is served if nobody else comes."""
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


class Turn:
    """A place that is held now."""

    def __init__(self, line: Turnstile, ticket: _Ticket, cancelled: Cancel, on_wait: OnWait) -> None:
        self._line, self._ticket, self._cancelled, self._on_wait = line, ticket, cancelled, on_wait
        self._changed = threading.Condition()  # guards the two fields below
        self._busy = False  # the place has a part
        self._parts = 0

    @contextmanager
    def part(self) -> Iterator[None]:
        """One part of long work, for as long as it runs. From the second on, waiting requests go first.

        Parts may be started from several threads: each beyond the first takes a place that nobody waits for,
        or waits for a place of its own work. If the work is stopped meanwhile, the part begins at once and
        ends before it does anything, since it is cancelled too.
        """
        extra = None
        with self._changed:
            while self._busy and (extra := self._line.another(self._ticket)) is None:
                if self._cancelled() or self._ticket.over:
                    break
                self._changed.wait(POLL_SECONDS)
            own = extra is None and not self._busy
            self._busy = self._busy or own
            self._parts += 1
            later = self._parts > 1
        try:
            if own and later:
                with suppress(Cancelled):
                    self._line.give_way(self._ticket, self._cancelled, self._on_wait)
            yield
        finally:
            if extra is not None:
                self._line.give_back(extra)
            with self._changed:
                self._busy = self._busy and not own
                self._changed.notify_all()
