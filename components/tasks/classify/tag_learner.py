"""From marked texts to a tagger with its report: features, regression, measurement on texts that were held
out.

Knows no job and no page. A fifth of the texts is held out to measure with; then everything is learned from.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from components.confidence import Interval, wilson
from components.errors import Cancelled
from components.kept import Count, Kept
from components.messages import Message, Said
from components.tasks.classify.classifier import Array
from components.tasks.classify.encoders import Encoders
from components.tasks.classify.marks import FEWEST, Marked, MarkedTexts, Span, tags_of, words
from components.tasks.classify.tagger import LAYERS, Tagger, encoder_for, features, tagged, tags_for

Say = Callable[[Message, float | None], None]
HELD_OUT, SEED = 5, 7  # each fifth text, drawn by this seed
MOST_WORDS = 40_000  # that are learned from at once: a quarter of a gigabyte of numbers
HOLD = 100.0  # of the regression, on features of spread 1
NOTHING = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)  # what is taken from the score of "O"; the best is found by trying
SAMPLES, SHOWN = 300, 40  # drawn for an interval; texts shown that were read wrong


@dataclass(frozen=True)
class KindScore(Kept):
    """One kind on the held-out texts."""

    kind: str
    f1: float
    precision: float
    recall: float
    marks: Count


@dataclass(frozen=True)
class Miss(Kept):
    """A held-out text that was read wrong."""

    text: str
    wanted: tuple[Span, ...]
    found: tuple[Span, ...]


@dataclass(frozen=True)
class TagReport(Kept):
    """The measurement of one training: a mark counts if it begins and ends where the given one does and is of
    the same kind, as seqeval counts.
    """

    texts: Count  # all of them
    held_out: Count
    f1: Interval
    precision: Interval
    recall: Interval
    kinds: tuple[KindScore, ...]
    misses: tuple[Miss, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class TrainedTags:
    """What came of marked texts."""

    tagger: Tagger
    report: TagReport
    marked: MarkedTexts


def learn_tags(
    marked: MarkedTexts,
    encoders: Encoders,
    cancelled: Callable[[], bool] = lambda: False,
    say: Say = lambda what, share: None,
) -> TrainedTags:
    """Trains and measures. Raises Cancelled and what a lease raises."""
    began = time.monotonic()
    marked, encoder = _drawn(marked), encoder_for(encoders)
    texts = [row.text for row in marked.rows]
    kinds = marked.kinds

    def done(count: int) -> None:
        say(Said("Reading the marked texts"), 0.8 * count / len(texts))

    rows = features(texts, encoder, LAYERS, encoders, cancelled, on_done=done)
    say(Said("Learning, and measuring on what was held out"), 0.85)
    train, held = _sides(len(texts))
    # How readily something is found is told by a part of what is trained on; F1 is of neither.
    inner, looked_at = train[: -max(len(train) // HELD_OUT, 1)], train[-max(len(train) // HELD_OUT, 1) :]
    tags = _tags(marked, kinds)
    sums = [_Sums.of(rows, tags, some, len(tags_for(kinds))) for some in (inner, looked_at, held)]
    made = Tagger(kinds, encoder, LAYERS, *sums[0].solved())
    less = max(NOTHING, key=lambda one: _f1(_counts(_less(made, one), marked, rows, looked_at)))
    if cancelled():
        raise Cancelled("Stopped.")
    made = Tagger(kinds, encoder, LAYERS, *(sums[0] + sums[1]).solved())
    report = _measured(_less(made, less), marked, rows, held)
    made = Tagger(kinds, encoder, LAYERS, *(sums[0] + sums[1] + sums[2]).solved())
    return TrainedTags(_less(made, less), replace(report, seconds=time.monotonic() - began), marked)


def _drawn(marked: MarkedTexts) -> MarkedTexts:
    """As many texts as can be learned from, in an order of chance that is always the same."""
    order = np.random.default_rng(SEED).permutation(len(marked.rows))
    kept: list[Marked] = []
    left = MOST_WORDS
    for at in order:
        left -= len(words(marked.rows[at].text))
        if left < 0 and len(kept) >= FEWEST:
            break
        kept.append(marked.rows[at])
    if len(kept) == len(marked.rows):
        return replace(marked, rows=tuple(kept))
    note = Said(
        "{used} of {all} texts are learned from at once, drawn by chance.",
        used=f"{len(kept):,}",
        all=f"{len(marked.rows):,}",
    )
    return replace(marked, rows=tuple(kept), notes=(*marked.notes, note))


def _sides(count: int) -> tuple[list[int], list[int]]:
    """What is trained on and what is held out."""
    return [at for at in range(count) if at % HELD_OUT], [at for at in range(count) if not at % HELD_OUT]


def _tags(marked: MarkedTexts, kinds: Sequence[str]) -> list[npt.NDArray[np.int64]]:
    number = {tag: at for at, tag in enumerate(tags_for(kinds))}
    return [
        np.array([number[tag] for tag in tags_of(words(row.text), row.spans)], np.int64)
        for row in marked.rows
    ]


@dataclass(frozen=True)
class _Sums:
    """All that a ridge regression needs of some words: sums, which add up, so that no word is read twice.

    With 10,000 words and 1,557 features it took 3 s where logistic regression took 100 s, and 2 points of F1
    were lost (UNER English EWT, a fifth of it held out: 62% and 65%).
    """

    count: int
    features: npt.NDArray[np.float64]  # sums
    squares: npt.NDArray[np.float64]  # features × features
    tags: npt.NDArray[np.float64]  # features × tags
    counts: npt.NDArray[np.float64]  # words of each tag

    @staticmethod
    def of(
        rows: Sequence[Array], tags: Sequence[npt.NDArray[np.int64]], some: Sequence[int], number: int
    ) -> "_Sums":
        given = np.vstack([rows[at] for at in some])
        wanted = np.eye(number, dtype=np.float32)[np.concatenate([tags[at] for at in some])]
        return _Sums(
            len(given),
            given.sum(axis=0, dtype=np.float64),
            (given.T @ given).astype(np.float64),
            (given.T @ wanted).astype(np.float64),
            wanted.sum(axis=0, dtype=np.float64),
        )

    def __add__(self, other: "_Sums") -> "_Sums":
        return _Sums(
            self.count + other.count,
            self.features + other.features,
            self.squares + other.squares,
            self.tags + other.tags,
            self.counts + other.counts,
        )

    def solved(self) -> tuple[Array, Array]:
        """Weights (tags × features) and bias."""
        mean, shares = self.features / self.count, self.counts / self.count
        spread = np.sqrt(np.maximum(self.squares.diagonal() / self.count - mean**2, 0)) + 1e-3
        squares = (self.squares - self.count * np.outer(mean, mean)) / np.outer(spread, spread)
        products = (self.tags - np.outer(self.features, shares)) / spread[:, None]
        squares[np.diag_indices_from(squares)] += HOLD
        weights = (np.linalg.solve(squares, products) / spread[:, None]).T
        return weights.astype(np.float32), (shares - weights @ mean).astype(np.float32)


def _less(tagger: Tagger, by: float) -> Tagger:
    """One that finds something more readily."""
    bias = tagger.bias.copy()
    bias[0] -= by
    return replace(tagger, bias=bias)


Counts = npt.NDArray[np.int64]  # texts × kinds × (right, found, wanted)


def _counts(tagger: Tagger, marked: MarkedTexts, rows: Sequence[Array], some: Sequence[int]) -> Counts:
    found = [tagged(tagger, marked.rows[at].text, rows[at]) for at in some]
    return counts_of([marked.rows[at].spans for at in some], found, tagger.kinds)


def counts_of(
    wanted: Sequence[Sequence[Span]], found: Sequence[Sequence[Span]], kinds: Sequence[str]
) -> Counts:
    """What was right, found and wanted of each kind in each text."""
    made = np.zeros((len(wanted), len(kinds), 3), np.int64)
    for at, (given, its) in enumerate(zip(wanted, found, strict=True)):
        for which, spans in enumerate((set(given) & set(its), its, given)):
            for kind, count in Counter(span.kind for span in spans).items():
                made[at, kinds.index(kind), which] = count
    return made


def scores(counts: Counts) -> tuple[float, float, float]:
    """F1, precision and recall of (right, found, wanted)."""
    right, found, wanted = (float(one) for one in counts)
    precision, recall = right / found if found else 0.0, right / wanted if wanted else 0.0
    return (2 * precision * recall / (precision + recall) if right else 0.0), precision, recall


def _f1(counts: Counts) -> float:
    return scores(counts.sum(axis=(0, 1)))[0]


def _measured(tagger: Tagger, marked: MarkedTexts, rows: Sequence[Array], held: Sequence[int]) -> TagReport:
    found = [tagged(tagger, marked.rows[at].text, rows[at]) for at in held]
    given = [marked.rows[at].spans for at in held]
    counts = counts_of(given, found, tagger.kinds)
    of_text = counts.sum(axis=1)
    chance = np.random.default_rng(0)
    drawn = [scores(of_text[chance.integers(0, len(held), len(held))].sum(axis=0)) for _ in range(SAMPLES)]
    low, high = np.quantile(np.array(drawn), [0.025, 0.975], axis=0)
    right, claimed, wanted = (int(one) for one in of_text.sum(axis=0))
    # Of few texts, all of them right, a draw says nothing of chance: then the interval of a share is wider.
    shares = wilson(2 * right, claimed + wanted), wilson(right, claimed), wilson(right, wanted)
    f1, precision, recall = (
        Interval(value, min(float(low[at]), shares[at].low), max(float(high[at]), shares[at].high))
        for at, value in enumerate(scores(of_text.sum(axis=0)))
    )
    wrong = [at for at in range(len(held)) if set(given[at]) != set(found[at])]
    return TagReport(
        texts=len(marked.rows),
        held_out=len(held),
        f1=f1,
        precision=precision,
        recall=recall,
        kinds=tuple(
            KindScore(kind, *scores(counts[:, at].sum(axis=0)), int(counts[:, at, 2].sum()))
            for at, kind in enumerate(tagger.kinds)
        ),
        misses=tuple(Miss(marked.rows[held[at]].text, given[at], tuple(found[at])) for at in wrong[:SHOWN]),
    )
