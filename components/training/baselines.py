"""What answers without training are worth: rows in the base's prompt, a similar row's answer, one for all.

Pure words and numbers; knows neither models nor files. A fine-tuned model that isn't better than one of these
may be better than its base, but there is a cheaper way to the same answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from components.confidence import Interval
from components.kept import Kept
from components.messages import Said
from components.training import content
from components.training.content import Pair
from components.training.measures import METRICS, Metric, words

Name = Literal["shown", "nearest", "frequent"]
BASELINES: Mapping[Name, Said] = {
    "shown": Said("The base with a few training rows in its prompt"),
    "nearest": Said("The answer of the most similar training row"),
    "frequent": Said("The most frequent answer"),
}


@dataclass(frozen=True)
class Baseline(Kept):
    """One way to answer without training, on the held-out rows whose answers are compared."""

    name: Name
    score: float  # of the task's measure, 0 to 100
    right: float  # share of what decides, 0 to 1: of what differs between answers, where that was measured
    gain: Interval  # of the fine-tuned model's share, less this one

    @property
    def beaten(self) -> bool:
        return self.gain.low > 0

    def to_json(self) -> dict[str, Any]:
        return super().to_json() | {"beaten": self.beaten}


def measure(
    held: Sequence[Pair],
    tuned: Sequence[str],
    shown: Sequence[str],
    trained: Sequence[Pair],
    metric: Metric,
    seed: int,
) -> tuple[Baseline, ...]:
    """`tuned` and `shown` are the answers of the fine-tuned model, and of the base with rows in its prompt,
    which may not have been asked. Nothing where all answers that were trained on are the same.
    """
    if len({answer for _, answer in trained}) < 2:
        return ()
    right = content.rater(trained, metric)
    usable = [i for i, pair in enumerate(held) if right(pair[1], *pair) is not None]

    def rated(said: Sequence[str]) -> Any:
        if not usable:
            return np.array(scores(said)) / 100
        return np.array([right(said[i], *held[i]) or 0.0 for i in usable])

    def scores(said: Sequence[str]) -> list[float]:
        return [METRICS[metric](one, wanted) for one, (_, wanted) in zip(said, held, strict=True)]

    answers: Mapping[Name, Sequence[str]] = {
        "shown": shown,
        "nearest": [content.nearest(asked, trained) for asked, _ in held],
        "frequent": [content.usual(trained, right)] * len(held),
    }
    prompts = [" ".join(words(held[i][0])) for i in usable or range(len(held))]
    mine = rated(tuned)
    found = []
    for name, said in answers.items():
        if not said:
            continue
        theirs = rated(said)
        gain = content.interval(mine - theirs, prompts, seed)
        found.append(Baseline(name, float(np.mean(scores(said))), float(theirs.mean()), gain))
    return tuple(found)
