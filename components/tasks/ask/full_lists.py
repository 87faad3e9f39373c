"""Questions about all: every passage is read by the same rules.

Knows sentences and the question's words; nothing about models. `table_counts` counts rows of tables.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from components.messages import Message
from components.models.engine import Vectors
from components.retrieval.index import Found
from components.retrieval.shelf import Sentence
from components.retrieval.words import tokens
from components.tasks.ask.kinds import has
from components.tasks.ask.phrases import phrase
from components.tasks.summarize import minutes
from components.tasks.summarize.summary import ACTIONS, DECISIONS

NEAR = 0.5  # cosine of a sentence with the question, from which it is about the same
NEAR_WITH_WORD = 0.3  # the same where it has some of the question's words
MOST = 200  # sentences of a list
_DATED, _DEADLINE, _PROMISE, _DECIDED = (
    phrase("dated"),
    phrase("deadline"),
    phrase("promise"),
    phrase("decided"),
)
_UNTIL, _RANGE = phrase("until"), phrase("range")
FRAME = phrase("frame")


@dataclass(frozen=True)
class Listed:
    """A sentence that is part of the answer."""

    document: int  # which of the documents
    sentence: Sentence
    near: float
    last: bool = False  # whether it names a deadline, and not just a date


@dataclass(frozen=True)
class Subject:
    """What a question about all looks for."""

    words: frozenset[str]  # beside those for dates, promises and decisions
    dated: bool  # only sentences with a date answer
    deadline: bool  # dates until which something is to be done come first
    wanted: Message  # the list of minutes that is asked for; "" for none
    vector: Vectors | None


def subject_of(question: str, language: str, vector: Vectors | None) -> Subject:
    """The stems that say what is looked for, without the words that ask."""
    wanted: Message = ACTIONS if _PROMISE.search(question) else DECISIONS if _DECIDED.search(question) else ""
    bare = question
    for asking in (FRAME, _DATED, _DEADLINE, _PROMISE, _DECIDED):
        bare = asking.sub(" ", bare)
    words = frozenset(one for one in tokens(bare, language) if not one.startswith("=") and len(one) > 1)
    deadline = bool(_DEADLINE.search(question))
    return Subject(words, deadline or bool(_DATED.search(question)), deadline, wanted, vector)


def listed(subject: Subject, document: int, chunks: Sequence[Found], language: str) -> Iterator[Listed]:
    """The sentences of one document, in its language, that are about the subject, in their order."""
    for chunk in chunks:
        cosines: Vectors = np.zeros(len(chunk.sentences), np.float32)
        vector = subject.vector
        if vector is not None and chunk.vectors is not None and chunk.vectors.shape[1] == len(vector):
            cosines = chunk.vectors @ vector
        for sentence, near in zip(chunk.sentences, cosines, strict=True):
            if sentence.kind not in ("heading", "header") and _about(subject, sentence, near, language):
                open_ended = _RANGE.sub(" ", sentence.text)
                last = bool(_UNTIL.search(open_ended) or _DEADLINE.search(sentence.text))
                yield Listed(document, sentence, float(near), last)


def narrowed(subject: Subject, rows: Sequence[Listed]) -> list[Listed]:
    """Where a deadline is asked for: those that name one, or, where none does, all that have a date."""
    return [one for one in rows if subject.deadline and one.last] or list(rows)


def _about(subject: Subject, sentence: Sentence, near: float, language: str) -> bool:
    """Whether a sentence is near in meaning, has all of the words, or half of them and is rather near."""
    said = set(tokens(f"{sentence.place.section} {sentence.speaker} {sentence.text}", language))
    share = len(subject.words & said) / len(subject.words) if subject.words else 0.0
    rather = not subject.words or share > 0 or near >= NEAR_WITH_WORD
    if subject.dated:
        named = subject.deadline and _DEADLINE.search(sentence.text)
        return rather and bool(named or has("when", sentence.text, language))
    if subject.wanted:
        return rather and (minutes.told(sentence.text, language) == subject.wanted or near >= NEAR)
    return near >= NEAR or share >= 0.99 or (share >= 0.5 and near >= NEAR_WITH_WORD)
