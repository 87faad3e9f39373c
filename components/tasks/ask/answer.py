"""An answer as data: the documents' sentences that give it, what a model wrote on top, and how sure it is.

Plain data that goes into the database and out as a download; knows nothing about how it was made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from components.kept import Count, Kept
from components.messages import Message, Said
from components.tasks.summarize.ledger import Ledger
from components.tasks.summarize.summary import Citation, Line

DONT_SAY = Said("The documents don't say.")
How = Literal["found", "all", "counted"]


@dataclass(frozen=True)
class Asked(Kept):
    """One document that was asked."""

    id: str
    name: str


@dataclass(frozen=True)
class Quoted(Kept):
    """One of the documents' own sentences, and where in it the words are that answer."""

    source: Citation  # its `file` counts the documents of the answer
    marks: tuple[tuple[Count, Count], ...] = ()  # in its text
    translation: str = ""  # into the question's language, where that is another


@dataclass(frozen=True)
class Answer(Kept):
    """What came of one question."""

    question: str
    kind: str  # as kinds.Kind
    says: bool  # False: the documents don't say, and the quotes are only the nearest
    sure: float  # 0 to 1
    quotes: tuple[Quoted, ...]
    documents: tuple[Asked, ...]
    how: How = "found"
    written: tuple[Line, ...] = ()  # the answer in a model's words, each sentence checked
    counted: Message = ""  # what was computed, for a question that counts
    ledger: Ledger | None = None  # of a question about all
    notes: tuple[Message, ...] = ()
    understood: str = ""  # a follow-up as it was looked for; "" where it was taken as it is
    language: str = ""
    seconds: float = 0.0
    stopped: bool = False

    @property
    def sureness(self) -> Message:
        """How sure it is, in words."""
        if not self.says:
            return Said("Nothing in the documents bears out an answer.")
        for least, words in _WORDS:
            if self.sure >= least:
                return words
        return _WORDS[-1][1]


# The borders are those of docs/benchmarks-ask.md, where it was counted how many of each had an answer.
_WORDS: Sequence[tuple[float, Message]] = (
    (0.8, Said("Very likely the answer")),
    (0.6, Said("Likely the answer")),
    (0.0, Said("Perhaps the answer: read it in its place")),
)


def answers_of(body: Mapping[str, Any]) -> list[Answer]:
    """The turns of a kept conversation with documents. Raises Unavailable where one is damaged."""
    from components.kept import read

    return list(read(tuple[Answer, ...], body.get("answers", [])))


def texts_of(body: Mapping[str, Any]) -> list[str]:
    """What each turn says: the question, the answer in a model's words, and the quotes that answer.

    Raises Unavailable.
    """
    made = []
    for one in answers_of(body):
        quotes = [quote.source.text for quote in one.quotes if one.says]
        said = [one.question, *(line.text for line in one.written), *quotes]
        made.append(" ".join(dict.fromkeys(said)))
    return made


def body_of(answers: Sequence[Answer]) -> dict[str, Any]:
    return {"answers": [one.to_json() for one in answers]}
