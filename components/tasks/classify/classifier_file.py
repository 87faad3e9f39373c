"""A classifier as safetensors and JSON, and back; never a pickle, which runs what is in it.

Knows the two forms and the card that goes with them; not where they are kept.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from components.errors import Unavailable
from components.kept import DAMAGED, Kept, read
from components.messages import Said
from components.tasks.classify.classifier import Classifier, Head
from components.tasks.classify.examples import Example, Examples
from components.tasks.classify.labels import Label
from components.tasks.classify.quality import Report

FORMAT = 1
WEIGHTS, SETTINGS, CARD = "classifier.safetensors", "classifier.json", "README.md"  # of an export


@dataclass(frozen=True)
class _HeadFacts(Kept):
    certain: tuple[float, float, float]
    each: tuple[float, float]
    sharp: float


@dataclass(frozen=True)
class About(Kept):
    """All of a classifier but its numbers."""

    labels: tuple[Label, ...]
    way: Literal["names", "examples", "tuned"]
    several: bool
    threshold: float
    heads: Mapping[str, _HeadFacts]  # by encoder
    report: Report | None = None
    format: int = FORMAT
    run: str = ""  # the training run that tuned its encoder


@dataclass(frozen=True)
class KeptExamples(Kept):
    """What it was made of, so that it can be made again with more."""

    rows: tuple[Example, ...] = ()
    open: tuple[str, ...] = ()


def about(classifier: Classifier, report: Report | None = None) -> About:
    heads = {name: _HeadFacts(head.certain, head.each, head.sharp) for name, head in classifier.heads.items()}
    return About(classifier.labels, classifier.way, classifier.several, classifier.threshold, heads, report)


def weights(classifier: Classifier) -> bytes:
    from safetensors.numpy import save

    arrays = {f"{name}/weights": head.weights for name, head in classifier.heads.items()}
    arrays |= {f"{name}/bias": head.bias for name, head in classifier.heads.items()}
    return save({name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()})


def unpacked(plain: Any, data: bytes) -> tuple[Classifier, Report | None]:
    """The inverse of `about(…).to_json()` and `weights`. Raises Unavailable where they are damaged."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    told = read(About, plain)
    try:
        arrays = load(data)
        heads = {
            name: Head(
                arrays[f"{name}/weights"], arrays[f"{name}/bias"], facts.certain, facts.each, facts.sharp
            )
            for name, facts in told.heads.items()
        }
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise Unavailable(DAMAGED) from error
    fits = (
        head.weights.ndim == 2
        and bool(np.isfinite(head.weights).all() and np.isfinite(head.bias).all())
        and head.weights.shape[0] == len(told.labels)
        and head.bias.shape == (len(told.labels),)
        for head in heads.values()
    )
    report = told.report
    if (
        not told.labels
        or not all(fits)
        or (told.way != "names" and not heads)
        or (report and len(report.counts) != len(told.labels))
    ):
        raise Unavailable(DAMAGED)
    return Classifier(told.labels, heads, told.way, told.several, told.threshold), report


def examples_of(plain: Any, several: bool) -> Examples:
    kept = read(KeptExamples, plain)
    return Examples(kept.rows, kept.open, (), several)


def kept_examples(examples: Examples | None) -> dict[str, Any]:
    return KeptExamples(examples.rows, examples.open).to_json() if examples else {}


def card(name: str, version: int, classifier: Classifier, report: Report | None) -> str:
    """What it is, how good it is, and how it is used without this app. In English, as cards of models are."""
    lines = [
        f"# {name}, version {version}",
        "",
        f"Sorts texts under {len(classifier.labels)} labels. Made with Wordbench, "
        f"{time.strftime('%Y-%m-%d')}.",
        "",
        *(f"- {label.name}{': ' + label.sentence if label.sentence else ''}" for label in classifier.labels),
        "",
        "## Made of",
        "",
        _made_of(classifier, report),
        "",
    ]
    if report:
        accuracy, f1 = report.accuracy, report.macro_f1
        lines += [
            "## Measured on rows that were held out"
            if classifier.way == "tuned"
            else "## Measured on examples that were held out (five parts, each in turn)",
            "",
            "| | value | 95% interval |",
            "|---|---:|---:|",
            f"| accuracy | {accuracy.value:.1%} | {accuracy.low:.1%} to {accuracy.high:.1%} |",
            f"| macro F1 | {f1.value:.1%} | {f1.low:.1%} to {f1.high:.1%} |",
            "",
        ]
    lines += ["## Use", "", *_use(classifier)]
    return "\n".join(lines) + "\n"


def _made_of(classifier: Classifier, report: Report | None) -> str:
    if classifier.way == "tuned":
        return "An encoder that was fine-tuned on rows with these labels, and a matrix on its vectors."
    if report:
        return f"{report.texts:,} examples; logistic regression on the vectors of texts."
    return "The labels' names alone, without examples."


def _use(classifier: Classifier) -> list[str]:
    encoders = ", ".join(classifier.heads) or "none yet"
    if classifier.way == "tuned":
        encoders = "in the folder `encoder`: mean over the tokens, marks included"
    several = "1 / (1 + exp(-score)) for each label" if classifier.several else "softmax over the labels"
    return [
        f"`{WEIGHTS}` has a matrix and a bias for each embedding model ({encoders}), `{SETTINGS}` the "
        f"labels in",
        "their order. The vector of a text, scaled to length 1, times the transposed matrix, plus the bias, "
        "is",
        f"one score for each label; then {several}. Below {classifier.threshold:g} a text has no label.",
        "It is as good as its examples: measure it on texts of your own before it decides anything about "
        "people.",
    ]


NOT_KEPT = Said("This classifier doesn't exist any more. Here is an empty page.")
