"""From examples to a classifier with its report: vectors, regression, measurement. Knows no job and no
page.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from components.messages import N_, Message, Said
from components.tasks.classify import by_name, judge
from components.tasks.classify.by_example import Data, Truth, as_truth, learned, right, train
from components.tasks.classify.classifier import Array, Classifier, Head
from components.tasks.classify.encoders import ENGLISH, Encoders, language_of
from components.tasks.classify.examples import Examples
from components.tasks.classify.labels import Label
from components.tasks.classify.quality import Report, measured

Say = Callable[[Message, float | None], None]
MOST_OPEN = 2_000  # texts without a label that are looked at, to find the hardest to tell
MOST = 0.8  # share of examples from which they count as English
READING, LEARNING = N_("Reading the examples"), N_("Learning, and measuring on what was held out")


@dataclass(frozen=True)
class Trained:
    """What came of examples."""

    classifier: Classifier
    report: Report
    examples: Examples


def learn(
    examples: Examples,
    encoders: Encoders,
    cancelled: Callable[[], bool] = lambda: False,
    say: Say = lambda what, share: None,
    sentences: Sequence[Label] = (),
) -> Trained:
    """Trains a head for each embedding model that may be needed, and measures the one of most examples.

    `sentences` has labels of the same names with what a person wrote about them. Raises what a lease raises.
    """
    began = time.monotonic()
    texts = [row.text for row in examples.rows]
    about = {label.name: label for label in sentences}
    labels = tuple(about.get(label.name, label) for label in examples.labels)
    truth = as_truth([row.labels for row in examples.rows], [label.name for label in labels])
    heads: dict[str, Head] = {}
    report: Report | None = None
    wanted = _wanted(texts, encoders)
    for number, encoder in enumerate(wanted):
        say(Said(READING), number / len(wanted))
        encode = partial(encoders.encode, encoder, cancelled=cancelled)
        data = _data(encode(texts), truth, labels, encode, examples.several)
        say(Said(LEARNING), (number + 0.5) / len(wanted))
        if report is None:
            data, report = _measured(data, labels)
        heads[encoder] = train(data)
    assert report is not None
    made = Classifier(labels, heads, "examples", examples.several, 0.5 if examples.several else 0.0)
    ordered = by_doubt(examples, made, encoders, cancelled)
    return Trained(made, replace(report, seconds=time.monotonic() - began), ordered)


def by_doubt(
    examples: Examples, made: Classifier, encoders: Encoders, cancelled: Callable[[], bool] = lambda: False
) -> Examples:
    """With the texts without a label in the order in which labels for them teach the most: first those that
    are the hardest to tell, by the lead of the likeliest label, or where several may fit by the label nearest
    to half.
    """
    looked_at, rest = examples.open[:MOST_OPEN], examples.open[MOST_OPEN:]
    verdicts, _ = judge.classify(made, [text[: judge.LONGEST] for text in looked_at], encoders, cancelled)

    def lead(scores: Sequence[float]) -> float:
        if made.several:
            return min(abs(score - 0.5) for score in scores)
        first, second = sorted(scores, reverse=True)[:2]
        return first - second

    leads = [lead(one.scores) for one in verdicts]
    order = sorted(range(len(looked_at)), key=lambda at: leads[at])
    return replace(examples, open=(*(looked_at[at] for at in order), *rest))


def _wanted(texts: Sequence[str], encoders: Encoders) -> list[str]:
    """The models that a head is trained for: the one that is measured first. One that reads English alone is
    that where nearly all examples are English, and comes second where half of them are.
    """
    sample = texts[:: max(1, len(texts) // 200)]
    english = sum(language_of(text) == ENGLISH for text in sample) / max(1, len(sample))
    many, own = encoders.for_language("").id, encoders.for_language(ENGLISH).id
    order = [own, many] if english >= MOST else [many, own] if english >= 0.5 else [many]
    return list(dict.fromkeys(order))


def _data(
    rows: Array,
    truth: Truth,
    labels: Sequence[Label],
    encode: Callable[[Sequence[str]], Array],
    several: bool,
) -> Data:
    names = by_name.vectors(labels, encode) if all(label.speaks for label in labels) else None
    return Data(rows, truth, names, several)


def _measured(data: Data, labels: Sequence[Label]) -> tuple[Data, Report]:
    alone = -1.0
    if data.names is not None:
        alone = float(right(data.vectors @ data.names.T, data.truth).mean())
    used, probabilities = learned(data)
    names = [label.name for label in labels]
    report = measured(
        np.asarray(probabilities), data.truth, names, data.several, alone, used.names is not None
    )
    return used, report


def relabelled(examples: Examples, added: Sequence[tuple[str, str]]) -> Examples:
    """The examples with labels for texts that had none, or with others: pairs of a text and its label."""
    from components.tasks.classify.examples import Example, checked_examples, split

    given = {text: split(label, examples.several) for text, label in added if label.strip()}
    rows = [replace(row, labels=given.pop(row.text, row.labels)) for row in examples.rows]
    rows += [Example(text, labels) for text, labels in given.items()]
    left = tuple(text for text in examples.open if text not in {row.text for row in rows})
    return checked_examples(replace(examples, rows=tuple(rows), open=left))
