"""Has a model from nothing learned to write? Bits per character beside two n-grams', in a sentence.

Pure numbers and words; they are measured in `program/scratch_report`.
"""

import math
from dataclasses import dataclass

from components.confidence import Interval
from components.messages import Said
from components.training.verdict import Judged

BY_HEART = 0.3  # share of the samples that is in the text word for word


@dataclass(frozen=True)
class FromNothing:
    """What was measured. Losses in nats per character."""

    windows: int
    characters: int  # that were trained on
    mine: float
    three: float
    five: float
    change: Interval  # relative, against the 5-gram
    copied: float  # share of the samples that is in the text


def judge(found: FromNothing) -> Judged:
    """Better than counting is better than a 5-gram, by more than chance."""
    told = {
        "mine": _bits(found.mine),
        "three": _bits(found.three),
        "five": _bits(found.five),
        "low": f"{100 * found.change.low:+.1f}%",
        "high": f"{100 * found.change.high:+.1f}%",
    }
    if not math.isfinite(found.mine):
        return Judged("worse", Said("The loss is not a number: the training went wrong."), _rate())
    if found.change.high < 0:
        sentence = Said(
            "Better than counting: {mine} bits per held-out character; a 5-gram needs {five}, a 3-gram "
            "{three} ({low} to {high} against the 5-gram).",
            **told,
        )
        return Judged("better", sentence, _next(found))
    sentence = Said(
        "Not better than counting: {mine} bits per held-out character; a 5-gram needs {five}, a 3-gram "
        "{three} ({low} to {high} against the 5-gram).",
        **told,
    )
    return Judged("not better", sentence, _next(found))


def _next(found: FromNothing) -> Said:
    if found.copied > BY_HEART:
        return Said(
            "It only memorises: {share} of what it writes is in the text word for word. Take more text, a "
            "smaller model or fewer steps.",
            share=f"{100 * found.copied:.0f}%",
        )
    if found.change.high < 0:
        return Said("Chat with it in Complete mode, or train longer: the curve says whether it still falls.")
    return Said("Train longer, take a larger model, or more text: counting is hard to beat with little text.")


def _rate() -> Said:
    return Said("Try a third of the learning rate, or a longer warm-up.")


def _bits(nats: float) -> str:
    return f"{nats / math.log(2):.2f}"
