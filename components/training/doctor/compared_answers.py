"""Answers to the same prompt in fields of their own, of which one is better: as pairs.

Knows records and their values; not what a row is made of them.

    response_a, response_b, winner           So., No., model_a
    response_a, response_b, score_a, score_b So., No., 5, 1
    good_answer, bad_answer                  So., No.
    answers                                  [{"text": "So.", "rank": 1}, {"text": "No.", "rank": 2}]

each become chosen (So.) and rejected (No.).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from components.messages import Message, Said
from components.training.doctor.field_names import CHOSEN, REJECTED, field_name, named
from components.training.doctor.field_texts import words_in
from components.training.doctor.findings import quoted
from components.training.doctor.records import Opened, Record

LOOK, LEAST = 200, 0.5  # records that are looked at, and how many of them have to name one of the two
FEWEST = 8  # records in which a field that agrees with what decides doesn't do so by chance
_ONE = re.compile(r"(?P<what>\w*[a-z])_?(?P<mark>[ab012])")
_CHOICES = ("option", "choice", "opt", "ending", "sol", "ans", "op")  # answers, of which one is right
_SAYS = ("winner", "better", "preferred", "preference", "chosen", "best")  # words in the third field's name
_WORSE = {  # what a better answer is called -> the worse one beside it
    "chosen": "rejected",
    "accepted": "rejected",
    "preferred": "dispreferred",
    "winning": "losing",
    "better": "worse",
    "best": "worst",
}
_PERHAPS = {"good": "bad", "positive": "negative", "j": "k"}  # the same, where it may mean something else
_RATES = {"score", "rating", "reward", "votes", "upvotes", "rank", "ranking"}
_RANKS = {"rank", "ranking"}  # of which the lowest is the best
_SAID = ("response", "answer", "text", "output", "completion", "content")  # of an answer in a list

Two = tuple[Any, Any]  # the better answer, and the worse one


@dataclass(frozen=True)
class _Way:
    """How the two answers of a record are told apart."""

    told: Callable[[Mapping[str, Any]], Two | None]  # None: neither is preferred
    used: tuple[str, ...]  # fields whose place the two take
    by: str  # the field that says which is better
    made: Message
    sure: bool = True


def gather(opened: Opened) -> None:
    """Puts the better and the worse answer of each record into two fields. Records that prefer neither are
    named.
    """
    looked = opened.records[:LOOK]
    if not looked or opened.chat:
        return
    names = list(dict.fromkeys(str(name) for record in looked for name in record.value))
    if named(names, CHOSEN) and named(names, REJECTED):
        return
    way = next((one for one in _ways(names, looked) if _works(one, looked)), None)
    if way:
        _pair_up(opened, replace(way, used=(*way.used, *_said_again(way, names, looked))))


def _ways(names: Sequence[str], looked: Sequence[Record]) -> Iterator[_Way]:
    yield from _by_name(names, looked)
    twos = sorted(_twos(names), key=lambda one: -_words_of(one, looked))  # model_a is a name, no answer
    for marks in twos:
        if told := next((one for one in names if _tells(one, marks, looked)), ""):
            yield _by_winner(marks, told)
        yield from (_by_scores(marks, other) for other in twos if _rate(other, marks))
    yield from _in_lists(names, looked)


def _works(way: _Way, looked: Sequence[Record]) -> bool:
    """Whether most records have two answers in words."""
    found = [two for record in looked if (two := way.told(record.value))]
    return len(found) >= len(looked) * LEAST and any(words_in(one) for two in found for one in two)


def _by_name(names: Sequence[str], looked: Sequence[Record]) -> list[_Way]:
    """Two fields whose names differ in one word, which says which is better: best_answer, worst_answer."""
    by_words = {tuple(field_name(name).split("_")): name for name in names}
    found: list[tuple[int, _Way]] = []
    for words, better in by_words.items():
        for at, word in enumerate(words):
            other = _WORSE.get(word) or _PERHAPS.get(word, "")
            worse = by_words.get((*words[:at], other, *words[at + 1 :]), "")
            if worse:
                size = _words_of({"a": better, "b": worse}, looked)
                found.append((size, _named(better, worse, word in _WORSE)))
    return [way for size, way in sorted(found, key=lambda one: -one[0]) if size]


def _named(better: str, worse: str, sure: bool) -> _Way:
    def told(value: Mapping[str, Any]) -> Two | None:
        return value.get(better), value.get(worse)

    made = Said(
        "{first} was taken for the better answer, {second} for the worse one.",
        first=quoted(better),
        second=quoted(worse),
    )
    return _Way(told, (better, worse), better, made, sure)


def _words_of(marks: Mapping[str, str], records: Sequence[Record]) -> int:
    """Characters of all texts in two fields."""
    return sum(len(words_in(record.value.get(name))) for record in records for name in marks.values())


def _twos(names: Sequence[str]) -> list[dict[str, str]]:
    """Two fields whose names differ in their last mark only, by that mark: a and b, 0 and 1, 1 and 2."""
    found: dict[str, dict[str, str]] = {}
    for name in names:
        one = _ONE.fullmatch(field_name(name))
        if one and one["what"].strip("_") not in _CHOICES:
            found.setdefault(one["what"], {})[one["mark"]] = name
    return [marks for marks in found.values() if "".join(sorted(marks)) in ("ab", "01", "12")]


def _tells(name: str, marks: dict[str, str], records: Sequence[Record]) -> bool:
    if not set(_SAYS) & set(field_name(name).split("_")) or name in marks.values():
        return False
    said = sum(_mark(record.value.get(name), marks) != "" for record in records)
    return said >= len(records) * LEAST


def _mark(value: Any, marks: dict[str, str]) -> str:
    """Which of the two a value names: model_a, A, 1; empty where it names neither."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    last = re.split(r"[^a-z0-9]+", str(value).strip().casefold())[-1]
    return last if last in marks else ""


def _by_winner(marks: dict[str, str], by: str) -> _Way:
    def told(value: Mapping[str, Any]) -> Two | None:
        best = _mark(value.get(by), marks)
        other = next(one for one in marks if one != best)
        return (value.get(marks[best]), value.get(marks[other])) if best else None

    return _Way(told, (*marks.values(), by), by, _made(marks, by))


def _made(marks: Mapping[str, str], by: str) -> Message:
    return Said(
        "Pairs of a better and a worse answer were made of {first} and {second}, as {name} says.",
        first=quoted(marks[min(marks)]),
        second=quoted(marks[max(marks)]),
        name=quoted(by),
    )


def _rate(scores: Mapping[str, str], marks: Mapping[str, str]) -> bool:
    """Whether two fields are called as scores are, and marked as two others."""
    return scores != marks and scores.keys() == marks.keys() and all(map(_rates, scores.values()))


def _rates(name: str) -> bool:
    return bool(_RATES & {word.rstrip("s") for word in field_name(name).split("_")} or "votes" in name)


def _by_scores(marks: Mapping[str, str], scores: Mapping[str, str]) -> _Way:
    by = scores[min(scores)]

    def told(value: Mapping[str, Any]) -> Two | None:
        return _best_and_worst([(value.get(marks[one]), value.get(scores[one])) for one in sorted(marks)], by)

    return _Way(told, (*marks.values(), *scores.values()), by, _made(marks, by), sure=False)


def _best_and_worst(rated: Sequence[tuple[Any, Any]], by: str) -> Two | None:
    """Of answers and their scores; None where these are alike, or no numbers."""
    numbers = [number for _, number in rated]
    if len(rated) < 2 or any(isinstance(n, bool) or not isinstance(n, int | float) for n in numbers):
        return None
    if min(numbers) == max(numbers):
        return None
    high, low = numbers.index(max(numbers)), numbers.index(min(numbers))
    best, worst = (
        (low, high) if _RANKS & {one.rstrip("s") for one in field_name(by).split("_")} else (high, low)
    )
    return rated[best][0], rated[worst][0]


def _said_again(way: _Way, names: Sequence[str], looked: Sequence[Record]) -> Iterator[str]:
    """Fields of two values that say which answer is better, as what decides does: `labels` beside scores."""
    found = [(record.value, two) for record in looked if (two := way.told(record.value))]
    for name in names:
        pairs = {(str(value.get(name)), two[0] == value.get(way.used[0])) for value, two in found}
        values, better = {value for value, _ in pairs}, {first for _, first in pairs}
        told = len(pairs) == len(values) == len(better) == 2
        if told and name not in way.used and len(found) >= FEWEST:
            yield name


def _in_lists(names: Sequence[str], looked: Sequence[Record]) -> Iterator[_Way]:
    """Answers in a list, each with its score or rank; or with the scores in a list beside it."""
    for name in names:
        first = next((one for record in looked if (one := record.value.get(name))), None)
        if not isinstance(first, list) or len(first) < 2:
            continue
        if isinstance(first[0], Mapping):
            said, rate = named(first[0], _SAID), next(filter(_rates, map(str, first[0])), "")
            if said and rate:
                yield _in_list(name, (name,), rate, _inside(name, said, rate))
        elif isinstance(first[0], str):
            for beside in filter(_rates, names):
                yield _in_list(name, (name, beside), beside, _beside(name, beside))


def _in_list(
    name: str, used: tuple[str, ...], by: str, rated: Callable[[Mapping[str, Any]], Sequence[tuple[Any, Any]]]
) -> _Way:
    made = Said(
        "Pairs were made of the best and the worst answer in {first}, as {name} says.",
        first=quoted(name),
        name=quoted(by),
    )
    return _Way(lambda value: _best_and_worst(rated(value), by), used, by, made, sure=False)


def _inside(name: str, said: str, rate: str) -> Callable[[Mapping[str, Any]], Sequence[tuple[Any, Any]]]:
    return lambda value: [
        (one.get(said), one.get(rate)) for one in value.get(name) or () if isinstance(one, Mapping)
    ]


def _beside(name: str, rate: str) -> Callable[[Mapping[str, Any]], Sequence[tuple[Any, Any]]]:
    def rated(value: Mapping[str, Any]) -> Sequence[tuple[Any, Any]]:
        answers, numbers = value.get(name), value.get(rate)
        if not isinstance(answers, list) or not isinstance(numbers, list) or len(answers) != len(numbers):
            return ()
        return list(zip(answers, numbers, strict=True))

    return rated


def _pair_up(opened: Opened, way: _Way) -> None:
    kept = []
    for record in opened.records:
        two = way.told(record.value)
        if two is None:
            value = quoted(record.value.get(way.by), 40)
            what = Said("{name} is {value}: neither answer is preferred.", name=quoted(way.by), value=value)
            opened.findings.append(record.finding("marked", what))
            continue
        rest = {name: said for name, said in record.value.items() if name not in way.used}
        kept.append(replace(record, value=rest | {CHOSEN[0]: two[0], REJECTED[0]: two[1]}))
    opened.records = kept
    if way.sure:
        opened.repair(way.made)
    else:
        opened.question = way.made
