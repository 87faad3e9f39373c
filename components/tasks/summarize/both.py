"""*Shorten*: the model says the quotes shorter and connects them, group by group in the document's order.

Knows the maker of lines and a writer; nothing about reading. What the model says counts only where the
group's passages bear it out: a sentence without support is replaced by the quote.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from components.documents.place import stretch
from components.errors import AppError, Cancelled
from components.messages import Message, Said, counted
from components.tasks.answers import NO_ANSWER
from components.tasks.summarize import document_parts, prompts
from components.tasks.summarize.maker import Maker
from components.tasks.summarize.part_reader import Say
from components.tasks.summarize.passages import Passage
from components.tasks.summarize.selection import Quote
from components.tasks.summarize.side_by_side import in_order
from components.tasks.summarize.summary import Line
from components.tasks.summarize.summary_settings import TOLERANCE
from components.tasks.summarize.writer import Writer, items
from components.tasks.terms import contained, stutters, terms

GROUP_WORDS = 140  # of quotes that are rewritten at one go
SMALL_GROUP = 40  # the same for a small model, which mixes up what several sentences say
LEAST_ASKED = 12  # words that a group is rewritten in, however little its share is
MOST_WRITTEN = 1_200  # words that a model writes for one summary; beyond, quotes stay quotes
OFFERED = 3.0  # times what one sentence may have: quoted for the model to choose from
SHORTEST, LONGEST = 4, 60  # words of a sentence that is believed
COVERED = 0.5  # of a quote's terms that the written sentences must have to stand for it


@dataclass(frozen=True)
class Group:
    """Neighbouring quotes that are rewritten at one go, and why they may stay as they are."""

    heading: Message  # the list that they belong to
    quotes: tuple[Quote, ...]
    words: int  # to write in their place
    rows: bool  # of a table, which this model would mix up
    spoken: bool  # in a transcript: nobody's words are changed
    foreign: bool  # in a language that this model isn't made for
    beyond: bool  # the model has written enough

    @property
    def asked(self) -> bool:
        return not (self.rows or self.spoken or self.foreign or self.beyond)


@dataclass(frozen=True)
class Outcome:
    """What the model made of a group: the sentences that are believed, and how many there were in all."""

    good: tuple[Line, ...]
    sentences: int
    failure: Message = ""  # why there are none


def rewrite(
    maker: Maker, writer: Writer, target: int, say: Say, show: Callable[[list[Line]], None]
) -> tuple[list[Line], list[Message]]:
    """Lines of about `target` words, and what a person should know about them.

    The quotes are grouped (of a report: 3 sentences on costs, 2 on staff). The model is asked to say each
    group in its share of the words. Of "Costs rose by 5% in May. The board was pleased." only the first is
    borne out by the group: it stays, with those quotes of the group that it doesn't stand for.
    """
    sentence = maker.settings.shape == "sentence"
    quotes = maker.quotes(round(target * OFFERED) if sentence else target)
    groups = _groups(maker, writer, quotes, target)
    asked = [partial(_ask, maker, writer, group) for group in groups if group.asked]
    lines: list[Line] = []
    outcomes: list[Outcome] = []
    with closing(in_order(asked, writer.at_once)) as answers:
        for number, group in enumerate(groups, 1):
            plain = [maker.quote(quote, group.heading) for quote in group.quotes]
            if not group.asked:
                lines += plain
                continue
            say(_stage(maker, group, number, len(groups)), (number - 1) / len(groups))
            try:
                outcome = _judged(maker, writer, group, *next(answers).result())
            except Cancelled:
                lines += plain
                continue
            outcomes.append(outcome)
            lines += _merged(maker, outcome.good, plain, group.words)
            show(lines)
    return lines, _notes(writer.spec.title, groups, outcomes)


def _groups(
    maker: Maker, writer: Writer, quotes: Sequence[tuple[Message, Quote]], target: int
) -> list[Group]:
    """The quotes in groups, each with its share of the target."""
    passages = maker.read.passages
    grouped = _neighbours(passages, quotes, SMALL_GROUP if writer.small else GROUP_WORDS)
    whole = max(sum(quote.words for _, quote in quotes), 1)
    groups: list[Group] = []
    before = 0  # words asked for so far
    for heading, group in grouped:
        words = max(round(target * sum(quote.words for quote in group) / whole), LEAST_ASKED)
        rows = writer.small and passages[group[0].index].kind == "table"
        spoken = any(passages[quote.index].speaker for quote in group)
        foreign = not writer.knows(maker.language_of(maker.quote(group[0])))
        groups.append(Group(heading, tuple(group), words, rows, spoken, foreign, before > MOST_WRITTEN))
        before += words
    return groups


def _neighbours(
    passages: Sequence[Passage], quotes: Sequence[tuple[Message, Quote]], most: int
) -> list[tuple[Message, list[Quote]]]:
    """Neighbouring quotes of one list and one document, of up to `most` words; rows by themselves."""
    groups: list[tuple[Message, list[Quote]]] = []
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


def _stage(maker: Maker, group: Group, number: int, parts: int) -> Message:
    first, last = (maker.read.passages[group.quotes[i].index].place.label for i in (0, -1))
    place = stretch(first, last)
    return Said("Writing part {number} of {parts}: {place}", number=number, parts=parts, place=place)


def _ask(maker: Maker, writer: Writer, group: Group) -> tuple[str, Message]:
    """What the model makes of a group, and why there is nothing where it fails, so that the quotes stay."""
    passages = [maker.read.passages[quote.index] for quote in group.quotes]
    prompt = prompts.grounded(document_parts.text_of(passages), maker.settings, group.words, writer.small)
    try:
        return writer.ask(prompt, group.words), ""
    except Cancelled:
        raise
    except AppError as error:
        return "", error.message


def _judged(maker: Maker, writer: Writer, group: Group, answer: str, failure: Message) -> Outcome:
    """An answer's sentences, each with its sources, as far as the group's passages bear them out."""
    among = [quote.index for quote in group.quotes]
    said = [(group.heading, sentence) for _, sentence in items(answer, maker.read.language)]
    lines = maker.written(said, among)
    good = [line for line in lines if _believed(line)]
    return Outcome(tuple(good), len(lines), failure if lines else failure or NO_ANSWER)


def _believed(line: Line) -> bool:
    """Whether a written sentence may replace quotes, as far as can be told."""
    whole = not line.text.endswith("…") and SHORTEST <= line.words <= LONGEST
    return whole and line.faithful and not line.missing and not stutters(line.text)


def _merged(maker: Maker, good: Sequence[Line], plain: Sequence[Line], words: int) -> list[Line]:
    """Written sentences in the order of their sources, and the quotes that none of them replaces."""
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


def _notes(title: str, groups: Sequence[Group], outcomes: Sequence[Outcome]) -> list[Message]:
    """Who wrote, what it was not believed, and what stayed a quote."""
    tried = sum(group.asked for group in groups)
    failures = [outcome.failure for outcome in outcomes if outcome.failure]
    notes: list[Message] = []
    if len(failures) < tried:
        notes.append(
            counted(
                "{title} wrote from the {count} passage that was chosen of all that was read.",
                "{title} wrote from the {count} passages that were chosen of all that was read.",
                sum(len(group.quotes) for group in groups),
                title=title,
            )
        )
    if failures:
        notes.append(_failed(title, failures, tried))
    sentences = sum(outcome.sentences for outcome in outcomes)
    if beyond := sentences - sum(len(outcome.good) for outcome in outcomes):
        notes.append(replaced(title, sentences, beyond))
    if copied := sum(line.origin == "quoted" for outcome in outcomes for line in outcome.good):
        notes.append(
            counted(
                "{count} sentence by {title} is its passage word for word: it is shown as a quote.",
                "{count} sentences by {title} are their passages word for word: they are shown as quotes.",
                copied,
                title=title,
            )
        )
    if any(group.rows for group in groups):
        notes.append(
            Said(
                "{title} is too small to rewrite rows of a table without mixing them up: they are quoted.",
                title=title,
            )
        )
    if any(group.spoken for group in groups):
        notes.append(Said("What people say in a transcript is quoted, not rewritten."))
    if any(group.foreign for group in groups):
        notes.append(
            Said("{title} isn't made for the language of some documents: they are quoted.", title=title)
        )
    if any(group.beyond for group in groups):
        notes.append(Said("After about {words:,} written words the rest was quoted.", words=MOST_WRITTEN))
    return notes


def replaced(title: str, sentences: int, beyond: int) -> Message:
    """That some of a model's sentences gave way to quotes."""
    return counted(
        "Of {count} sentence by {title}, {beyond} didn't clearly shorten a passage: a quote took its place.",
        "Of {count} sentences by {title}, {beyond} didn't clearly shorten a passage; quotes are shown.",
        sentences,
        title=title,
        beyond=beyond,
    )


def _failed(title: str, failures: Sequence[Message], tried: int) -> Message:
    if len(failures) == tried:
        return Said("{title} did not answer; quotes are shown instead: {why}", title=title, why=failures[-1])
    return counted(
        "{title} did not answer for {failed} of {count} group of sentences; quotes are shown there: {why}",
        "{title} did not answer for {failed} of {count} groups of sentences; quotes are shown there: {why}",
        tried,
        title=title,
        failed=len(failures),
        why=failures[-1],
    )
