"""Requests that wait until something that they share is free, in the order in which they came."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

POLL_SECONDS = 0.05  # how often a request that waits looks whether it was stopped


class Line:
    """Of one thing. For example, `with line.turn(lambda: free > 2, cancelled) as mine`."""

    def __init__(self) -> None:
        self.changed = threading.Condition()  # guards what is shared, and the line
        self._waiting: deque[object] = deque()

    @contextmanager
    def turn(self, is_free: Callable[[], bool], cancelled: Callable[[], bool]) -> Iterator[bool]:
        """Its block runs with the lock, once it is this one's turn and `is_free` says so; false where it was
        cancelled before. What gives something back takes `changed` and notifies all.
        """
        me = object()
        with self.changed:
            self._waiting.append(me)
            try:
                while not (mine := self._waiting[0] is me and is_free()) and not cancelled():
                    self.changed.wait(POLL_SECONDS)
                yield mine
            finally:
                self._waiting.remove(me)
                self.changed.notify_all()
