"""Rows of JSON Lines, and of a JSON array or an object around one, each with the line that it begins on.

Knows JSON and lines; not what the fields mean. A broken row is reported and the ones after it are read.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from components.documents.confined import shown_name
from components.messages import N_
from components.training.doctor import json_layouts
from components.training.doctor.findings import quoted
from components.training.doctor.json_layouts import UNWRAPPED, Part
from components.training.doctor.records import Opened
from components.training.doctor.sides import side_named

# Not strict: a tab or a line end inside of a string is repaired, not refused.
_DECODER = json.JSONDecoder(strict=False)
_BOM = "\ufeff"
_SPACE = re.compile(r"[ \t\r\n]*")
_NEXT_ROW = re.compile(r"[,\n}]\s*(?=\{)|,\s*(?=\S)")
_FIRST_FIELD = re.compile(r'\{\s*"((?:[^"\\]|\\.)*)"\s*:')
_MARK = re.compile(r'\\.|["{}\[\]]', re.DOTALL)
# A list of rows, not of the turns of one row.
_ARRAY = re.compile(r'"([\w -]+)"\s*:\s*(?=\[\s*\{(?!\s*"(?:role|from)"))')
_IN_OBJECT = re.compile(rf"\{{\s*{_ARRAY.pattern}")
_LIST_END, _OBJECT_END = re.compile(r"\]\s*$"), re.compile(r"\]\s*(?:\}\s*)*$")
_ROW = re.compile(r"(?:,\s*)?(?=\{)")
_NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\s*"
_OF_NUMBERS = re.compile(  # a list that goes on with another value, or ends before the end of its line
    rf"""\[\s*{_NUMBER}(?:,\s*{_NUMBER})*(?:,\s*(?:["\[{{]|null|true|false)|\][ \t]*(?:,|\n\s*\[|\s*\Z))"""
)
ON_ONE_LINE = "Several rows on one line were told apart."
COMMAS = "Commas between the rows were removed."
CUT_OFF = "Not JSON: the file ends before its list does. It was probably cut off."
JOINED = "The file is several lists one after another; they were joined."
DEEPEST = 200  # signs by which a row is indented
LOOK = 50  # lines from which it is told whether each is a row
LONGEST = 40  # signs of a broken row that are quoted
REASONS = (  # Python's own words, for the translators
    N_("expecting value"),
    N_("expecting ',' delimiter"),
    N_("expecting ':' delimiter"),
    N_("expecting property name enclosed in double quotes"),
    N_("unterminated string"),
    N_("extra data"),
)


def read(text: str) -> list[Opened]:
    """The rows, of an object with several lists of them a file each; what can't be read is a finding."""
    start = text.lstrip()
    if start.startswith("[") and not _is_list_a_line(start):
        opened = Opened("JSON")
        _array(text, len(text) - len(start), opened)
        return [_unwrapped(opened)]
    if start.startswith("{") and not _is_lines(start):
        return _wrapped(text)
    return [_lines(text)]


def looks_like_json(text: str) -> bool:
    """Whether most of the first lines begin like rows, or the whole is one value."""
    start = text.lstrip()
    if start.startswith(("{", "[")) and not _is_markup(start):
        return True
    lines = [line.strip() for line in text[:100_000].split("\n") if line.strip()][:50]
    return sum(line.startswith('{"') for line in lines) * 2 > len(lines)


def _is_markup(start: str) -> bool:
    """[Verse 1], [link](address), [12/03/24, 10:15] or {{name}} begins a text; JSON goes on with a value or
    a name.
    """
    return not (re.match(r"""\[\s*[\[{"\]]|\{\s*["'}]""", start) or _OF_NUMBERS.match(start))


def _is_lines(start: str) -> bool:
    """Whether it is a row a line, and not one value or several over more than a line each."""
    lines = [line.rstrip() for line in start[:2_000_000].split("\n") if line.strip()][:LOOK]
    if value := _object_of(start):
        return len(lines) == 1 and not json_layouts.parts(value)[0]
    if len(lines) == 1:
        return bool(_several(lines[0]))
    if _IN_OBJECT.match(lines[0]) and not any(map(_IN_OBJECT.match, lines[1:])):
        return False
    if _object_of(lines[0]) is not None:
        return True
    if lines[0].endswith(("[", "{")):
        return False
    # The first row is broken, or goes on: then the lines decide that are rows by themselves.
    whole = sum(_object_of(line) is not None for line in lines)
    return whole * 2 > len(lines) or (whole > 0 and all(line.startswith("{") for line in lines))


def _is_whole(text: str, strict: bool = False) -> bool:
    try:
        json.loads(text, strict=strict)
    except (ValueError, RecursionError):
        return False
    return True


def _object_of(line: str) -> dict[str, Any] | None:
    """The object that a text is, also where it goes on with a comma as if it stood in a list."""
    try:
        value = json.loads(line.rstrip().removesuffix(","), strict=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _is_list_a_line(start: str) -> bool:
    """Whether it is a list a line, and not one list over several lines."""
    lines = [line.strip() for line in start[:2_000_000].split("\n") if line.strip()][:2]
    if len(lines) < 2 or not lines[0].endswith("]") or not lines[1].startswith("["):
        return False
    return any(line.endswith("]") and _is_whole(line) for line in lines)


def _lines(text: str) -> Opened:
    opened = Opened("JSONL")
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip().removeprefix(_BOM).strip()  # joined files have one in their middle
        if line:
            _take(opened, number, line)
    return opened


def _take(opened: Opened, number: int, line: str) -> None:
    try:
        values = [json.loads(line, strict=False)]
    except (ValueError, RecursionError) as error:
        values = _several(line)
        if not values:
            opened.find(number, "json", _not_json(line, error))
            return
        opened.repair(COMMAS if len(values) == 1 else ON_ONE_LINE)
    if len(values) == 1 and not _is_whole(line.removesuffix(","), strict=True):
        opened.repair("Control signs inside of JSON strings (tabs, for instance) were taken as they are.")
    for value in values:
        _add(opened, number, value)


def _several(line: str) -> list[dict[str, Any]]:
    """The objects of a line on which they follow each other, or go on with a comma; empty for all else."""
    values: list[dict[str, Any]] = []
    place = 0
    while place < len(line):
        try:
            value, place = _DECODER.raw_decode(line, place)
        except (ValueError, RecursionError):
            return []
        if not isinstance(value, dict):
            return []
        values.append(value)
        place = _skip(line, _skip(line, place) + line.startswith(",", _skip(line, place)))
    return values


def _add(opened: Opened, number: int, value: Any) -> None:
    if isinstance(value, dict):
        for one in _instances(value):
            if isinstance(one, dict):
                opened.add(number, one)
            else:
                _refuse(opened, number, one)
        return
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        if {"role", "from"} & set(value[0]):
            opened.repair("Lists of turns without a name were read as conversations.")
            opened.add(number, {"messages": value})
        else:
            opened.repair(JOINED)
            for one in value:
                opened.add(number, one)
        return
    _refuse(opened, number, value)


def _refuse(opened: Opened, number: int, value: Any) -> None:
    what = {list: N_("a list"), str: N_("a text"), type(None): "null"}.get(type(value), N_("a number"))
    opened.find(number, "object", f"Not an object but {what}: {quoted(value)}.")


def _instances(value: dict[str, Any]) -> list[Any]:
    """The rows of an object that has several of them for one instruction, as Self-Instruct writes it."""
    inner = value.get("instances")
    if not isinstance(inner, list) or not any(isinstance(one, dict) for one in inner):
        return [value]
    outer = {name: one for name, one in value.items() if name != "instances"}
    return [outer | one if isinstance(one, dict) else one for one in inner]


def _not_json(line: str, error: Exception, number: int = 1) -> str:
    """Why a row can't be read; `number` is of the line that it begins on."""
    if isinstance(error, RecursionError):
        return "Not JSON: too many brackets inside each other."
    if not isinstance(error, json.JSONDecodeError):
        return N_("Not JSON: {text}.").format(text=quoted(line, LONGEST))
    said = N_("Not JSON ({reason} at sign {column}): {text}.")
    if error.lineno > number:
        said = N_("Not JSON ({reason} in line {line} at sign {column}): {text}.")
        line = error.doc.split("\n", error.lineno)[error.lineno - 1]
    reason = error.msg.lower().removesuffix(" starting at")
    return said.format(reason=reason, line=error.lineno, column=error.colno, text=quoted(line, LONGEST))


def _array(text: str, at: int, opened: Opened) -> int:
    """The elements of the list that begins at `at`, each with its line, and those that come after its end.

    Returns where to go on.
    """
    lines = _Lines(text)
    place = _elements(text, _skip(text, at + 1), opened, lines)
    end = _OBJECT_END if text[:at].strip() else _LIST_END
    known = bool(opened.findings) and (end.search(text[-100:]) or opened.findings[-1].what == CUT_OFF)
    if place >= len(text) and not known:
        opened.find(lines.at(max(len(text.rstrip()) - 1, 0)), "json", CUT_OFF, rest=True)
    while (place := _skip(text, place + 1)) < len(text):
        if text[place] == "[":
            opened.repair(JOINED)
            place = _elements(text, _skip(text, place + 1), opened, lines)
            continue
        if text[:at].strip() and not _ROW.match(text, place):
            break  # the rest of the object that the list is in
        said = quoted(text[place : place + 200], LONGEST)
        what = f"Not JSON: the list has ended before this, but more follows: {said}."
        opened.find(lines.at(place), "json", what, rest=True)
        row = _ROW.match(text, place)
        place = _elements(text, row.end() if row else _resumed(text, place, opened), opened, lines)
    return place


def _elements(text: str, place: int, opened: Opened, lines: "_Lines") -> int:
    """Reads to the end of a list: where its bracket is, or where the text ends."""
    while place < len(text) and text[place] != "]":
        known = len(opened.findings)
        place = _skip(text, _element(text, place, opened, lines))
        if place >= len(text) and len(opened.findings) > known and not _OBJECT_END.search(text[-100:]):
            opened.findings[-1] = replace(opened.findings[-1], what=CUT_OFF)
        before, after = text[max(0, place - 200) : place].rstrip()[-1:], text[place : place + 1]
        if after == ",":
            place = _skip(text, place + 1)
            if text[place : place + 1] == "]":
                opened.repair("A comma after the last row was removed.")
        elif after == "{":
            if before == "}":
                opened.repair("Commas that were missing between the rows were added.")
        elif after not in ("]", "") and before != ",":
            what = f"Not JSON: a comma is missing before {quoted(text[place : place + 200], LONGEST)}."
            opened.find(lines.at(place), "json", what, rest=True)
            place = _resumed(text, place, opened)
    return place


def _element(text: str, place: int, opened: Opened, lines: "_Lines") -> int:
    """Takes one value; where it can't be read, that is said. Returns where to go on."""
    line = lines.at(place)
    try:
        value, end = _DECODER.raw_decode(text, place)
    except (ValueError, RecursionError) as error:
        what = _not_json(text[place : place + 200].split("\n")[0], error, line)
        opened.find(line, "json", what)
        return _resumed(text, place, opened)
    _add(opened, line, value)
    return end


def _resumed(text: str, broken: int, opened: Opened) -> int:
    """Where the next row begins, be it broken too, or the list ends, after a row that can't be read.

    That is after the broken row's last bracket or, where its brackets or quotation marks don't match, where
    an object begins with a field of the other rows, or is indented like the broken one.
    """
    if following := _next_line(text, broken):
        return following
    fields, outer = _fields_of_rows(text, broken, opened), _indent(text, broken)
    nesting = _Nesting(text, broken)
    for found in _NEXT_ROW.finditer(text, broken + 1):
        place = found.end()
        outside, is_object = nesting.is_outside(place), text[place] == "{"
        if nesting.list_end:
            return nesting.list_end
        if outside and (is_object or text[broken] in "{["):
            return place
        first = _FIRST_FIELD.match(text, place)
        if is_object and ((first and first[1] in fields) or 0 < outer == _indent(text, place)):
            return place
        if is_object and not fields and _is_row(text, place):
            return place
    nesting.is_outside(len(text))
    return nesting.list_end or len(text)


def _next_line(text: str, broken: int) -> int:
    """Where the next row begins, where each is a line: the broken one ends with its line; else 0."""
    end = text.find("\n", broken)
    if end < 0 or _indent(text, broken) < 0 or not text[broken:end].rstrip().endswith(("}", "},")):
        return 0
    place = _skip(text, end)
    return place if place < len(text) and _indent(text, place) == _indent(text, broken) else 0


def _fields_of_rows(text: str, broken: int, opened: Opened) -> set[str]:
    """Names by which rows are told from the objects inside of them."""
    first = _FIRST_FIELD.match(text, broken)
    last = opened.records[-1].value if opened.records else {}
    return {*last, *([first[1]] if first else [])}


def _is_row(text: str, place: int) -> bool:
    """Whether an object can be read, and isn't followed by the rest of the row that it is in."""
    try:
        _, end = _DECODER.raw_decode(text, place)
    except (ValueError, RecursionError):
        return False
    end = _skip(text, end)
    return text[end : end + 1] in (",", "]", "{", "")


class _Nesting:
    """Whether a place is outside of the value that begins at another, for places that only grow."""

    def __init__(self, text: str, start: int) -> None:
        self._text, self._start, self._place = text, start, start
        self._open: list[str] = []  # brackets
        self._in_string = False
        self.list_end = 0  # where the list ends that the value is in, once that was come across

    def is_outside(self, place: int) -> bool:
        for mark in _MARK.finditer(self._text, self._place, place):
            if mark[0] == '"':
                self._in_string = not self._in_string
            elif not self._in_string:
                self._count(mark[0], mark.start())
        self._place = place
        return not self._open and not self._in_string

    def _count(self, mark: str, place: int) -> None:
        if mark in "{[":
            self._open.append(mark)
        elif self._open and self._open[-1] + mark in ("{}", "[]"):  # else it is one too many
            self._open.pop()
        elif mark == "]" and not self._open and place > self._start:
            self.list_end = self.list_end or place


def _indent(text: str, place: int) -> int:
    """Of the line that begins with this place; -1 inside of a line."""
    before = text[max(0, place - DEEPEST - 1) : place]
    indent = before.rpartition("\n")[2]
    return len(indent) if not indent.strip() and len(indent) <= DEEPEST else -1


def _wrapped(text: str) -> list[Opened]:
    """An object with the rows somewhere in it: {"type": ..., "instances": [...]}, or a table of pandas'."""
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return _apart(text)
    found, left = json_layouts.parts(value)
    if not found:
        opened = Opened("JSON")
        _add(opened, _Lines(text).at(_skip(text, 0)), value)
        return [opened]
    return _named([(part.path, _read_part(text, part)) for part in found], left)


def _read_part(text: str, part: Part) -> Opened:
    opened = Opened("JSON")
    if part.path:
        opened.note(f"The rows were taken from {quoted('.'.join(part.path))}.")
    if not part.note:
        _array(text, _find(text, part.path), opened)
        return _unwrapped(opened)
    opened.note(part.note)
    lines = _Lines(text)
    for place, row in zip(_places(text, _find(text, part.lines)), part.rows, strict=False):
        _add(opened, lines.at(place), row)
    return opened


def _named(read: list[tuple[tuple[str, ...], Opened]], left: list[str]) -> list[Opened]:
    """Several lists are several files, called by what tells them apart."""
    files = [opened for _, opened in read]
    if left:
        files[0].note(f"Other lists in the file were left out: {', '.join(map(quoted, left))}.")
    if len(files) > 1:
        paths = [path for path, _ in read]
        same = next((n for n in range(len(paths[0])) if len({path[: n + 1] for path in paths}) > 1), 0)
        for path, opened in read:
            opened.part = "/".join(shown_name(name.replace("/", " ")) for name in path[same:])
    return files


def _unwrapped(opened: Opened) -> Opened:
    if json_layouts.is_wrapped([record.value for record in opened.records]):
        opened.note(UNWRAPPED)
        opened.records = [replace(one, value=json_layouts.unwrapped(one.value)) for one in opened.records]
    return opened


def _apart(text: str) -> list[Opened]:
    """What isn't one JSON value: an object with a list that is broken somewhere, or one row after another."""
    if not _begins_whole(text) and (found := _lists_apart(text)):
        used = json_layouts.chosen([(path, [one.value for one in opened.records]) for path, opened in found])
        left = [path[0] for number, (path, _) in enumerate(found) if number not in used]
        return _named([found[number] for number in used], left)
    opened = Opened("JSON")
    lines, place = _Lines(text), _skip(text, 0)
    while place < len(text):
        place = _skip(text, _element(text, place, opened, lines))
        if text[place : place + 1] == ",":
            opened.repair(COMMAS)
            place = _skip(text, place + 1)
    if len(opened.records) > 1:
        opened.repair("The file is objects one after another, over several lines each; they were told apart.")
    return [opened]


def _lists_apart(text: str) -> list[tuple[tuple[str, ...], Opened]]:
    """All lists of rows in a broken object, by name. None goes on into the next one that is for a side."""
    found: list[tuple[tuple[str, ...], Opened]] = []
    place = 0
    while array := _ARRAY.search(text, place):
        later = _ARRAY.finditer(text, array.end())
        end = next((one.start() for one in later if side_named(one[1])), len(text))
        part = text if end == len(text) else text[:end].rstrip().removesuffix(",")
        opened = Opened("JSON")
        place = max(array.end() + 1, min(end, _array(part, array.end(), opened)))
        again = sum(path[0] == array[1] for path, _ in found)
        found.append(((array[1], *([str(again + 1)] if again else [])), _unwrapped(opened)))
    return found


def _begins_whole(text: str) -> bool:
    """Whether the first value of several is one that can be read."""
    try:
        _DECODER.raw_decode(text, _skip(text, 0))
    except (ValueError, RecursionError):
        return False
    return True


def _find(text: str, path: Sequence[str]) -> int:
    """Where the value at `path` begins."""
    place = _skip(text, 0)
    for wanted in path:
        place = next(inner for name, inner in _fields(text, place) if name == wanted)
    return place


def _places(text: str, place: int) -> Iterator[int]:
    """Where the values of a list or an object begin."""
    if text[place] == "{":
        yield from (inner for _, inner in _fields(text, place))
        return
    place = _skip(text, place + 1)
    while text[place] != "]":
        yield place
        place = _after_comma(text, _DECODER.raw_decode(text, place)[1])


def _fields(text: str, place: int) -> Iterator[tuple[str, int]]:
    """The names in an object that can be read, and where their values begin."""
    place = _skip(text, place + 1)
    while text[place] != "}":
        name, place = _DECODER.raw_decode(text, place)
        place = _skip(text, _skip(text, place) + 1)
        yield name, place
        place = _after_comma(text, _DECODER.raw_decode(text, place)[1])


def _after_comma(text: str, place: int) -> int:
    place = _skip(text, place)
    return _skip(text, place + 1) if text[place] == "," else place


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
