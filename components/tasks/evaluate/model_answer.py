"""One model's answer to one question, as it is kept. Plain data."""

from dataclasses import dataclass, replace

from components.kept import Amount, Count, Kept
from components.messages import Message
from components.tasks.answers import without_reasoning


@dataclass(frozen=True)
class Answer(Kept):
    """`why` says why there is none, or what is missing of it; empty for a whole one."""

    text: str
    tokens: Count = 0
    prompt_tokens: Count = 0
    first_seconds: Amount = 0.0  # to the first token
    seconds: Amount = 0.0
    finish: str = "stop"
    failed: bool = False  # there is no answer to score
    why: Message = ""
    sentences: Count = 0  # of the answer, looked for in its document; 0: not looked for
    unsupported: tuple[str, ...] = ()  # those that the document doesn't bear out
    likelihood: "Likelihood | None" = None  # of the expected answer, or of the first sentence of a pair
    other: "Likelihood | None" = None  # of the second sentence of a pair
    second: str = ""  # what follows the second prompt of a pair; `text` follows the first
    sentiments: tuple[float, ...] = ()  # of both, -100 to 100; none: not measured
    rating: Count = 0  # a person's own, one to five stars; 0: not given

    @property
    def said(self) -> str:
        """What is scored: the answer without the model's reasoning."""
        return without_reasoning(self.text).strip()

    @property
    def told(self) -> str:
        """What is shown of it: the answer, both likelihoods of a pair, or both continuations."""
        if self.likelihood and self.other:
            return f"{self.likelihood.log:.1f} / {self.other.log:.1f}"
        return f"{self.said} / {self.second.strip()}" if self.second.strip() else self.said

    @property
    def speed(self) -> float | None:
        """Tokens a second, after the first one."""
        spent = self.seconds - self.first_seconds
        return (self.tokens - 1) / spent if spent > 0 and self.tokens > 1 else None

    def checked(self, sentences: int, unsupported: tuple[str, ...]) -> "Answer":
        return replace(self, sentences=sentences, unsupported=unsupported)


@dataclass(frozen=True)
class Likelihood(Kept):
    """How likely a text is to a model: the sum of its tokens' log-probabilities (natural logarithm)."""

    log: float
    tokens: Count
    bytes: Count  # of the text in UTF-8
