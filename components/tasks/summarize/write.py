"""*Write*: notes on each part, combined in rounds until they fit into one prompt, then the summary of them.

Knows the maker of lines and a writer; nothing about reading with embeddings. A part that fails is asked
once more; what isn't in the notes isn't in the summary, and the ledger says so.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial

from components.documents.place import stretch
from components.errors import AppError, BadInput, Cancelled, EngineFailed
from components.messages import Message, Said, counted
from components.tasks.answers import NO_ANSWER
from components.tasks.summarize import document_parts, prompts
from components.tasks.summarize.both import replaced
from components.tasks.summarize.ledger import Ledger, Part
from components.tasks.summarize.maker import Maker
from components.tasks.summarize.part_reader import TRIES, Say
from components.tasks.summarize.side_by_side import in_order
from components.tasks.summarize.summary import Line
from components.tasks.summarize.writer import Writer, items

NOTE_SHARE, NOTE_WORDS = 0.12, 60  # how long the notes on a part are: a share of it, but at least
ROUNDS = 8  # of combining notes; each shortens them by half or more

Sentences = list[tuple[Message, str]]  # of a model: heading, sentence
Note = tuple[Message, str]  # on the part at a place


def write(
    maker: Maker,
    writer: Writer,
    parts: Sequence[Part],
    ledger: Ledger,
    target: int,
    cancelled: Callable[[], bool],
    say: Say,
    show: Callable[[Ledger, list[Line]], None],
) -> tuple[list[Line], Ledger, list[Message]]:
    """Lines, the ledger of what the model read, and what a person should know.

    A report in 7 parts: a note of about an eighth of each part's words; the 7 notes joined to 3 where they
    don't fit into one prompt; the summary of those. A text that is one part is summarized at once.
    """
    passages = maker.read.passages
    notes: list[Note] = []
    lines: list[Line] = []
    asked = []
    for part in parts:
        text = document_parts.text_of(passages[part.first : part.last + 1])
        words = target if len(parts) == 1 else max(round(part.words * NOTE_SHARE), NOTE_WORDS)
        asked.append(partial(_tried, part, partial(_said, maker, writer, text, part, words, len(parts) == 1)))
    with closing(in_order(asked, writer.at_once)) as answers:
        for part in parts:
            share = 0.8 * (part.number - 1) / len(parts)
            say(part.stage(len(parts)), share)
            done, said = next(answers).result()
            ledger = ledger.with_part(replace(done, reader=writer.spec.title))
            if said and len(parts) == 1:
                return maker.written(said), ledger, []
            if said:
                notes.append((part.place, " ".join(sentence for _, sentence in said)))
                among = range(part.first, part.last + 1)
                lines += maker.written([("", sentence) for _, sentence in said], among)
                show(ledger, lines)
    ledger = ledger.stopped()
    if not notes:
        if failed := next((part.why for part in ledger.parts if part.state == "failed"), ""):
            raise BadInput("No part could be read by the model: {why}", why=failed)
        raise Cancelled("Stopped before anything was read.")
    try:
        return maker.written(_combined(maker, writer, notes, target, say, cancelled)), ledger, []
    except Cancelled:
        return lines, ledger, []  # the notes themselves
    except AppError as error:
        note = Said(
            "{title} could not join its notes on the parts; sentences of the notes are shown here: {why}",
            title=writer.spec.title,
            why=error.message,
        )
        return _thinned(lines, target), ledger, [note]


def settled(maker: Maker, writer: Writer, lines: Sequence[Line]) -> tuple[list[Line], list[Message]]:
    """The lines but for those that can't be believed, which give way to their passage, or go where they have
    none: of a small model, too often wrong, all that aren't a passage shortened; of a larger one those that
    plainly say something else than their passages, or have a number, date or name that isn't in the document.
    The rest is shown as said in other words, or as without a source.
    """
    other = [line for line in lines if not line.faithful and (writer.small or _is_wrong(maker, line))]
    if not other:
        return list(lines), []
    kept = [maker.quote_for(line) if line in other else line for line in lines]
    say = replaced if writer.small else _different
    return [line for line in kept if line], [say(writer.spec.title, len(lines), len(other))]


def _is_wrong(maker: Maker, line: Line) -> bool:
    """Whether there is a sign that a line says something else than the source that it has."""
    return bool(line.sources) and (bool(line.missing) or maker.differs(line))


def _different(title: str, sentences: int, wrong: int) -> Message:
    return counted(
        "Of {count} sentence by {title}, {wrong} may say something else than its source; a quote is shown.",
        "Of {count} sentences by {title}, {wrong} may say something else than the source; quotes are shown.",
        sentences,
        title=title,
        wrong=wrong,
    )


def _thinned(lines: Sequence[Line], target: int) -> list[Line]:
    """Every so many-th line, for a length: of the whole document, not of its beginning."""
    return list(lines[:: max(sum(line.words for line in lines) // target, 1)])


def _said(
    maker: Maker, writer: Writer, text: str, part: Part, words: int, alone: bool, attempt: int
) -> Sentences:
    """The model's sentences on one part, or on the whole text where that is one part."""
    if alone:
        prompt = prompts.final(text, maker.settings, words, False, writer.small)
    else:
        prompt = prompts.part(text, str(part.place), words, writer.small)
    return items(writer.ask(prompt, words, attempt), maker.read.language)


def _tried(part: Part, work: Callable[[int], Sentences]) -> tuple[Part, Sentences]:
    """A part and what the model says of it; a failure is tried once more, then the ledger has it."""
    try:
        said, tries = _insisted(work)
        return part.marked("read", tries=tries), said
    except Cancelled:
        return part, []
    except AppError as error:
        return part.marked("failed", error.message, TRIES), []


def _insisted(work: Callable[[int], Sentences]) -> tuple[Sentences, int]:
    """What comes of `work`, and at which try. Raises what the last try failed with; nothing is a failure."""
    failure: AppError = EngineFailed(NO_ANSWER)
    for attempt in range(TRIES):
        try:
            if said := work(attempt):
                return said, attempt + 1
            failure = EngineFailed(NO_ANSWER)
        except Cancelled:
            raise
        except AppError as error:
            failure = error
    raise failure


def _combined(
    maker: Maker,
    writer: Writer,
    notes: Sequence[Note],
    target: int,
    say: Say,
    cancelled: Callable[[], bool],
) -> Sentences:
    """Rounds: neighbouring notes joined and shortened until all of them fit into one prompt. A failure of
    the last one is tried once more, then raised.
    """
    if cancelled():
        raise Cancelled("Stopped before the notes were combined.")
    level = list(notes)
    for number in range(1, ROUNDS + 1):
        text = _headed(level)
        if writer.count([text])[0] <= writer.room or len(level) == 1:
            break
        say(Said("Combining {notes} notes, round {number}", notes=len(level), number=number), 0.8)
        bundles = [partial(_joined, writer, bundle) for bundle in _bundles(writer, level)]
        with closing(in_order(bundles, writer.at_once)) as answers:
            level = [joined.result() for joined in answers]
    say(Said("Writing the summary"), 0.9)
    prompt = prompts.final(_headed(level), maker.settings, target, True, writer.small)
    return _insisted(lambda attempt: items(writer.ask(prompt, target, attempt), maker.read.language))[0]


def _headed(notes: Sequence[Note]) -> str:
    return "\n".join(f"## {place}\n{note}" if place else note for place, note in notes)


def _bundles(writer: Writer, notes: Sequence[Note]) -> list[list[Note]]:
    """Neighbouring notes that fit into one prompt, two at least."""
    sizes = writer.count([_headed([note]) for note in notes])
    bundles: list[list[Note]] = []
    used = 0
    for note, size in zip(notes, sizes, strict=True):
        if not bundles or (used + size > writer.room and len(bundles[-1]) > 1):
            bundles.append([])
            used = 0
        bundles[-1].append(note)
        used += size
    return bundles


def _joined(writer: Writer, bundle: Sequence[Note]) -> Note:
    """One note of several; a model that fails leaves the first sentence of each."""
    place = stretch(bundle[0][0], bundle[-1][0])
    words = max(sum(len(note.split()) for _, note in bundle) // 3, NOTE_WORDS)
    try:
        return place, writer.ask(prompts.combined(_headed(bundle), words, writer.small), words)
    except Cancelled:
        raise
    except AppError:
        return place, " ".join(note.split(". ")[0] for _, note in bundle)
