"""Trees of answers, as OpenAssistant has them: every message with its replies inside, or a message a row with
the id of the one before. Of each tree the best branch becomes a conversation.

Knows messages; not files.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from components.messages import Said
from components.training.doctor.field_names import TURNS, named
from components.training.doctor.records import Opened, Record
from components.training.doctor.speakers import is_role
from components.training.rows import Turn

BEST = Said(
    "Of each tree of answers the best branch was read: at every message the reply with the best rank, "
    "without ranks the first one."
)
ID, BEFORE = ("message_id", "id"), ("parent_id", "parent_message_id", "parent")
LONGEST = 1_000  # messages of a branch


def conversation(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """The best branch of a tree with its replies inside; None for all else.

    {"prompt": {"role": "prompter", "text": "Why?", "replies": [{"role": "assistant", "text": "So."}]}}
    """
    first = value if isinstance(value.get("replies"), list) else value.get("prompt")
    if not isinstance(first, Mapping) or not isinstance(first.get("replies"), list) or not _turn(first):
        return None
    return {TURNS[0]: [_turn(one) for one in _down(first)]}


def _down(first: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    one: Mapping[str, Any] | None = first
    for _ in range(LONGEST):
        if one is None:
            return
        yield one
        replies = one.get("replies")
        one = _best(replies if isinstance(replies, list) else ())


def _best(replies: Sequence[Any]) -> Mapping[str, Any] | None:
    """The reply with the lowest rank, of those that say something and weren't deleted."""
    there = [one for one in replies if isinstance(one, Mapping) and _turn(one) and not _is_deleted(one)]
    return min(there, key=_rank, default=None)


def _rank(reply: Mapping[str, Any]) -> float:
    """A table has it as text, or NaN, and may have nothing there."""
    try:
        rank = float(str(reply.get("rank")))
    except ValueError:
        return math.inf
    return math.inf if math.isnan(rank) else rank


def _is_deleted(reply: Mapping[str, Any]) -> bool:
    """Deleted, or refused by those who reviewed it."""
    deleted, passed = (str(reply.get(name, "")).strip().casefold() for name in ("deleted", "review_result"))
    return deleted in ("true", "1", "1.0") or passed in ("false", "0", "0.0")


def _turn(message: Mapping[str, Any]) -> Turn | None:
    role, said = message.get("role"), message.get("text", message.get("content"))
    if not isinstance(role, str) or not is_role(role) or not isinstance(said, str) or not said.strip():
        return None
    return {"role": role, "content": said}


def gathered(opened: Opened) -> Opened | None:
    """A file with a message a row, each with the id of the one before, as conversations; else None."""
    looked = opened.records[:50]
    names = {name for record in looked for name in record.value}
    own, before = named(names, ID), named(names, BEFORE)
    if not own or not before or sum(_turn(one.value) is not None for one in looked) * 2 < len(looked):
        return None
    replies: dict[str, list[dict[str, Any]]] = {}
    known = {str(one.value.get(own)) for one in opened.records}
    firsts: list[Record] = []
    for record in opened.records:
        inner = replies.setdefault(str(record.value.get(own)), [])
        message = {**record.value, "replies": inner}
        parent = record.value.get(before)
        if parent is None or str(parent) not in known:
            firsts.append(replace(record, value=message))
        else:
            replies.setdefault(str(parent), []).append(message)
    if len(firsts) * 2 > len(opened.records):
        return None
    made = Opened(opened.format, notes=[*opened.notes, BEST], repaired=list(opened.repaired))
    made.findings = list(opened.findings)
    made.records = [replace(one, value=read) for one in firsts if (read := conversation(one.value))]
    return made
