"""Where the rows are in one JSON object: in a list, or in a list for each side.

Knows values that were read; neither text nor lines.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.training.doctor import evaluation_sets
from components.training.doctor.annotations import marked
from components.training.doctor.chats import is_export
from components.training.doctor.exports import conversation
from components.training.doctor.field_names import TURNS, field_name
from components.training.doctor.file_purpose import side_named
from components.training.doctor.recognition import recognise
from components.training.doctor.records import Record

DEEPEST = 4  # objects inside of each other that are looked through
LOOK = 200  # rows by which it is told what a list holds
PREFERRED = ("instances", "data", "train")  # of lists whose rows say nothing
_OF_A_ROW = {"prompt", "question", "instruction", "text", "completion", "response", "output", "answer"}


@dataclass(frozen=True)
class Part:
    """Rows that belong together."""

    path: tuple[str, ...]  # the fields to go through to them
    rows: Sequence[Any]


def parts(value: Any) -> tuple[list[Part], list[str]]:
    """The rows in a value, and the names of the lists that were left out; no parts: it is a row itself."""
    if not isinstance(value, Mapping):
        return [], []
    found = list(_parts(value, ()))
    used = chosen([(part.path, part.rows) for part in found])
    said = any(isinstance(one, str) and field_name(name) in _OF_A_ROW for name, one in value.items())
    if said and not any(form_of(found[number].rows) for number in used):
        return [], []  # a row that lacks something, with a list of something else in it
    left = [".".join(part.path) for number, part in enumerate(found) if number not in used]
    return [found[number] for number in used], left


def rows_of_table(value: Any) -> list[dict[str, Any]]:
    """The rows of an object that is a table, in the ways in which pandas and datasets write one: its columns
    one after another, each a list or with the rows' numbers as names; rows by their numbers; titles apart
    from lists of cells; rows with what is known of them around.

        {"prompt": ["Why?", "Who?"], "answer": ["So.", "Me."]}     {"0": {"prompt": "Why?", ...}, "1": ...}
    """
    if not isinstance(value, Mapping) or not value:
        return []
    if all(isinstance(one, Mapping) for one in value.values()) and all(map(str.isdecimal, value)):
        return [dict(one) for one in value.values()]
    titles, cells = _list(value.get("columns")), _list(value.get("data"))
    if titles and all(isinstance(row, list) and len(row) == len(titles) for row in cells):
        return [dict(zip(map(str, titles), row, strict=True)) for row in cells]
    around = _list(value.get("rows"))
    if around and all(isinstance(one, Mapping) and isinstance(one.get("row"), Mapping) for one in around):
        return [dict(one["row"]) for one in around]
    first = next(iter(value.values()))
    numbers: Sequence[Any] = list(first) if isinstance(first, Mapping) else range(len(_list(first)))
    if len(value) < 2 or len(numbers) < 2 or not all(_is_column(one, first) for one in value.values()):
        return []
    return [{name: one[number] for name, one in value.items()} for number in numbers]


def _is_column(one: Any, first: Any) -> bool:
    """Whether a column has the rows of the first one, and no objects."""
    if isinstance(first, Mapping):
        return isinstance(one, Mapping) and one.keys() == first.keys() and _are_plain(one.values())
    return isinstance(one, list) and len(one) == len(first) and _are_plain(one)


def _are_plain(values: Iterable[Any]) -> bool:
    return not any(isinstance(one, Mapping) for one in values)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def chosen(lists: Sequence[tuple[tuple[str, ...], Sequence[Any]]]) -> list[int]:
    """Which of several lists of rows are meant, by their numbers: those of the sides, or of one form."""
    if len(lists) < 2:
        return list(range(len(lists)))
    forms = [form_of(rows) for _, rows in lists]
    known = [number for number, form in enumerate(forms) if form]
    if not known:
        by_name = {path[-1]: number for number, (path, _) in enumerate(lists) if path}
        preferred = [by_name[name] for name in PREFERRED if name in by_name]
        longest = max(range(len(lists)), key=lambda number: len(lists[number][1]))
        known = [preferred[0] if preferred else longest]
    main = max(known, key=lambda number: len(lists[number][1]))
    alike = [number for number in known if forms[number] == forms[main]]
    sides = {number: side_said(path) for number, (path, _) in enumerate(lists)}
    sided = [number for number, side in sides.items() if side]  # also where most of its rows are wrong
    if not sided:
        return alike
    if all(sides[number] != "train" for number in sided):
        return sorted({*sided, *alike})
    return sided


def side_said(path: Sequence[str]) -> str:
    """Which side a list is for, if its name or that of an object around it says so."""
    return next(filter(None, map(side_named, reversed(path))), "")


def form_of(rows: Sequence[Any]) -> str:
    """What rows are, where their names say it and what they name is there."""
    looked = [evaluation_sets.row(row) or row for row in rows[:LOOK] if isinstance(row, Mapping)]
    shape = recognise([Record(1, row) for row in looked]) if looked else None
    if shape is None or not shape.sure:
        return ""
    needed = [name for name in (shape.prompt, shape.answer) if name]
    whole = sum(all(_is_said(_at(row, name)) for name in needed) for row in looked)
    return shape.form if whole * 2 >= len(looked) else ""


def _parts(value: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Part]:
    if _is_row(value):
        return
    for name, one in value.items():
        if _is_list_of_rows(name, one):
            yield Part((*path, name), one)
        elif isinstance(one, Mapping) and len(path) < DEEPEST:
            yield from _parts(one, (*path, name))


def _is_row(value: Mapping[str, Any]) -> bool:
    if any(_are_conversations(name, one) for name, one in value.items()):
        return False
    return bool(form_of([value])) or is_export(value) or conversation(value) is not None


def _is_list_of_rows(name: str, value: Any) -> bool:
    if not isinstance(value, list) or not value:
        return False
    if not isinstance(value[0], Mapping):
        return any(map(marked, value[:LOOK]))
    if _are_conversations(name, value):
        return True
    return field_name(name) not in TURNS and not {"role", "from"} & value[0].keys()


def _are_conversations(name: str, value: Any) -> bool:
    """Rows under a name that turns have, with their turns inside: {"conversations": [{"messages": ...}]}."""
    if field_name(name) not in TURNS or not isinstance(value, list) or not value:
        return False
    first = value[0]
    return isinstance(first, Mapping) and (
        any(field_name(inner) in TURNS and isinstance(one, list) for inner, one in first.items())
        or conversation(first) is not None
    )


def _at(row: Mapping[str, Any], name: str) -> Any:
    if name in row:
        return row[name]
    outer, _, inner = name.partition(".")
    around = row.get(outer)
    return around.get(inner) if isinstance(around, Mapping) else None


def _is_said(value: Any) -> bool:
    """A text, or turns."""
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], Mapping)
    return isinstance(value, str | int | float)
