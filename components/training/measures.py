"""How good answers are, and whether one model is better than another: measures and their intervals.

Pure numbers and words; knows neither models nor files.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import regex

from components.confidence import Interval
from components.kept import Kept
from components.messages import Said
from components.scripts import UNSPACED

Numbers = npt.NDArray[np.float64]
Metric = Literal["exact match", "token F1", "ROUGE-L", "chrF"]

DRAWS = 2000  # of the bootstrap
SHORT, LONG = 3, 20  # words: up to the first, an answer is right or wrong; up to the second, words count
HALF = 0.5  # of the base's attention to the question that must be left
# Of scripts without spaces between words, each letter with its marks (vowels, accents) counts as a word.
_UNSPACED = f"[{UNSPACED}]"
_WORD = regex.compile(rf"(?=\w){_UNSPACED}\p{{M}}*|(?:(?!{_UNSPACED})[\w\p{{M}}])+")
_MARK = regex.compile(r"\S")
_WORD_OR_MARK = regex.compile(rf"{_WORD.pattern}|{_MARK.pattern}")
STOPS = (".", "。", "．", "।")


def words(text: str) -> list[str]:
    """What token F1 and ROUGE count; of an answer made of marks alone, its marks."""
    text = _folded(text)
    return _WORD.findall(text) or _MARK.findall(text)


def word_places(text: str) -> list[tuple[int, int]]:
    """Where the words of a text begin and end."""
    return [found.span() for found in _WORD.finditer(text)]


def exact_match(said: str, wanted: str) -> float:
    """Whether both say the same, but for case, blanks and a full stop at the end."""
    return 100.0 * (_words_and_marks(said) == _words_and_marks(wanted))


def _words_and_marks(text: str) -> list[str]:
    found = _WORD_OR_MARK.findall(_folded(text))
    return found[:-1] if len(found) > 1 and found[-1] in STOPS else found


def _folded(text: str) -> str:
    return text.casefold().replace("\ufe0f", "")  # which only asks for a coloured emoji


def token_f1(said: str, wanted: str) -> float:
    """The words that both have, as in SQuAD."""
    one, other = words(said), words(wanted)
    same = sum((Counter(one) & Counter(other)).values())
    return 200.0 * same / (len(one) + len(other)) if same else 0.0


def rouge_l(said: str, wanted: str) -> float:
    """F-measure of the longest common subsequence of words."""
    one, other = words(said), words(wanted)
    if not one or not other:
        return 0.0
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for at, against in enumerate(other, 1):
            here = row[at]
            row[at] = before + 1 if word == against else max(here, row[at - 1])
            before = here
    return 200.0 * row[-1] / (len(one) + len(other))


def chrf(said: str, wanted: str) -> float:
    from sacrebleu import sentence_chrf

    return float(sentence_chrf(said, [wanted]).score)


METRICS: Mapping[Metric, Callable[[str, str], float]] = {
    "exact match": exact_match,
    "token F1": token_f1,
    "ROUGE-L": rouge_l,
    "chrF": chrf,
}
METRIC_NAMES: Mapping[str, Said] = {
    "exact match": Said("exact match"),
    "token F1": Said("token F1"),
    "ROUGE-L": Said("ROUGE-L"),
    "chrF": Said("chrF"),
}


def metric_for(purpose: str, answers: Sequence[str]) -> Metric:
    """The measure that suits the data: translations, summaries, else by the length of its answers."""
    if purpose == "translation":
        return "chrF"
    if purpose == "summary":
        return "ROUGE-L"
    lengths = sorted(len(words(answer)) for answer in answers)
    middle = lengths[len(lengths) // 2] if lengths else 0
    return "exact match" if middle <= SHORT else "token F1" if middle <= LONG else "ROUGE-L"


@dataclass(frozen=True)
class Losses:
    """One number a row: the summed loss of its trained tokens, and how many they are."""

    sums: Numbers
    counts: Numbers

    @property
    def mean(self) -> float:
        return float(self.sums.sum() / max(self.counts.sum(), 1.0))

    @property
    def perplexity(self) -> float:
        return math.exp(min(self.mean, 50.0))


def bootstrap(
    rows: int, value: Callable[[Any], float], seed: int = 0, prompts: Sequence[str] = ()
) -> Interval:
    """`value(indices)` over rows drawn again and again, with replacement.

    Rows with the same prompt are drawn together: they tell no more than one of them does.
    """
    chance = np.random.default_rng(seed)
    if len(set(prompts)) == len(prompts):
        drawn = np.array([value(chance.integers(0, rows, rows)) for _ in range(DRAWS)])
    else:
        together = [np.flatnonzero(np.asarray(prompts) == one) for one in dict.fromkeys(prompts)]
        count = len(together)
        draws = (chance.integers(0, count, count) for _ in range(DRAWS))
        drawn = np.array([value(np.concatenate([together[i] for i in draw])) for draw in draws])
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(value(np.arange(rows)), float(low), float(high))


def loss_change(base: Losses, tuned: Losses, seed: int = 0, prompts: Sequence[str] = ()) -> Interval:
    """Relative change of a held-out token's loss: -0.3 is 30% less."""

    def value(chosen: Any) -> float:
        before = base.sums[chosen].sum() / base.counts[chosen].sum()
        after = tuned.sums[chosen].sum() / tuned.counts[chosen].sum()
        return float(after / before - 1.0) if before else 0.0

    return bootstrap(len(base.sums), value, seed, prompts)


def mean_change(
    base: Sequence[float] | Numbers,
    tuned: Sequence[float] | Numbers,
    seed: int = 0,
    prompts: Sequence[str] = (),
    most: float = 100.0,
) -> Interval:
    """How much the mean of something between 0 and `most` has changed; see `mean_of_differences`."""
    return mean_of_differences(np.asarray(tuned, float) - np.asarray(base, float), seed, prompts, most)


def mean_of_differences(
    differences: Numbers, seed: int = 0, prompts: Sequence[str] = (), most: float = 100.0
) -> Interval:
    """The mean of differences that lie between -`most` and `most`, with its interval by the bootstrap.

    Resampling few rows that are all alike would call their difference certain. So two rows are added to
    what is drawn from, as Agresti and Min (2005, "Simple improved confidence intervals for comparing matched
    proportions") do: one without a difference, and a half each with the largest one up and down. Eight of
    eight from wrong to right is +100 points, between +40 and +100. Rows with the same prompt are drawn
    together, and count together.
    """
    keys = list(prompts) or [str(number) for number in range(len(differences))]
    order = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    groups = np.array([order[key] for key in keys])
    count, usual = len(order), len(groups) / len(order)  # prompts, and rows of one
    sums = np.append(np.bincount(groups, differences, count), usual * np.array([0.0, most, -most]))
    rows = np.append(np.bincount(groups, minlength=count), np.full(3, usual))
    weights = np.append(np.ones(count), [1.0, 0.5, 0.5])
    drawn = np.random.default_rng(seed).multinomial(count + 2, weights / weights.sum(), DRAWS)
    low, high = np.quantile((drawn @ sums) / (drawn @ rows), [0.025, 0.975])
    value = float(differences.mean())
    return Interval(value, min(float(low), value), max(float(high), value))


@dataclass(frozen=True)
class Attention:
    """How much the right question helps: an answer's loss after another row's question, less its own."""

    base: Interval
    tuned: Interval
    left: Interval  # the tuned model's, less half of the base's

    @property
    def lost(self) -> bool:
        """The answers no longer depend on the questions: those of the data don't match, for instance."""
        return self.tuned.low <= 0.0 or self.left.high < 0.0


def attention(base: tuple[Losses, Losses], tuned: tuple[Losses, Losses], seed: int = 0) -> Attention:
    """From the losses after the rows' own and after other questions, of both models."""

    def helps(pair: tuple[Losses, Losses], chosen: Any) -> float:
        own, other = pair
        return float(
            other.sums[chosen].sum() / other.counts[chosen].sum()
            - own.sums[chosen].sum() / own.counts[chosen].sum()
        )

    rows = len(base[0].sums)
    return Attention(
        bootstrap(rows, lambda chosen: helps(base, chosen), seed),
        bootstrap(rows, lambda chosen: helps(tuned, chosen), seed),
        bootstrap(rows, lambda chosen: helps(tuned, chosen) - HALF * helps(base, chosen), seed),
    )


@dataclass(frozen=True)
class Score(Kept):
    """A measure of the answers, 0 to 100, of both models."""

    name: Metric
    rows: int
    base: float
    tuned: float
    change: Interval


def in_words(number: float | None, digits: int) -> str:
    """A number of a report; one that was none there has no digits."""
    return "–" if number is None else f"{number:z.{digits}f}"


def says_nothing(base: float | None, tuned: float | None, digits: int) -> bool:
    """Whether a measure is 0 before and after, as it would be shown."""
    return {in_words(base, digits), in_words(tuned, digits)} == {in_words(0.0, digits)}
