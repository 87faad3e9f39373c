"""One engine process for all page tests of a worker: starting one takes longer than most of them.

Each test sees it as its own: not started before it is used, and without what other tests have loaded.
"""

import itertools
from typing import Any

from components.models.process import EngineProcess


class Share(EngineProcess):
    """One test's part of a process that lives on; its models have names of their own there."""

    _tests = itertools.count(1)

    def __init__(self, process: EngineProcess) -> None:
        self._shared, self._test = process, next(self._tests)
        self._used = False
        self._loaded: set[str] = set()

    @property
    def pid(self) -> int | None:
        return self._shared.pid if self._used else None

    @property
    def starts(self) -> int:  # type: ignore[override]
        return self._shared.starts

    def send(self, verb: str, *arguments: Any) -> Any:
        self._used = True
        names = 2 if verb == "adapt" else 1
        keys = [f"{self._test}/{key}" for key in arguments[:names]]
        if verb == "load":
            self._loaded.update(keys)
        return self._shared.send(verb, *keys, *arguments[names:])

    def tell(self, verb: str, number: int) -> None:
        self._shared.tell(verb, number)

    def forget(self, number: int) -> None:
        self._shared.forget(number)

    def close(self) -> None:
        """The end of the test: what it has loaded goes, the process stays."""
        if self.pid is not None:
            for key in self._loaded:
                self._shared.call("unload", key)
        self._used = False
