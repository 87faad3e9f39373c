"""Two engines for one model, seen as one: each request goes to the one that is done with it sooner.

Knows the engines' interface and their rates. The first is there from the beginning; the second may come
later, and may be gone again. A conversation stays with the engine that has read its earlier turns, unless
what is new is longer than they are: after "Hi", a page of text goes to the engine that reads it sooner. Where
many ask at once, they are served by the one that computes batches faster, and what it has to read counts.
"""

import copy
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from components.errors import Unavailable
from components.messages import Message
from components.models.division import Rates, second_is_sooner
from components.models.engine import Engine, Generation, Vectors
from components.models.looks import Found, Look
from components.models.options import EngineInfo, GenerationOptions, Prompt, Usage
from components.models.scores import Scored, Scores, TokenScore
from components.models.translation import Translated, TranslationOptions

USUAL_NEW = 128  # tokens of an answer, until some were written
BYTES_PER_TOKEN = 4  # of a prompt, about: it is only to be seen whether it is long
REMEMBERED = 128  # prompts and answers
CROWD = 2  # others in progress: so many are better served in one batch
CROWD_SECONDS = 60.0  # for which they are expected to come again


@dataclass(eq=False)
class _Shared:
    """What all leases of one pair have in common."""

    reason: Message
    second: Engine | None = None
    rates: tuple[Rates, Rates] | None = None
    closed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)  # guards the fields here
    active: list[int] = field(default_factory=lambda: [0, 0])  # requests of the first and the second
    # Of texts that were read or written: length, hash, and whether by the second engine; newest last
    seen: deque[tuple[int, int, bool]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    crowd: tuple[float, int] = (0.0, 0)  # the most that were in progress beside a new one, and when


class Pair:
    """As `engine.Engine`."""

    def __init__(self, first: Engine, reason: Message, clock: Callable[[], float] = time.monotonic) -> None:
        self.first, self._shared, self._clock = first, _Shared(reason), clock
        self.tried = False  # to give it a second engine
        self._lease: tuple[Callable[[], bool], Callable[[Message], object]] | None = None

    @property
    def info(self) -> EngineInfo:
        first, second = self.first.info, self._second()
        if second is None:
            return replace(first, chosen=self._shared.reason)
        return replace(
            first,
            engine=f"{first.engine} + {second.info.engine}",
            dtype=f"{first.dtype} + {second.info.dtype}",
            memory=first.memory + second.info.memory,
            context=min(first.context, second.info.context),
            chosen=self._shared.reason,
        )

    @property
    def recent(self) -> deque[Usage]:
        return self.first.recent

    @property
    def alive(self) -> bool:
        return self.first.alive

    @property
    def engines(self) -> list[Engine]:
        """Those that are there."""
        second = self._second()
        return [self.first] if second is None else [self.first, second]

    def attach(self, second: Engine, rates: tuple[Rates, Rates], reason: Message) -> bool:
        """Uses a second engine from now on; `rates`: of both. False if this pair is closed already."""
        with self._shared.lock:
            if self._shared.closed:
                return False
            self._shared.second, self._shared.rates, self._shared.reason = second, rates, reason
            return True

    def explain(self, reason: Message) -> None:
        """Why there is no second engine."""
        self._shared.reason = reason

    def count(self, prompts: Sequence[Prompt]) -> list[int]:
        return self._leased(self.first).count(prompts)

    def generate(
        self, prompt: Prompt, options: GenerationOptions, cancelled: Callable[[], bool]
    ) -> Generation:
        return _Routed(self, prompt, options, cancelled)

    def scores(
        self,
        texts: Sequence[Scored],
        top: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
        on_done: Callable[[int], None] = lambda done: None,
    ) -> list[Scores]:
        return self._leased(self.first).scores(texts, top, cancelled, on_done)

    def look(self, asked: Look, cancelled: Callable[[], bool] = lambda: False) -> Found:
        return self._leased(self.first).look(asked, cancelled)

    def embed(
        self,
        texts: Sequence[str],
        cancelled: Callable[[], bool] = lambda: False,
        on_done: Callable[[int], None] = lambda done: None,
    ) -> Vectors:
        return self.first.embed(texts, cancelled, on_done)

    def translate(
        self, texts: Sequence[str], options: TranslationOptions, cancelled: Callable[[], bool]
    ) -> Iterator[Translated]:
        return self.first.translate(texts, options, cancelled)

    def adapted(self, folder: Path) -> Engine:
        raise Unavailable("This kind of model can't be used with an adapter.")

    def leased(self, cancelled: Callable[[], bool], on_wait: Callable[[Message], object]) -> "Pair":
        twin = copy.copy(self)  # which shares all that changes
        twin._lease = cancelled, on_wait
        return twin

    def close(self) -> None:
        with self._shared.lock:
            self._shared.closed = True
            second, self._shared.second = self._shared.second, None
        self.first.close()
        if second is not None:
            second.close()

    def _second(self) -> Engine | None:
        second = self._shared.second
        return second if second is not None and second.alive else None

    def _leased(self, engine: Engine) -> Engine:
        return engine.leased(*self._lease) if self._lease else engine

    @contextmanager
    def routed(self, prompt: Prompt, options: GenerationOptions, written: Sequence[str]) -> Iterator[Engine]:
        """The engine for a request, which counts as in progress there until the block ends.

        `written`: the pieces of its answer, complete by then.
        """
        engine, by_second = self._engine_for(prompt, options)
        try:
            yield self._leased(engine)
        finally:
            with self._shared.lock:
                self._shared.active[by_second] -= 1
                self._remember(_as_text(prompt, "".join(written)), by_second)

    def _engine_for(self, prompt: Prompt, options: GenerationOptions) -> tuple[Engine, bool]:
        """The one that has read most of this prompt before, else the one that is done sooner."""
        text = _as_text(prompt)
        with self._shared.lock:
            second, rates = self._second(), self._shared.rates
            by_second = False
            # llama.cpp, the first, holds an answer to a schema
            if second is not None and rates is not None and not options.schema:
                usual = round(median([usage.new_tokens for usage in self.recent] or [USUAL_NEW]))
                by_second = self._by_second(text, min(options.max_new_tokens, max(usual, 1)), rates)
            self._remember(text, by_second)
            self._shared.active[by_second] += 1
            return (second if second is not None and by_second else self.first), by_second

    def _by_second(self, text: str, new: int, rates: tuple[Rates, Rates]) -> bool:
        known = self._read_before(text, False), self._read_before(text, True)
        expected = self._expected()
        if expected < CROWD and max(known) >= len(text) / 2:
            return known[1] > known[0]
        first, second = (len(text[read:].encode("utf-8", "replace")) // BYTES_PER_TOKEN for read in known)
        beside = self._shared.active[0], self._shared.active[1]
        return second_is_sooner(*rates, (first, second), new, beside, expected)

    def _expected(self) -> int:
        """How many requests are likely to be in progress beside a new one."""
        now, (seen, number) = self._clock(), self._shared.crowd
        if sum(self._shared.active) >= number or now - seen > CROWD_SECONDS:
            self._shared.crowd = now, sum(self._shared.active)
        return self._shared.crowd[1]

    def _remember(self, text: str, by_second: bool) -> None:
        self._shared.seen.append((len(text), hash(text), by_second))

    def _read_before(self, text: str, by_second: bool) -> int:
        """How many characters of a text's beginning one of the engines has read or written."""
        return max(
            (
                length
                for length, mark, second in self._shared.seen
                if second is by_second and length <= len(text) and hash(text[:length]) == mark
            ),
            default=0,
        )


class _Routed:
    """A generation whose engine is chosen when it begins: then it is known what is in progress."""

    def __init__(
        self, pair: Pair, prompt: Prompt, options: GenerationOptions, cancelled: Callable[[], bool]
    ) -> None:
        self._pair, self._prompt, self._options, self._cancelled = pair, prompt, options, cancelled
        self._generation: Generation | None = None

    @property
    def usage(self) -> Usage | None:
        return self._generation.usage if self._generation else None

    @property
    def read(self) -> int:
        return self._generation.read if self._generation else 0

    @property
    def written(self) -> int:
        return self._generation.written if self._generation else 0

    @property
    def scores(self) -> Sequence[TokenScore]:
        return self._generation.scores if self._generation else ()

    def __iter__(self) -> Iterator[str]:
        written: list[str] = []
        with self._pair.routed(self._prompt, self._options, written) as engine:
            self._generation = engine.generate(self._prompt, self._options, self._cancelled)
            for piece in self._generation:
                written.append(piece)
                yield piece


def _as_text(prompt: Prompt, answer: str = "") -> str:
    """Of a conversation, with its answer if given: a text with which that of its next turn begins."""
    if not prompt.messages:
        return prompt.text + answer
    said = [(message["role"], message["content"]) for message in prompt.messages]
    if answer:
        said.append(("assistant", answer))
    return "".join(f"\0{role}\1{content}\2" for role, content in said)
