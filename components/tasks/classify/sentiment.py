"""Sentiment, ready without anybody's examples: trained on the sentences in `samples/sentiment.tsv`.

Knows the files. The sentences were written for this project; `python -m benchmarks.classify --sentiment`
makes the numbers of them again, and measures them on other people's sentences: MEASURED.
"""

import json
from collections.abc import Callable
from pathlib import Path

from components.tasks.classify import classifier_file
from components.tasks.classify.classifier import Classifier
from components.tasks.classify.encoders import Encoders
from components.tasks.classify.examples import Example, Examples
from components.tasks.classify.labels import Label
from components.tasks.classify.learner import Say, Trained, learn
from components.tasks.classify.quality import Report

SAMPLES = Path(__file__).with_name("samples")
SENTENCES, NUMBERS, ABOUT = "sentiment.tsv", "sentiment.safetensors", "sentiment.json"
LABELS = (
    Label("positive", "I like it, it is good, I am happy and would recommend it."),
    Label("negative", "I don't like it, it is bad, I am disappointed and angry."),
    Label("neutral", "It states a fact or asks a question, without any judgement."),
)
# On sentences of reviews that no example was taken from (benchmarks/classify.py): right, of how many
MEASURED = (1214, 1458)
# On its own sentences in other languages than English, each held out (the same program): right, of how many
OTHERS = (51, 55)


def examples() -> Examples:
    """Every sentence with its label, English and seven other languages."""
    lines = (SAMPLES / SENTENCES).read_text(encoding="utf-8").splitlines()[1:]
    rows = (line.split("\t", 1) for line in lines)
    return Examples(tuple(Example(text, (label,)) for label, text in rows))


def classifier() -> tuple[Classifier, Report | None]:
    """What was trained, and how it did on those of its own sentences that were held out."""
    about = json.loads((SAMPLES / ABOUT).read_text(encoding="utf-8"))
    return classifier_file.unpacked(about, (SAMPLES / NUMBERS).read_bytes())


def trained(
    encoders: Encoders,
    cancelled: Callable[[], bool] = lambda: False,
    say: Say = lambda what, share: None,
) -> Trained:
    """Trains it again; takes a few seconds."""
    return learn(examples(), encoders, cancelled, say, LABELS)
