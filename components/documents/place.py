"""Where something is in a document, as data: a person reads its label, code reads its fields.

Knows no format, and not which document it is.
"""

from dataclasses import asdict, dataclass
from typing import Any

from components.kept import Kept
from components.messages import Message, Said


@dataclass(frozen=True)
class Place(Kept):
    """A field that says nothing is empty. All numbers are as a person counts: from 1."""

    section: str = ""  # the innermost heading above
    chapter: str = ""  # of a book, as its table of contents names it
    page: int = 0
    slide: int = 0
    speaker_notes: bool = False  # below the slide
    sheet: str = ""  # its title, or its number
    table: int = 0  # among several of a document
    row: int = 0  # of a sheet, a file of rows or a table
    column: int = 0
    cell: str = ""  # of a sheet: "B7"
    paragraph: int = 0
    time: str = ""  # of subtitles: "00:01:10"
    written: str = ""  # of a result from before places were data: its label, finished

    def __bool__(self) -> bool:
        return self != NOWHERE

    @property
    def label(self) -> Message:
        """The place as a person reads it: "Results, page 3", "sheet Costs, row 5"; "" for no place."""
        return within(*self._parts())

    def __str__(self) -> str:
        return str(self.label)

    def _parts(self) -> list[Message]:
        slide = Said("slide {number}", number=self.slide)
        named = (
            (self.written, self.written),
            (self.section, self.section),
            (self.chapter, self.chapter),
            (self.page, Said("page {number}", number=self.page)),
            (self.slide, Said("{place}, notes", place=slide) if self.speaker_notes else slide),
            (self.sheet, Said("sheet {name}", name=self.sheet)),
            (self.table, Said("table {number}", number=self.table)),
            (self.row, Said("row {number}", number=self.row)),
            (self.column, Said("column {number}", number=self.column)),
            (self.cell, self.cell),
            (self.paragraph, Said("paragraph {number}", number=self.paragraph)),
            (self.time, self.time),
        )
        return [message for value, message in named if value]

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}


def from_label(plain: Any) -> Any:
    """A place as results had it before places were data: its label."""
    return {"written": plain} if isinstance(plain, str) else plain or {}


NOWHERE = Place()


def within(*messages: Message) -> Message:
    """Places inside each other, the outer one first; empty ones are left out."""
    chain: Message = ""
    for message in messages:
        if message:
            chain = Said("{section}, {place}", section=chain, place=message) if chain else message
    return chain


def pages(first: int, last: int) -> Message:
    """A stretch of pages: "pages 3–5"."""
    if first == last:
        return Place(page=first).label
    return Said("pages {first}–{last}", first=first, last=last)


def stretch(first: Message, last: Message) -> Message:
    """From one place to another; where they are the same, this one."""
    return first if first == last else Said("{first} to {last}", first=first, last=last)
