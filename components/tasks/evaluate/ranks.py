"""Ranks from votes between two answers at a time: the Bradley-Terry model, with intervals.

Pure numbers; knows neither models nor people. Each answer has a strength, and the chance that i is preferred
to j is 1 / (1 + exp(s_j - s_i)). The strengths that make the votes likeliest are found by Hunter's MM
algorithm (2004, "MM algorithms for generalized Bradley-Terry models"):

    p_i  <-  wins_i / sum_j ( games_ij / (p_i + p_j) ),    s_i = log p_i

A tie is half a win for both. Who has won every vote would be infinitely strong; a `prior` of half a win and
half a defeat against each other one keeps the numbers finite.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.confidence import Interval
from components.tasks.evaluate.intervals import Numbers, resamples, tails

PRIOR = 0.5
STEPS, CLOSE = 10_000, 1e-10


def strengths(wins: Numbers, prior: float = 0.0) -> Numbers:
    """(..., k, k) wins of row over column -> (..., k) strengths in log-odds, their mean 0."""
    count = wins.shape[-1]
    wins = wins + prior * (1 - np.eye(count))
    games = wins + np.swapaxes(wins, -1, -2)
    won = wins.sum(axis=-1)
    power = np.full(won.shape, 1.0)
    for _ in range(STEPS):
        pairs = power[..., :, None] + power[..., None, :]
        better = won / np.maximum((games / pairs).sum(axis=-1), 1e-300)
        better = better / np.exp(np.mean(np.log(np.maximum(better, 1e-300)), axis=-1, keepdims=True))
        moved = float(np.max(np.abs(better - power), initial=0.0))
        power = better
        if moved < CLOSE:
            break
    return np.asarray(np.log(np.maximum(power, 1e-300)))


@dataclass(frozen=True)
class Rank:
    """One contestant's place."""

    contestant: int
    strength: Interval  # log-odds against an average one
    won: float  # votes, a tie as half of one
    votes: int


def ranks(votes: Sequence[Numbers], questions: Sequence[str], seed: int = 0) -> list[Rank]:
    """The strongest first. Each vote is a (k, k) matrix of wins; those on one question are resampled
    together, since one pair of answers tells no more than that.
    """
    if not votes:
        return []
    each = np.stack(votes)
    count = each.shape[-1]
    best = strengths(each.sum(axis=0), PRIOR)
    drawn = resamples(questions, seed, 1000) @ each.reshape(len(each), -1)
    spread = strengths(drawn.reshape(-1, count, count), PRIOR)
    low, high = np.quantile(spread, tails(len(set(questions))), axis=0)
    made = [
        Rank(
            i,
            Interval(float(best[i]), float(min(low[i], best[i])), float(max(high[i], best[i]))),
            float(each[:, i, :].sum()),
            int(np.sum(each[:, i, :].sum(axis=-1) + each[:, :, i].sum(axis=-1) > 0)),
        )
        for i in range(count)
    ]
    return sorted(made, key=lambda one: -one.strength.value)


def choice(contestants: int, chosen: int | None, shown: Sequence[int]) -> Numbers:
    """A vote as wins: the chosen one beats each other one that was shown; None: they are equally good."""
    wins = np.zeros((contestants, contestants))
    for one in shown:
        for other in shown:
            if one != other:
                wins[one, other] += 0.5 if chosen is None else float(one == chosen)
    return wins
