"""Does a model trained on pairs prefer the chosen answers more often than its base? What was measured, in a
sentence.

Pure numbers and words; the measures are taken in `program/preference_report`.
"""

from dataclasses import dataclass

from components.confidence import Interval
from components.messages import Message, Said, sentences
from components.training.verdict import Judged

FEWEST = 16  # pairs: of fewer, even all of them could be chance
CHANCE = 0.5
FORGOTTEN = 0.1  # share by which the loss of general text may rise before it is said
LONGER = 0.25  # share by which answers may get longer or shorter before it is said


@dataclass(frozen=True)
class PairsCompared:
    """What was measured on held-out pairs."""

    pairs: int
    base: float  # share of pairs whose chosen answer the base gives the higher probability
    tuned: float
    change: Interval  # of that share
    moved: Interval  # share of pairs where training moved the probabilities towards the chosen answer
    general: tuple[float, float] = (0.0, 0.0)  # losses of general text, base and tuned; 0: not measured
    lengths: tuple[float, float] = (0.0, 0.0)  # tokens of the answers that both give, on average


def judge(found: PairsCompared) -> Judged:
    """Better needs both: training moved more than half of the held-out pairs the right way, and not by
    chance; and the chosen answer isn't less often the more probable one than before.

    Of 40 held-out pairs 31 moved the right way (78%, between 62% and 88%): better. With the two answers of
    each pair swapped at random about 20 do, and half lies within the interval: not better.
    """
    if found.pairs < FEWEST:
        few = Said(
            "Too few pairs to tell: {pairs} are held out, and {fewest} would do. Of them training moved "
            "{moved} towards the chosen answer.",
            pairs=found.pairs,
            fewest=FEWEST,
            moved=_percent(found.moved.value),
        )
        return Judged("unclear", few, Said("Add pairs, or upload validation pairs of your own."))
    if found.moved.high < CHANCE or found.change.high < 0:
        worse = Said("Worse: it prefers the chosen answer less often than before.")
        return Judged(
            "worse",
            sentences(worse, _measured(found)),
            Said(
                "Try a third of the learning rate, a larger beta, or check whether the answers are swapped."
            ),
        )
    if found.moved.low > CHANCE and found.change.value >= 0:
        better = Said("Better: it prefers the chosen answer more often than its base.")
        return Judged("better", sentences(better, _measured(found)), _next(found))
    unchanged = Said("Not better: that it prefers the chosen answer more often can't be told from chance.")
    return Judged(
        "not better",
        sentences(unchanged, _measured(found)),
        Said("Try more pairs or epochs; check that the better answers have something in common."),
    )


def _measured(found: PairsCompared) -> Message:
    return Said(
        "On {pairs} held-out pairs training moved it towards the chosen answer in {moved} ({low} to {high}; "
        "half would be chance); the chosen answer is the more probable one in {after} of them, before in "
        "{before} ({change_low} to {change_high} points).",
        pairs=found.pairs,
        moved=_percent(found.moved.value),
        low=_percent(found.moved.low),
        high=_percent(found.moved.high),
        after=_percent(found.tuned),
        before=_percent(found.base),
        change_low=f"{100 * found.change.low:+.0f}",
        change_high=f"{100 * found.change.high:+.0f}",
    )


def _next(found: PairsCompared) -> Message:
    """What was lost, if something was; else what to do now."""
    base, tuned = found.general
    said: list[Message] = []
    if base and tuned / base - 1 > FORGOTTEN:
        said.append(
            Said(
                "It forgets: the loss of general text rose by {share}. Try a lower learning rate or a larger "
                "beta.",
                share=_percent(tuned / base - 1),
            )
        )
    before, after = found.lengths
    if before and abs(after / before - 1) > LONGER:
        said.append(
            Said(
                "Its answers have {after} tokens on average instead of {before}: check whether the chosen "
                "answers of your pairs are only longer or shorter.",
                after=f"{after:.0f}",
                before=f"{before:.0f}",
            )
        )
    return sentences(*said) if said else Said("Compare its answers below, and chat with it.")


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
