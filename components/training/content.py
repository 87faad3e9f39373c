"""What differs between the answers of a data set, and how much of it a model gets right.

Pure words and numbers; knows neither models nor files. Answers made by a template are easily learned as a
form: the loss falls and most words are right, though not one price or name is. So only those words are
counted that are neither in the question nor in most answers:

    asked   What does the soup cost in Lisbon?              most answers have: the in costs euros
    wanted  The soup in Lisbon costs 12 euros.              counted: 12
    said    The soup in Lisbon costs 14 euros.              right: 0 of 1

A word that most questions have tells nothing of an answer, so it counts too: the labels that every question
lists, of which a wrong one beside the right one counts against it. Rare words count more than others. Short
answers, labels for instance, count as a whole. A model has learned the content if it gets more right than one
answer to every question would, than other rows' answers do, and than the question itself.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np

from components.confidence import Interval
from components.kept import Kept
from components.messages import Said
from components.training.measures import Metric, exact_match, mean_of_differences, word_places, words

MOST = 0.5  # of the answers: a word in more of them belongs to the form
CANDIDATES, SAMPLE, NEAR = 50, 200, 2000  # answers and rows trained on that are looked at
FEWEST = 8  # different prompts
CLEAR = 0.1  # share beyond the baselines that would be worth more rows, if it isn't sure
Learned = Literal["content", "form", "unclear", "constant"]
Kind = Literal["number", "name", "word"]
KINDS: Mapping[Kind, Said] = {
    "number": Said("numbers"),
    "name": Said("capitalised words"),
    "word": Said("other words"),
}
ENDS = ".!?:\n"  # after which a capital letter says nothing
_T = TypeVar("_T")
Pair = tuple[str, str]  # a question with all that is read before the answer, and the answer


@dataclass(frozen=True)
class Part(Kept):
    """The same shares of one kind of words alone."""

    kind: Kind
    base: float
    tuned: float
    best: float  # of the better guess
    beyond: Interval  # the tuned model's, less the better guess


@dataclass(frozen=True)
class Content(Kept):
    """Shares of what differs that is right, 0 to 1, of held-out answers."""

    rows: int  # that have something that differs
    prompts: int  # different ones of them
    different: int  # different answers that were trained on
    base: float
    tuned: float
    frequent: float  # of the one answer that is right most often
    other: float  # of another row's answer, on average
    nearest: float  # of the answer to the most similar question that was trained on
    copied: float  # of the question itself
    beyond: Interval  # the tuned model's, less the best one of frequent, other and copied
    change: Interval  # the tuned model's, less the base's
    parts: tuple[Part, ...] = ()  # by kind, where there is more than one and enough of each

    @property
    def best(self) -> float:
        """Of the best one of the baselines that decide."""
        return max(self.frequent, self.other, self.copied)

    @property
    def guessed(self) -> tuple[Part, ...]:
        """The kinds of words of which no more is right than by a guess."""
        return tuple(part for part in self.parts if part.beyond.low <= 0)

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
    whole = _shares(held, answers, trained, rater(trained, metric), seed)
    if not len(whole.base) and len(different) > 1:
        return None
    alike = whole.of([nearest(asked, trained) for asked, _ in held])
    kinds: tuple[Kind, ...] = () if metric == "exact match" else ("number", "name", "word")
    of_kinds = [(kind, _shares(held, answers, trained, rater(trained, metric, kind), seed)) for kind in kinds]
    enough = [(kind, found) for kind, found in of_kinds if len(set(found.prompts)) >= FEWEST]
    return Content(
        rows=len(whole.base),
        prompts=len(set(whole.prompts)),
        different=len(different),
        base=_mean(whole.base),
        tuned=_mean(whole.tuned),
        frequent=_mean(whole.frequent),
        other=_mean(whole.other),
        nearest=_mean(alike),
        copied=_mean(whole.copied),
        beyond=whole.beyond(seed),
        change=interval(whole.tuned - whole.base, whole.prompts, seed),
        parts=tuple(
            Part(kind, _mean(one.base), _mean(one.tuned), _mean(one.best), one.beyond(seed))
            for kind, one in enough
            if len(enough) > 1
        ),
    )


@dataclass(frozen=True)
class _Shares:
    """What is right of what differs, row by row, in the answers of both models and in guesses."""

    of: Callable[[Sequence[str]], Any]  # of other answers to all held-out rows
    prompts: list[str]
    base: Any
    tuned: Any
    frequent: Any
    other: Any
    copied: Any

    @property
    def best(self) -> Any:
        """The guess that is right most often."""
        return max((self.frequent, self.other, self.copied), key=_mean)

    def beyond(self, seed: int) -> Interval:
        return interval(self.tuned - self.best, self.prompts, seed)


def _shares(
    held: Sequence[Pair],
    answers: tuple[Sequence[str], Sequence[str]],
    trained: Sequence[Pair],
    right: "Right",
    seed: int,
) -> _Shares:
    usable = [i for i, (asked, wanted) in enumerate(held) if right(wanted, asked, wanted) is not None]
    different = list(dict.fromkeys(answer for _, answer in trained))

    def of(said: Sequence[str]) -> Any:
        return np.array([right(said[i], *held[i]) or 0.0 for i in usable])

    everywhere = len(held)
    return _Shares(
        of,
        [" ".join(words(held[i][0])) for i in usable],
        of(answers[0]),
        of(answers[1]),
        of([usual(trained, right)] * everywhere),
        np.mean([of([one] * everywhere) for one in _spread(different, CANDIDATES)], axis=0),
        of([asked for asked, _ in held]),
    )


Right = Callable[[str, str, str], float | None]  # of said, asked, wanted; None: nothing differs


def rater(trained: Sequence[Pair], metric: Metric, kind: Kind | None = None) -> Right:
    """How much of what differs between the answers is right in one; `kind`: of words of that kind alone."""
    return _exact if metric == "exact match" else _counting(_Form(trained), kind)


def usual(trained: Sequence[Pair], right: Right) -> str:
    """The one answer that would be right most often."""
    different = list(dict.fromkeys(said for _, said in trained))
    return _most_often_right(_spread(different, CANDIDATES), _spread(trained, SAMPLE), right)


def _exact(said: str, asked: str, wanted: str) -> float | None:
    return exact_match(said, wanted) / 100


class _Form:
    """What the answers that were trained on have in common, and how often each word is in them."""

    def __init__(self, trained: Sequence[Pair]) -> None:
        answers = list(dict.fromkeys(said for _, said in trained))
        self.counts, self.answers = _counts(answers), len(answers)
        self.words = _common(self.counts, len(answers))
        asked = list(dict.fromkeys(asked for asked, _ in trained))
        self._everywhere = _common(_counts(asked), len(asked))
        self.listed = (self._everywhere & self.counts.keys()) - self.words

    def known(self, asked: str) -> set[str]:
        """The words that say nothing in an answer to this question."""
        return self.words | (set(words(asked)) - self._everywhere)


def _counting(form: _Form, kind: Kind | None) -> Right:
    """The share of what differs that is said. A rare word counts more: a name tells more than "was"."""

    def weight(found: Counter[str]) -> float:
        return sum(n * math.log((form.answers + 1) / (form.counts[word] + 0.5)) for word, n in found.items())

    def right(said: str, asked: str, wanted: str) -> float | None:
        known = form.known(asked)
        kinds = kinds_of(wanted) if kind else {}
        counted = Counter(
            word for word in words(wanted) if word not in known and (not kind or kinds.get(word) == kind)
        )
        if not counted:
            return None
        found = Counter(word for word in words(said) if word not in known)
        wrong = Counter(word for word in found - counted if word in form.listed)
        return weight(counted & found) / (weight(counted) + weight(wrong))

    return right


def more_at_end(trained: Sequence[Pair]) -> Callable[[str, str, str, str], bool]:
    """Tells of `asked, begun, beginning, end` whether the end of an answer, after what is begun, has more
    of what differs than its beginning; twice as much, since a beginning is worth more to a reader.
    """
    form = _Form(trained)

    def differing(text: str, known: set[str]) -> int:
        return sum(word not in known for word in words(text))

    def told(asked: str, begun: str, beginning: str, end: str) -> bool:
        known = form.known(asked)
        return differing(end, known | set(words(begun))) > 2 * differing(beginning, known)

    return told


def kinds_of(text: str) -> dict[str, Kind]:
    """What kind each word of a text is, at its first place: "At 9 ask Ada." 9 a number, Ada a name."""
    found: dict[str, Kind] = {}
    for start, stop in word_places(text):
        piece = text[start:stop]
        before = text[:start].rstrip(" \t\"'“‘(*_")
        kind: Kind = "word"
        if any(one.isdigit() for one in piece):
            kind = "number"
        elif piece[0].isupper() and before and before[-1] not in ENDS:
            kind = "name"
        found.setdefault(" ".join(words(piece)), kind)
    return found


class Marker:
    """Marks in answers what differs, by the rows that were trained on."""

    def __init__(self, trained: Sequence[Pair]) -> None:
        self._form = _Form(trained)

    def pieces(self, asked: str, wanted: str, said: str) -> list[tuple[str, str]]:
        """An answer in pieces, each with "right" or "wrong" where it differs between answers, else "".

        ("The tea costs ", ""), ("14", "wrong"), (" euros.", "")
        """
        known, right = self._form.known(asked), set(words(wanted))
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


def _common(counts: Counter[str], texts: int) -> set[str]:
    """The words that most of so many texts have."""
    return {word for word, count in counts.items() if count > MOST * texts}


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
    return mean_of_differences(shares, seed, prompts, 1.0)


def _mean(shares: Any) -> float:
    return float(np.mean(shares)) if len(shares) else 0.0


def _spread(values: Sequence[_T], most: int) -> list[_T]:
    """At most so many, from all over."""
    if len(values) <= most:
        return list(values)
    return [values[number * len(values) // most] for number in range(most)]
