"""How good a classifier is on texts that it wasn't trained on, and which texts a person should look at.

Knows probabilities, labels and texts; not where they come from. All numbers are of texts that were held out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from components.confidence import Interval, wilson
from components.kept import Kept
from components.tasks.classify.by_example import Truth
from components.tasks.classify.classifier import Array

SURE = 0.7  # how probable another label has to be for a text's own to be doubted
SHOWN = 20  # doubtful and suspicious texts
SAMPLES = 300  # drawn for the interval of macro F1
Z = 1.96  # of a 95% interval


@dataclass(frozen=True)
class Step(Kept):
    """What a threshold costs: below it, a text has no label."""

    threshold: float
    answered: float  # share of the texts that get a label
    right: float  # share of these that is right


@dataclass(frozen=True)
class Doubt(Kept):
    """A text whose label may be wrong."""

    row: int  # of the examples
    given: str
    other: str  # what the rest of the examples says
    certainty: float  # 0 to 1


@dataclass(frozen=True)
class Report(Kept):
    """The measurement of one training."""

    texts: int
    counts: tuple[int, ...]  # of each label
    accuracy: Interval
    macro_f1: Interval
    confusion: tuple[tuple[int, ...], ...]  # own label × label that was found
    found: tuple[int, ...]  # for each text the label that was found: its number
    steps: tuple[Step, ...]
    suspicious: tuple[Doubt, ...]
    doubtful: tuple[int, ...]  # rows, the least certain first
    by_names: float  # accuracy of the labels' names alone, on the same texts; -1: they say nothing
    names_used: bool
    seconds: float = 0.0


def share_of(hits: int, of: int) -> Interval:
    """A share and its interval, which also holds for few texts and for all of them right."""
    found = wilson(hits, of)
    return Interval(found.value if of else 0.0, found.low, found.high)


def macro_f1(truth: Truth, found: Truth) -> float:
    """The mean of F1 over the labels that occur."""
    both = (truth & found).sum(axis=0)
    of_all = truth.sum(axis=0) + found.sum(axis=0)
    there = of_all > 0
    return float((2 * both[there] / of_all[there]).mean()) if there.any() else 0.0


def measured(
    probabilities: Array, truth: Truth, names: Sequence[str], several: bool, by_names: float, names_used: bool
) -> Report:
    """What the probabilities of held-out texts say, beside the labels that these have."""
    best = probabilities.argmax(axis=1)
    found = probabilities >= 0.5 if several else np.eye(len(names), dtype=bool)[best]
    right = (found == truth).all(axis=1)
    own = truth.argmax(axis=1)
    confusion = np.zeros((len(names), len(names)), int)
    if several:
        for row in np.flatnonzero(truth.any(axis=1)):
            confusion[np.flatnonzero(truth[row])[:, None], np.flatnonzero(found[row])[None, :]] += 1
    else:
        np.add.at(confusion, (own, best), 1)
    certain = probabilities.max(axis=1) if not several else np.abs(probabilities - 0.5).min(axis=1) * 2
    return Report(
        texts=len(truth),
        counts=tuple(map(int, truth.sum(axis=0))),
        accuracy=share_of(int(right.sum()), len(right)),
        macro_f1=_f1(truth, found),
        confusion=tuple(tuple(map(int, row)) for row in confusion),
        found=tuple(map(int, best)),
        steps=_steps(probabilities.max(axis=1), truth[np.arange(len(truth)), best]),
        suspicious=_suspicious(probabilities, truth, names),
        doubtful=tuple(map(int, np.argsort(certain, kind="stable")[:SHOWN])),
        by_names=by_names,
        names_used=names_used,
    )


def _f1(truth: Truth, found: Truth) -> Interval:
    chance = np.random.default_rng(0)
    drawn = [
        macro_f1(truth[rows], found[rows])
        for rows in (chance.integers(0, len(truth), len(truth)) for _ in range(SAMPLES))
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(macro_f1(truth, found), float(low), float(high))


def _steps(certain: Array, right: npt.NDArray[np.bool_]) -> tuple[Step, ...]:
    """What every threshold in steps of 5% costs."""
    made = []
    for percent in range(0, 100, 5):
        over = certain >= percent / 100
        made.append(Step(percent / 100, float(over.mean()), float(right[over].mean()) if over.any() else 1.0))
    return tuple(made)


def _suspicious(probabilities: Array, truth: Truth, names: Sequence[str]) -> tuple[Doubt, ...]:
    """Texts for which another label is far likelier than their own, the clearest first."""
    best = probabilities.argmax(axis=1)
    found = [
        Doubt(
            row,
            "; ".join(names[int(i)] for i in np.flatnonzero(truth[row])),
            names[int(best[row])],
            float(sure),
        )
        for row, sure in enumerate(probabilities.max(axis=1))
        if sure >= SURE and not truth[row, best[row]]
    ]
    return tuple(sorted(found, key=lambda one: -one.certainty)[:SHOWN])
