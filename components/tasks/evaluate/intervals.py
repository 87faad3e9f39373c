"""How sure a score is: intervals by resampling questions, and two models compared question by question.

Pure numbers; knows neither metrics nor models. Every score is a function of sums over questions: a mean is a
sum and a count, BLEU is ten sums, macro F1 three a label. So resampling is one product of matrices, and both
models of a comparison are resampled with the same questions.

    questions   right (A)   right (B)          resample 1 draws questions 1, 1, 3: A 2/3, B 3/3
        1           1           1              resample 2 draws questions 2, 3, 3: A 0/3, B 2/3
        2           0           0              ... 2,000 of them: where 95% of the differences lie
        3           0           1

Percentiles of few questions are too narrow; they are widened as Hesterberg (2015, "What Teachers Should Know
About the Bootstrap") does, so that they agree with Student's t for a mean. A difference also has to pass a
randomization test, in which the two answers to a question change places: it is exact for any number of them.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from components.confidence import Interval

Numbers = npt.NDArray[np.float64]
Verdict = Literal["better", "same", "worse"]

DRAWS = 2000
LEVEL = 0.95
POWER_Z = 1.96 + 0.84  # of a two-sided test at 5% that finds a difference in 80% of the cases


@dataclass(frozen=True)
class Measured:
    """One score of one model, as sums over questions."""

    stats: Numbers  # a row for each question; of one without an answer: zeros
    value: Callable[[Numbers], Numbers]  # (..., sums) -> (...): the score of summed rows
    lower: bool = False  # whether less is better
    binary: bool = False  # whether each question is 0 or 100


def mean_of(values: Sequence[float | None], lower: bool = False) -> Measured:
    """The mean of one number a question; None where there is none."""
    known = np.array([one is not None for one in values], float)
    given = np.array([0.0 if one is None else one for one in values], float)
    binary = all(one in (None, 0.0, 100.0) for one in values)
    return Measured(np.stack([given, known], axis=1), ratio, lower, binary)


def ratio(sums: Numbers) -> Numbers:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums[..., 0] / sums[..., 1])


def resamples(keys: Sequence[str], seed: int = 0, draws: int = DRAWS) -> Numbers:
    """(draws, rows): how often each row is in each resample. Rows with the same key are drawn together: the
    same question in other words tells no more than once.
    """
    order = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    chance = np.random.default_rng(seed)
    drawn = chance.multinomial(len(order), np.full(len(order), 1 / len(order)), draws)
    return drawn[:, [order[key] for key in keys]].astype(float)


def tails(count: int, level: float = LEVEL) -> tuple[float, float]:
    """The quantiles between which an interval lies, for so many independent questions."""
    from scipy.stats import norm, t

    alpha = (1 - level) / 2
    if count > 1:
        alpha = float(norm.cdf(math.sqrt(count / (count - 1)) * t.ppf(alpha, count - 1)))
    return alpha, 1 - alpha


def interval(score: Measured, drawn: Numbers, count: int, level: float = LEVEL) -> Interval | None:
    """`drawn` is of `resamples`, `count` the number of different keys. None where nothing can be scored."""
    value = _number(score.value(score.stats.sum(axis=0)))
    if value is None:
        return None
    if score.binary and value in (0.0, 100.0):
        return _all_alike(value, count, level)
    low, high = _between(score.value(drawn @ score.stats), count, level)
    return Interval(value, min(low, value), max(high, value))


def _all_alike(value: float, count: int, level: float) -> Interval:
    """All right or all wrong: resampling would call that certain. Clopper and Pearson's bound instead."""
    bound = 100 * ((1 - level) / 2) ** (1 / max(count, 1))
    return Interval(value, 0.0, 100 - bound) if value == 0 else Interval(value, bound, 100.0)


def _between(values: Any, count: int, level: float) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    low, high = np.quantile(known, tails(count, level)) if known.size else (math.nan, math.nan)
    return float(low), float(high)


def _number(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


@dataclass(frozen=True)
class Difference:
    """The second model's score less the first one's, on the questions that both answered."""

    rows: int
    interval: Interval
    chance: float  # of a difference as large if the two were alike (randomization test)
    verdict: Verdict  # about the second model
    needed: int | None  # questions that would show this difference; None: shown, or there is none


def compare(
    first: Measured,
    second: Measured,
    keys: Sequence[str],
    seed: int = 0,
    level: float = LEVEL,
) -> Difference | None:
    """None where there is no question that both answered."""
    both = [i for i in range(len(keys)) if first.stats[i].any() and second.stats[i].any()]
    if not both:
        return None
    shared = [keys[i] for i in both]
    one, other = first.stats[both], second.stats[both]
    value = _number(second.value(other.sum(axis=0)) - first.value(one.sum(axis=0)))
    if value is None:
        return None
    drawn, count = resamples(shared, seed), len(set(shared))
    values = second.value(drawn @ other) - first.value(drawn @ one)
    low, high = _between(values, count, level)
    found = Interval(value, min(low, value), max(high, value))
    chance = _by_chance(first, (one, other), shared, seed, value)
    shown = chance < 1 - level and (found.low > 0 or found.high < 0)
    verdict: Verdict = "same"
    if shown:
        verdict = "better" if (value > 0) != first.lower else "worse"
    needed = None if shown else _needed(value, float(np.nanstd(values)), count)
    return Difference(len(both), found, chance, verdict, needed)


def _by_chance(
    score: Measured, pair: tuple[Numbers, Numbers], keys: Sequence[str], seed: int, value: float
) -> float:
    """How often a difference as large comes about if the answers to a question change places at random."""
    order = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    flips = np.random.default_rng(seed + 1).integers(0, 2, (2 * DRAWS, len(order))).astype(float)
    swapped = flips[:, [order[key] for key in keys]] @ (pair[1] - pair[0])
    one, other = pair[0].sum(axis=0) + swapped, pair[1].sum(axis=0) - swapped
    differences = np.abs(score.value(other) - score.value(one))
    as_large = int(np.sum(differences >= abs(value) - 1e-9))
    return (as_large + 1) / (len(flips) + 1)


def _needed(value: float, error: float, count: int) -> int | None:
    """How many questions would show a difference of this size in four of five cases, to two digits."""
    if abs(value) < 1e-9 or error <= 0:
        return None
    wanted = max((POWER_Z * error * math.sqrt(count) / abs(value)) ** 2, count + 1)
    step = 10 ** max(len(str(math.ceil(wanted))) - 2, 0)
    return math.ceil(wanted / step) * step


def all_levels(comparisons: int) -> float:
    """The level of each of several comparisons at which all of them together hold with 95% (Bonferroni)."""
    return 1 - (1 - LEVEL) / max(comparisons, 1)
