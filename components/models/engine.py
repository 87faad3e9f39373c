"""The contract alone: what a loaded model can be asked, wherever it runs.

Knows prompts, options and what comes back; no engine, no process, no server.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from components.messages import Message
from components.models.looks import Found, Look
from components.models.options import EngineInfo, GenerationOptions, Prompt, Usage
from components.models.scores import Scored, Scores, TokenScore
from components.models.translation import Translated, TranslationOptions

Vectors = npt.NDArray[np.float32]  # one row for each text


class Generation(Protocol):
    """Pieces of text as they come. `usage` is there once the last one has been read."""

    @property
    def usage(self) -> Usage | None: ...

    @property
    def read(self) -> int: ...  # prompt tokens so far

    @property
    def written(self) -> int: ...  # tokens so far, where they are counted; else 0

    @property
    def scores(self) -> Sequence[TokenScore]: ...  # of what was written so far, where they were asked for

    def __iter__(self) -> Iterator[str]: ...


class Engine(Protocol):
    """A loaded model, wherever it runs."""

    @property
    def info(self) -> EngineInfo: ...

    @property
    def recent(self) -> deque[Usage]: ...  # of the last few requests

    @property
    def alive(self) -> bool: ...

    def count(self, prompts: Sequence[Prompt]) -> list[int]: ...

    def generate(
        self, prompt: Prompt, options: GenerationOptions, cancelled: Callable[[], bool]
    ) -> Generation: ...

    def scores(
        self,
        texts: Sequence[Scored],
        top: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
        on_done: Callable[[int], None] = lambda done: None,
    ) -> list[Scores]:
        """How likely each text is, with the `top` likeliest tokens at each place.

        Raises NoScores with the reason where this engine can't tell, Cancelled between two passes.
        """

    def look(self, asked: Look, cancelled: Callable[[], bool] = lambda: False) -> Found:
        """What a look into the model finds. Raises Unavailable where this engine has no view of it."""

    def embed(
        self,
        texts: Sequence[str],
        cancelled: Callable[[], bool] = lambda: False,
        on_done: Callable[[int], None] = lambda done: None,
    ) -> Vectors: ...

    def translate(
        self, texts: Sequence[str], options: TranslationOptions, cancelled: Callable[[], bool]
    ) -> Iterator[Translated]: ...

    def adapted(self, folder: Path) -> "Engine": ...

    def leased(self, cancelled: Callable[[], bool], on_wait: Callable[[Message], object]) -> "Engine":
        """This engine for one lease: a count hears Stop, and `on_wait` hears what requests wait for."""

    def close(self) -> None: ...
