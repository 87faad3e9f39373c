"""Two answers in a field each, and a third field that says which of them is better: as pairs.

Knows records and their values; not what a row is made of them.

    response_a, response_b, winner     So., No., model_a     becomes     chosen, rejected
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from components.messages import Said
from components.training.doctor.field_names import CHOSEN, REJECTED, field_name
from components.training.doctor.field_texts import words_in
from components.training.doctor.findings import quoted
from components.training.doctor.records import Opened, Record

LOOK, LEAST = 200, 0.5  # records that are looked at, and how many of them have to name one of the two
_ONE = re.compile(r"(?P<what>\w*[a-z])_?(?P<mark>[ab012])")
_CHOICES = ("option", "choice", "opt", "ending", "sol", "ans", "op")  # answers, of which one is right
_SAYS = ("winner", "better", "preferred", "preference", "chosen", "best")  # words in the third field's name


def gather(opened: Opened) -> None:
    """Puts the better and the worse answer of each record into two fields. Records that prefer neither are
    named.
    """
    looked = opened.records[:LOOK]
    if not looked or opened.chat:
        return
    names = list(dict.fromkeys(str(name) for record in looked for name in record.value))
    if {field_name(name) for name in names} >= {CHOSEN[0], REJECTED[0]}:
        return
    for marks in sorted(
        _twos(names), key=lambda one: -_words_of(one, looked)
    ):  # model_a is a name, no answer
        if told := next((one for one in names if _tells(one, marks, looked)), ""):
            _pair_up(opened, marks, told)
            return


def _words_of(marks: dict[str, str], records: Sequence[Record]) -> int:
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
    named = sum(_mark(record.value.get(name), marks) != "" for record in records)
    return named >= len(records) * LEAST


def _mark(value: Any, marks: dict[str, str]) -> str:
    """Which of the two a value names: model_a, A, 1; empty where it names neither."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    last = re.split(r"[^a-z0-9]+", str(value).strip().casefold())[-1]
    return last if last in marks else ""


def _pair_up(opened: Opened, marks: dict[str, str], told: str) -> None:
    kept = []
    for record in opened.records:
        best = _mark(record.value.get(told), marks)
        if not best:
            value = quoted(record.value.get(told), 40)
            what = Said("{name} is {value}: neither answer is preferred.", name=quoted(told), value=value)
            opened.findings.append(record.finding("marked", what))
            continue
        other = next(one for one in marks if one != best)
        rest = {name: said for name, said in record.value.items() if name not in (*marks.values(), told)}
        pair = {CHOSEN[0]: record.value.get(marks[best]), REJECTED[0]: record.value.get(marks[other])}
        kept.append(replace(record, value=rest | pair))
    opened.records = kept
    opened.repair(
        Said(
            "Pairs of a better and a worse answer were made of {first} and {second}, as {name} says.",
            first=quoted(marks[min(marks)]),
            second=quoted(marks[max(marks)]),
            name=quoted(told),
        )
    )
