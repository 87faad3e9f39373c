"""One value of JSON or YAML as a row, or as several: what programs export, annotations, lists without names.

Knows values; neither text nor files.
"""

from collections.abc import Mapping
from typing import Any

from components.messages import Said
from components.training.doctor import annotations, answer_trees, chats, exports, nested_rows, row_lists
from components.training.doctor.records import Opened


def add(opened: Opened, number: int, value: Any) -> None:
    if isinstance(value, dict) and isinstance(inner := value.get("row"), dict) and "row_idx" in value:
        add(opened, number, inner)  # as the viewer of a hub shows it
    elif isinstance(value, dict) and (rows := nested_rows.rows_in(value)) != [value]:
        for row in rows:
            add(opened, number, row)
    elif isinstance(value, dict):
        given = None
        if exported := exports.conversation(value):
            opened.repair(Said("Conversations that a chat program exported were read with their roles."))
        elif chats.is_export(value):
            opened.chat, exported = True, chats.of_export(value)
        elif exported := answer_trees.conversation(value):
            opened.note(answer_trees.BEST)
        elif exported := annotations.row(value):
            opened.repair(annotations.READ)
            given = value
        opened.add(number, exported or value, given=given)
    elif isinstance(value, list) and value and all(map(_is_turn, value)):
        opened.repair(Said("Lists of turns without a name were read as conversations."))
        opened.add(number, {"messages": value})
    elif marked := annotations.marked(value):
        add(opened, number, marked)
    elif row_lists.is_row(value):
        opened.add(number, {row_lists.LIST: value})
    else:
        opened.find(number, "object", row_lists.no_object(value))


def is_asked(value: Mapping[str, Any]) -> bool:
    """Whether the names in an object are questions, and what they name are the answers."""
    asked = sum(name.rstrip().endswith(("?", "？", "؟")) for name in value)
    return asked * 2 > len(value) and asked > 1 and all(isinstance(said, str) for said in value.values())


def _is_turn(value: Any) -> bool:
    return isinstance(value, dict) and bool({"role", "from"} & value.keys())
