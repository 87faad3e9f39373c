"""What a person asks of a summary: method, shape, length, language, audience.

Plain data and its rules; knows nothing about models or documents.
"""

import re
from dataclasses import dataclass
from typing import Literal, get_args

from components.errors import BadInput
from components.kept import Kept

Method = Literal["quote", "write", "both"]
Shape = Literal["paragraph", "bullets", "sentence", "key points", "own"]

TOLERANCE = 0.2  # how far a summary's length may be from what was asked
LONGEST_SENTENCE = 40  # words that one sentence is given at most
MOST_WORDS, LEAST_WORDS = 20_000, 10
MOST_SHARE = 0.6  # a longer "summary" is the document
TEXT_LIMIT = 2_000  # characters of an own instruction or an audience

_LENGTH = re.compile(
    r"^\s*(?:about\s+)?([\d.,]+)\s*(%|percent|words?|w|个?[字词])?(?:\s+of\s+the\s+\w+)?\s*$", re.IGNORECASE
)


@dataclass(frozen=True)
class Length(Kept):
    """Words, or a share of the document's words; exactly one of them."""

    words: int | None = None
    share: float | None = None  # 0 to 1

    def target(self, document_words: int) -> int:
        """Words to write about a document; never more than most of it."""
        wanted = self.words if self.words else round((self.share or 0.1) * document_words)
        return max(min(wanted, round(MOST_SHARE * document_words)), min(LEAST_WORDS, document_words))

    def __str__(self) -> str:
        return f"{self.words:,} words" if self.words else f"{(self.share or 0) * 100:g}%"


@dataclass(frozen=True)
class Settings(Kept):
    """One request."""

    method: Method = "quote"
    shape: Shape = "paragraph"
    length: Length = Length(words=150)
    language: str = ""  # ISO 639-1 of the summary; empty: the document's
    audience: str = ""  # for whom, in the person's own words; empty: anybody
    instruction: str = ""  # what to look at or how to write; needed for the shape "own"
    model_id: str = ""  # who writes; not needed for "quote"
    overall: bool = False  # with several documents, one summary over all of them too

    def target(self, document_words: int) -> int:
        wanted = self.length.target(document_words)
        return min(wanted, LONGEST_SENTENCE) if self.shape == "sentence" else wanted


def parse_length(text: str) -> Length:
    """A length as a person writes it: "150 words", "150", "10%". Raises BadInput with the bounds."""
    found = _LENGTH.match(text or "")
    number = _number(found[1]) if found else None
    if not found or number is None:
        raise BadInput(
            "The length {text!r} can't be understood. Write for instance “150 words” or “10%”.", text=text
        )
    if (found[2] or "").lower() in ("%", "percent"):
        if not 0 < number <= MOST_SHARE * 100:
            raise BadInput(
                "The length is {number:g}% of the document; it can be up to {most_share:.0%}, since "
                "more would be the document itself.",
                number=number,
                most_share=MOST_SHARE,
            )
        return Length(share=number / 100)
    if not LEAST_WORDS <= number <= MOST_WORDS:
        raise BadInput(
            "The length is {number:g} words; it can be {least_words} to {most_words:,}.",
            number=number,
            least_words=LEAST_WORDS,
            most_words=MOST_WORDS,
        )
    return Length(words=round(number))


def check(settings: Settings) -> None:
    """Raises BadInput naming what is missing or out of bounds: a page's own limits can be bypassed."""
    if settings.method not in get_args(Method) or settings.shape not in get_args(Shape):
        raise BadInput(
            "The method {method!r} or the shape {shape!r} is not known.",
            method=settings.method,
            shape=settings.shape,
        )
    if settings.shape == "own" and not settings.instruction.strip():
        raise BadInput("The own instruction is empty. Write what the summary should be like.")
    if max(len(settings.instruction), len(settings.audience)) > TEXT_LIMIT:
        raise BadInput(
            "An instruction or audience can have up to {text_limit:,} characters.", text_limit=TEXT_LIMIT
        )
    if settings.method != "quote" and not settings.model_id:
        raise BadInput("No model is chosen that could write. Choose one, or the method “Quote”.")


def _number(text: str) -> float | None:
    try:
        if re.fullmatch(r"\d{1,3}(,\d{3})+", text):
            return float(text.replace(",", ""))
        return float(text.replace(",", "."))
    except ValueError:
        return None
