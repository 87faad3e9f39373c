"""A whole document as a job: text out, sentence by sentence through the pipeline, text back, receipt.

Works on the store, a job and the pipeline; formats are in `documents.rewriting`, which runs elsewhere.
"""

import errno
import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from components.documents import Limits
from components.documents.rewriting.rewriter_client import OpenedFile, open_file, write_file
from components.documents.rewriting.units import Options, Placed, Unit
from components.errors import BadInput, Cancelled, Unavailable
from components.jobs import Job, Jobs, State, keep_end
from components.messages import Message, Said, counted, from_json, to_json
from components.models.languages import UNSPACED
from components.models.manager import ModelManager
from components.tasks.translate import sentence_engines
from components.tasks.translate.asked import translator
from components.tasks.translate.glossary import Term
from components.tasks.translate.mark_places import phrases, place
from components.tasks.translate.outcome import Outcome, Request
from components.tasks.translate.pipeline import Progress, Translator
from components.tasks.translate.receipt import LISTED, Marked, Receipt, Segments
from components.tasks.translate.routes import Route
from components.tasks.translate.sentences import Sentence, split
from components.translations import Translations

KIND = "document"  # of the jobs
SIDES = "sides.json"  # beside a result: each text of the document with its translation
STOPPED = Said("Stopped. What is done is kept: Resume goes on from there.")


@dataclass(frozen=True)
class DocumentRequest:
    """One uploaded file to be translated."""

    translation_id: str
    source: str
    target: str
    route: Route
    owner: str
    terms: Sequence[Term] = ()
    options: Options = field(default_factory=Options)

    @property
    def pair(self) -> str:
        return f"{self.source}-{self.target}"


class DocumentTranslator:
    """Starts, resumes and deletes document translations; their files are below `folder`."""

    def __init__(
        self, translations: Translations, jobs: Jobs, manager: ModelManager, folder: Path, limits: Limits
    ) -> None:
        self._translations, self._jobs, self._manager = translations, jobs, manager
        self._folder, self._limits = folder, limits

    def add(self, data: bytes, name: str, owner: str, settings: Mapping[str, Any]) -> str:
        """Keeps an uploaded file and returns its translation's id."""
        translation_id = self._translations.create(owner, "document", name, settings, "stopped")
        place = self._place(translation_id)
        try:
            place.mkdir(parents=True, exist_ok=True)
            (place / "source").write_bytes(data)
        except OSError as error:
            shutil.rmtree(place, ignore_errors=True)
            self._translations.delete(translation_id)
            raise _not_written(error) from error
        return translation_id

    def start(self, request: DocumentRequest) -> Job:
        """Begins, or goes on: what the translation memory has is not translated again."""
        translation = self._translations.get(request.translation_id)
        if translation is None:
            raise BadInput("This document isn't here any more. Upload it again.")
        running = self._jobs.get(translation.job_id) if translation.job_id else None
        if running and running.running:
            return running
        self._jobs.check(KIND)
        self._translations.update(request.translation_id, state="running", note="")

        def work(job: Job) -> dict[str, Any]:
            return self._translate(job, request, translation.name).to_json()

        def keep(job: Job, state: State) -> None:
            write = partial(self._translations.update, request.translation_id)
            made = {"state": "done", "note": "", "body": job.result} if job.result else {}
            keep_end(write, job, state, made, STOPPED)

        job = self._jobs.start(KIND, request.owner, work, keep)
        self._translations.update(request.translation_id, job_id=job.id)
        return job

    def result(self, translation_id: str) -> bytes | None:
        """The translated file, once it exists; None for another person's."""
        if self._translations.get(translation_id) is None:
            return None
        path = self._place(translation_id) / "result"
        return path.read_bytes() if path.exists() else None

    def sides(self, translation_id: str) -> list["Side"]:
        """Each text of a translated document with its translation, in their order; empty where they weren't
        kept, or for another person's. Of what was translated before marks were kept, none are there.
        """
        path = self._place(translation_id) / SIDES
        if self._translations.get(translation_id) is None or not path.exists():
            return []
        rows = json.loads(path.read_text(encoding="utf-8"))
        return [
            Side(source, target, tuple(map(from_json, why[0] if why else ())))
            for source, target, *why in rows
        ]

    def delete(self, translation_id: str) -> None:
        """Deletes the document, its translation and its receipt; a running job on it ends."""
        if (job_id := self._translations.job_id(translation_id)) is None:
            return
        self._jobs.stop(job_id)
        shutil.rmtree(self._place(translation_id), ignore_errors=True)
        self._translations.delete(translation_id)

    def _place(self, translation_id: str) -> Path:
        return self._folder / translation_id

    def _translate(self, job: Job, request: DocumentRequest, name: str) -> Receipt:
        started, folder = time.monotonic(), self._place(request.translation_id)
        try:
            data = (folder / "source").read_bytes()
        except OSError as error:
            raise Unavailable("The uploaded file isn't here any more. Upload it again.") from error
        job.say(Said("Reading the document"))

        def told(done: int, of: int) -> None:
            page = min(done + 1, of)
            job.say(
                Said("Reading the document: page {number:,} of {of:,}, from its picture", number=page, of=of)
            )

        opened = open_file(data, name, request.options, self._limits, job.cancelled, told)
        if not opened.units:
            raise BadInput('"{name}" has no text that could be translated.', name=name)
        units = translate_units(opened, request, self._manager, self._translations, job)
        job.say(Said("Writing the document"), 1.0)
        written = write_file(data, name, request.options, units.placed, self._limits, job.cancelled)
        if job.cancelled() or not folder.exists():  # deleted meanwhile
            raise Cancelled("Stopped while translating.")
        part = folder / "result.part"
        try:
            (folder / SIDES).write_text(json.dumps(_sides(opened, units)), encoding="utf-8")
            part.write_bytes(written.data)
            part.replace(folder / "result")
        except OSError as error:
            part.unlink(missing_ok=True)
            raise _not_written(error) from error
        return Receipt(
            opened.output,
            opened.format,
            units.segments,
            units.marked,
            opened.counts,
            written.counts,
            (*opened.notes, *written.notes),
            round(time.monotonic() - started, 1),
        )


def _not_written(error: OSError) -> Unavailable:
    full = error.errno == errno.ENOSPC
    return Unavailable(
        "The file could not be stored: {reason}. Free some space and try again; nothing else was lost.",
        reason=Said("the disk is full") if full else error.strerror or "",
    )


def _sides(opened: OpenedFile, units: "TranslatedUnits") -> list[tuple[str, str, list[Any]]]:
    """A text that was left as it is appears on both sides."""
    return [
        (unit.text, placed.text if placed else unit.text, [to_json(one) for one in why])
        for unit, placed, why in zip(opened.units, units.placed, units.why, strict=True)
    ]


@dataclass(frozen=True)
class Side:
    """A text of a document, its translation, and why that is marked."""

    source: str
    target: str
    why: tuple[Message, ...] = ()


@dataclass(frozen=True)
class TranslatedUnits:
    """Each unit's translation and why it is marked, and what the receipt says of the segments."""

    placed: tuple[Placed | None, ...]
    why: tuple[tuple[Message, ...], ...]
    segments: Segments
    marked: tuple[Marked, ...]


def translate_units(
    opened: OpenedFile,
    request: DocumentRequest,
    manager: ModelManager,
    translations: Translations,
    job: Progress,
) -> TranslatedUnits:
    """All units of a file, through one engine that is leased for all of them."""
    cut = [split(unit.text, request.source, whole=_kept(unit)) for unit in opened.units]
    requests, owners = _requests(opened, cut)
    found: dict[int, Outcome] = {}
    job.say(Said("Waiting for the engine"))
    with sentence_engines.leased(
        manager.lease, request.route, request.owner, job.cancelled, job.say, long=True
    ) as engine:
        pipeline = translator(request, engine, translations, job.cancelled)
        for at, outcome in pipeline.outcomes(requests):
            found[at] = outcome
            job.say(_done(len(found), len(requests)), len(found) / len(requests))
        known = _phrases(pipeline, opened, cut)
    placed: list[Placed | None] = []
    spaced = request.target not in UNSPACED
    for unit, (lead, sentences), mine in zip(opened.units, cut, owners, strict=True):
        targets = [found[at].target if found[at].target.strip() else found[at].source for at in mine]
        placed.append(place(unit, lead, sentences, targets, spaced, known) if sentences else None)
    outcomes = [found[at] for at in range(len(requests))]
    why = tuple(tuple(dict.fromkeys(f.text for at in mine for f in found[at].findings)) for mine in owners)
    return TranslatedUnits(tuple(placed), why, Segments.of(outcomes), _marked(opened, outcomes, owners))


def _done(done: int, count: int) -> Message:
    return counted("{done:,} of {count} segment", "{done:,} of {count:,} segments", count, done=done)


def _kept(unit: Unit) -> list[tuple[int, int]]:
    return [(mark.start, mark.end) for mark in unit.marks if mark.kind == "keep"]


def _requests(
    opened: OpenedFile, cut: Sequence[tuple[str, list[Sentence]]]
) -> tuple[list[Request], list[list[int]]]:
    """All sentences of a document, and which of them belong to each unit."""
    requests: list[Request] = []
    owners: list[list[int]] = []
    for unit, (_, sentences) in zip(opened.units, cut, strict=True):
        kept = [(m.start, unit.text[m.start : m.end]) for m in unit.marks if m.kind == "keep"]
        mine = []
        for sentence in sentences:
            inside = tuple(text for start, text in kept if sentence.start <= start < sentence.end)
            mine.append(len(requests))
            requests.append(Request(sentence.text, inside, requests[-1].text if requests else ""))
        owners.append(mine)
    return requests, owners


def _phrases(
    pipeline: Translator, opened: OpenedFile, cut: Sequence[tuple[str, list[Sentence]]]
) -> dict[str, str]:
    """Translations of what is formatted inside sentences, to find it again."""
    wanted = dict.fromkeys(
        phrase
        for unit, (_, sentences) in zip(opened.units, cut, strict=True)
        for phrase in phrases(unit, sentences)
    )
    made = pipeline.all([Request(phrase) for phrase in wanted])
    return {outcome.source: outcome.target for outcome in made}


def _marked(
    opened: OpenedFile, outcomes: Sequence[Outcome], owners: Sequence[Sequence[int]]
) -> tuple[Marked, ...]:
    found = (
        Marked.of(outcomes[at], unit.where)
        for unit, mine in zip(opened.units, owners, strict=True)
        for at in mine
        if outcomes[at].flagged
    )
    return tuple(islice(found, LISTED))
