"""A message of the database as far as it can be read. Knows the columns of a message, not the tables."""

from dataclasses import replace
from typing import Any, TypeVar

from components.columns import as_far_as_readable
from components.messages import Said, sentences

T = TypeVar("T")
_FILE = ("name", "text", "left_out", "note")  # of an attached file, all texts


def message(kind: type[T], row: Any) -> T:
    """A row as `kind`. What of it is damaged is left out, and its note says so."""
    given = row.attachments if isinstance(row.attachments, list) else []
    files = [
        one for one in given if isinstance(one, dict) and all(isinstance(one.get(k, ""), str) for k in _FILE)
    ]
    files = [{"name": "", "text": ""} | one for one in files]
    # An answer comes after its question, or the tree would have a circle.
    parent = row.parent_id if isinstance(row.parent_id, int) and row.parent_id < row.id else None
    made: Any
    made, damaged = as_far_as_readable(kind, row, attachments=files, parent_id=parent)
    if damaged or len(files) != len(given) or not isinstance(row.attachments, list):
        note = sentences(made.note, Said("A part of this message is damaged in the database, and not shown."))
        return replace(made, note=note)
    return replace(made, usage=made.usage or None)
