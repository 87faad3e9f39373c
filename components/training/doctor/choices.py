"""Questions with answers to choose from: the fields that have them, brought together for each row.

Knows records and their values; not what a row is made of them.

    question, A, B, answer          Why?, So., Not so., B     becomes     question, choices, answer
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from components.training.doctor.field_names import CHOICES, TURNS, field_name
from components.training.doctor.records import Opened, Record

LOOK, FEWEST = 200, 2  # records that are looked at, choices
# A, option_b, choice3, sol1, ending2
_ONE = re.compile(r"(?P<what>option|choice|opt|answer|ending|sol|ans|op|)_?(?P<mark>[a-h]|[0-8])")
_ROW_NAMES = ("answer", "label", "correct", "target", "gold", "key", "solution", "winner")
_WHOLE_NAMES = ("cop",)  # MedMCQA's correct option


def gather(opened: Opened) -> None:
    """Puts choices of a column each, and the answer that is the mark of one of them, into two fields."""
    records = opened.records[:LOOK]
    if not records or opened.chat:
        return
    names = list(dict.fromkeys(str(name) for record in records for name in record.value))
    if listed := _listed(names, records):
        opened.records = [
            replace(
                one, value={CHOICES[0] if name == listed else name: said for name, said in one.value.items()}
            )
            for one in opened.records
        ]
        return
    if not opened.titled and (found := _numbered(names, records)):
        columns, answer = found
        opened.records = [_gathered(one, columns, answer, 0) for one in opened.records]
        return
    for columns in _groups(names):
        answer = next((n for n in names if n not in columns.values() and _marks(n, columns, records)), "")
        if answer:
            base = _base(columns, answer, opened.records)
            opened.records = [_gathered(one, columns, answer, base) for one in opened.records]
            return


def _numbered(names: Sequence[str], records: Sequence[Record]) -> tuple[dict[str, str], str] | None:
    """Of columns without titles, MMLU's: a question, its choices, and last the letter of the right one."""
    middle = {chr(ord("a") + number): name for number, name in enumerate(names[1:-1])}
    said = [str(record.value.get(names[-1]) or "").strip() for record in records]
    lettered = all(one.isupper() and one.casefold() in middle for one in said)
    return (middle, names[-1]) if len(middle) >= FEWEST and lettered else None


def _groups(names: Sequence[str]) -> list[dict[str, str]]:
    """Columns by their marks, a group for each way of naming them: marks follow each other from the first."""
    found: dict[str, dict[str, str]] = {}
    for name in names:
        if one := _ONE.fullmatch(field_name(name)):
            kind = one["what"] + ("#" if one["mark"].isdigit() else "")
            if kind != "#":  # columns without titles are numbered too
                found.setdefault(kind, {})[one["mark"]] = name
    return [group for group in found.values() if len(group) >= FEWEST and _in_order(list(group))]


def _listed(names: Sequence[str], records: Sequence[Record]) -> str:
    """A field with lists of texts, where another one has the number of one of them: HellaSwag's endings."""
    for name in names:
        lists = [record.value.get(name) for record in records]
        if field_name(name) in (*CHOICES, *TURNS) or not all(isinstance(one, list) for one in lists):
            continue
        whole = all(len(one) >= FEWEST and all(isinstance(said, str) for said in one) for one in lists if one)
        least = min(map(len, filter(None, lists)), default=0)
        marked = {str(number): name for number in range(least)}
        if whole and least and any(_marks(other, marked, records) for other in names if other != name):
            return name
    return ""


def _in_order(marks: Sequence[str]) -> bool:
    first = marks[0]
    return first in ("a", "0", "1") and [ord(one) - ord(first) for one in marks] == list(range(len(marks)))


def _marks(name: str, columns: dict[str, str], records: Sequence[Record]) -> bool:
    """Whether a field says which of the choices is right, in nearly every row that has them."""
    plain = field_name(name)
    if plain not in _WHOLE_NAMES and not any(word in plain for word in _ROW_NAMES):
        return False
    said = [_folded(record.value.get(name)) for record in records]
    numbers = {str(number) for number in range(len(columns) + 1)}
    there = [one for one in said if one]
    known = sum(one in columns or one in numbers for one in there)
    return bool(there) and known * 10 >= len(there) * 9


def _base(columns: dict[str, str], answer: str, records: Sequence[Record]) -> int:
    """The number of the first choice: 0 where one is called so, or where no row says the last number."""
    if "0" in columns:
        return 0
    said = {_folded(record.value.get(answer)) for record in records}
    return 0 if "0" in said or ("a" in columns and str(len(columns)) not in said) else 1


def _gathered(record: Record, columns: dict[str, str], answer: str, base: int) -> Record:
    value = dict(record.value)
    texts = [value.pop(name, None) for name in columns.values()]
    letters = [chr(ord("A") + number) for number in range(len(columns))]
    said = _folded(value.get(answer))
    if said in columns and not said.isdigit():
        place = list(columns).index(said)
    else:
        place = int(said) - base if said.isdigit() else -1
    if 0 <= place < len(letters):
        value[answer] = letters[place]
    there = {letter: str(text) for letter, text in zip(letters, texts, strict=True) if text not in (None, "")}
    return replace(record, value=value | {CHOICES[0]: there})


def _folded(value: Any) -> str:
    return "" if value is None or isinstance(value, bool) else str(value).strip(" .)(").casefold()
