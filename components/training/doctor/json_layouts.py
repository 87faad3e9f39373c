"""Where the rows are in one JSON object: in a list, in a list for each side, or put together from a table.

Knows values that were read; neither text nor lines.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.training.doctor.recognising import TURNS, field_name, is_turns, recognise
from components.training.doctor.records import Record
from components.training.doctor.sides import side_named

DEEPEST = 4  # objects inside of each other that are looked through
LOOK = 200  # rows by which it is told what a list holds
PREFERRED = ("instances", "data", "train")  # of lists whose rows say nothing
TABLE = "The file is a table that pandas or the like wrote as JSON; its rows were put together again."
COLUMNS = "The file has a list for each column; its rows were put together."
NUMBERED = "The file has a number or a name before each row; the rows were read without them."
UNWRAPPED = "Each row was in a field of its own, beside its number; it was taken out of there."
_OF_A_ROW = {"prompt", "question", "instruction", "text", "completion", "response", "output", "answer"}
_AROUND = {"row_idx", "row", "truncated_cells"}  # what Hugging Face's viewer puts around a row


@dataclass(frozen=True)
class Part:
    """Rows that belong together."""

    path: tuple[str, ...]  # the fields to go through to them
    rows: Sequence[Any]
    note: str = ""  # which layout it was; empty: a list of rows, each with a line of its own
    lines: tuple[str, ...] = ()  # the fields to go through to what has a place for each row
    unused: tuple[str, ...] = ()  # fields that rows weren't made of


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
    left += [name for number in used for name in found[number].unused]
    return [found[number] for number in used], left


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
    looked = [row for row in map(unwrapped, rows[:LOOK]) if isinstance(row, Mapping)]
    shape = recognise([Record(1, row) for row in looked]) if looked else None
    if shape is None or not shape.sure:
        return ""
    needed = [name for name in (shape.prompt, shape.answer) if name]
    whole = sum(all(_is_said(_at(row, name)) for name in needed) for row in looked)
    return shape.form if whole * 2 >= len(looked) else ""


def is_wrapped(rows: Sequence[Any]) -> bool:
    """Whether all rows are in a field of their own, beside their number."""
    return bool(rows) and all(unwrapped(row) is not row for row in rows)


def unwrapped(row: Any) -> Any:
    if isinstance(row, Mapping) and isinstance(row.get("row"), Mapping) and row.keys() <= _AROUND:
        return row["row"]
    return row


def _parts(value: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Part]:
    if _is_row(value):
        return
    if made := _split(value, path) or _by_row(value, path) or _by_column(value, path):
        yield made
        return
    for name, one in value.items():
        if _is_list_of_rows(name, one):
            yield Part((*path, name), one)
        elif isinstance(one, Mapping) and len(path) < DEEPEST:
            yield from _parts(one, (*path, name))


def _is_row(value: Mapping[str, Any]) -> bool:
    several = "instruction" in value and isinstance(value.get("instances"), list)
    return several or bool(form_of([value]))


def _is_list_of_rows(name: str, value: Any) -> bool:
    if not isinstance(value, list) or not value or not isinstance(value[0], Mapping):
        return False
    return field_name(name) not in TURNS and not {"role", "from"} & value[0].keys()


def _split(value: Mapping[str, Any], path: tuple[str, ...]) -> Part | None:
    """{"columns": ["a", "b"], "index": [0], "data": [[1, 2]]}"""
    titles, cells = value.get("columns"), value.get("data")
    if not isinstance(titles, list) or not isinstance(cells, list) or not cells:
        return None
    if not all(isinstance(title, str) for title in titles) or not all(isinstance(row, list) for row in cells):
        return None
    rows = [dict(zip(titles, row, strict=False)) for row in cells]
    return Part(path, rows, TABLE, (*path, "data"))


def _by_row(value: Mapping[str, Any], path: tuple[str, ...]) -> Part | None:
    """{"0": {"a": 1, "b": 2}}"""
    rows = list(value.values())
    if not rows or not all(isinstance(row, Mapping) for row in rows) or any(map(side_said, zip(value))):
        return None
    if not form_of(rows) and not (all(map(str.isdecimal, value)) and len(rows) > 1):
        return None
    return Part(path, rows, NUMBERED, path)


def _by_column(value: Mapping[str, Any], path: tuple[str, ...]) -> Part | None:
    """{"a": {"0": 1}, "b": {"0": 2}} or {"a": [1], "b": [2]}"""
    columns = {name: one for name, one in value.items() if one and isinstance(one, dict)}
    numbers = dict.fromkeys(number for one in columns.values() for number in one)
    rows = [{name: one.get(number) for name, one in columns.items()} for number in numbers]
    if columns and (all(map(str.isdecimal, numbers)) or form_of(rows)):
        longest = max(columns, key=lambda name: len(columns[name]))
        return Part(path, rows, TABLE, (*path, longest), _but(value, columns))
    lists = {name: one for name, one in value.items() if _is_column(one)}
    if not lists:
        return None
    length = Counter(map(len, lists.values())).most_common(1)[0][0]
    lists = {name: one for name, one in lists.items() if len(one) == length}
    rows = [dict(zip(lists, cells, strict=True)) for cells in zip(*lists.values(), strict=True)]
    if not form_of(rows) and not 1 < len(lists) == len(value):
        return None
    return Part(path, rows, COLUMNS, (*path, next(iter(lists))), _but(value, lists))


def _is_column(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and not any(isinstance(one, dict) for one in value)


def _but(value: Mapping[str, Any], used: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name, one in value.items() if name not in used and isinstance(one, list) and one)


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
    if isinstance(value, Mapping):
        return is_turns(value)
    return isinstance(value, str | int | float)
