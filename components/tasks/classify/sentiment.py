"""Sentiment, ready without anybody's examples: a classifier trained on the sentences in
`samples/sentiment.tsv`.

Knows the file, which was written for this project. What it measures on other people's sentences is in
MEASURED.
"""

from collections.abc import Callable
from pathlib import Path

from components.tasks.classify.encoders import Encoders
from components.tasks.classify.examples import Example, Examples
from components.tasks.classify.labels import Label
from components.tasks.classify.training import Say, Trained, learn

SAMPLES = Path(__file__).with_name("samples") / "sentiment.tsv"
ID = "sentiment"
LABELS = (
    Label("positive", "I like it, it is good, I am happy and would recommend it."),
    Label("negative", "I don't like it, it is bad, I am disappointed and angry."),
    Label("neutral", "It states a fact or asks a question, without any judgement."),
)
# Accuracy on sentences of reviews that no example was taken from (benchmarks/classify.py): right, of how many
MEASURED = (1216, 1458)


def examples() -> Examples:
    """Every sentence with its label, English and seven other languages."""
    lines = SAMPLES.read_text(encoding="utf-8").splitlines()[1:]
    rows = (line.split("\t", 1) for line in lines)
    return Examples(tuple(Example(text, (label,)) for label, text in rows))


def trained(
    encoders: Encoders,
    cancelled: Callable[[], bool] = lambda: False,
    say: Say = lambda what, share: None,
) -> Trained:
    """Takes a few seconds; keep what comes back."""
    return learn(examples(), encoders, cancelled, say, LABELS)
