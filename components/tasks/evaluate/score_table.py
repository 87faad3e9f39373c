"""All scores of an evaluation: each with its interval, each model beside the one that it is compared with.

Knows answers and metrics; nothing about how they were made, nor about pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from components.confidence import Interval
from components.tasks.evaluate.evaluation import Evaluation
from components.tasks.evaluate.intervals import (
    Difference,
    all_levels,
    compare,
    interval,
    resamples,
)
from components.tasks.evaluate.metrics import METRICS, by_row, measured, possible, there


@dataclass(frozen=True)
class Score:
    """One metric of one setup."""

    metric: str
    setup: int
    interval: Interval | None  # None: nothing can be scored
    rows: int  # questions that count
    difference: Difference | None = None  # from the setup that is compared with


@dataclass(frozen=True)
class Scores:
    """A whole table."""

    metrics: tuple[str, ...]
    scores: tuple[Score, ...]
    signatures: dict[str, str]  # of BLEU and chrF
    baseline: int
    answered: tuple[int, ...]  # of each setup, questions with an answer
    failed: tuple[int, ...]

    def of(self, metric: str, setup: int) -> Score:
        return next(one for one in self.scores if (one.metric, one.setup) == (metric, setup))


@dataclass(frozen=True)
class GroupScore:
    """The first metric of one setup on the questions of one group."""

    group: str
    setup: int
    interval: Interval | None
    rows: int


def score(found: Evaluation, metrics: Sequence[str] = (), baseline: int = 0) -> Scores:
    """`metrics`: those that were chosen; none: those that fit. The first one decides."""
    can = possible(found.questions, found.answers)
    wanted = tuple(name for name in metrics if name in can) or can_first(found)
    keys = found.keys
    drawn, different = resamples(keys, found.plan.seed), len(set(keys))
    level = all_levels(len(found.answers) - 1)
    scores: list[Score] = []
    signatures: dict[str, str] = {}
    for name in wanted:
        each = [measured(name, found.questions, given) for given in found.answers]
        signatures |= {name: each[0][1]} if each[0][1] else {}
        for setup, (one, _) in enumerate(each):
            difference = None
            if setup != baseline and (found.questions.paired or not METRICS[name].neutral):
                difference = compare(each[baseline][0], one, keys, found.plan.seed, level)
            rows = int(one.stats.any(axis=1).sum())
            scores.append(
                Score(name, setup, interval(one, drawn, min(different, max(rows, 1))), rows, difference)
            )
    return Scores(
        wanted,
        tuple(scores),
        signatures,
        baseline,
        tuple(sum(map(there, given)) for given in found.answers),
        tuple(sum(answer is not None and answer.failed for answer in given) for given in found.answers),
    )


def can_first(found: Evaluation) -> tuple[str, ...]:
    """The scores that fit and can be computed of what was answered."""
    from components.tasks.evaluate.metrics import chosen

    can = possible(found.questions, found.answers)
    asked_for = ("perplexity", "bits per byte") if found.plan.likelihood else ()
    return tuple(name for name in (*chosen(found.questions), *asked_for) if name in can)


def groups(found: Evaluation, metric: str) -> list[GroupScore]:
    """A score within each group, in the order of the data."""
    made = []
    for group in dict.fromkeys(item.group for item in found.questions.items):
        places = [at for at, item in enumerate(found.questions.items) if item.group == group]
        keys = [found.keys[at] for at in places]
        drawn = resamples(keys, found.plan.seed)
        for setup, given in enumerate(found.answers):
            whole, _ = measured(metric, found.questions, given)
            part = type(whole)(whole.stats[places], whole.value, whole.lower, whole.binary)
            rows = int(part.stats.any(axis=1).sum())
            made.append(
                GroupScore(group, setup, interval(part, drawn, min(len(set(keys)), max(rows, 1))), rows)
            )
    return made


def rows(found: Evaluation, metric: str) -> list[list[float | None]]:
    """The score of each answer, for the table of rows: by setup. Of BLEU and macro F1, of what they count."""
    name = {"BLEU": "chrF", "macro F1": "accuracy"}.get(metric, metric)
    if METRICS[name].of_row is None:
        return [[None] * len(given) for given in found.answers]
    return [by_row(name, found.questions, given) for given in found.answers]
