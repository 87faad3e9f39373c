"""A manager whose model counts words and says what it is told to."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from components.models.catalog import Catalog, ModelSpec
from components.models.options import EngineInfo, GenerationOptions, Prompt, Usage
from components.models.scores import TokenScore

SPEC = ModelSpec("fake", "Fake", "chat", "local", "fake", 1, 100, "MIT")
OTHER = ModelSpec("other", "Other", "chat", "local", "other", 1, 100, "MIT")


def words(prompt: Prompt) -> int:
    return len(" ".join([prompt.text, *(m["content"] for m in prompt.messages)]).split())


class FakeGeneration:
    def __init__(self, engine: "FakeEngine", prompt: Prompt, cancelled: Callable[[], bool]) -> None:
        self.engine, self.prompt, self.cancelled = engine, prompt, cancelled
        self.usage: Usage | None = None
        self.read = self.written = 0
        self.scores: list[TokenScore] = []

    def __iter__(self) -> Iterator[str]:
        count, finish = 0, self.engine.finish
        for piece in self.engine.says:
            if self.cancelled():
                finish = "stopped"
                break
            if isinstance(piece, Exception):
                raise piece
            count += 1
            yield piece
            self.engine.written.set()
            self.engine.gate.wait(5)
        self.usage = Usage(words(self.prompt), count, 0.1, 0.2, finish)  # type: ignore[arg-type]


class FakeEngine:
    def __init__(self, context: int = 100) -> None:
        self.info = EngineInfo("cpu", "float32", "none", 1, context, True, 0.1)
        self.recent: deque[Usage] = deque()
        self.alive = True
        self.says: list[str | Exception] = ["Hello ", "there."]
        self.finish = "stop"
        self.prompts: list[Prompt] = []
        self.options: list[GenerationOptions] = []
        self.written = threading.Event()  # a first piece is where it was asked for
        self.gate = threading.Event()  # closed: there is no second piece until it opens
        self.gate.set()

    def count(self, prompts: Sequence[Prompt]) -> list[int]:
        return [words(prompt) for prompt in prompts]

    def generate(self, prompt: Prompt, options: GenerationOptions, cancelled: Callable[[], bool]):
        self.prompts.append(prompt)
        self.options.append(options)
        return FakeGeneration(self, prompt, cancelled)


class FakeManager:
    def __init__(self, engine: FakeEngine) -> None:
        self.engine, self.catalog = engine, Catalog(None, (SPEC, OTHER))
        self.leases: list[tuple[str, bool]] = []  # models, and whether as adapters use them

    @contextmanager
    def lease(self, model_id, owner="", cancelled=None, on_wait=None, as_base=False):
        self.catalog.get(model_id)
        self.leases.append((model_id, as_base))
        yield self.engine
