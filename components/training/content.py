"""What differs between the answers of a data set, and how much of it a model gets right.

Pure words and numbers; knows neither models nor files. Answers made by a template are easily learned as a
form: the loss falls and most words are right, though not one price or name is. So only those words are
counted that are neither in the question nor in most answers:

    asked   What does the soup cost in Lisbon?              most answers have: the in costs euros
    wanted  The soup in Lisbon costs 12 euros.              counted: 12
    said    The soup in Lisbon costs 14 euros.              right: 0 of 1

Rare words count more than others. Short answers, labels for instance, count as a whole. A model has learned
the content if it gets more right than one answer to every question would, and than other rows' answers do.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np

from components.training.measures import Interval, Metric, bootstrap, exact_match, word_places, words

MOST = 0.5  # of the answers: a word in more of them belongs to the form
CANDIDATES, SAMPLE, NEAR = 50, 200, 2000  # answers and rows trained on that are looked at
FEWEST = 8  # different prompts
CLEAR = 0.1  # share beyond the baselines that would be worth more rows, if it isn't sure
Learned = Literal["content", "form", "unclear", "constant"]
_T = TypeVar("_T")
Pair = tuple[str, str]  # a question with all that is read before the answer, and the answer


@dataclass(frozen=True)
class Content:
    """Shares of what differs that is right, 0 to 1, of held-out answers."""

    rows: int  # that have something that differs
    prompts: int  # different ones of them
    different: int  # different answers that were trained on
    base: float
    tuned: float
    frequent: float  # of the one answer that is right most often
    other: float  # of another row's answer, on average
    nearest: float  # of the answer to the most similar question that was trained on
    beyond: Interval  # the tuned model's, less the better one of frequent and other
    change: Interval  # the tuned model's, less the base's

    def to_json(self) -> dict[str, Any]:
        return vars(self) | {"beyond": self.beyond.to_json(), "change": self.change.to_json()}

    @property
    def best(self) -> float:
        """Of the better one of the two baselines that decide."""
        return max(self.frequent, self.other)

    @property
    def learned(self) -> Learned:
        if self.different < 2:
            return "constant"
        if self.prompts >= FEWEST and self.beyond.low > 0 and self.change.high >= 0:
            return "content"
        if self.prompts < FEWEST or (self.beyond.value >= CLEAR and self.beyond.low <= 0):
            return "unclear"
        return "form"

    @property
    def would_do(self) -> int:
        """How many different prompts would tell, if the share beyond the baselines stays what it is."""
        if self.beyond.value <= 0 or self.prompts < 2:
            return FEWEST
        half = self.beyond.value - self.beyond.low
        return max(FEWEST, math.ceil(self.prompts * (half / self.beyond.value) ** 2) + 1)


def measure(
    held: Sequence[Pair],
    answers: tuple[Sequence[str], Sequence[str]],
    trained: Sequence[Pair],
    metric: Metric,
    seed: int,
) -> Content | None:
    """The content of held-out rows, from the answers of the base and the tuned model; None where nothing
    differs in them though it does in what was trained on.
    """
    different = list(dict.fromkeys(answer for _, answer in trained))
    right = rater(trained, metric)
    usable = [i for i, (asked, wanted) in enumerate(held) if right(wanted, asked, wanted) is not None]
    if not usable and len(different) > 1:
        return None
    rows = [held[i] for i in usable]

    def shares(said: Sequence[str]) -> Any:
        return np.array([right(one, *row) or 0.0 for one, row in zip(said, rows, strict=True)])

    base, tuned = (shares([said[i] for i in usable]) for said in answers)
    candidates = _spread(different, CANDIDATES)
    frequent = shares([usual(trained, right)] * len(rows))
    other = np.mean([shares([one] * len(rows)) for one in candidates], axis=0)
    alike = shares([nearest(asked, trained) for asked, _ in rows])
    best = frequent if _mean(frequent) >= _mean(other) else other
    prompts = [" ".join(words(asked)) for asked, _ in rows]
    return Content(
        rows=len(rows),
        prompts=len(set(prompts)),
        different=len(different),
        base=_mean(base),
        tuned=_mean(tuned),
        frequent=_mean(frequent),
        other=_mean(other),
        nearest=_mean(alike),
        beyond=interval(tuned - best, prompts, seed),
        change=interval(tuned - base, prompts, seed),
    )


Right = Callable[[str, str, str], float | None]  # of said, asked, wanted; None: nothing differs


def rater(trained: Sequence[Pair], metric: Metric) -> Right:
    """How much of what differs between the answers is right in one."""
    return _exact if metric == "exact match" else _counting(list(dict.fromkeys(said for _, said in trained)))


def usual(trained: Sequence[Pair], right: Right) -> str:
    """The one answer that would be right most often."""
    different = list(dict.fromkeys(said for _, said in trained))
    return _most_often_right(_spread(different, CANDIDATES), _spread(trained, SAMPLE), right)


def _exact(said: str, asked: str, wanted: str) -> float | None:
    return exact_match(said, wanted) / 100


def _counting(answers: Sequence[str]) -> Right:
    """The share of what differs that is said. A rare word counts more: a name tells more than "was"."""
    form, counts = _form(answers), _counts(answers)

    def weight(found: Counter[str]) -> float:
        return sum(n * math.log((len(answers) + 1) / (counts[word] + 0.5)) for word, n in found.items())

    def right(said: str, asked: str, wanted: str) -> float | None:
        known = form | set(words(asked))
        counted = Counter(word for word in words(wanted) if word not in known)
        if not counted:
            return None
        found = Counter(word for word in words(said) if word not in known)
        return weight(counted & found) / weight(counted)

    return right


class Marker:
    """Marks in answers what differs, by the answers that were trained on."""

    def __init__(self, answers: Sequence[str]) -> None:
        self._form = _form(list(dict.fromkeys(answers)))

    def pieces(self, asked: str, wanted: str, said: str) -> list[tuple[str, str]]:
        """An answer in pieces, each with "right" or "wrong" where it differs between answers, else "".

        ("The tea costs ", ""), ("14", "wrong"), (" euros.", "")
        """
        known, right = self._form | set(words(asked)), set(words(wanted))
        made: list[tuple[str, str]] = []
        end = 0
        for start, stop in word_places(said):
            folded = " ".join(words(said[start:stop]))
            if folded not in known:
                made += [(said[end:start], ""), (said[start:stop], "right" if folded in right else "wrong")]
                end = stop
        return [piece for piece in (*made, (said[end:], "")) if piece[0]]


def _counts(answers: Sequence[str]) -> Counter[str]:
    """In how many answers each word is."""
    return Counter(word for answer in answers for word in set(words(answer)))


def _form(answers: Sequence[str]) -> set[str]:
    """The words that most answers have."""
    counts = _counts(answers)
    return {word for word, count in counts.items() if count > MOST * len(answers)}


def _most_often_right(candidates: Sequence[str], rows: Sequence[Pair], right: Right) -> str:
    """The one answer that would be right most often if it were given to every question."""

    def share(answer: str) -> float:
        return sum(right(answer, asked, wanted) or 0.0 for asked, wanted in rows)

    return max(candidates, key=share, default="")


def nearest(asked: str, trained: Sequence[Pair]) -> str:
    """The answer to the question with the most words in common, for its length."""
    mine = set(words(asked))

    def alike(pair: Pair) -> float:
        theirs = set(words(pair[0]))
        return len(mine & theirs) / max(len(mine | theirs), 1)

    return max(_spread(trained, NEAR), key=alike, default=("", ""))[1]


def interval(shares: Any, prompts: Sequence[str], seed: int) -> Interval:
    if not len(shares):
        return Interval(0.0, 0.0, 0.0)
    return bootstrap(len(shares), lambda chosen: float(shares[chosen].mean()), seed, prompts)


def _mean(shares: Any) -> float:
    return float(np.mean(shares)) if len(shares) else 0.0


def _spread(values: Sequence[_T], most: int) -> list[_T]:
    """At most so many, from all over."""
    if len(values) <= most:
        return list(values)
    return [values[number * len(values) // most] for number in range(most)]
