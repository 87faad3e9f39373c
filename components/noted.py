"""How sure the model was of recent answers, noted while they were written: in memory, for the newest answers.

Knows ids of messages; a score is a `models.scores.TokenScore`. An answer that isn't here any more is read
again.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

MOST = 400  # answers, about 100 KB each


class Noted:
    """Safe to use from any thread. Who may see a message is decided where it is read."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()  # guards the field below
        self._scores: OrderedDict[int, tuple[str, tuple[Any, ...]]] = OrderedDict()

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

    def forget(self, message_id: int) -> None:
        with self._lock:
            self._scores.pop(message_id, None)
