"""Answers a question over kept documents: quotes first, then, where a model can write, its words on top.

Knows the shelf's index, models and the checks of summaries; nothing about pages or jobs.
"""

import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from components.documents import Document
from components.documents.language_detection import detect_language
from components.errors import AppError, BadInput, Cancelled, Unavailable
from components.messages import Message, Said, counted
from components.models.engine import Vectors
from components.models.spec import ModelSpec
from components.retrieval.index import Index
from components.retrieval.shelf import Entry, Sentence, Shelf
from components.retrieval.words import tokens
from components.scripts import EACH_A_WORD
from components.tasks.ask import full_lists, table_counts
from components.tasks.ask.answer import Answer, Asked, Quoted
from components.tasks.ask.finder import SURE, Finding, Quotable, find
from components.tasks.ask.kinds import ALL, has, kind_of, spans, wants_a_measure
from components.tasks.ask.phrases import alternatives
from components.tasks.ask.written_answer import written
from components.tasks.summarize.by_engine import Engines
from components.tasks.summarize.ledger import Ledger, Part, State
from components.tasks.summarize.part_reader import BY_WORDS, Lease
from components.tasks.summarize.summary import Citation
from components.tasks.summarize.writer import SMALL
from components.tasks.terms import distinct

QUOTES = 3  # sentences that are shown: of an answer, and the nearest ones where there is none
BEHIND = 3.0  # how much less a further quote's score may be
SHORT_QUESTION = 2  # words that carry meaning, below which a question goes on from the one before
EAST = ("zh", "ja")
_CHARACTERS = re.compile(f"[{EACH_A_WORD}]")
FEW_WORDS = 4  # of a question whose language is hard to tell
# What points back to what was talked about.
_LEANS = re.compile(rf"^\s*(?:{alternatives('goes_on')})|{alternatives('leans')}", re.IGNORECASE)
MOST_QUESTION = 2_000  # characters
# Questions that a sentence without a date, money, a name or a number hardly answers; how sure it is at most.
WANT_A_FACT, PERHAPS = ("when", "price", "who", "how much"), 0.59

Say = Callable[[Message, float], None]


@dataclass(frozen=True)
class Tools:
    """What an answer may use."""

    lease: Lease
    ready: Sequence[ModelSpec]  # embedding models that are installed
    writer: ModelSpec | None  # None: quotes alone
    translators: Sequence[ModelSpec]  # engines for translation that are ready
    owner: str


def can_write(spec: ModelSpec) -> bool:
    """Whether a model is large enough to write an answer that is worth checking."""
    return spec.source == "server" or spec.parameters >= SMALL


@dataclass(frozen=True)
class Answering:
    """One question after another over the same documents."""

    shelf: Shelf
    index: Index
    tools: Tools
    cancelled: Callable[[], bool]
    say: Say

    def answer(self, question: str, documents: Sequence[Entry], before: Sequence[Answer] = ()) -> Answer:
        """Raises BadInput for a question that is none, Cancelled, or what an engine reports."""
        began = time.monotonic()
        question = " ".join(question.split())
        if len(question) > MOST_QUESTION:
            raise BadInput("A question may have {most:,} characters.", most=MOST_QUESTION)
        self.say(Said("Looking for it"), 0.1)
        finding, understood = self._found(question, documents, before)
        make = self._all if finding.kind in ALL else self._quoted
        made = self._counted(question, finding, documents) or make(question, finding, documents)
        made = replace(made, understood=understood)
        made = self._translated(made, documents)
        if self.tools.writer and made.says and made.how == "found":
            self.say(Said("{model} is writing", model=self.tools.writer.title), 0.6)
            made = written(made, self.tools.writer, self.tools.lease, self.tools.owner, self.cancelled)
        return replace(made, seconds=round(time.monotonic() - began, 3))

    def embedded(self, spec: ModelSpec, texts: Sequence[str]) -> Vectors:
        with self.tools.lease(spec.id, self.tools.owner, self.cancelled) as engine:
            return engine.embed(texts, self.cancelled)

    def _find(self, question: str, documents: Sequence[Entry], usual: str = "") -> Finding:
        """In the language that the question is in; of two likely ones, as the surer of both."""
        languages = self._languages(question, documents, usual)
        index, ready = self.index, self.tools.ready
        findings = (find(question, one, documents, index, ready, self.embedded) for one in languages)
        return max(findings, key=lambda one: one.sure)

    def _found(
        self, question: str, documents: Sequence[Entry], before: Sequence[Answer]
    ) -> tuple[Finding, str]:
        """What is found; for a question that goes on from an earlier one, with that one's words."""
        usual = before[-1].language if before else ""
        found = self._find(question, documents, usual)
        if not before:
            return found, ""
        content = {one for one in tokens(question, found.language) if one[:1] == "=" or one > "\u2e80"}
        leans = bool(_LEANS.search(question))
        whole_by_itself = len(content) >= SHORT_QUESTION or (content and found.kind in ALL)
        if whole_by_itself and not leans:
            return found, ""
        whole = f"{before[-1].understood or before[-1].question} {question}"
        going_on = self._find(whole, documents, usual)
        # The question before makes its own answer sure again: this one, which says of what, isn't answered.
        same = [one.source.text for one in before[-1].quotes[:1]] == [
            one.sentence.text for one in going_on.sentences[:1]
        ]
        if found.sure >= going_on.sure or (content and not leans and same):
            return found, ""
        kind = found.kind if found.kind != "other" else going_on.kind
        sure = min(going_on.sure, PERHAPS) if same else going_on.sure
        return replace(going_on, kind=kind, sure=sure), whole

    def _languages(self, question: str, documents: Sequence[Entry], usual: str = "") -> Sequence[str]:
        """Of a few words it is hard to tell: then it is that of the question before (`usual`), or, of the
        documents' own and the one it looks like, that whose words ask in it; both where that doesn't tell.
        """
        among = list(dict.fromkeys(entry.language for entry in documents if entry.language))
        told = detect_language(question)
        if told in among or len(among) != 1:
            east = bool(_CHARACTERS.search(question))
            likely = [one for one in (usual, *among, "en") if one and (one in EAST) == east]
            return [told or next(iter(likely), "en")]
        only = among[0]
        same_script = (only in EAST) == (told in EAST)
        if not told:
            return [only]
        if not same_script or len(question.split()) >= FEW_WORDS:
            return [told]
        return [one for one in (only, told) if kind_of(question, one) != "other"] or [only, told]

    def _quoted(self, question: str, found: Finding, documents: Sequence[Entry]) -> Answer:
        measured = wants_a_measure(found.kind, question, found.language)
        says = found.sure >= SURE and bool(found.sentences) and not _lacks_money(found)
        says = says and not (measured and _lacks_measure(found))
        places = {entry.id: number for number, entry in enumerate(documents)}
        chosen, quotes = _chosen(found), list[Quoted]()
        lacking = any(one.kind is False or (measured and not one.kind) for one in chosen[:1])
        lacking = lacking and found.kind in WANT_A_FACT
        for one in chosen:
            number = places[one.document_id]
            entry = documents[number]
            marks = spans(found.kind, one.sentence.text, entry.language or "en", question) if says else []
            quotes.append(Quoted(_citation(one.sentence, number, entry.name, one.score), tuple(marks)))
        return Answer(
            question,
            found.kind,
            says,
            round(min(found.sure, PERHAPS) if lacking else found.sure, 3),
            tuple(quotes),
            _asked(documents),
            language=found.language,
            notes=_unfinished(documents),
        )

    def _counted(self, question: str, found: Finding, documents: Sequence[Entry]) -> Answer | None:
        """What rows of tables come to; None for another question, and where no table answers it."""
        certain = found.kind == "count"
        rows = [one.sentence.kind == "table" for one in found.sentences]
        if not certain and not (any(rows) and (found.kind == "list" or table_counts.asks(question))):
            return None
        whole: list[Document] = []
        for entry in documents:
            with suppress(Unavailable):
                whole += [one] if (one := self.shelf.content(entry.id)) else []
        if len(whole) < len(documents):
            return None
        count = table_counts.count(question, found.language, whole, certain, rows[:1] == [True])
        if count is None:
            return None
        return _listed(question, found, documents, count.rows, count.message, ignored=count.ignored)

    def _all(self, question: str, found: Finding, documents: Sequence[Entry]) -> Answer:
        """Every passage by the same rules, with the ledger of what was read."""
        rows: list[full_lists.Listed] = []
        subject = full_lists.subject_of(question, found.language, None)
        vectors: dict[str, Vectors] = {}
        by_id = {spec.id: spec for spec in self.tools.ready}
        for number, entry in enumerate(documents):
            if self.cancelled():
                raise Cancelled("Stopped.")
            self.say(Said("Reading {name}", name=entry.name), number / len(documents))
            if entry.model in by_id and entry.model not in vectors:
                vectors[entry.model] = self.embedded(by_id[entry.model], [question])[0]
            here = replace(subject, vector=vectors.get(entry.model))
            chunks = self.index.all_chunks(entry.id)
            rows += full_lists.listed(here, number, chunks, entry.language or "en")
        return _listed(question, found, documents, full_lists.narrowed(subject, rows), "", subject.dated)

    def _translated(self, made: Answer, documents: Sequence[Entry]) -> Answer:
        """Quotes in another language with a translation, where an engine knows the pair."""
        engines = Engines(self.tools.lease, self.tools.translators, self.tools.owner, self.cancelled)
        quotes = []
        for quote in made.quotes:
            source, text = documents[quote.source.file].language, ""
            if source and source != made.language and engines.know(source, made.language):
                with suppress(AppError):
                    text = engines.translate(quote.source.text, source, made.language)
            quotes.append(replace(quote, translation=text))
        return replace(made, quotes=tuple(quotes))


def _lacks_money(found: Finding) -> bool:
    """Whether a price is asked for and no sentence that was looked at names money; in a table, any number may
    be one.
    """
    return found.kind == "price" and not any(
        one.kind or (one.sentence.kind == "table" and has("how much", one.sentence.text, found.language))
        for one in found.sentences
    )


def _lacks_measure(found: Finding) -> bool:
    """Whether no sentence that was looked at has a number that may be such a measure."""
    return all(one.kind is False and one.sentence.kind != "table" for one in found.sentences)


def _chosen(found: Finding) -> list[Quotable]:
    """The best sentences that don't repeat each other, the best first."""
    likely = [one for one in found.sentences if one.score >= found.sentences[0].score - BEHIND][: 4 * QUOTES]
    keep = distinct([one.sentence.text for one in likely], found.language)
    return [likely[i] for i in keep][:QUOTES]


def _listed(
    question: str,
    found: Finding,
    documents: Sequence[Entry],
    rows: Sequence[full_lists.Listed],
    message: Message,
    dated: bool = False,
    ignored: Sequence[str] = (),
) -> Answer:
    """All that was found, in the documents' order. `message`: what was computed; `dated`: dates answer;
    `ignored`: words of the question that a count took no account of.
    """
    notes = list(_unfinished(documents))
    if ignored:
        notes.append(Said("Not used for the count: {words}", words=ignored))
    if len(rows) > full_lists.MOST:
        notes.append(
            Said(
                "{number:,} passages are about it; the first {most} are shown.",
                number=len(rows),
                most=full_lists.MOST,
            )
        )
    quotes = []
    for one in rows[: full_lists.MOST]:
        entry = documents[one.document]
        marks = spans("when", one.sentence.text, entry.language or "en") if dated else []
        quotes.append(Quoted(_citation(one.sentence, one.document, entry.name, one.near), tuple(marks)))
    return Answer(
        question,
        found.kind,
        bool(rows) or bool(message),
        1.0 if message else round(max((one.near for one in rows), default=0.0), 3),
        tuple(quotes),
        _asked(documents),
        how="counted" if message else "all",
        counted=message or counted("{count:,} passage", "{count:,} passages", len(rows)),
        ledger=_ledger(documents),
        language=found.language,
        notes=tuple(notes),
    )


def _citation(one: Sentence, file: int, name: str, score: float) -> Citation:
    return Citation(file, one.block, one.start, one.end, name, one.place, one.text, round(float(score), 3))


def _asked(documents: Sequence[Entry]) -> tuple[Asked, ...]:
    return tuple(Asked(entry.id, entry.name) for entry in documents)


def _unfinished(documents: Sequence[Entry]) -> tuple[Message, ...]:
    """What isn't wholly on the shelf yet was asked as far as it is there."""
    names = [entry.name for entry in documents if entry.state != "done"]
    return (Said("Not read to the end yet: {names}", names=names),) if names else ()


def _ledger(documents: Sequence[Entry]) -> Ledger:
    """What was read for a question about all."""
    parts = []
    for number, entry in enumerate(documents, 1):
        state: State = "read" if entry.state == "done" else "skipped"
        reader = entry.model or BY_WORDS
        last = max(entry.chunks - 1, 0)
        parts.append(Part(number, number - 1, entry.name, 0, last, entry.words, 0, (), state, reader, 1))
    paged = [entry.pages for entry in documents]
    return Ledger(tuple(parts), sum(one for one in paged if one) if all(paged) else None)
