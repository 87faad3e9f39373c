"""What a model thinks of each token: its log-probability, and the tokens that it finds likelier.

Plain data that crosses from an engine's process to the app's; knows neither engines nor pages.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from components.errors import Unavailable
from components.models.options import Prompt

LONGEST_CHARACTER = 8  # tokens: after so many without a whole character, the bytes are none
_HALF = "\ufffd"


class NoScores(Unavailable):
    """This engine can't tell; the message says why, and which other engine of the same model can."""


def only_on_transformers(engine: str) -> NoScores:
    """Of an engine that writes, but doesn't say how likely a given text is."""
    return NoScores(
        "{engine} doesn't say how likely a given text is. The same model on transformers does.",
        engine=engine,
    )


def not_a_writer() -> NoScores:
    return NoScores("This kind of model doesn't write, so it has no likelihood for a text.")


@dataclass(frozen=True)
class Candidate:
    id: int  # -1: a server didn't say
    text: str
    logprob: float


@dataclass(frozen=True)
class TokenScore:
    """One token in its place. `logprob` is the natural logarithm of the probability that the model gave it.

    It is of the model's own distribution, before temperature and filters. None: nothing came before it, so
    the model said nothing of it. The texts of all tokens make the whole text; a character that takes several
    tokens is with the last one.
    """

    id: int
    text: str
    logprob: float | None
    top: tuple[Candidate, ...] = ()  # the likeliest in its place, the likeliest first


@dataclass(frozen=True)
class Scored:
    """A text, and what comes before it, which is read but not scored."""

    text: str
    prompt: Prompt | None = None  # a conversation: the text is the answer to it


@dataclass(frozen=True)
class Scores:
    """How likely a text is to a model."""

    tokens: tuple[TokenScore, ...]
    engine: str
    dtype: str

    @property
    def logprob(self) -> float:
        """Of the whole text: the sum over its tokens."""
        return sum(one.logprob for one in self.tokens if one.logprob is not None)

    @property
    def counted(self) -> int:
        """Tokens that have a probability."""
        return sum(one.logprob is not None for one in self.tokens)

    @property
    def perplexity(self) -> float:
        """exp of the mean surprise of a token; infinite without any."""
        return perplexity(self.tokens)

    @property
    def bits_per_byte(self) -> float:
        """Surprise in bits over the bytes of the scored text: comparable between tokenizers."""
        size = sum(len(one.text.encode()) for one in self.tokens if one.logprob is not None)
        return -self.logprob / math.log(2) / size if size else math.inf


def perplexity(tokens: Sequence[TokenScore]) -> float:
    known = [one.logprob for one in tokens if one.logprob is not None]
    return math.exp(min(-sum(known) / len(known), 700.0)) if known else math.inf


class Pieces:
    """Texts of tokens as they come, which put together make the whole text.

    A character that takes several tokens comes with the last of them:

        "好" in three tokens  ->  "", "", "好"
    """

    def __init__(self, decode: Callable[[list[int]], str], before: Sequence[int] = ()) -> None:
        self._decode, self._ids = decode, list(before)[-LONGEST_CHARACTER:]
        self._window, self._read = 0, len(self._ids)

    def feed(self, token: int) -> str:
        self._ids.append(token)
        before = self._decode(self._ids[self._window : self._read])
        now = self._decode(self._ids[self._window :])
        if now.endswith(_HALF) and len(self._ids) - self._read < LONGEST_CHARACTER:
            return ""
        self._window, self._read = self._read, len(self._ids)
        return now[len(before) :]


def scored_from(
    pieces: Pieces, decode: Callable[[list[int]], str], token: int, raw: "RawScore | None"
) -> TokenScore:
    """A token's score with texts. `raw`: the engine's numbers, None where it has none."""
    if raw is None:
        return TokenScore(token, pieces.feed(token), None)
    top = tuple(Candidate(one, decode([one]), value) for one, value in raw.top)
    return TokenScore(token, pieces.feed(token), raw.logprob, top)


@dataclass(frozen=True)
class RawScore:
    """The numbers of one token as an engine computes them: natural logarithms."""

    logprob: float
    top: tuple[tuple[int, float], ...] = ()
