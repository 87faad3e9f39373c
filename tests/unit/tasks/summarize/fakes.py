"""Fakes for summaries: documents made of plain lines, and engines that answer from a function."""

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from components.documents import Block, Document, count_words
from components.documents.place import Place
from components.messages import Message
from components.models.catalog import ModelSpec
from components.models.options import EngineInfo, GenerationOptions, Prompt, Usage
from components.tasks.summarize.ledger import Ledger, Part
from components.tasks.summarize.summarizer import Tools
from components.tasks.summarize.summary import Citation, Line, Summary
from components.tasks.summarize.summary_settings import Length, Settings
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


def english(messages: Iterable[Message]) -> list[str]:
    """Messages as an English reader sees them."""
    return [str(message) for message in messages]


def spec(model_id: str, task: str = "chat", **more: object) -> ModelSpec:
    given = {"title": model_id.title(), "source": "packaged", "location": "x/y", "parameters": 10**8} | more
    return ModelSpec(id=model_id, task=task, context=2_000, licence="MIT", **given)  # type: ignore[arg-type]


def steps_of(work: Callable[[], object]) -> int:
    """How many lines of Python run: the time that work takes, whatever else the machine does."""
    count = 0

    def trace(frame: object, event: str, arg: object) -> object:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


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


def ledger(*states: str) -> Ledger:
    parts = [Part(i, 0, f"page {i}", i, i, 1000, 1200, (i,), state) for i, state in enumerate(states, 1)]
    return Ledger(tuple(parts), pages=len(states))


def summary(**changes) -> Summary:
    source = Citation(0, 1, 0, 10, "a.txt", Place(page=3), "The *bold* <b>claim</b>.", 0.9)
    lines = (
        Line("Costs [rose](http://x.test).", "written", sources=(source,)),
        Line("Nobody knows.", "written", supported=False, missing=("number 7",)),
    )
    return Summary("a.txt", "paragraph", lines, ledger("read", "failed"), 10, (0,), ("A note",), **changes)


TEXT = long_text()


QUOTE = Settings(method="quote", length=Length(words=80))


BOTH = Settings(method="both", length=Length(words=80), model_id="writer")


WRITE = Settings(method="write", length=Length(words=80), model_id="writer")


def echo(text: str) -> str:
    """A model that repeats the first sentences of what it is given."""
    inside = text.split("<document>")[-1].split("</document>")[0]
    return " ".join(line for line in inside.split("\n") if line and not line.startswith("#"))[:600]


def invent(text: str) -> str:
    return "Astronauts landed on Jupiter in 1877 and found cheese. Everybody was very happy about it."


MEETING = """
Ann: Good morning, we talk about the launch and the fair in the big room today.
Bob: The launch of the new version was planned for June, but the translation is late.
Ann: We decided to move the launch of the new version to Monday, 24 June.
Bob: I will call the translation agency today and ask for a first delivery by Friday.
Cho: The stand at the fair costs 4,800 euros, which is more than last year.
Ann: We agreed to take the stand at the fair again this year.
Cho: I will book the stand by Thursday and ask for a place near the entrance.
Bob: Support had 214 tickets last week about the watering calendar.
"""
