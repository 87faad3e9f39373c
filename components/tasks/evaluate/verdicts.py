"""What an evaluation shows, in sentences: better, worse, or no difference that these questions can show.

Knows scores; nothing about pages. What is said is what the interval and the test say, no more.
"""

from collections.abc import Sequence

from components.confidence import Interval
from components.messages import Message, Said, counted, sentences
from components.tasks.evaluate.intervals import Verdict
from components.tasks.evaluate.metrics import METRICS
from components.tasks.evaluate.score_table import Score, Scores


def number(value: float, metric: str) -> str:
    """A score as it is shown: "62.5%"."""
    return f"{value:.{METRICS[metric].digits}f}{METRICS[metric].unit}"


def between(found: Interval, metric: str) -> Message:
    """A score with its interval."""
    return Said(
        "{value} ({low} to {high})",
        value=number(found.value, metric),
        low=number(found.low, metric),
        high=number(found.high, metric),
    )


def headline(scores: Scores, names: Sequence[str]) -> tuple[Message, Verdict | None]:
    """The one sentence, and whether the second of two models is better; None where nothing is compared."""
    metric = scores.metrics[0]
    alone = scores.of(metric, scores.baseline)
    if len(names) == 1:
        return _alone(alone, names[0]), None
    others = [scores.of(metric, setup) for setup in range(len(names)) if setup != scores.baseline]
    compared = [one for one in others if one.difference]
    if not compared:
        return Said("There is nothing to compare yet."), None
    if len(compared) == 1:
        one = compared[0]
        assert one.difference is not None
        return _pair(one, alone, names), one.difference.verdict
    return _several(compared, alone, names)


def _alone(one: Score, name: str) -> Message:
    if one.interval is None:
        return Said("There is nothing to score yet.")
    return counted(
        "{name}: {metric} {score} on {count} question.",
        "{name}: {metric} {score} on {count:,} questions.",
        one.rows,
        name=name,
        metric=METRICS[one.metric].title,
        score=between(one.interval, one.metric),
    )


def _pair(one: Score, base: Score, names: Sequence[str]) -> Message:
    """Two models: which is better, by how much, and what that rests on."""
    difference = one.difference
    assert difference is not None
    other, name = names[base.setup], names[one.setup]
    values = Said(
        "{metric} {value} against {other}, a difference of {difference}",
        metric=METRICS[one.metric].title,
        value=number(one.interval.value, one.metric) if one.interval else "–",
        other=number(base.interval.value, one.metric) if base.interval else "–",
        difference=_signed(difference.interval, one.metric),
    )
    match difference.verdict:
        case "better":
            return counted(
                "{name} is better than {other} on this {count} question: {values}.",
                "{name} is better than {other} on these {count:,} questions: {values}.",
                difference.rows,
                name=name,
                other=other,
                values=values,
            )
        case "worse":
            return counted(
                "{name} is worse than {other} on this {count} question: {values}.",
                "{name} is worse than {other} on these {count:,} questions: {values}.",
                difference.rows,
                name=name,
                other=other,
                values=values,
            )
    same = counted(
        "Between {name} and {other} there is no difference that this {count} question can show: {values}.",
        "Between {name} and {other} there is no difference that these {count:,} questions can show: "
        "{values}.",
        difference.rows,
        name=name,
        other=other,
        values=values,
    )
    return sentences(same, needed(difference.needed))


def needed(questions: int | None) -> Message:
    if questions is None:
        return ""
    return Said("You would need about {number:,} to show a difference of this size.", number=questions)


def _signed(found: Interval, metric: str) -> Message:
    digits, unit = METRICS[metric].digits, METRICS[metric].unit.replace("%", "")
    return Said(
        "{value} ({low} to {high})",
        value=f"{found.value:+.{digits}f}{unit}",
        low=f"{found.low:+.{digits}f}{unit}",
        high=f"{found.high:+.{digits}f}{unit}",
    )


def signed(found: Interval, metric: str) -> Message:
    """A difference with its interval."""
    return _signed(found, metric)


def _several(compared: Sequence[Score], base: Score, names: Sequence[str]) -> tuple[Message, Verdict | None]:
    """More than two models, each beside the same one."""
    by: dict[Verdict, list[str]] = {"better": [], "worse": [], "same": []}
    for one in compared:
        assert one.difference is not None
        by[one.difference.verdict].append(names[one.setup])
    other, rows = names[base.setup], min(one.difference.rows for one in compared if one.difference)
    metric = METRICS[base.metric].title
    said: list[Message] = []
    if by["better"]:
        said.append(
            Said("Better than {other} in {metric}: {names}.", other=other, metric=metric, names=by["better"])
        )
    if by["worse"]:
        said.append(
            Said("Worse than {other} in {metric}: {names}.", other=other, metric=metric, names=by["worse"])
        )
    if by["same"]:
        said.append(
            counted(
                "No difference in {metric} that this {count} question can show: {other} and {names}.",
                "No difference in {metric} that these {count:,} questions can show: {other} and {names}.",
                rows,
                metric=metric,
                other=other,
                names=by["same"],
            )
        )
        most = [one.difference.needed for one in compared if one.difference and one.difference.needed]
        said.append(needed(min(most)) if most else "")
    verdict: Verdict = "better" if by["better"] else "worse" if by["worse"] else "same"
    return sentences(*said), verdict
