"""A generation of an engine, a step at a time, as the loop in its process takes it."""

from collections.abc import Callable, Iterator
from typing import Any

from components.models.options import GenerationOptions, Prompt, Usage


class Run:
    """One generation, a step at a time."""

    def __init__(
        self,
        engine: Any,
        prompt: Prompt,
        cancelled: Callable[[], bool] = lambda: False,
        **options: Any,
    ):
        self.said: list[tuple[str, Any]] = []
        self._steps: Iterator[Any] = engine.generate(
            prompt, GenerationOptions(**options), cancelled, lambda *what: self.said.append(what)
        )

    def step(self) -> bool:
        return next(self._steps, "over") != "over"

    def all(self) -> "Run":
        while self.step():
            pass
        return self

    @property
    def text(self) -> str:
        return "".join(payload for kind, payload in self.said if kind == "text")

    @property
    def usage(self) -> Usage:
        return self.said[-1][1]
