"""Texts with labels, for a run that tunes an encoder on them; and what other ways made of the held-out ones.

Plain data that crosses from the app to the training program; knows neither encoders nor pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from typing_extensions import TypedDict

from components.kept import Kept, read
from components.messages import Said
from components.training.hyperparameters import TrainingSettings
from components.training.reported import WayName

KIND = "labels"  # of the data, in a run's plan
RATE = 2e-4  # of the encoder's weights: a small one learns with more than a large one
LONGEST = 256  # tokens: what an embedding model reads at a time


class LabelRow(TypedDict):
    """A line of train.jsonl and valid.jsonl."""

    text: str
    labels: list[int]  # numbers of its labels: one, unless several may fit


@dataclass(frozen=True)
class OtherWay(Kept):
    """What a way without training an encoder made of the held-out rows."""

    name: WayName
    found: tuple[tuple[int, ...], ...]  # for each row the numbers of its labels
    seconds: float  # of learning


@dataclass(frozen=True)
class LabelFacts(Kept):
    """What a run on labels knows beside its rows."""

    labels: tuple[str, ...]
    sentences: tuple[str, ...]  # what a person wrote about each, or nothing
    several: bool
    ways: tuple[OtherWay, ...]


@dataclass(frozen=True)
class LabelData:
    """All that such a run is made of."""

    name: str
    facts: LabelFacts
    train: tuple[LabelRow, ...]
    valid: tuple[LabelRow, ...]


def facts_of(options: Mapping[str, Any] | None) -> LabelFacts:
    """From a run's plan. Raises Unavailable where it is damaged."""
    damaged = Said("What this run knows of its labels is damaged on the disk. Train again.")
    return read(LabelFacts, (options or {}).get(KIND), damaged)


def settings_for(rows: int) -> TrainingSettings:
    """Settings that suit so many rows: about a hundred updates at least, and not more than needed."""
    epochs = next(
        one for least, one in ((10_000, 2.0), (3_000, 3.0), (1_000, 6.0), (0, 10.0)) if rows >= least
    )
    return TrainingSettings(
        method="full",
        learning_rate=RATE,
        epochs=epochs,
        batch=16,
        accumulation=1,
        length=128,
        warmup=0.1,
        evaluate_rows=400,
    )
