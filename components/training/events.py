"""What a run's log tells, kind by kind: the fields that the app reads. Lines may have more.

Knows one line; the log is in `folder.py`, and those who write it are in `program/` and `execution.py`.
"""

import json
from collections.abc import Mapping
from typing import Any, NotRequired

from typing_extensions import TypedDict

from components.errors import Unavailable
from components.kept import Amount, Count, read
from components.messages import Message
from components.training.preflight import Trial
from components.training.row_lengths import Shortened


class Event(TypedDict):
    """Of any kind: begin, start, checkpoint, report, and those that are still to come."""

    kind: str
    step: NotRequired[Count]
    cut: NotRequired[Shortened]


class Resume(TypedDict):
    """It goes on from a checkpoint."""

    step: Count


class Step(TypedDict):
    """One update of the weights."""

    step: Count
    steps: Count
    loss: float
    rate: float
    norm: float | None
    tokens: Count
    seconds: Amount
    left: Amount
    margin: NotRequired[float]  # of pairs: how much more reward the chosen answers have
    accuracy: NotRequired[float]  # of pairs: the share with more reward for the chosen one


class Evaluation(TypedDict):
    """A look at the held-out rows; without a loss where that was no number."""

    step: Count
    loss: NotRequired[float]
    margin: NotRequired[float]
    accuracy: NotRequired[float]
    bits: NotRequired[float]  # of a model from nothing: per held-out character
    drift: NotRequired[float]  # nats a token of the answers differs from the base's


class Sample(TypedDict):
    """What the model says to a fixed prompt."""

    prompt: str
    text: str
    copied: NotRequired[list[tuple[int, int]]]  # of a model from nothing: stretches that are in the text


class Baselines(TypedDict):
    """What counting alone is worth: bits per held-out character, by the order of the n-gram."""

    ngrams: Mapping[str, float]


class Samples(TypedDict):
    """The same of all of them."""

    step: Count
    samples: list[Sample]


class Estimate(TypedDict):
    """What the trial foretold, and what was fitted. Bytes and seconds."""

    memory: Amount
    disk: Amount
    seconds: Amount
    steps: Count
    fitted: list[Message]


class Launch(TypedDict):
    """A program begins."""

    task: str


class Error(TypedDict):
    """It ends without having done its work."""

    text: Message


class End(TypedDict):
    """It ends at its end."""

    memory: Amount


KINDS: Mapping[str, type] = {
    "resume": Resume,
    "step": Step,
    "evaluation": Evaluation,
    "samples": Samples,
    "baselines": Baselines,
    "estimate": Estimate,
    "launch": Launch,
    "error": Error,
    "end": End,
    "trial": Trial,
}


def event_of(line: str) -> dict[str, Any] | None:
    """A line of the log as the event that it tells of; None for one that isn't whole."""
    try:
        event = read(Event, json.loads(line))
        shape = KINDS.get(event["kind"])
        return {**event, **_fields(read(shape, event))} if shape else {**event}
    except (Unavailable, ValueError, RecursionError):
        return None


def _fields(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else vars(found)
