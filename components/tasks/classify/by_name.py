"""A classifier of labels alone, without an example: a text belongs where its meaning is nearest.

Knows labels and vectors. A label's vector is the mean of a few sentences that have its name in them, and of
the sentence that a person wrote about it. How certain a choice is was measured: see `benchmarks/classify.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from components.tasks.classify.classifier import Array, Classifier, Head, unit
from components.tasks.classify.labels import Label

# Measured on 77 bank intents, 150 intents, 7 topics and feelings: as good as the name alone for intents, and
# 4 to 6 points better for topics and feelings.
SENTENCES = ("{}", "This is about {}.", "The topic is {}.", "A question about {}.", "This is {}.")
# Certainty by the similarity of the best label and its lead before the next one, fitted on those sets with 3
# to 8 labels and as many texts of other labels: of the best, of the lead, constant. By what a model reads.
CERTAIN = {"en": (0.93, 9.76, -1.58), "many": (0.0, 13.0, -1.43)}
EACH = {
    "en": (16.0, 0.25),
    "many": (16.0, 0.18),
}  # one label alone: steepness, and the similarity that is half
SHARP = 12.0
THRESHOLD = (
    0.25  # among a few intents it keeps 97% of right choices, and refuses 40% of texts on other things
)


def vectors(labels: Sequence[Label], encode: Callable[[Sequence[str]], Array]) -> Array:
    """One row for each label."""
    texts: list[str] = []
    parts: list[int] = []
    for label in labels:
        phrases = [one.format(label.words) for one in SENTENCES] if label.words.isascii() else [label.words]
        texts += [*phrases, *([label.sentence] if label.sentence else [])]
        parts.append(len(phrases))
    rows, made, at = encode(texts), [], 0
    for label, phrases_of_it in zip(labels, parts, strict=True):
        name = rows[at : at + phrases_of_it].mean(axis=0)
        at += phrases_of_it
        if label.sentence:
            name, at = name / max(float(np.linalg.norm(name)), 1e-9) + rows[at], at + 1
        made.append(name)
    return unit(np.stack(made))


def head(labels: Sequence[Label], encode: Callable[[Sequence[str]], Array], english: bool) -> Head:
    """The labels for one encoder; `english`: it reads English only."""
    rows, kind = vectors(labels, encode), "en" if english else "many"
    return Head(rows, np.zeros(len(rows), np.float32), CERTAIN[kind], EACH[kind], SHARP)


def classifier(labels: tuple[Label, ...], several: bool = False, none: bool = True) -> Classifier:
    """One whose heads are made when a text is there. `none`: a text may fit none of the labels."""
    return Classifier(labels, {}, "names", several, (0.5 if several else THRESHOLD) if none else 0.0)


def with_head(one: Classifier, encoder: str, made: Head) -> Classifier:
    return replace(one, heads={**one.heads, encoder: made})
