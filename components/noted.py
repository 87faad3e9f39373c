"""How sure the model was of recent answers, noted while they were written: in memory, for the newest answers.

Knows ids of messages; a score is a `models.scores.TokenScore`. An answer that isn't here any more is read
again.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

MOST = 400  # answers, about 100 KB each
SOON = 20  # answers after a look, for which another one is likely
PEOPLE = 10_000  # of whom that is counted


class Noted:
    """Safe to use from any thread. Who may see a message is decided where it is read."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()  # guards the fields below
        self._scores: OrderedDict[int, tuple[str, tuple[Any, ...]]] = OrderedDict()
        self._soon: OrderedDict[str, int] = OrderedDict()  # person: answers left for which a look is likely

    def keep(self, message_id: int, engine: str, scores: Sequence[Any]) -> None:
        with self._lock:
            self._scores[message_id] = engine, tuple(scores)
            self._scores.move_to_end(message_id)
            while len(self._scores) > self._most:
                self._scores.popitem(last=False)

    def get(self, message_id: int) -> tuple[str, tuple[Any, ...]] | None:
        """The engine and what it noted."""
        with self._lock:
            return self._scores.get(message_id)

    def looked(self, owner: str) -> None:
        """A person looks at how sure the model was of an answer, and may do so with the next ones."""
        with self._lock:
            self._soon[owner] = SOON

    def wanted(self, owner: str) -> bool:
        """Whether an answer that begins now is noted even where that slows it; counts it."""
        with self._lock:
            left = self._soon.pop(owner, 0)
            self._soon[owner] = max(left - 1, 0)
            if len(self._soon) > PEOPLE:
                self._soon.popitem(last=False)
            return left > 0

    def forget(self, message_id: int) -> None:
        with self._lock:
            self._scores.pop(message_id, None)
