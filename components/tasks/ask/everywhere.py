"""One search over everything that a person keeps: documents, conversations, summaries, answers, translations.

Knows the shelf, the traces and models of meaning; nothing about pages. Before it searches, it reads what has
been written since the last time.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import numpy as np

from components.documents.language_detection import detect_language
from components.errors import AppError, BadInput, Unavailable
from components.jobs import Job, Jobs
from components.messages import Message, counted
from components.models.engine import Vectors
from components.models.spec import ModelSpec
from components.results import Results
from components.retrieval.encoder_choice import model_across, model_for
from components.retrieval.index import Index
from components.retrieval.shelf import Entry, Sentence, Shelf
from components.retrieval.words import Bm25, telling, tokens
from components.store import Store
from components.tasks.answers import without_reasoning
from components.tasks.ask import answer
from components.tasks.ask.answer_maker import FEW_WORDS
from components.tasks.ask.finder import ENGLISH_ALONE, WORDS_OF, find, piece_shares
from components.tasks.ask.question_jobs import KIND as ASK
from components.tasks.ask.sureness import sure_of
from components.tasks.attached_passages import stretches
from components.tasks.summarize import summary_jobs
from components.tasks.summarize.part_reader import Lease
from components.tasks.summarize.summary import Citation
from components.tasks.translate import typed_texts
from components.traces import Changed, Kind, Trace, Traces
from components.translations import Translations

KIND = "search"
MOST, OF_ONE = 30, 2  # hits in all, and of one entry
LEAST = 0.01  # how sure a hit is at least: a cosine of about a quarter
PASSAGES = 2_000  # of one entry that are read at most
MOST_WANTED = 500  # characters
_WORD = re.compile(r"[^\W_]+")

Of = Literal["document", "conversation", "summary", "answer", "translation", "translated document"]


@dataclass(frozen=True)
class Hit:
    """One passage that was found, and of what it is."""

    of: Of
    id: str  # of the entry
    title: str
    text: str
    marks: tuple[tuple[int, int], ...]  # where in the text words of the search are
    sure: float  # 0 to 1
    citation: Citation | None = None  # of a document


@dataclass(frozen=True)
class Content:
    """What an entry says, in passages, its title first."""

    of: Of
    title: str
    passages: tuple[str, ...]
    language: str = ""  # where it is known


@dataclass(frozen=True)
class Everywhere:
    """One person's hands on all that is searched."""

    jobs: Jobs
    store: Store
    results: Results
    translations: Translations
    traces: Traces
    shelf: Shelf
    index: Index
    lease: Lease
    ready: Sequence[ModelSpec]  # embedding models that are installed
    owner: str

    def search(self, wanted: str) -> Job:
        """Starts a search; the job's result are its hits, the best one first."""
        wanted = " ".join(wanted.split())
        if not wanted:
            raise BadInput("Write what you look for first.")
        if len(wanted) > MOST_WANTED:
            raise BadInput("A search may have {most:,} characters.", most=MOST_WANTED)

        def work(job: Job) -> list[Hit]:
            self.read_changes(job)
            return self.found(wanted, job)

        return self.jobs.start(KIND, self.owner, work, lambda job, state: None)

    # What has changed

    def read_changes(self, job: Job) -> None:
        """Reads what was written since the last search. What is damaged is passed over."""
        changed = self.traces.changed()
        for number, one in enumerate(changed):
            if job.cancelled():
                return
            job.say(_progress(len(changed) - number), number / len(changed))
            said = None
            with suppress(AppError):
                said = self._said(one)
            self._keep(one, said.passages if said else (), said.language if said else "", job)

    def _keep(self, changed: Changed, passages: Sequence[str], language: str, job: Job) -> None:
        language = language or (detect_language("\n".join(passages)[:5_000]) if passages else "")
        before = {trace.model: trace for trace in self.traces.of(changed.kind, changed.id)}
        own, across = model_for(language, self.ready), model_across(("en", "zh"), self.ready)
        models = list({spec.id: spec for spec in (own, across) if spec}.values())
        vectors = {
            spec.id: self._read(spec, passages, before.get(spec.id), job) for spec in models if passages
        }
        self.traces.keep(changed.kind, changed.id, changed.at, language, passages, vectors)

    def _read(self, spec: ModelSpec, passages: Sequence[str], before: Trace | None, job: Job) -> Vectors:
        """The vectors of passages; those that were read before aren't read again."""
        known: dict[str, Vectors] = {}
        if before and before.vectors is not None:
            known = dict(zip(before.passages, before.vectors, strict=True))
        new = [one for one in dict.fromkeys(passages) if one not in known]
        if new:
            known |= zip(new, self._embedded(spec, new, job), strict=True)
        return np.stack([known[one] for one in passages])

    def _embedded(self, spec: ModelSpec, given: Sequence[str], job: Job) -> Vectors:
        with self.lease(spec.id, self.owner, job.cancelled) as engine:
            return engine.embed(given, job.cancelled)

    def _said(self, changed: Changed) -> Content | None:
        """What an entry says now. Raises Unavailable where it is damaged."""
        said = {
            "conversations": self._conversation,
            "results": self._result,
            "translations": self._translation,
        }[changed.kind](changed.id)
        if said is None:
            return None
        cut = [said.title, *(one[a:b].strip() for one in said.passages for a, b in stretches(one))]
        return Content(
            said.of, said.title, tuple(one for one in cut if one.strip())[:PASSAGES], said.language
        )

    def _conversation(self, entry_id: str) -> Content | None:
        if (found := self.store.conversation(entry_id)) is None:
            return None
        messages = sorted(found.messages.values(), key=lambda one: one.id)
        return Content("conversation", found.title, tuple(without_reasoning(one.text) for one in messages))

    def _result(self, entry_id: str) -> Content | None:
        if (found := self.results.get(entry_id, documents=False)) is None:
            return None
        if found.kind == summary_jobs.KIND:
            return Content("summary", found.title, tuple(summary_jobs.texts_of(found.body)))
        if found.kind == ASK:
            return Content("answer", found.title, tuple(answer.texts_of(found.body)))
        return None

    def _translation(self, entry_id: str) -> Content | None:
        if (found := self.translations.get(entry_id)) is None:
            return None
        if found.kind == "document":
            return Content("translated document", found.name, ())
        body, asked = typed_texts.body_of(found), found.settings
        both = (body["text"], typed_texts.whole(body, asked["target"]))
        return Content("translation", found.name, both, asked["source"])

    # What is found

    def found(self, wanted: str, job: Job) -> list[Hit]:
        """The passages that are nearest to what is wanted, of all kinds."""
        traces, entries = self.traces.all(), [one for one in self.shelf.listed() if one.chunks]
        known = {trace.language for trace in traces} | {entry.language for entry in entries}
        language = _language(wanted, known)
        asked = frozenset(telling(tokens(wanted, language)))
        hits = self._in_documents(wanted, language, asked, entries, job)
        hits += self._in_traces(wanted, language, asked, traces, job)
        hits = sorted((one for one in hits if one.sure >= LEAST), key=lambda one: -one.sure)
        say_more = {one.id for one in hits if one.text != one.title}
        kept: list[Hit] = []
        of_one: Counter[str] = Counter()
        for hit in hits:
            if hit.text == hit.title and hit.id in say_more:
                continue  # the title is shown anyway
            of_one[hit.id] += 1
            if of_one[hit.id] <= OF_ONE:
                kept.append(hit)
        return kept[:MOST]

    def _in_documents(
        self, wanted: str, language: str, asked: frozenset[str], entries: Sequence[Entry], job: Job
    ) -> list[Hit]:
        if not entries:
            return []

        def embed(spec: ModelSpec, given: Sequence[str]) -> Vectors:
            return self._embedded(spec, given, job)

        finding = find(wanted, language, entries, self.index, self.ready, embed)
        sure, by_id = dict(finding.chunks), {entry.id: entry for entry in entries}
        hits, seen = [], set[int]()
        for one in finding.sentences:
            if one.chunk not in seen:
                seen.add(one.chunk)
                hits.append(
                    _of_document(by_id[one.document_id], one.sentence, sure[one.chunk], asked, language)
                )
        return hits

    def _in_traces(
        self, wanted: str, language: str, asked: frozenset[str], traces: Sequence[Trace], job: Job
    ) -> list[Hit]:
        across = model_across(("en", "zh"), self.ready)
        knowing = {one.id: one for one in self.ready if one is across or language in one.languages}
        read = [trace for trace in traces if trace.model in knowing or not trace.model]
        used = {trace.model for trace in read if trace.model}
        vectors = {one: self._embedded(knowing[one], [wanted], job)[0] for one in used}
        said = [[tokens(one, trace.language or language) for one in trace.passages] for trace in read]
        all_ = [words for one in said for words in one]
        having = Counter(word for words in all_ for word in asked.intersection(words))
        score = Bm25(list(asked), len(all_), having, sum(map(len, all_)) / max(len(all_), 1))
        nearest: dict[tuple[Kind, str, int], tuple[float, bool, Trace]] = {}
        for trace, words in zip(read, said, strict=True):
            by_minilm = bool(trace.model) and knowing[trace.model].languages == ENGLISH_ALONE
            values = np.array([score.of(one) for one in words]) * WORDS_OF[by_minilm]
            near = values if trace.vectors is None else trace.vectors @ vectors[trace.model]
            for i, total in enumerate(2 * (near + values)):
                key = trace.kind, trace.id, i
                if float(total) > nearest.get(key, (0.0, False, trace))[0]:
                    nearest[key] = float(total), by_minilm, trace
        likely = sorted(nearest.items(), key=lambda one: -one[1][0])[: 2 * MOST]
        shares = piece_shares(wanted, language, [trace.passages[i] for (_, _, i), (_, _, trace) in likely])
        best = [
            (sure, trace, i)
            for ((_, _, i), (total, by_minilm, trace)), share in zip(likely, shares, strict=True)
            if (sure := sure_of(total, share, by_minilm)) >= LEAST
        ]
        once = {(trace.kind, trace.id): trace for _, trace, _ in best}
        entries = {key: self._there(trace) for key, trace in once.items()}
        hits = []
        for sure, trace, i in best:
            if entry := entries[trace.kind, trace.id]:
                text = trace.passages[i]
                hits.append(Hit(entry.of, trace.id, entry.title, text, marks(text, asked, language), sure))
        return hits

    def _there(self, trace: Trace) -> Content | None:
        """The entry of a trace; None of one that was deleted meanwhile, or is damaged."""
        try:
            return self._said(Changed(trace.kind, trace.id, 0.0))
        except Unavailable:
            return None


def marks(text: str, asked: frozenset[str], language: str) -> tuple[tuple[int, int], ...]:
    """Where in a text words are that are looked for."""
    found = (word for word in _WORD.finditer(text) if asked.intersection(tokens(word[0], language)))
    return tuple(_narrowed(word, asked) for word in found)


def _narrowed(word: re.Match[str], asked: frozenset[str]) -> tuple[int, int]:
    """In a script without spaces, a "word" is a whole sentence: only its part that is looked for."""
    start, end = word.span()
    parts = [one for one in asked if one in word[0] and one > "\u2e80"]
    if not parts:
        return start, end
    first = min(word[0].index(one) for one in parts)
    last = max(word[0].rindex(one) + len(one) for one in parts)
    return start + first, start + last


def _of_document(entry: Entry, one: Sentence, sure: float, asked: frozenset[str], language: str) -> Hit:
    citation = Citation(0, one.block, one.start, one.end, entry.name, one.place, one.text, round(sure, 3))
    return Hit("document", entry.id, entry.name, one.text, marks(one.text, asked, language), sure, citation)


def _language(wanted: str, known: Collection[str]) -> str:
    """Of a few words it is hard to tell: then it is English, or one that something is in."""
    told = detect_language(wanted)
    sure = told in known or len(wanted.split()) >= FEW_WORDS or any(letter > "\u2e80" for letter in wanted)
    return told if told and sure else "en"


def _progress(left: int) -> Message:
    return counted("Reading what is new: {count:,} entry", "Reading what is new: {count:,} entries", left)
