"""Rows of YAML: a list of objects, lists in an object, or questions as the names of answers.

Knows YAML and lines; values are texts as they are written, so that "no" stays "no". Aliases aren't followed.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from components.errors import BadInput
from components.messages import Said
from components.training.doctor import evaluation_sets, json_layouts, json_rows, value_rows
from components.training.doctor.records import Opened

# - question: Why?      or      questions:
#                                 - question: Why?
_LIST = re.compile(
    r"\A(?:\s*#[^\n]*\n|---[^\n]*\n|\w[\w -]*:[ \t]*\n)*\s*-[ \t]+[\"']?\w[\w -]*[\"']?:(?:\s|\Z)"
)
_MARKS = ("?", "？", "؟")


def looks_like_yaml(text: str) -> bool:
    """Whether a text of another name begins as a list of objects does, and goes on so."""
    return bool(_LIST.match(text)) and text.count("\n- ") + text.count("\n  - ") >= 2


def read(text: str, name: str) -> list[Opened]:
    """The rows, a file for each list of them. Raises BadInput where it isn't YAML."""
    lines: dict[int, int] = {}
    kept: list[Any] = []
    try:
        documents = [
            _value(node, lines, kept) for node in yaml.compose_all(text, Loader=yaml.CBaseLoader) if node
        ]
    except yaml.YAMLError as error:
        raise _not_yaml(name, error) from error
    except RecursionError as error:
        raise BadInput('"{name}" is nested too deeply.', name=name) from error
    if len(documents) == 1 and isinstance(documents[0], Mapping):
        evaluation_sets.fill(documents[0])
        found, left = json_layouts.parts(documents[0])
        if found:
            files = [(part.path, _rows(part.rows, lines)) for part in found]
            return json_rows.named(files, left)
    return [_rows([row for one in documents for row in _rows_of(one, lines)], lines)]


def _rows(values: Any, lines: Mapping[int, int]) -> Opened:
    opened = Opened("YAML")
    for value in values:
        value_rows.add(opened, lines.get(id(value), 1), value)
    return opened


def _rows_of(value: Any, lines: dict[int, int]) -> Iterator[Any]:
    """The rows in a document: its elements, itself, or of questions with answers one for each."""
    if isinstance(value, list):
        yield from value
    elif isinstance(value, Mapping) and value_rows.is_asked(value):
        for asked, said in value.items():
            row = {"question": asked, "answer": said}
            lines[id(row)] = lines[id(value)]
            yield row
    else:
        yield value


def _value(node: Any, lines: dict[int, int], kept: list[Any]) -> Any:
    """A node as a value; `lines` gets the line of each object by its identity, which `kept` keeps alive."""
    if getattr(node, "was_read", False):
        raise BadInput("YAML with aliases (*name) is not read: write out what they stand for.")
    if isinstance(node, yaml.ScalarNode):
        return node.value
    node.was_read = True
    value: Any
    if isinstance(node, yaml.SequenceNode):
        value = [_value(one, lines, kept) for one in node.value]
    else:
        value = {str(_value(name, lines, kept)): _value(one, lines, kept) for name, one in node.value}
    lines[id(value)] = node.start_mark.line + 1
    kept.append(value)
    return value


def _not_yaml(name: str, error: yaml.YAMLError) -> BadInput:
    mark = getattr(error, "problem_mark", None)
    return BadInput(
        '"{name}" can\'t be read as YAML: line {line}, {problem}.',
        name=name,
        line=mark.line + 1 if mark else 1,
        problem=str(getattr(error, "problem", None) or Said("it is damaged")),
    )
