"""Finished steps of a summary (what a model wrote, what was embedded), by what went into them.

A stopped summary runs again from its beginning, and every step that is kept here costs nothing: so it
goes on where it was, whatever its method. Knows bytes and where they are kept; nothing about models.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from components.models.engine import Vectors


class Kept(Protocol):
    """Where steps are kept."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, value: bytes) -> None: ...


class Steps:
    """`reused` counts the steps of an earlier run. Without `kept` every step is made."""

    def __init__(self, kept: Kept | None = None) -> None:
        self._kept, self._made = kept, set[str]()
        self.reused = 0

    def text(self, asked: Sequence[object], make: Callable[[], str]) -> str:
        """What was answered to exactly this before, or else now."""
        return self._step(asked, lambda: make().encode()).decode()

    def vectors(self, asked: Sequence[object], texts: Sequence[str], make: Callable[[], Vectors]) -> Vectors:
        """A row for each text."""
        if not texts:
            return make()
        raw = self._step([*asked, *texts], lambda: np.ascontiguousarray(make(), np.float32).tobytes())
        return np.frombuffer(raw, np.float32).reshape(len(texts), -1)

    def _step(self, asked: Sequence[object], make: Callable[[], bytes]) -> bytes:
        if self._kept is None:
            return make()
        key = hashlib.sha256(json.dumps(asked).encode()).hexdigest()
        found = self._kept.get(key)
        if found is None:
            found = make()
            self._kept.put(key, found)
            self._made.add(key)
        else:
            self.reused += key not in self._made
        return found
