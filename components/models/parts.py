"""An engine for long work: before each of its requests, waiting requests of others go first.

Knows turns and the engine's interface; nothing about models or tasks.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from components.messages import Message
from components.models.engine import Engine, Generation, Vectors
from components.models.looks import Found, Look
from components.models.options import EngineInfo, GenerationOptions, Prompt, Usage
from components.models.scores import Scored, Scores, TokenScore
from components.models.translation import Translated, TranslationOptions
from components.models.turnstile import Turn


class InParts:
    """An engine whose every request is one part of the work."""

    def __init__(self, engine: Engine, turn: Turn) -> None:
        self._engine, self._turn = engine, turn

    @property
    def info(self) -> EngineInfo:
        return self._engine.info

    @property
    def recent(self) -> deque[Usage]:
        return self._engine.recent

    @property
    def alive(self) -> bool:
        return self._engine.alive

    def count(self, prompts: Sequence[Prompt]) -> list[int]:
        return self._engine.count(prompts)

    def generate(
        self, prompt: Prompt, options: GenerationOptions, cancelled: Callable[[], bool]
    ) -> Generation:
        return _Part(self._engine.generate(prompt, options, cancelled), self._turn)

    def scores(
        self,
        texts: Sequence[Scored],
        top: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
        on_done: Callable[[int], None] = lambda done: None,
    ) -> list[Scores]:
        with self._turn.part():
            return self._engine.scores(texts, top, cancelled, on_done)

    def look(self, asked: Look, cancelled: Callable[[], bool] = lambda: False) -> Found:
        with self._turn.part():
            return self._engine.look(asked, cancelled)

    def embed(
        self,
        texts: Sequence[str],
        cancelled: Callable[[], bool] = lambda: False,
        on_done: Callable[[int], None] = lambda done: None,
    ) -> Vectors:
        with self._turn.part():
            return self._engine.embed(texts, cancelled, on_done)

    def translate(
        self, texts: Sequence[str], options: TranslationOptions, cancelled: Callable[[], bool]
    ) -> Iterator[Translated]:
        with self._turn.part():
            yield from self._engine.translate(texts, options, cancelled)

    def adapted(self, folder: Path) -> Engine:
        return InParts(self._engine.adapted(folder), self._turn)

    def leased(self, cancelled: Callable[[], bool], on_wait: Callable[[Message], object]) -> Engine:
        return InParts(self._engine.leased(cancelled, on_wait), self._turn)

    def close(self) -> None:
        self._engine.close()


class _Part:
    """A generation that is one part: it begins, and may have to wait, with its first piece."""

    def __init__(self, generation: Generation, turn: Turn) -> None:
        self._generation, self._turn = generation, turn

    @property
    def usage(self) -> Usage | None:
        return self._generation.usage

    @property
    def read(self) -> int:
        return self._generation.read

    @property
    def written(self) -> int:
        return self._generation.written

    @property
    def scores(self) -> Sequence[TokenScore]:
        return self._generation.scores

    def __iter__(self) -> Iterator[str]:
        with self._turn.part():
            yield from self._generation
