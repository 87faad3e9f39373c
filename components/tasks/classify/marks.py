"""Texts in which somebody has marked things: spans with their kinds, and how words and tags come of them.

Knows texts and marks; not what file they were in (see `marked_files`), nor what is learned from them. A tag
is "O", or "B-" and "I-" with a kind: where something begins, and where it goes on.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from components.errors import BadInput
from components.kept import Count, Kept
from components.messages import Message, counted
from components.scripts import UNSPACED, WIDE

LONGEST_KIND = 60  # characters
MOST_KINDS = 60
FEWEST = 10  # marked texts
# Letters of scripts without spaces are words by themselves; any other word, sign by sign where it is none.
_WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+|[^\w\s]|_")


@dataclass(frozen=True)
class Span(Kept):
    """One mark: text[start:end] is of this kind."""

    start: Count
    end: Count
    kind: str


@dataclass(frozen=True)
class Marked(Kept):
    """A text and its marks, in order and apart; without any, nothing is named in it."""

    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class MarkedTexts:
    """What can be learned from."""

    name: str
    rows: tuple[Marked, ...]
    notes: tuple[Message, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The most frequent first."""
        counts = Counter(span.kind for row in self.rows for span in row.spans)
        return tuple(kind for kind, _ in counts.most_common())


def checked_marks(marked: MarkedTexts) -> MarkedTexts:
    """The same. Raises BadInput where nothing can be learned from it."""
    with_marks = sum(bool(row.spans) for row in marked.rows)
    if with_marks < FEWEST:
        raise BadInput(
            counted(
                "“{name}” has marks in {count} text. {least} are the least that anything "
                "can be learned from; a "
                "few hundred are good.",
                "“{name}” has marks in {count} texts. {least} are the least that anything "
                "can be learned from; "
                "a few hundred are good.",
                with_marks,
                name=marked.name,
                least=FEWEST,
            )
        )
    if len(marked.kinds) > MOST_KINDS:
        raise BadInput(
            "“{name}” has marks of {number} kinds; {most} are the most. Are they kinds, or the words "
            "themselves?",
            name=marked.name,
            number=len(marked.kinds),
            most=MOST_KINDS,
        )
    if long := next((kind for kind in marked.kinds if len(kind) > LONGEST_KIND), ""):
        raise BadInput(
            "The kind “{kind}…” is too long: {most} characters are the most.",
            kind=long[:40],
            most=LONGEST_KIND,
        )
    return marked


def words(text: str) -> list[tuple[int, int]]:
    """Where each word, number and sign of a text begins and ends."""
    return [match.span() for match in _WORD.finditer(text)]


def tags_of(places: Sequence[tuple[int, int]], spans: Iterable[Span]) -> list[str]:
    """A tag for each word, by the mark that it is in."""
    tags = ["O"] * len(places)
    for span in spans:
        inside = [at for at, (start, end) in enumerate(places) if start < span.end and end > span.start]
        for number, at in enumerate(inside):
            tags[at] = f"{'I' if number else 'B'}-{span.kind}"
    return tags


def spans_of(places: Sequence[tuple[int, int]], tags: Sequence[str]) -> list[Span]:
    """The inverse: words with tags as marks.

    It reads what is usual: B-, I- and O; also E- and S-, L- and U-; a kind without "I-" before it; an "I-"
    after nothing begins something.
    """
    spans: list[Span] = []
    opened = ""
    for (start, end), tag in zip(places, tags, strict=True):
        begins, kind = _parts(tag)
        if kind and kind == opened and not begins:
            spans[-1] = Span(spans[-1].start, end, kind)
        elif kind:
            spans.append(Span(start, end, kind))
        opened = "" if tag[:2] in ("E-", "L-", "S-", "U-") else kind
    return spans


def _parts(tag: str) -> tuple[bool, str]:
    """Whether a tag begins something, and of which kind; no kind: nothing is there."""
    if tag in ("O", "", "_", "-"):
        return False, ""
    if re.match(r"[BIESLUM]-.", tag):
        return tag[0] in "BSU", tag[2:]
    return False, tag


def apart(text: str, spans: Iterable[Span]) -> tuple[tuple[Span, ...], int]:
    """The marks that can be used, in order, and how many can't: outside of the text, blank, or inside another
    mark, of which the longer one stays.
    """
    given = [*spans]
    kept: list[Span] = []
    for span in sorted(set(given), key=lambda one: (one.start - one.end, one.start)):
        inside = 0 <= span.start < span.end <= len(text) and text[span.start : span.end].strip()
        if inside and all(span.end <= one.start or span.start >= one.end for one in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda one: one.start)), len(set(given)) - len(kept)


def joined(tokens: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Words as a text, with their places: spaces between them, but not in scripts that have none."""
    text, places = "", []
    for token in tokens:
        if text and not (_unspaced(text[-1]) or _unspaced(token[:1])):
            text += " "
        places.append((len(text), len(text) + len(token)))
        text += token
    return text, places


def _unspaced(letter: str) -> bool:
    return bool(re.match(f"[{UNSPACED}{WIDE}]", letter))


def from_tokens(tokens: Sequence[str], tags: Sequence[str]) -> Marked:
    """A sentence of words and tags."""
    text, places = joined(tokens)
    return Marked(text, tuple(spans_of(places, tags)))


def left_out(count: int) -> list[Message]:
    """What is said of marks that can't be used."""
    if not count:
        return []
    return [
        counted(
            "{count} mark was left out: it is outside of its text, blank, or inside another one.",
            "{count:,} marks were left out: they are outside of their text, blank, or inside another one.",
            count,
        )
    ]
