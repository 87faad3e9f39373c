"""Rows of JSON Lines, and of a JSON array or an object around one, each with the line that it begins on.

Knows JSON and lines; not what the fields mean. A broken row is reported and the ones after it are read.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from components.messages import N_
from components.training.doctor.findings import Finding, quoted
from components.training.doctor.records import Opened, Record

# Not strict: a tab or a line end inside of a string is repaired, not refused.
_DECODER = json.JSONDecoder(strict=False)
_STRICT = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")
_NEXT_ROW = re.compile(r",\s*(?=\{)|\n\s*(?=\{)")
_ARRAY = re.compile(r'"(\w+)"\s*:\s*(?=\[\s*\{)')
_NOT_ROWS = ("not JSON", "not an object")
LONGEST = 40  # signs of a broken row that are quoted
REASONS = (  # Python's own words, for the translators
    N_("expecting value"),
    N_("expecting ',' delimiter"),
    N_("expecting ':' delimiter"),
    N_("expecting property name enclosed in double quotes"),
    N_("unterminated string starting at"),
    N_("extra data"),
)


def read(text: str) -> Opened:
    """Raises nothing: what can't be read is a finding."""
    start = text.lstrip()
    if start.startswith("["):
        return _array(text, len(text) - len(start), Opened("JSON"))
    if start.startswith("{") and not _is_lines(start):
        return _wrapped(text)
    return _lines(text)


def looks_like_json(text: str) -> bool:
    """Whether most of the first lines begin like rows, or the whole is one value."""
    start = text.lstrip()
    if start.startswith(("{", "[")) and not _is_markup(start):
        return True
    lines = [line.strip() for line in text[:100_000].split("\n") if line.strip()][:50]
    return sum(line.startswith('{"') for line in lines) * 2 > len(lines)


def _is_markup(start: str) -> bool:
    """[Verse 1], [link](address) or {{name}} begins a text; JSON goes on with a value or a name."""
    return not re.match(r"""\[\s*[\[{"\]]|\[\s*-?\d|\{\s*["'}]""", start)


def _is_lines(start: str) -> bool:
    """Whether it is a row a line: the first line, or else the second, is a value by itself."""
    lines = [line for line in start[:2_000_000].split("\n") if line.strip()]
    for line in lines[:2]:
        try:
            value = json.loads(line, strict=False)
        except (ValueError, RecursionError):
            continue
        return len(lines) > 1 or not (isinstance(value, dict) and _rows_key(value))
    # Neither is: then the rows that begin with a brace and end with one decide.
    whole = sum(line.startswith("{") and line.rstrip().endswith("}") for line in lines)
    return len(lines) > 2 and whole * 2 > len(lines)


def _lines(text: str) -> Opened:
    opened = Opened("JSONL")
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        _take(opened, number, line.strip())
    return opened


def _take(opened: Opened, number: int, line: str) -> None:
    try:
        value = json.loads(line, strict=False)
    except RecursionError:
        opened.findings.append(Finding(number, "json", "Not JSON: too many brackets inside each other."))
        return
    except ValueError as error:
        opened.findings.append(Finding(number, "json", _not_json(line, error)))
        return
    try:
        _STRICT.decode(line)
    except ValueError:
        opened.repair("Control signs inside of JSON strings (tabs, for instance) were taken as they are.")
    _add(opened, number, value)


def _add(opened: Opened, number: int, value: Any) -> None:
    if isinstance(value, dict):
        opened.records.append(Record(number, value))
    else:
        what = {list: N_("a list"), str: N_("a text"), type(None): "null"}.get(type(value), N_("a number"))
        opened.findings.append(Finding(number, "object", f"Not an object but {what}: {quoted(value)}."))


def _not_json(line: str, error: ValueError) -> str:
    said = quoted(line, LONGEST)
    if not isinstance(error, json.JSONDecodeError):
        return N_("Not JSON: {text}.").format(text=said)
    return N_("Not JSON ({reason} at sign {column}): {text}.").format(
        reason=error.msg.lower(), column=error.colno, text=said
    )


def _array(text: str, at: int, opened: Opened) -> Opened:
    """The elements of the array that begins at `at`, each with its line."""
    lines = _Lines(text)
    place = _skip(text, at + 1)
    while place < len(text) and text[place] != "]":
        line = lines.at(place)
        try:
            value, place = _DECODER.raw_decode(text, place)
        except RecursionError:
            opened.findings.append(Finding(line, "json", "Not JSON: too many brackets inside each other."))
            return opened
        except ValueError as error:
            what = _not_json(text[place : place + 200].split("\n")[0], error)
            opened.findings.append(Finding(line, "json", what))
            place = _resumed(text, place)
            continue
        _add(opened, line, value)
        place = _skip(text, place)
        if place < len(text) and text[place] == ",":
            place = _skip(text, place + 1)
        elif place < len(text) and text[place] != "]":
            what = f"Not JSON: a comma is missing before {quoted(text[place : place + 200], LONGEST)}."
            opened.findings.append(Finding(lines.at(place), "json", what))
            place = _resumed(text, place)
    if place >= len(text):
        what = "Not JSON: the file ends before its list does. It was probably cut off."
        opened.findings.append(Finding(lines.at(max(len(text.rstrip()) - 1, 0)), "json", what))
    return opened


def _resumed(text: str, broken: int) -> int:
    """Where the next row begins that can be read, after one that can't."""
    for found in _NEXT_ROW.finditer(text, broken + 1):
        try:
            value, end = _DECODER.raw_decode(text, found.end())
        except (ValueError, RecursionError):
            continue
        after = text[_skip(text, end) :][:1]
        # An object inside of the broken row is followed by the rest of that row.
        if isinstance(value, dict) and after in (",", "]", "") and _as_deep(text, broken, found.end()):
            return found.end()
    return len(text)


def _as_deep(text: str, broken: int, place: int) -> bool:
    """Whether a row is indented like the broken one; rows on one line are taken as they come."""
    return _indent(text, place) == _indent(text, broken)


def _indent(text: str, place: int) -> int:
    before = text[text.rfind("\n", 0, place) + 1 : place]
    return len(before) if not before.strip() else -1


def _wrapped(text: str) -> Opened:
    """An object with the rows in one of its fields: {"type": ..., "instances": [...]}."""
    opened = Opened("JSON")
    try:
        value = json.loads(text, strict=False)
    except RecursionError:
        opened.findings.append(Finding(1, "json", "Not JSON: too many brackets inside each other."))
        return opened
    except ValueError as error:
        found = _ARRAY.search(text)
        if found:
            return _array(text, found.end(), opened)
        rows = list(_values(text))
        if rows:
            opened.repair(
                "The file is objects one after another, over several lines each; they were told apart."
            )
            for line, row in rows:
                _add(opened, line, row)
            return opened
        opened.findings.append(Finding(getattr(error, "lineno", 1), "json", _not_json(text[:200], error)))
        return opened
    path = _path(value)
    if not path:
        _add(opened, _Lines(text).at(_skip(text, 0)), value)
        return opened
    opened.note(f"The rows were taken from {quoted('.'.join(path))}.")
    others = [name for name, rows in value.items() if isinstance(rows, list) and rows and name != path[0]]
    if others:
        opened.note(f"Other lists in the file were left out: {', '.join(map(quoted, others))}.")
    return _array(text, _find(text, path), opened)


def _values(text: str) -> Iterator[tuple[int, Any]]:
    lines, place = _Lines(text), _skip(text, 0)
    while place < len(text):
        line = lines.at(place)
        try:
            value, place = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            return
        yield line, value
        place = _skip(text, place)


def _path(value: Any) -> list[str]:
    """The fields to go through to a list of objects."""
    for _ in range(4):
        if not isinstance(value, dict):
            return []
        if key := _rows_key(value):
            return [key]
        inner = [(name, one) for name, one in value.items() if isinstance(one, dict)]
        if len(inner) != 1:
            return []
        rest = _path(inner[0][1])
        return [inner[0][0], *rest] if rest else []
    return []


def _rows_key(value: dict[str, Any]) -> str:
    """The one field with a list of objects that isn't itself a conversation."""
    lists = [
        name
        for name, rows in value.items()
        if isinstance(rows, list)
        and rows
        and isinstance(rows[0], dict)
        and not {"role", "from"} & set(rows[0])
    ]
    return (
        lists[0] if len(lists) == 1 else next((n for n in ("instances", "data", "train") if n in lists), "")
    )


def _find(text: str, path: list[str]) -> int:
    """Where the value at `path` begins."""
    place = _skip(text, 0)
    for wanted in path:
        place = _skip(text, place + 1)
        while True:
            name, place = _DECODER.raw_decode(text, place)
            place = _skip(text, _skip(text, place) + 1)
            if name == wanted:
                break
            _, place = _DECODER.raw_decode(text, place)
            place = _skip(text, _skip(text, place) + 1)
    return place


def _skip(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


class _Lines:
    """Which line a place is on, for places that only grow."""

    def __init__(self, text: str) -> None:
        self._text, self._place, self._line = text, 0, 1

    def at(self, place: int) -> int:
        self._line += self._text.count("\n", self._place, place)
        self._place = max(place, self._place)
        return self._line
