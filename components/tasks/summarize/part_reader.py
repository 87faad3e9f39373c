"""Reads a document part by part with the embedding model, or by its words alone, and keeps the ledger.

Knows passages, parts and a way to embed; nothing about writing. A part that fails is tried once more;
what was not read is not in what comes out.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

import numpy as np

from components.documents import Document
from components.errors import AppError, Cancelled
from components.messages import Message, Said
from components.models.engine import Engine, Vectors
from components.models.options import Prompt
from components.tasks.summarize.document_parts import plan, unread
from components.tasks.summarize.kept_steps import Steps
from components.tasks.summarize.ledger import Ledger, Part
from components.tasks.summarize.passages import Passage
from components.tasks.summarize.summary import name_of

ROOM = 2_000  # tokens of a part that the embedding model reads: some seconds, so that progress moves
BY_WORDS = Said("word statistics")
TRIES = 2

Say = Callable[[Message, float], None]  # what is being done, and how far it is


class Lease(Protocol):
    """How a model is borrowed; the model manager's `lease` is one."""

    def __call__(
        self,
        model_id: str,
        owner: str = "",
        cancelled: Callable[[], bool] = ...,
        on_wait: Callable[[Message], None] = ...,
    ) -> AbstractContextManager[Engine]: ...


@dataclass(frozen=True)
class Embedder:
    """The embedding model, borrowed for each use so that others get their turn."""

    lease: Lease
    model_id: str
    title: str
    owner: str
    cancelled: Callable[[], bool]
    steps: Steps = field(default_factory=Steps)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """One row for each text. Raises Cancelled, or what the engine reports."""
        return self.steps.vectors(["embed", self.model_id], texts, lambda: self._embedded(texts))

    def _embedded(self, texts: Sequence[str]) -> Vectors:
        with self.lease(self.model_id, self.owner, self.cancelled) as engine:
            return engine.embed(texts, self.cancelled)

    def count(self, texts: Sequence[str]) -> list[int]:
        with self.lease(self.model_id, self.owner, self.cancelled) as engine:
            return engine.count([Prompt(text=text) for text in texts])


@dataclass(frozen=True)
class Read:
    """What was read of one document, or of several."""

    passages: tuple[Passage, ...]
    vectors: Vectors | None  # a row for each passage; None where words alone were counted
    ledger: Ledger
    language: str
    words: int  # of the whole, read or not
    encoder: str = ""  # the id of the embedding model

    def vectors_of(self, encoder: str) -> Vectors | None:
        """The vectors, where this model made them."""
        return self.vectors if self.encoder == encoder else None


def count_words_as_tokens(texts: Sequence[str]) -> list[int]:
    """Without a model there are no tokens; words keep parts to a size."""
    return [len(text.split()) or len(text) for text in texts]


def read(
    document: Document,
    found: Sequence[Passage],
    embedder: Embedder | None,
    cancelled: Callable[[], bool],
    say: Say,
    show: Callable[[Callable[[], Read]], None] = lambda so_far: None,
) -> Read:
    """All parts in order. Stopped, it returns what it has; the ledger says what is missing.

    `show` gets a way to ask for what was read so far: putting that together takes time.
    """
    say(Said("Planning “{name}”", name=document.title or name_of(document)), 0.0)
    try:
        parts = plan(found, embedder.count if embedder else count_words_as_tokens, ROOM)
    except Cancelled:
        parts = plan(found, count_words_as_tokens, ROOM)
    left_out = tuple(left.message for left in document.left_out)
    missing = unread(document, found[0].file if found else 0, len(parts))
    ledger = Ledger((*parts, *missing), document.pages, left_out, document.notes)
    rows: list[Vectors] = []
    for part in parts:
        if cancelled():
            break
        say(part.stage(len(parts)), (part.number - 1) / len(parts))
        mine = found[part.first : part.last + 1]
        done, vectors = _read_part(part, mine, embedder)
        ledger = ledger.with_part(done)
        if done.state == "waiting":
            break
        if vectors is not None:
            rows.append(vectors)
        show(partial(_so_far, document, found, ledger, rows, embedder))
    return _so_far(document, found, ledger.stopped(), rows, embedder)


def _read_part(part: Part, mine: Sequence[Passage], embedder: Embedder | None) -> tuple[Part, Vectors | None]:
    """The part as it is now: read, failed after a second try, or still waiting when stopped."""
    if embedder is None:
        return replace(part, state="read", reader=BY_WORDS, tries=1, tokens=0), None
    why: Message = ""
    for attempt in range(1, TRIES + 1):
        try:
            vectors = embedder.vectors([passage.text for passage in mine])
            return replace(part, state="read", reader=embedder.title, tries=attempt), vectors
        except Cancelled:
            return part, None
        except AppError as error:
            why = error.message
    return replace(part, state="failed", reader=embedder.title, tries=TRIES, why=why), None


def _so_far(
    document: Document,
    found: Sequence[Passage],
    ledger: Ledger,
    rows: Sequence[Vectors],
    embedder: Embedder | None,
) -> Read:
    kept = tuple(
        passage
        for part in ledger.parts
        if part.state == "read"
        for passage in found[part.first : part.last + 1]
    )
    vectors = np.concatenate(rows) if rows else None
    encoder = embedder.model_id if embedder else ""
    return Read(kept, vectors, ledger, document.language, document.words, encoder)
