"""Which sentences of an English meeting decide something or give somebody something to do, by a linear model
over a sentence's vector and its words.

Knows numbers alone, fitted by `benchmarks/fit_meetings.py` to sentences that a person marked, and for the
vectors of one embedding model. However long people talk, they decide about as many things: the longer the
text, the surer it has to be. In reports and stories it would find decisions that nobody takes: it is for what
is said in a meeting, and for minutes.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from components.models.engine import Vectors

ENCODER = "all-minilm-l6-v2"  # whose vectors the weights are for
LANGUAGE = "en"
FILE = Path(__file__).with_name("learned_lists.npz")
AT_LEAST = 0.5  # of a probability that counts, in a text of up to …
SENTENCES = 60  # … so many sentences; the odds that are wanted grow with …
STEEPNESS = 2  # … this power of how many there are

_APART = re.compile(r"\s(['’])\s?")  # "we 'll", as recorded talks are written down
_WORD = re.compile(r"'?\w+|[?:,]")


@dataclass(frozen=True)
class Weights:
    """Of the classes "neither", "decides", "to do": a row each."""

    words: dict[str, int]  # words and pairs of them -> their column
    rarity: Vectors  # of each word, (words,)
    coefficients: Vectors  # (3, words + size of a vector)
    intercepts: Vectors  # (3,)


def grams(text: str) -> list[str]:
    """Words and pairs of neighbours, small letters.

    >>> grams("We 'll see")
    ['we', "'ll", 'see', "we 'll", "'ll see"]
    """
    words = _WORD.findall(_APART.sub(r"\1", text).replace("’", "'").casefold())
    return [*words, *map(" ".join, pairwise(words))]


def word_rows(texts: Sequence[str], words: dict[str, int], rarity: Vectors) -> Vectors:
    """A row for each text: its known words, rare ones heavier, at length one."""
    rows = np.zeros((len(texts), len(words)), np.float32)
    for row, text in zip(rows, texts, strict=True):
        for gram, count in Counter(grams(text)).items():
            if gram in words:
                row[words[gram]] = (1 + np.log(count)) * rarity[words[gram]]
        row /= max(float(np.linalg.norm(row)), 1e-9)
    return rows


def probabilities(texts: Sequence[str], vectors: Vectors, weights: Weights) -> Vectors:
    """(texts, 3)."""
    features = np.hstack([word_rows(texts, weights.words, weights.rarity), vectors])
    scores = features @ weights.coefficients.T + weights.intercepts
    grown = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(grown / grown.sum(1, keepdims=True))


def wanted(sentences: int) -> float:
    """The probability from which a sentence of a text of so many counts."""
    odds = AT_LEAST / (1 - AT_LEAST) * max(sentences / SENTENCES, 1.0) ** STEEPNESS
    return odds / (1 + odds)


@cache
def weights() -> Weights:
    with np.load(FILE) as held:
        words = {str(word): i for i, word in enumerate(held["words"].tolist())}
        numbers = (held[name].astype(np.float32) for name in ("rarity", "coefficients", "intercepts"))
        return Weights(words, *numbers)


def save(made: Weights) -> None:
    np.savez_compressed(
        FILE,
        words=np.array(list(made.words)),
        rarity=made.rarity.astype(np.float16),
        coefficients=made.coefficients.astype(np.float16),
        intercepts=made.intercepts.astype(np.float16),
    )
