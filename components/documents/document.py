"""A document that has been read: blocks in reading order, each with its place.

Knows nothing about file formats or how the blocks were found.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from components.documents.place import NOWHERE, Place, from_label
from components.kept import Count, Formerly, Kept
from components.messages import Message, Said

Kind = Literal["heading", "paragraph", "item", "table", "caption", "code", "quote", "footnote"]


@dataclass(frozen=True)
class Block(Kept):
    """One piece of a document that is read as a whole."""

    kind: Kind
    text: str  # of a table: one line per row, cells separated by tabs
    level: int = 0  # of a heading 1 to 6, of a list item 1 and up; else 0
    page: int | None = None  # 1-based; the slide of a presentation; None where there are no pages
    section: tuple[str, ...] = ()  # the headings above this block, outermost first
    place: Annotated[Place, Formerly(from_label)] = (
        NOWHERE  # where a person finds it: a page, a slide, a sheet, a time
    )
    marker: str = ""  # of a list item or footnote: "-", "1.", "b)"
    rows: tuple[tuple[str, ...], ...] = ()  # of a table, all rows of the same length
    headed: bool = False  # whether the format says that the first of these rows names the columns
    numbers: tuple[int, ...] = ()  # of these rows in the file, where a person sees them: 1-based
    turns: tuple[tuple[int, int], ...] = ()  # of text that goes on: where in it, and on which page
    unsure: tuple[
        tuple[int, int], ...
    ] = ()  # of text read from a picture: from where to where it may be wrong
    speaker: str = ""  # whose words these are, where the format says it: they stand before a colon in `text`

    def to_json(self) -> dict[str, Any]:
        """Without what is empty: most of a book's blocks are a text and nothing else."""
        given = vars(self) | {"place": self.place.to_json()}
        return {name: value for name, value in given.items() if value or name == "text"}

    def page_at(self, start: int) -> int | None:
        """The page that the text from `start` on is on."""
        return next((page for turn, page in reversed(self.turns) if turn <= start), self.page)


@dataclass(frozen=True)
class LeftOut(Kept):
    """Something that the document has and `blocks` doesn't, and why."""

    what: Message  # begins with a capital
    why: Message
    count: Count = 1
    pages: tuple[Count, ...] = ()  # those of which nothing was read; empty if it is only part of a page
    text: str = ""  # the beginning of what it says, to be looked at, where it is text

    @property
    def message(self) -> Message:
        """All of it: "Pictures (3): only text is read"."""
        if self.count > 1:
            return Said("{what} ({count}): {why}", what=self.what, count=self.count, why=self.why)
        return Said("{what}: {why}", what=self.what, why=self.why)

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True)
class Document(Kept):
    """A document as text with structure."""

    name: str
    format: str  # "pdf", "docx", "odt", "pptx", "xlsx", "csv", "html", "markdown", "picture", ...
    blocks: tuple[Block, ...]
    title: str = ""
    language: str = ""  # ISO 639-1, detected; empty where there is too little text to tell
    words: Count = 0  # as word processors count: a Chinese or Japanese character is a word
    pages: Count | None = None  # pages or slides; None for a format without
    encoding: str | None = None  # of a text format
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[Message, ...] = ()  # what a person should know: the name and the content disagree
    unread: Message = ""  # why nothing of it could be read, where a person goes on without it

    @property
    def text(self) -> str:
        """Plain text, blocks separated by an empty line, list items and rows by a line end."""
        return _joined(self.blocks, _plain)

    @property
    def markdown(self) -> str:
        """The same as Markdown. The text itself isn't escaped: it is for models and downloads."""
        return _joined(self.blocks, _markdown)


def _joined(blocks: tuple[Block, ...], show: Any) -> str:
    pieces: list[str] = []
    for before, block in zip((None, *blocks), blocks, strict=False):
        together = before is not None and before.kind == block.kind == "item"
        pieces += ["\n" if together else "\n\n" if before else "", show(block)]
    return "".join(pieces)


def _plain(block: Block) -> str:
    if block.kind == "item":
        return f"{'  ' * (block.level - 1)}{block.marker or '-'} {block.text}"
    return f"{block.marker} {block.text}" if block.marker else block.text


def _markdown(block: Block) -> str:
    match block.kind:
        case "heading":
            return f"{'#' * min(6, max(1, block.level))} {block.text}"
        case "item":
            marker = block.marker if block.marker[:-1].isdigit() else "-"
            return f"{'  ' * (block.level - 1)}{marker} {block.text}"
        case "table":
            return _markdown_table(block.rows)
        case "code":
            return f"```\n{block.text}\n```"
        case "quote":
            return "\n".join(f"> {line}" for line in block.text.splitlines())
        case "caption":
            return f"*{block.text}*"
        case _:
            return _plain(block)


def _markdown_table(rows: tuple[tuple[str, ...], ...]) -> str:
    lines = [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    if rows:
        lines.insert(1, f"|{' --- |' * len(rows[0])}")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>")
