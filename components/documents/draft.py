"""A document while it is being read: a reader adds blocks and says what it leaves out.

Knows nothing about formats. Cleans every text in the same way and works out the section paths.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from components.documents.document import Block, Kind, LeftOut
from components.documents.encodings import decode_text
from components.documents.place import Place
from components.messages import Message, Said

_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
# Soft hyphens, zero-width spaces and joiners of nothing, byte order marks, direction marks, controls.
_INVISIBLE = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
MAX_HEADING = 6
LOOK = 2_000  # characters of what was left out that are kept to be looked at


def clean(text: str, *, lines: bool = False) -> str:
    """`text` without invisible characters, with ligatures as letters and single spaces.

    Line ends become spaces unless `lines`.
    """
    text = _CONTROL.sub("", _INVISIBLE.sub("", text.translate(_LIGATURES)))
    text = _SPACES.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not lines:
        return unicodedata.normalize("NFC", " ".join(text.split()))
    return unicodedata.normalize("NFC", "\n".join(line.strip() for line in text.split("\n")).strip("\n"))


@dataclass
class Draft:
    """What a reader has found so far."""

    blocks: list[Block] = field(default_factory=list)
    title: str = ""
    pages: int | None = None
    encoding: str | None = None
    notes: list[Message] = field(default_factory=list)
    _left: dict[tuple[Message, Message], int] = field(default_factory=dict)
    _unread: dict[tuple[Message, Message], tuple[int, ...]] = field(default_factory=dict)
    _texts: dict[tuple[Message, Message], str] = field(default_factory=dict)

    def decode(self, data: bytes, declared: str | None = None) -> str:
        """The text of a file of text; says which encoding it is in, and what couldn't be read."""
        read = decode_text(data, declared)
        self.encoding = read.encoding
        self.notes += filter(None, [read.repaired])
        lost = read.text.count("\ufffd")
        self.leave_out(Said("Unreadable letters"), Said("they are broken in the file itself"), lost)
        return read.text

    def heading(self, text: str, level: int, **where: Any) -> None:
        self.add("heading", text, level=min(MAX_HEADING, max(1, level)), **where)

    def paragraph(self, text: str, **where: Any) -> None:
        self.add("paragraph", text, **where)

    def item(self, text: str, level: int = 1, marker: str = "-", **where: Any) -> None:
        self.add("item", text, level=max(1, level), marker=marker, **where)

    def add(self, kind: Kind, text: str, **where: Any) -> None:
        """One block, unless nothing of its text is left after cleaning."""
        text = code_text(text) if kind == "code" else clean(text, lines=kind == "quote")
        if text:
            self.blocks.append(Block(kind, text, **where))

    def table(self, rows: Iterable[Sequence[str]], first: int = 0, **where: Any) -> None:
        """A table without its empty rows; rows that are too short are filled up.

        `first`: the number of the first of `rows` in the file, where a person sees such numbers.
        """
        cleaned = [[clean(cell, lines=True) for cell in row] for row in rows]
        numbers = tuple(first + i for i, row in enumerate(cleaned) if any(row)) if first else ()
        kept = [row for row in cleaned if any(row)]
        width = max((_used(row) for row in kept), default=0)
        if not width:
            return
        full = tuple(tuple((row + [""] * width)[:width]) for row in kept)
        text = "\n".join("\t".join(cell.replace("\n", " ") for cell in row).rstrip("\t") for row in full)
        self.blocks.append(Block("table", text, rows=full, numbers=numbers, **where))

    def leave_out(
        self, what: Message, why: Message, count: int = 1, pages: Sequence[int] = (), text: str = ""
    ) -> None:
        """`pages` are those of which nothing at all was read; `text` is what it says, where it is text."""
        if count > 0:
            self.show(what, why, text)
            self._left[what, why] = self._left.get((what, why), 0) + count
            self._unread[what, why] = (*self._unread.get((what, why), ()), *pages)

    def show(self, what: Message, why: Message, text: str) -> None:
        """Keeps what something says that is left out, to be looked at; the same line only once."""
        so_far = self._texts.get((what, why), "")
        if (text := clean(text)) and text not in so_far.split("\n"):
            self._texts[what, why] = f"{so_far}\n{text}".strip()[:LOOK]

    def take(self, other: "Draft") -> None:
        """Adds the blocks of a part that was read by itself, and what was left out of it."""
        self.blocks += other.blocks
        for left in other.left_out:
            self.leave_out(left.what, left.why, left.count, left.pages, left.text)

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        return tuple(
            LeftOut(*left, count, self._unread[left], self._texts.get(left, ""))
            for left, count in self._left.items()
        )

    def placed(self) -> tuple[Block, ...]:
        """The blocks, each with the headings above it."""
        path: list[tuple[int, str]] = []
        done = []
        for block in self.blocks:
            if block.kind == "heading":
                path = [(level, text) for level, text in path if level < block.level]
            section = tuple(text for _, text in path)
            place = block.place or Place(page=block.page or 0)
            done.append(replace(block, section=section, place=place))
            if block.kind == "heading":
                path.append((block.level, block.text))
        return tuple(done)


def code_text(text: str) -> str:
    """Code keeps its indentation and line ends, but no control characters and no empty lines around it."""
    lines = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _used(row: Sequence[str]) -> int:
    return max((i + 1 for i, cell in enumerate(row) if cell), default=0)
