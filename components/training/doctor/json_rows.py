"""Rows of JSON Lines, and of a JSON array or an object around one, each with the line that it begins on.

Knows JSON and lines; not what the fields mean. A broken row is reported. Those after it are read where a line
begins another one; a file that is broken in another way is not guessed at.
"""

import ast
import json
import re
from collections.abc import Sequence
from typing import Any

from components.documents.confined import shown_name
from components.messages import Message, Said, sentences
from components.training.doctor import evaluation_sets, json_layouts
from components.training.doctor.findings import quoted
from components.training.doctor.json_layouts import Part
from components.training.doctor.json_places import DECODER, Lines, find, places, skip
from components.training.doctor.records import Opened
from components.training.doctor.value_rows import add, is_asked

_BOM = "\ufeff"
_ROW_ON_A_LINE = re.compile(r"\n(?P<indent>[ \t]*)(?=[^\s}\],\":])")
# A list of rows, not of the turns of one row.
_ARRAY = re.compile(r'"([\w -]+)"\s*:\s*(?=\[\s*\{(?!\s*"(?:role|from)"))')
_IN_OBJECT = re.compile(rf"\{{\s*{_ARRAY.pattern}")
_LIST_END = re.compile(r"\]\s*$")
_NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\s*"
_OF_NUMBERS = re.compile(  # a list that goes on with another value, or ends before the end of its line
    rf"""\[\s*{_NUMBER}(?:,\s*{_NUMBER})*(?:,\s*(?:["\[{{]|null|true|false)|\][ \t]*(?:,|\n\s*\[|\s*\Z))"""
)
_STRING = r'"(?:[^"\\\n]|\\.)*"'  # a whole one, on one line, which stays
# What isn't JSON but is often written; what stays of it is `after`, and its line ends.
_LAST_COMMA = re.compile(rf"{_STRING}|,(?P<after>\s*[}}\]])")
_COMMENT = re.compile(
    rf"{_STRING}|(?://[^\n]*|/\*(?:[^*]|\*(?!/))*\*/|^[ \t]*#[^\n]*)(?P<after>)", re.MULTILINE
)
REMOVED = (
    (_COMMENT, Said("Comments were removed.")),
    (_LAST_COMMA, Said("Commas before a closing bracket were removed.")),
)
TABLE = Said("The file is a table written as JSON; rows were made of it.")
ON_ONE_LINE = Said("Several rows on one line were told apart.")
COMMAS = Said("Commas between the rows were removed.")
CONTROLS = Said("Control characters inside of JSON strings (tabs, for instance) were taken as they are.")
CUT_OFF = Said("Not JSON: the file ends before its list does. It was probably cut off.")
NOT_READ = Said("What follows can't be told from it: write each row on a line of its own, as JSON Lines.")
PRINTED = Said("Rows that were written as Python prints them were read.")
LONGEST_PRINTED = 1_000_000  # characters: reading them takes a hundred times as much
LOOK = 50  # lines from which it is told whether each is a row
LONGEST = 40  # characters of a broken row that are quoted
_REASONS = {  # Python's own words
    "expecting value": Said("expecting value"),
    "expecting ',' delimiter": Said("expecting ',' delimiter"),
    "expecting ':' delimiter": Said("expecting ':' delimiter"),
    "expecting property name enclosed in double quotes": Said(
        "expecting property name enclosed in double quotes"
    ),
    "unterminated string": Said("unterminated string"),
    "extra data": Said("extra data"),
}


def read(text: str) -> list[Opened]:
    """The rows, of an object with several lists of them a file each; what can't be read is a finding.

    Comments, and commas before a closing bracket, are removed where more can be read without them.
    """
    files, repaired = _read(text), list[Said]()
    for removed, said in REMOVED:
        bad = _unread(files)
        if not bad or (without := removed.sub(_without, text)) == text:
            continue
        again = _read(without)
        if _unread(again) < bad:
            files, text = again, without
            repaired.append(said)
    for said in repaired:
        files[0].repair(said)
    return files


def _unread(files: Sequence[Opened]) -> int:
    return sum(len(one.findings) for one in files)


def _without(found: re.Match[str]) -> str:
    if (after := found["after"]) is None:
        return found[0]
    return "\n" * (found[0].count("\n") - after.count("\n")) + after


def _read(text: str) -> list[Opened]:
    start = text.lstrip()
    if start.startswith("[{'") and (printed := _printed(start.strip(), opened := Opened("JSON"))):
        for row in printed:
            add(opened, 1, row)
        return [opened]
    if start.startswith("[") and not _is_list_a_line(start):
        opened = Opened("JSON")
        _array(text, len(text) - len(start), opened)
        return [opened]
    if rows := json_layouts.rows_of_table(_object_of(start)):
        opened = Opened("JSON", repaired=[TABLE])
        for row in rows:
            opened.add(1, row)
        return [opened]
    if start.startswith("{") and not start.startswith("{'") and not _is_lines(start):
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
        return len(lines) == 1 and not json_layouts.parts(value)[0] and not is_asked(value)
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
    """The object that a text is, also if a comma follows it as if it were in a list."""
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
        values = _several(line) or _printed(line, opened)
        if not values:
            opened.find(number, "json", _not_json(line, error))
            return
        if PRINTED not in opened.repaired:
            opened.repair(COMMAS if len(values) == 1 else ON_ONE_LINE)
    if (
        len(values) == 1
        and PRINTED not in opened.repaired
        and not _is_whole(line.removesuffix(","), strict=True)
    ):
        opened.repair(CONTROLS)
    for value in values:
        add(opened, number, value)


def _printed(line: str, opened: Opened) -> list[dict[str, Any]]:
    """A row, or a list of rows, as Python prints it; empty for all else."""
    if not line.startswith(("{'", "[{'")) or len(line) > LONGEST_PRINTED:
        return []
    try:
        value = ast.literal_eval(line.removesuffix(","))
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return []
    rows = value if isinstance(value, list) else [value]
    if not rows or not all(isinstance(one, dict) for one in rows):
        return []
    opened.repair(PRINTED)
    return rows


def _several(line: str) -> list[dict[str, Any]]:
    """The objects of a line on which they follow each other, or go on with a comma; empty for all else."""
    values: list[dict[str, Any]] = []
    place = 0
    while place < len(line):
        try:
            value, place = DECODER.raw_decode(line, place)
        except (ValueError, RecursionError):
            return []
        if not isinstance(value, dict):
            return []
        values.append(value)
        place = skip(line, skip(line, place) + line.startswith(",", skip(line, place)))
    return values


def _not_json(line: str, error: Exception, number: int = 1) -> Message:
    """Why a row can't be read; `number` is that of the line that it begins on."""
    if isinstance(error, RecursionError):
        return Said("Not JSON: too many brackets inside each other.")
    if not isinstance(error, json.JSONDecodeError):
        return Said("Not JSON: {text}.", text=quoted(line, LONGEST))
    words = error.msg.lower().removesuffix(" starting at")
    reason = _REASONS.get(words, words)
    if error.lineno <= number:
        return Said(
            "Not JSON ({reason} at character {column}): {text}.",
            reason=reason,
            column=error.colno,
            text=quoted(line, LONGEST),
        )
    return Said(
        "Not JSON ({reason} in line {line} at character {column}): {text}.",
        reason=reason,
        line=error.lineno,
        column=error.colno,
        text=quoted(error.doc.split("\n", error.lineno)[error.lineno - 1], LONGEST),
    )


def _array(text: str, at: int, opened: Opened) -> None:
    """The elements of the list that begins at `at`, each with its line."""
    lines = Lines(text)
    place = _elements(text, skip(text, at + 1), opened, lines)
    if place >= len(text):
        if not opened.cut_off and not (opened.findings and _LIST_END.search(text[-100:])):
            opened.find(lines.at(max(len(text.rstrip()) - 1, 0)), "json", CUT_OFF, rest=True)
        return
    place = skip(text, place + 1)
    while text[place : place + 1] == "[":
        opened.repair(Said("Lists one after another were joined."))
        place = skip(text, _elements(text, skip(text, place + 1), opened, lines) + 1)
    if place < len(text):
        what = Said(
            "Not JSON: the list has ended before this, but more follows: {text}.",
            text=quoted(text[place : place + 200], LONGEST),
        )
        opened.find(lines.at(place), "json", sentences(what, NOT_READ), rest=True)


def _elements(text: str, place: int, opened: Opened, lines: "Lines") -> int:
    """Reads to the end of a list: where its bracket is, or where the text ends."""
    while place < len(text) and text[place] != "]":
        place = skip(text, _element(text, place, opened, lines))
        before, after = text[max(0, place - 200) : place].rstrip()[-1:], text[place : place + 1]
        if after == ",":
            place = skip(text, place + 1)
            if text[place : place + 1] == "]":
                opened.repair(Said("A comma after the last row was removed."))
        elif after == "{":
            if before == "}":
                opened.repair(Said("Commas that were missing between the rows were added."))
        elif after not in ("]", "") and before != ",":
            follows = quoted(text[place : place + 200], LONGEST)
            what = Said("Not JSON: a comma is missing before {text}.", text=follows)
            opened.find(lines.at(place), "json", what, rest=True)
            place = _resumed(text, place)
    return place


def _element(text: str, place: int, opened: Opened, lines: "Lines") -> int:
    """Takes one value; where it can't be read, that is said. Returns where to go on."""
    line = lines.at(place)
    try:
        value, end = DECODER.raw_decode(text, place)
    except (ValueError, RecursionError) as error:
        resumed = _resumed(text, place)
        what = _not_json(text[place : place + 200].split("\n")[0], error, line)
        if resumed >= len(text):
            opened.cut_off = text.lstrip().startswith("[") and not _LIST_END.search(text[-100:])
            if opened.cut_off:
                what = CUT_OFF
            elif _indent(text, place) < 0:
                what = sentences(what, NOT_READ)
        opened.find(line, "json", what)
        return resumed
    add(opened, line, value)
    return end


def _resumed(text: str, broken: int) -> int:
    """Where the next row begins after one that can't be read: on the next line that is indented no further
    than the line of the broken one and begins a value. Without such a line, at the end of the text.

        [                                            [{"a": 1}, {"a" 2}, {"a": 3}]
          {"a" 1},      <- broken                               ^ broken: the end
          {"a": 2}      <- goes on here
    """
    indent = _indent(text, broken)
    if indent < 0:
        return len(text)
    lines = _ROW_ON_A_LINE.finditer(text, broken)
    return next((line.end() for line in lines if len(line["indent"]) <= indent), len(text))


def _indent(text: str, place: int) -> int:
    """How far the value at this place is indented, brackets before it included; -1: others come before it."""
    before = text[text.rfind("\n", 0, place) + 1 : place]
    return -1 if before.strip(" \t[") else len(before)


def _wrapped(text: str) -> list[Opened]:
    """An object with the rows somewhere in it: {"type": ..., "instances": [...]}."""
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        return [_broken(text, error) if _holds_rows(text) else _one_after_another(text)]
    evaluation_sets.fill(value)
    found, left = json_layouts.parts(value)
    if not found:
        opened, line = Opened("JSON"), Lines(text).at(skip(text, 0))
        if is_asked(value):
            opened.repair(Said("The names in the file are questions, and what they name are the answers."))
        asked = [{"question": name, "answer": said} for name, said in value.items()]
        for row in asked if is_asked(value) else [value]:
            add(opened, line, row)
        return [opened]
    return named([(part.path, _read_part(text, part)) for part in found], left)


def _holds_rows(text: str) -> bool:
    """Whether the first object can't be read and has a list of rows in it: of these none is guessed at, since
    training rows could be taken for held-out ones.
    """
    try:
        DECODER.raw_decode(text, skip(text, 0))
    except (ValueError, RecursionError):
        return bool(_ARRAY.search(text))
    return False


def _broken(text: str, error: Exception) -> Opened:
    opened = Opened("JSON")
    number = error.lineno if isinstance(error, json.JSONDecodeError) else 1
    line = text.split("\n", number)[number - 1]
    opened.find(number, "json", sentences(_not_json(line, error, number), NOT_READ))
    return opened


def _one_after_another(text: str) -> Opened:
    """Objects over several lines each, without a list around them."""
    opened = Opened("JSON")
    lines, place = Lines(text), skip(text, 0)
    while place < len(text):
        place = skip(text, _element(text, place, opened, lines))
        if text[place : place + 1] == ",":
            opened.repair(COMMAS)
            place = skip(text, place + 1)
    if len(opened.records) > 1:
        opened.repair(
            Said("The file is objects one after another, over several lines each; they were told apart.")
        )
    return opened


def _read_part(text: str, part: Part) -> Opened:
    opened, lines = Opened("JSON"), Lines(text)
    opened.note(Said("The rows were taken from {field}.", field=quoted(".".join(part.path))))
    for place, row in zip(places(text, find(text, part.path)), part.rows, strict=True):
        add(opened, lines.at(place), row)
    return opened


def named(read: list[tuple[tuple[str, ...], Opened]], left: list[str]) -> list[Opened]:
    """Several lists are several files, called by what tells them apart."""
    files = [opened for _, opened in read]
    if left:
        files[0].note(Said("Other lists in the file were left out: {lists}.", lists=list(map(quoted, left))))
    if len(files) > 1:
        paths = [path for path, _ in read]
        same = next((n for n in range(len(paths[0])) if len({path[: n + 1] for path in paths}) > 1), 0)
        for path, opened in read:
            opened.part = "/".join(shown_name(name.replace("/", " ")) for name in path[same:])
    return files
