"""What sorts texts: labels, and for each encoder a matrix that turns the numbers of a text into scores.

Knows arrays; no engine, no file, not how it was made. Rows of vectors have length 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from components.errors import Unavailable
from components.kept import DAMAGED
from components.tasks.classify.labels import NONE, Label

Array = npt.NDArray[np.float32]
Way = Literal["names", "examples", "tuned"]
ALL = 1e-6  # what rounding leaves of a threshold of 0


@dataclass(frozen=True)
class Head:
    """How one encoder's vectors become scores: `vectors @ weights.T + bias`, one column for each label."""

    weights: Array  # labels × width of the encoder
    bias: Array  # labels
    # How certain a choice is, from the best score and its lead: the logistic function of their weighted sum.
    certain: tuple[float, float, float] = (
        0.0,
        0.0,
        0.0,
    )  # of the best, of its lead, constant; 0: not measured
    each: tuple[float, float] = (
        1.0,
        0.0,
    )  # the same of one label alone, for several at once: steepness, middle
    sharp: float = 1.0  # what scores are multiplied by before they are shared out among the labels


@dataclass(frozen=True)
class Classifier:
    """Labels and their heads. Made by `by_name`, `by_example` or `classifier_file`."""

    labels: tuple[Label, ...]
    heads: Mapping[str, Head] = field(repr=False)  # by the id of the encoder
    way: Way = "names"
    several: bool = False  # a text may have more than one label, or none
    threshold: float = 0.0  # how certain a choice has to be; below it, none of the labels fits

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(label.name for label in self.labels)


@dataclass(frozen=True)
class Verdict:
    """What was found for one text."""

    labels: tuple[str, ...]  # the best first; empty: none of these
    scores: tuple[
        float, ...
    ]  # of each label of the classifier, 0 to 1; they add up to 1 unless several may fit
    certainty: float  # 0 to 1, of the best label

    @property
    def label(self) -> str:
        """As a cell of a table: several are separated by semicolons, none is empty."""
        return "; ".join(self.labels) or NONE


def judge(classifier: Classifier, encoder: str, vectors: Array) -> list[Verdict]:
    """One verdict for each row of `vectors`, which are of this encoder. Raises KeyError without its head,
    and Unavailable where that is made for other vectors."""
    if not len(vectors):
        return []
    if vectors.shape[1] != classifier.heads[encoder].weights.shape[1]:
        raise Unavailable(DAMAGED)
    raw = vectors @ classifier.heads[encoder].weights.T + classifier.heads[encoder].bias
    shown, certain = scored(classifier.heads[encoder], raw, classifier.several)
    return verdicts(classifier.names, shown, certain, classifier.several, classifier.threshold)


def scored(head: Head, raw: Array, several: bool) -> tuple[Array, Array]:
    """Scores from 0 to 1 for each label, and how certain the best one is."""
    if several:
        steep, middle = head.each
        shown = logistic(steep * (raw - middle))
        return shown, shown.max(axis=1)
    shown = softmax(head.sharp * raw)
    if not any(head.certain):
        return shown, shown.max(axis=1)
    ordered = np.sort(raw, axis=1)
    lead = ordered[:, -1] - ordered[:, -2]
    of_best, of_lead, constant = head.certain
    return shown, logistic(
        np.float32(of_best) * ordered[:, -1] + np.float32(of_lead) * lead + np.float32(constant)
    )


def verdicts(
    names: Sequence[str], shown: Array, certain: Array, several: bool, threshold: float
) -> list[Verdict]:
    """Scores as verdicts: the best label if it is certain enough, or all that are."""
    found = []
    for row, sure in zip(shown, certain, strict=True):
        order = np.argsort(-row, kind="stable")
        if several:
            chosen = tuple(names[i] for i in order if row[i] >= max(threshold, ALL))
        else:
            chosen = (names[order[0]],) if sure >= threshold else ()
        found.append(Verdict(chosen, tuple(map(float, row)), float(sure)))
    return found


def softmax(raw: Array) -> Array:
    spread = np.exp(raw - raw.max(axis=1, keepdims=True))
    shares: Array = spread / spread.sum(axis=1, keepdims=True)
    return shares


def logistic(raw: Array) -> Array:
    value: Array = (1.0 / (1.0 + np.exp(-np.clip(raw, -30.0, 30.0)))).astype(np.float32)
    return value


def unit(rows: Array) -> Array:
    """Each row with length 1."""
    made: Array = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return made
