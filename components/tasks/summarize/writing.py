"""How a model writes: on what *quote* chose (*both*), or on all parts in rounds (*write*).

Knows the maker of lines and a writer; nothing about reading with embeddings. What the model says counts
only where its passages bear it out: in *both* a sentence without support is replaced by the quote.
"""

import itertools
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial

from components.errors import AppError, BadInput, Cancelled, EngineFailed
from components.tasks.answers import NO_ANSWER
from components.tasks.summarize import planning, prompts
from components.tasks.summarize.ledger import Ledger, Part
from components.tasks.summarize.making import Maker
from components.tasks.summarize.passages import Passage
from components.tasks.summarize.reading import STOPPED, TRIES
from components.tasks.summarize.selecting import Quote
from components.tasks.summarize.settings import TOLERANCE
from components.tasks.summarize.side_by_side import in_order
from components.tasks.summarize.summary import Line
from components.tasks.summarize.writer import Writer, items
from components.tasks.terms import contained, stutters, terms

GROUP_WORDS = 140  # of quotes that are rewritten at one go
SMALL_GROUP = 40  # the same for a small model, which mixes up what several sentences say
MOST_WRITTEN = 1_200  # words that a model writes for one summary; beyond, quotes stay quotes
OFFERED = 3.0  # times what one sentence may have: quoted for the model to choose from
SHORTEST, LONGEST = 4, 60  # words of a sentence that is believed
# Share of a sentence's words that one passage must have to believe a small model: what it joins from several
# passages, or says in words of its own, is too often wrong.
CLOSE = 0.8
COVERED = 0.5  # of a quote's terms that the written sentences must have to stand for it
NOTE_SHARE, NOTE_WORDS = 0.12, 60  # how long the notes on a part are: a share of it, but at least
ROUNDS = 8  # of combining notes; each shortens them by half or more

Say = Callable[[str, float], None]
Said = list[tuple[str, str]]  # a model's sentences: heading, sentence


def rewrite(
    maker: Maker,
    writer: Writer,
    target: int,
    say: Say,
    show: Callable[[list[Line]], None],
) -> tuple[list[Line], list[str]]:
    """*Both*: quotes, said shorter and connected by the model, group by group in the document's order."""
    sentence = maker.settings.shape == "sentence"
    quotes = maker.quotes(round(target * OFFERED) if sentence else target)
    passages = maker.read.passages
    groups = _groups(passages, quotes, SMALL_GROUP if writer.small else GROUP_WORDS)
    rows = [writer.small and passages[group[0].index].kind == "table" for _, group in groups]
    unknown = [not writer.knows(maker.language_of(maker.quote(group[0]))) for _, group in groups]
    stay = [row or other for row, other in zip(rows, unknown, strict=True)]
    quoted = max(sum(quote.words for _, quote in quotes), 1)
    shares = [max(round(target * sum(quote.words for quote in group) / quoted), 12) for _, group in groups]
    written = sum(total <= MOST_WRITTEN for total in itertools.accumulate(shares[:-1], initial=0))
    asked = [
        partial(_ask, maker, writer, group, words)
        for (_, group), words, quoted_only in zip(groups[:written], shares, stay, strict=False)
        if not quoted_only
    ]
    lines: list[Line] = []
    said = believed = 0
    failures: list[str] = []
    with closing(in_order(asked, writer.at_once)) as answers:
        for number, ((heading, group), words) in enumerate(zip(groups, shares, strict=True), 1):
            plain = [maker.quote(quote, heading) for quote in group]
            if number > written or stay[number - 1]:
                lines += plain
                continue
            place = _place(maker, group)
            say(f"Writing part {number} of {len(groups)}: {place}", (number - 1) / len(groups))
            try:
                answer, failure = next(answers).result()
                good, all_ = _grounded(maker, writer, heading, group, answer)
            except Cancelled:
                lines += plain
                continue
            if failure or not all_:
                failures.append(failure or str(NO_ANSWER))
            said, believed = said + all_, believed + len(good)
            lines += _merged(maker, good, plain, words)
            show(lines)
    title, tried, notes = writer.spec.title, len(asked), list[str]()
    if len(failures) < tried:
        notes.append(f"{title} wrote from the {len(quotes)} passages that were chosen of all that was read.")
    if failures:
        text = "{title} did not answer for {count} of {number} groups of sentences; quotes stand there: {why}"
        if len(failures) == tried:
            text = "{title} did not answer; quotes stand instead: {why}"
        notes.append(text.format(title=title, count=len(failures), number=tried, why=failures[-1]))
    if said > believed:
        text = "Of {asked} sentences by {title}, {beyond} went beyond the passages: quotes stand instead."
        if said == 1:
            text = "Of {asked} sentence by {title}, {beyond} went beyond the passages: quotes stand instead."
        notes.append(text.format(asked=said, title=title, beyond=said - believed))
    if any(rows):
        notes.append(
            f"{title} is too small to rewrite rows of a table without mixing them up: they are quoted."
        )
    if any(unknown):
        notes.append(f"{title} isn't made for the language of some documents: they are quoted.")
    if written < len(groups):
        notes.append(f"After about {MOST_WRITTEN:,} written words the rest was quoted.")
    return lines, notes


def _groups(
    passages: Sequence[Passage], quotes: Sequence[tuple[str, Quote]], most: int
) -> list[tuple[str, list[Quote]]]:
    """Neighbouring quotes of one list and one document, of up to `most` words; rows by themselves."""
    groups: list[tuple[str, list[Quote]]] = []
    for heading, quote in quotes:
        last = groups[-1] if groups else None
        fits = last and last[0] == heading and sum(q.words for q in last[1]) + quote.words <= most
        if fits and last and _kindred(passages[last[1][-1].index], passages[quote.index]):
            last[1].append(quote)
        else:
            groups.append((heading, [quote]))
    return groups


def _kindred(one: Passage, other: Passage) -> bool:
    return one.file == other.file and (one.kind == "table") == (other.kind == "table")


def _ask(maker: Maker, writer: Writer, group: Sequence[Quote], words: int) -> tuple[str, str]:
    """What the model makes of a group, and why there is nothing where it fails, so that the quotes stand."""
    passages = [maker.read.passages[quote.index] for quote in group]
    prompt = prompts.grounded(planning.text_of(passages), maker.settings, words, writer.small)
    try:
        return writer.ask(prompt, words), ""
    except Cancelled:
        raise
    except AppError as error:
        return "", str(error)


def _grounded(
    maker: Maker, writer: Writer, heading: str, group: Sequence[Quote], answer: str
) -> tuple[list[Line], int]:
    """The sentences of an answer on a group that its passages bear out, and how many there are in all."""
    among = [quote.index for quote in group]
    said = [(heading, sentence) for _, sentence in items(answer, maker.read.language)]
    lines = maker.written(said, among)
    close = CLOSE if writer.small else 0.0
    good = [line for line in lines if _believed(line) and maker.grounds.closeness(line.text, among) >= close]
    return good, len(lines)


def _believed(line: Line) -> bool:
    """Whether a written sentence may stand for quotes, as far as can be told."""
    whole = not line.text.endswith("…") and SHORTEST <= line.words <= LONGEST
    return whole and line.supported and not line.missing and not stutters(line.text)


def _merged(maker: Maker, good: Sequence[Line], plain: Sequence[Line], words: int) -> list[Line]:
    """Written sentences in the order of their sources, and the quotes that none of them stands for."""
    language = maker.read.language
    said = {term for line in good for term in terms(line.text, language)}
    merged: list[Line] = list(good)
    total = sum(line.words for line in good)
    for line in plain:
        if total >= words * (1 - TOLERANCE / 2):
            break
        if contained(terms(line.text, language), said, {}, 1.0) < COVERED:
            merged.append(line)
            total += line.words
    return sorted(
        merged, key=lambda line: (line.sources[0].file, line.sources[0].block, line.sources[0].start)
    )


def write(
    maker: Maker,
    writer: Writer,
    parts: Sequence[Part],
    ledger: Ledger,
    target: int,
    cancelled: Callable[[], bool],
    say: Say,
    show: Callable[[Ledger, list[Line]], None],
) -> tuple[list[Line], Ledger, list[str]]:
    """*Write*: notes on each part, combined in rounds until they fit, then the summary of them."""
    passages = maker.read.passages
    notes: list[tuple[str, str]] = []
    lines: list[Line] = []
    asked = []
    for part in parts:
        text = planning.text_of(passages[part.first : part.last + 1])
        words = target if len(parts) == 1 else max(round(part.words * NOTE_SHARE), NOTE_WORDS)
        asked.append(partial(_tried, part, partial(_said, maker, writer, text, part, words, len(parts) == 1)))
    with closing(in_order(asked, writer.at_once)) as answers:
        for part in parts:
            share = 0.8 * (part.number - 1) / len(parts)
            say(f"Reading part {part.number} of {len(parts)}: {part.place}", share)
            done, said = next(answers).result()
            ledger = ledger.with_part(replace(done, reader=writer.spec.title))
            if said and len(parts) == 1:
                return maker.written(said), ledger, []
            if said:
                notes.append((part.place, " ".join(sentence for _, sentence in said)))
                among = range(part.first, part.last + 1)
                lines += maker.written([("", sentence) for _, sentence in said], among)
                show(ledger, lines)
    ledger = ledger.skip_waiting(STOPPED)
    if not notes:
        if failed := next((part.why for part in ledger.parts if part.state == "failed"), ""):
            raise BadInput("No part could be read by the model: {failed}", failed=failed)
        raise Cancelled("Stopped before anything was read.")
    try:
        return maker.written(_combined(maker, writer, notes, target, say, cancelled)), ledger, []
    except Cancelled:
        return lines, ledger, []  # the notes themselves
    except AppError as error:
        note = (
            f"{writer.spec.title} could not join its notes on the parts; sentences of the notes stand here: "
            f"{error}"
        )
        return _thinned(lines, target), ledger, [note]


def _thinned(lines: Sequence[Line], target: int) -> list[Line]:
    """Every so many-th line, for a length: of the whole document, not of its beginning."""
    return list(lines[:: max(sum(line.words for line in lines) // target, 1)])


def _said(
    maker: Maker, writer: Writer, text: str, part: Part, words: int, alone: bool, attempt: int
) -> list[tuple[str, str]]:
    """The model's sentences on one part, or on the whole text where that is one part."""
    if alone:
        prompt = prompts.final(text, maker.settings, words, False, writer.small)
    else:
        prompt = prompts.part(text, part.place, words, writer.small)
    return items(writer.ask(prompt, words, attempt), maker.read.language)


def _tried(part: Part, work: Callable[[int], Said]) -> tuple[Part, Said]:
    """A part and what the model says of it; a failure is tried once more, then it stands in the ledger."""
    try:
        said, tries = _insisted(work)
        return part.marked("read", tries=tries), said
    except Cancelled:
        return part, []
    except AppError as error:
        return part.marked("failed", str(error), TRIES), []


def _insisted(work: Callable[[int], Said]) -> tuple[Said, int]:
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
    notes: Sequence[tuple[str, str]],
    target: int,
    say: Say,
    cancelled: Callable[[], bool],
) -> list[tuple[str, str]]:
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
        say(f"Combining {len(level)} notes, round {number}", 0.8)
        bundles = [partial(_joined, writer, bundle) for bundle in _bundles(writer, level)]
        with closing(in_order(bundles, writer.at_once)) as answers:
            level = [joined.result() for joined in answers]
    say("Writing the summary", 0.9)
    prompt = prompts.final(_headed(level), maker.settings, target, True, writer.small)
    return _insisted(lambda attempt: items(writer.ask(prompt, target, attempt), maker.read.language))[0]


def _headed(notes: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"## {place}\n{note}" if place else note for place, note in notes)


def _bundles(writer: Writer, notes: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    sizes = writer.count([_headed([note]) for note in notes])
    bundles: list[list[tuple[str, str]]] = []
    used = 0
    for note, size in zip(notes, sizes, strict=True):
        if not bundles or (used + size > writer.room and len(bundles[-1]) > 1):
            bundles.append([])
            used = 0
        bundles[-1].append(note)
        used += size
    return bundles


def _joined(writer: Writer, bundle: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """One note of several; a model that fails leaves the first sentence of each."""
    first, last = bundle[0][0], bundle[-1][0]
    place = first if first == last else f"{first} to {last}"
    words = max(sum(len(note.split()) for _, note in bundle) // 3, NOTE_WORDS)
    try:
        return place, writer.ask(prompts.combined(_headed(bundle), words, writer.small), words)
    except Cancelled:
        raise
    except AppError:
        return place, " ".join(note.split(". ")[0] for _, note in bundle)


def translate(
    maker: Maker, lines: Sequence[Line], writer: Writer, language: str, say: Say
) -> tuple[list[Line], list[AppError]]:
    """Each line in another language, checked again, its sources kept; and why some stay as they are.

    Raises what the last one failed with when none could be translated.
    """
    done: list[Line] = []
    failures: list[AppError] = []
    asked = [partial(writer.ask, prompts.translated(line.text, language), line.words * 2) for line in lines]
    with closing(in_order(asked, writer.at_once)) as answers:
        for number, line in enumerate(lines, 1):
            say(f"Translating sentence {number} of {len(lines)}", number / len(lines))
            try:
                said = items(next(answers).result(), language)
                if not said:
                    raise EngineFailed(NO_ANSWER)
            except Cancelled:
                raise
            except AppError as error:
                failures.append(error)
                done.append(line)
                continue
            text = " ".join(sentence for _, sentence in said)
            done.append(maker.translated(line, text, language))
    if lines and len(failures) == len(lines):
        raise failures[-1]
    return done, failures


def _place(maker: Maker, group: Sequence[Quote]) -> str:
    first, last = (maker.read.passages[group[i].index].place for i in (0, -1))
    return first if first == last else f"{first} to {last}"
