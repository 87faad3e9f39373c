"""Rows that are lists, whose values have no names: columns without titles, or the turns of a conversation.

Knows values; not files. What they are is a guess: the person is asked.

    [["Why?", "So."], ["Who?", "Me."]]      [["question", "answer"], ["Why?", "So."]]
    ["Hi", "Hello!", "How are you?", "Fine."]       [["Hi", "Hello!"], ["How are you?", "Fine."]]
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from components.messages import Message, Said
from components.training.doctor.field_names import KNOWN_FIELDS, TURNS, field_name
from components.training.doctor.findings import quoted
from components.training.doctor.records import Opened, Record

LIST = "[]"  # the field in which a row's list is until all of them were read
ASKED = Said("The rows are lists without names. Look at whether they are read as what they are.")
TITLED = Said("The first list was read as the names of the others' values.")


def is_row(value: Any) -> bool:
    """Whether a value is a list with a text, and other texts, numbers or nothing; or one of exchanges."""
    if not isinstance(value, list) or len(value) < 2:
        return False
    told = any(isinstance(one, str) for one in value) and all(map(_is_plain, value))
    return told or all(map(_is_exchange, value))


def settle(opened: Opened) -> None:
    """Gives the values of a file's lists their names: those that the first list has, else numbers, where all
    are as long as each other; lists of other lengths, and of exchanges, are turns. A list among rows that are
    objects can't be read.
    """
    lists = [one for one in opened.records if LIST in one.value]
    if len(lists) * 2 <= len(opened.records):
        opened.records = [one for one in opened.records if LIST not in one.value]
        opened.findings += [one.finding("object", no_object(one.value[LIST])) for one in lists]
        return
    rows: list[Sequence[Any]] = [one.value[LIST] for one in lists]
    even = len({len(row) for row in rows}) == 1 and not any(isinstance(row[0], list) for row in rows)
    titles = list(map(str, rows[0])) if even and _are_titles(rows[0]) else []
    if titles:
        opened.repair(TITLED)
    else:
        opened.question = opened.question or ASKED
    names = titles or [str(number) for number in range(1, len(rows[0]) + 1)]

    def named(record: Record) -> Record:
        row = record.value.get(LIST)
        if row is None:
            return record
        return replace(record, value=dict(zip(names, row, strict=True)) if even else {TURNS[0]: row})

    opened.records = [named(one) for one in opened.records if not titles or one is not lists[0]]


def _are_titles(row: Sequence[Any]) -> bool:
    return sum(isinstance(one, str) and field_name(one) in KNOWN_FIELDS for one in row) > 1


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def _is_exchange(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value)


def no_object(value: Any) -> Message:
    match value:
        case list():
            what = Said("a list")
        case str():
            what = Said("a text")
        case None:
            what = Said("null")
        case _:
            what = Said("a number")
    return Said("Not an object but {what}: {value}.", what=what, value=quoted(value))
