"""Fakes for summaries: documents made of plain lines, and engines that answer from a function."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from components.documents import Block, Document, count_words
from components.models.catalog import ModelSpec
from components.models.options import EngineInfo, GenerationOptions, Prompt, Usage
from components.tasks.summarize.summarizing import Tools
from components.tasks.terms import terms

INFO = EngineInfo("cpu", "float32", "none", 1, 2_000, True, 0.1)
TOPICS = [
    "harbour",
    "budget",
    "school",
    "forest",
    "railway",
    "museum",
    "hospital",
    "market",
    "bridge",
    "theatre",
]


def spec(model_id: str, task: str = "chat", **more: object) -> ModelSpec:
    given = {"title": model_id.title(), "source": "packaged", "location": "x/y", "parameters": 10**8} | more
    return ModelSpec(id=model_id, task=task, context=2_000, licence="MIT", **given)  # type: ignore[arg-type]


def document(text: str, name: str = "town.txt", language: str = "en") -> Document:
    """Lines that begin with # are headings; every other line is a paragraph."""
    blocks: list[Block] = []
    section: tuple[str, ...] = ()
    for line in text.strip().splitlines():
        if line.startswith("# "):
            section = (line[2:],)
            blocks.append(Block("heading", line[2:], 1, section=section))
        elif line.strip():
            blocks.append(Block("paragraph", line.strip(), section=section))
    return Document(name, "text", tuple(blocks), language=language, words=count_words(text))


def long_text(sections: int = 6, sentences: int = 12) -> str:
    """Sections about different things, each with sentences of their own."""
    rows = []
    for s in range(sections):
        topic = TOPICS[s % len(TOPICS)]
        rows.append(f"# The {topic}")
        rows += [
            f"The {topic} committee discussed proposal {s * 100 + i} about the {topic} and its neighbours in detail. "
            f"Residents near the {topic} asked for {s * 100 + i + 7} improvements during the following season."
            for i in range(sentences // 2)
        ]
    return "\n".join(rows)


class FakeEngine:
    """Counts words as tokens, embeds words by hashing them, and answers with `write`."""

    def __init__(
        self, write: Callable[[str], str], fails: Callable[[Sequence[str]], Exception | None]
    ) -> None:
        self.info, self.recent, self.alive = INFO, deque[Usage](), True
        self._write, self._fails = write, fails
        self.prompts: list[Prompt] = []

    def count(self, prompts: Sequence[Prompt]) -> list[int]:
        return [sum(len(m["content"].split()) for m in p.messages) or len(p.text.split()) for p in prompts]

    def embed(
        self,
        texts: Sequence[str],
        cancelled: Callable[[], bool] = lambda: False,
        on_done: Callable[[int], None] = lambda done: None,
    ) -> np.ndarray:
        if error := self._fails(texts):
            raise error
        rows = np.full((len(texts), 64), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for term in terms(text, "en"):
                row[sum(map(ord, term)) % 64] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def generate(
        self, prompt: Prompt, options: GenerationOptions, cancelled: Callable[[], bool]
    ) -> "FakeGeneration":
        self.prompts.append(prompt)
        return FakeGeneration(self._write(prompt.messages[-1]["content"]))

    def close(self) -> None:
        pass


class FakeGeneration:
    def __init__(self, text: str) -> None:
        self._text, self.usage, self.read = text, None, 0

    def __iter__(self) -> Iterator[str]:
        yield self._text


class FakeModels:
    """What the model manager is to a summary: `lease`, and the engine behind it."""

    def __init__(
        self,
        write: Callable[[str], str] = lambda text: "",
        fails: Callable[[Sequence[str]], Exception | None] = lambda texts: None,
    ) -> None:
        self.engine = FakeEngine(write, fails)

    @contextmanager
    def lease(self, model_id: str, owner: str = "", cancelled=lambda: False, on_wait=lambda text: None):
        yield self.engine

    def tools(self, embedder: bool = True, **writer: object) -> Tools:
        return Tools(self.lease, spec("embedder", "embed") if embedder else None, spec("writer", **writer))
