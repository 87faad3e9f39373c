"""A classifier that learns from examples: logistic regression on the vectors of texts, in seconds.

Knows arrays and labels; scikit-learn is imported when something is trained, not before. The labels' own names
are examples too where they say what they mean: with one example a label that is worth 20 points on bank
intents, 30 on topics, and with twenty one or two (`benchmarks/classify.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from components.tasks.classify.classifier import Array, Head, logistic, softmax

FOLDS = 5
MANY = 50  # examples a label from which the regression is held in more: 1 to 2 points on feelings
NAME_WEIGHT = 3.0  # examples that a label's name counts for
SEED = 7
STEPS = 200
Truth = npt.NDArray[np.bool_]  # texts × labels


@dataclass(frozen=True)
class Data:
    """Examples as arrays."""

    vectors: Array  # texts × width
    truth: Truth  # texts × labels: one in each row, unless several may fit
    names: Array | None = None  # labels × width; None: the names say nothing
    several: bool = False

    def only(self, rows: npt.NDArray[np.int64]) -> "Data":
        return Data(self.vectors[rows], self.truth[rows], self.names, self.several)

    def without_names(self) -> "Data":
        return Data(self.vectors, self.truth, None, self.several)


def train(data: Data) -> Head:
    """A head for the encoder that the vectors are of."""
    vectors, truth, counts = data.vectors, data.truth, np.ones(len(data.vectors))
    if data.names is not None:
        vectors = np.vstack([vectors, data.names])
        truth = np.vstack([truth, np.eye(len(data.names), dtype=bool)])
        counts = np.concatenate([counts, np.full(len(data.names), NAME_WEIGHT)])
    hold = 1.0 if len(data.vectors) / max(data.truth.shape[1], 1) >= MANY else 10.0
    if data.several:
        return _each_alone(vectors, truth, counts, hold)
    return _one_of_all(vectors, truth.argmax(axis=1), truth.shape[1], counts, hold)


def _one_of_all(
    vectors: Array, chosen: npt.NDArray[np.int64], labels: int, counts: npt.NDArray[np.float64], hold: float
) -> Head:
    from sklearn.linear_model import LogisticRegression

    weights = np.zeros((labels, vectors.shape[1]), np.float32)
    bias = np.full(labels, -30.0, np.float32)  # of a label without an example in this part
    there = np.unique(chosen)
    if len(there) == 1:
        bias[there[0]] = 0.0
        return Head(weights, bias)
    fitted = LogisticRegression(C=hold, max_iter=STEPS).fit(vectors, chosen, sample_weight=counts)
    if len(there) == 2:  # one row for both: the second against the first
        weights[there[1]], bias[there] = fitted.coef_[0], (0.0, fitted.intercept_[0])
        return Head(weights, bias)
    weights[fitted.classes_], bias[fitted.classes_] = fitted.coef_, fitted.intercept_
    return Head(weights, bias)


def _each_alone(vectors: Array, truth: Truth, counts: npt.NDArray[np.float64], hold: float) -> Head:
    from sklearn.linear_model import LogisticRegression

    weights = np.zeros((truth.shape[1], vectors.shape[1]), np.float32)
    bias = np.zeros(truth.shape[1], np.float32)
    for at in range(truth.shape[1]):
        yes = truth[:, at]
        if yes.all() or not yes.any():
            bias[at] = 30.0 if yes.all() else -30.0
            continue
        fitted = LogisticRegression(C=hold, max_iter=STEPS, class_weight="balanced")
        fitted.fit(vectors, yes, sample_weight=counts)
        weights[at], bias[at] = fitted.coef_[0], fitted.intercept_[0]
    return Head(weights, bias)


def probabilities(head: Head, vectors: Array, several: bool) -> Array:
    """Texts × labels."""
    raw = vectors @ head.weights.T + head.bias
    return logistic(raw) if several else softmax(raw)


def held_out(data: Data) -> Array:
    """For each text the probabilities of a regression that wasn't trained on it: texts × labels."""
    made = np.zeros(data.truth.shape, np.float32)
    for part in folds(data.truth):
        made[part] = _of_part(data, part)
    return made


def _of_part(data: Data, part: npt.NDArray[np.int64]) -> Array:
    rest = np.setdiff1d(np.arange(len(data.vectors)), part)
    return probabilities(train(data.only(rest)), data.vectors[part], data.several)


def folds(truth: Truth) -> list[npt.NDArray[np.int64]]:
    """The rows in parts, of each label as many in every part as can be; always the same ones."""
    chance = np.random.default_rng(SEED)
    keys = ["".join(map(str, row.astype(int))) for row in truth] if truth.shape[1] < 64 else None
    groups = np.array(keys) if keys else truth.argmax(axis=1)
    part = np.zeros(len(truth), np.int64)
    at = 0
    for one in np.unique(groups):
        rows = chance.permutation(np.flatnonzero(groups == one))
        part[rows] = (at + np.arange(len(rows))) % FOLDS
        at += len(rows)
    return [np.flatnonzero(part == number) for number in range(FOLDS) if (part == number).any()]


def learned(data: Data) -> tuple[Data, Array]:
    """The data with or without the labels' names, whichever is right more often on the first part; and the
    probabilities of all texts, each of which was held out.
    """
    if data.names is None:
        return data, held_out(data)
    first, bare = folds(data.truth)[0], data.without_names()
    ways = [right(_of_part(one, first), data.truth[first]).mean() for one in (data, bare)]
    used = bare if ways[1] > ways[0] else data
    return used, held_out(used)


def right(probabilities_: Array, truth: Truth) -> Truth:
    """Whether the likeliest label of each text is one of its own."""
    found: Truth = truth[np.arange(len(truth)), probabilities_.argmax(axis=1)]
    return found


def as_truth(given: Sequence[Sequence[str]], names: Sequence[str]) -> Truth:
    """The labels of texts as an array."""
    place = {name: at for at, name in enumerate(names)}
    truth = np.zeros((len(given), len(names)), bool)
    for row, labels in enumerate(given):
        for label in labels:
            truth[row, place[label]] = True
    return truth
