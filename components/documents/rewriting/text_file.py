"""What the text formats have in common: a source that is edited in place, piece by piece.

Knows no format.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from components.documents.rewriting.units import Options, Placed, Unit
from components.messages import Message


@dataclass(frozen=True)
class Edit:
    """New text for a stretch of the source."""

    start: int
    end: int
    new: str


class TextFile:
    """A subclass fills `units` and `counts` when it is made."""

    def __init__(self, text: str, options: Options) -> None:
        self.text, self.options = text, options
        self.units: list[Unit] = []
        self.counts: dict[str, int] = {}
        self.notes: list[Message] = []

    def write(self, placed: Sequence[Placed | None]) -> str:
        """The source with its units replaced; None leaves one as it is."""
        raise NotImplementedError


def apply(text: str, edits: Sequence[Edit]) -> str:
    """All edits at once; they don't overlap."""
    out, at = [], 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        out += [text[at : edit.start], edit.new]
        at = edit.end
    return "".join([*out, text[at:]])
