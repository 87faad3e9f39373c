"""What the comparison of a run with its base found, as report.json has it.

Knows the form; it is written by `program/examining.py`.
"""

from collections.abc import Mapping
from typing import Literal, NotRequired

from typing_extensions import TypedDict

from components.messages import Message
from components.training.baselines import Name as BaselineName
from components.training.content import Kind
from components.training.measures import Metric as MetricName

Verdict = Literal["better", "form", "unclear", "not better", "worse"]
Name = Literal["wanted", "base", "tuned"]
WayName = Literal["names", "examples", "tuned"]


class Losses(TypedDict):
    """Of one model on the held-out rows; None: no number."""

    loss: float | None
    perplexity: float | None


class Interval(TypedDict):
    """A number and where it lies with 95% confidence."""

    value: float | None
    low: float | None
    high: float | None


class Both(TypedDict):
    """One number of both models."""

    base: float | None
    tuned: float | None


class Shares(TypedDict):
    """What both models have right, 0 to 1."""

    base: float
    tuned: float


class Part(Shares):
    """The same of one kind of words alone."""

    kind: Kind


class Content(Shares):
    """Of what differs between answers."""

    parts: NotRequired[list[Part]]


class Metric(Both):
    """A measure of the answers, 0 to 100."""

    name: MetricName
    rows: int


class Value(TypedDict):
    """How much the right question helps one model."""

    value: float | None


class Question(TypedDict):
    """The same of both."""

    base: Value
    tuned: Value


class Answer(TypedDict):
    """What both models say to one prompt, and the marks of what differs between answers."""

    asked: str
    begun: NotRequired[str]  # the beginning of the answer, where it was given
    wanted: str
    base: str
    tuned: str
    cut: NotRequired[list[Name]]  # those that go on
    marked: NotRequired[Mapping[Name, list[tuple[str, Literal["", "right", "wrong"]]]]]


class Baseline(TypedDict):
    """Answers without training: `score` of the task's measure, `right` 0 to 1 of what decides."""

    name: BaselineName
    score: float
    right: float
    beaten: bool


class Pairs(Both):
    """Of pairs: how often the chosen answer is the more probable one, 0 to 1."""

    change: Interval
    moved: Interval  # share of pairs that training moved towards the chosen answer
    lengths: Both  # tokens of an answer


class FromNothing(TypedDict):
    """Of a model from nothing: nats per held-out character, and those of two n-grams."""

    mine: float
    three: float
    five: float


class Way(TypedDict):
    """One way to sort texts under labels, on the held-out rows."""

    name: WayName
    accuracy: Interval
    macro_f1: float
    seconds: float  # of learning


class Ways(TypedDict):
    """All of them, and the one that is worth it."""

    ways: list[Way]
    worth: WayName


class Report(TypedDict):
    """All of it."""

    verdict: Verdict
    sentence: Message
    next: Message
    rows: int
    base: Losses
    tuned: Losses
    change: Interval
    metric: NotRequired[Metric | None]
    content: NotRequired[Content | None]
    question: NotRequired[Question | None]
    general: NotRequired[Both | None]
    preference: NotRequired[Pairs | None]
    scratch: NotRequired[FromNothing | None]
    labels: NotRequired[Ways | None]
    prompts: NotRequired[int | None]
    shared: NotRequired[int]
    baselines: NotRequired[list[Baseline]]
    answers: list[Answer]
