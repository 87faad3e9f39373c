"""Is it worth it to tune an encoder? Labels by name, by example and fine-tuned on the same held-out rows.

Pure numbers and words; what each way found comes from elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from components.confidence import Interval, wilson
from components.messages import Message, Said, sentences
from components.training.measures import mean_change
from components.training.reported import Verdict, WayName
from components.training.verdict import Judged

FEWEST = 50  # held-out rows: of fewer, too much is chance
Truth = npt.NDArray[np.bool_]  # rows × labels


@dataclass(frozen=True)
class WayMeasured:
    """One way on the held-out rows."""

    name: WayName
    right: npt.NDArray[np.bool_]  # of each row, whether its labels were found
    macro_f1: float
    seconds: float  # of learning

    @property
    def accuracy(self) -> Interval:
        return wilson(int(self.right.sum()), len(self.right))

    def to_json(self) -> dict[str, object]:
        share = self.accuracy.to_json()
        return {"name": self.name, "accuracy": share, "macro_f1": self.macro_f1, "seconds": self.seconds}


def measured(
    name: WayName, found: Sequence[Sequence[int]], truth: Sequence[Sequence[int]], labels: int, seconds: float
) -> WayMeasured:
    """`found` and `truth`: of each row the numbers of its labels."""
    made, own = _as_array(found, labels), _as_array(truth, labels)
    both, of_all = (made & own).sum(axis=0), made.sum(axis=0) + own.sum(axis=0)
    there = of_all > 0
    f1 = float((2 * both[there] / of_all[there]).mean()) if there.any() else 0.0
    return WayMeasured(name, (made == own).all(axis=1), f1, seconds)


def _as_array(rows: Sequence[Sequence[int]], labels: int) -> Truth:
    made = np.zeros((len(rows), labels), bool)
    for at, row in enumerate(rows):
        made[at, list(row)] = True
    return made


def change(before: WayMeasured, after: WayMeasured, seed: int = 0) -> Interval:
    """Of the share that is right, row by row."""
    return mean_change(before.right.astype(float), after.right.astype(float), seed, most=1.0)


def worth(ways: Sequence[WayMeasured], seed: int = 0) -> WayName:
    """The least costly way that no costlier one is better than, beyond chance.

    Names 61%, examples 86%, fine-tuned 87% (-1 to +3 points beside examples): examples.
    """
    chosen = ways[0]
    for one in ways[1:]:
        if change(chosen, one, seed).low > 0:
            chosen = one
    return chosen.name


def judge(ways: Sequence[WayMeasured], seed: int = 0) -> Judged:
    """In a sentence, which way is worth it. `ways`: in the order of what they cost, the tuned one last, the
    one by example before it.
    """
    tuned, examples = ways[-1], ways[-2]
    rows, difference = len(tuned.right), change(examples, tuned, seed)
    if rows < FEWEST:
        few = Said(
            "Too few rows to tell: {rows} are held out, and {fewest} would do.", rows=rows, fewest=FEWEST
        )
        return Judged("unclear", sentences(few, _said(ways, difference)), Said("Add rows with labels."))
    chosen = worth(ways, seed)
    told = _said(ways, difference)
    if chosen == "tuned":
        return Judged(
            "better",
            sentences(Said("Fine-tuning is worth it here."), told),
            Said("It is kept as a classifier: use it on this page and on Tables."),
        )
    verdict: Verdict = "worse" if difference.high < 0 else "not better"
    if chosen == "names":
        return Judged(
            verdict,
            sentences(Said("Labels by name are enough here: nothing that was learned is better."), told),
            Said("Type the labels, and classify without training anything."),
        )
    first = (
        Said("Fine-tuning is worse here than learning by example.")
        if verdict == "worse"
        else Said("Learning by example is enough here: that fine-tuning is better can't be told from chance.")
    )
    return Judged(verdict, sentences(first, told), _next(rows))


def _next(rows: int) -> Message:
    if rows < 200:
        return Said("Keep the one by example. Fine-tuning gains with more rows: 1,000 and more.")
    return Said("Keep the one by example: it learns in seconds. More epochs may help the fine-tuned one.")


def _said(ways: Sequence[WayMeasured], difference: Interval) -> Message:
    tuned, examples = ways[-1], ways[-2]
    told = [
        Said(
            "Of the same {rows} held-out rows, it is right in {tuned} fine-tuned ({tuned_low} to "
            "{tuned_high}), after {tuned_seconds} s of training, and in {examples} by example "
            "({examples_low} to {examples_high}), after {examples_seconds} s: {low} to {high} points between "
            "them.",
            rows=f"{len(tuned.right):,}",
            tuned=_percent(tuned.accuracy.value),
            tuned_low=_percent(tuned.accuracy.low),
            tuned_high=_percent(tuned.accuracy.high),
            tuned_seconds=f"{tuned.seconds:,.0f}",
            examples=_percent(examples.accuracy.value),
            examples_low=_percent(examples.accuracy.low),
            examples_high=_percent(examples.accuracy.high),
            examples_seconds=f"{examples.seconds:,.0f}",
            low=f"{100 * difference.low:+.0f}",
            high=f"{100 * difference.high:+.0f}",
        )
    ]
    if ways[0].name == "names":
        told.append(
            Said(
                "By the labels' names alone, it is right in {share}.", share=_percent(ways[0].accuracy.value)
            )
        )
    return sentences(*told)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
