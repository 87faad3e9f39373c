"""A document as passages: its sentences in reading order, each with its place.

Knows blocks and sentence borders; nothing about models. A passage is what a summary quotes, and what a
summary's sentence is traced back to.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from components.documents import Block, Document, count_words
from components.tasks.borders import borders
from components.tasks.summarize import table_rows
from components.tasks.summarize.table_rows import Piece

LONGEST = 120  # words of a passage; a longer "sentence" is a list or a text without full stops
# "Name Surname: ..." at the beginning of a line of a transcript, perhaps with a time before it or after the
# name; or the name and the time on a line of their own.
_TIME = r"\d{1,2}:\d\d(?::\d\d)?"
_PART = r"[^\W\d_][\w.'’-]{0,40}"  # of a name
_SPEAKER = re.compile(
    rf"^(?:\[?{_TIME}\]?\s*[-–]?\s*)?({_PART}(?:\s{_PART}){{0,3}})(?:\s?[(\[]{_TIME}[)\]])?\s?(?::\s+|：\s*)"
    rf"|^((?![a-z]){_PART}(?:\s(?![a-z]){_PART}){{0,3}})\s+{_TIME}(?:\s?[AP]M)?[ \t]*(?:\n|$)"
)
_NOISE = re.compile(
    r"\{[a-z ]{2,20}\}|\[(?:music|laughter|applause|inaudible|crosstalk|pause)\]", re.IGNORECASE
)
_FILLERS = re.compile(r"\b(?:u[hm]+|mm+(?:-hmm)?|er+m*|hm+|mm-hmm)\b\s*,?\s*", re.IGNORECASE)
_BREAKS = re.compile(r"(?<=[;:,，；、])\s*|\s+")


@dataclass(frozen=True)
class Passage:
    """One sentence of a document, or one row of a table, its cells under their headers."""

    file: int  # which of the documents
    block: int  # which of its blocks
    start: int  # where in the block's text
    end: int
    text: str  # as it may be quoted: one line, without a transcript's noises
    words: int
    kind: str  # of the block; of a table's row also "header", or "paragraph" for a sentence of a long cell
    section: tuple[str, ...] = ()
    page: int | None = None
    place: str = ""  # as a person finds it: "page 3", "Results, page 3"
    speaker: str = ""  # in a transcript
    named: int = 0  # words of a table's headers in `text`: they stand in the document once
    ends: int | None = None  # the page on which it ends, a later one if it goes on there


def passages(document: Document, file: int = 0) -> list[Passage]:
    """All of a document's sentences. Nothing is left out: even a page number is a passage."""
    transcript = is_transcript(document)
    found: list[Passage] = []
    speaker = ""
    tables = [index for index, block in enumerate(document.blocks) if block.rows]
    numbers = {index: number for number, index in enumerate(tables, 1) if len(tables) > 1}
    for index, block in enumerate(document.blocks):
        if transcript and (said := _SPEAKER.match(block.text)):
            speaker = (said[1] or said[2]).strip()
        for piece in _pieces(block, document.language or "en"):
            text = _spoken(piece.text) if transcript else " ".join(piece.text.split())
            page = block.page_at(piece.start)
            if text:
                found.append(
                    Passage(
                        file,
                        index,
                        piece.start,
                        piece.end,
                        text,
                        count_words(text),
                        piece.kind,
                        block.section,
                        page,
                        place_of(block, index, page, piece.row, numbers.get(index, 0)),
                        speaker if transcript else "",
                        piece.named,
                        block.page_at(piece.end - 1),
                    )
                )
    return found


def place_of(block: Block, index: int, page: int | None, row: int = -1, table: int = 0) -> str:
    """Where a person finds a text of a block: its innermost heading, and its page or else its number.

    `row`: of a table, 0-based; `table`: its number among several of the document.
    """
    where = block.place if page == block.page else ""
    where = where or (f"page {page}" if page else "")
    if row >= 0:
        number = block.numbers[row] if block.numbers else row + 1
        where = ", ".join(filter(None, [where or (f"table {table}" if table else ""), f"row {number}"]))
    where = where or f"paragraph {index + 1}"
    section = block.section[-1] if block.section and block.kind != "heading" else ""
    return f"{section}, {where}" if section else where


def is_transcript(document: Document) -> bool:
    """Whether at least a third of the paragraphs begin with who speaks, and somebody speaks twice."""
    if document.format in ("srt", "vtt"):
        return True
    prose = [block for block in document.blocks if block.kind in ("paragraph", "item")]
    names = [(said[1] or said[2]).strip() for block in prose if (said := _SPEAKER.match(block.text))]
    return len(names) >= 4 and len(names) * 3 >= len(prose) and len(set(names)) * 2 <= len(names)


def sentences(text: str, language: str = "en") -> list[str]:
    """The sentences of a text, each on one line."""
    lines = [line for line in text.splitlines() if line.strip()]
    return [
        one
        for line in lines
        for start, end in itertools.pairwise([0, *borders(line, language)])
        if (one := " ".join(line[start:end].split()))
    ]


def _pieces(block: Block, language: str) -> Iterator[Piece]:
    """What of a block is quoted at once: a sentence, a line of code, a row of a table. None is too long."""
    for piece in table_rows.pieces(block, language) if block.rows else _sentences(block, language):
        if count_words(piece.text) <= LONGEST:
            yield piece
        else:
            for start, end in _short(block.text, piece.start, piece.end):
                yield replace(piece, start=start, end=end, text=block.text[start:end], named=0)


def _sentences(block: Block, language: str) -> Iterator[Piece]:
    if block.kind == "code":
        ends = [line.end() for line in re.finditer(r".*(?:\n|$)", block.text)]
    else:
        ends = borders(block.text, language)
    for start, end in itertools.pairwise([0, *ends]):
        if block.text[start:end].strip():
            yield Piece(start, end, block.text[start:end], block.kind)


def _short(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span itself, or pieces of it that are not too long, cut after a comma or between words."""
    if count_words(text[start:end]) <= LONGEST:
        yield start, end
        return
    size = LONGEST * 8  # characters that hold fewer words than the limit in any script with spaces
    if count_words(text[start : start + size]) > LONGEST:
        size = LONGEST
    while end - start > size:
        cuts = [
            found.end() for found in _BREAKS.finditer(text, start + size // 2, start + size) if found.end()
        ]
        cut = cuts[-1] if cuts else start + size
        yield start, cut
        start = cut
    if text[start:end].strip():
        yield start, end


def _spoken(raw: str) -> str:
    """A line of a transcript without its speaker, noises and fillers."""
    text = _FILLERS.sub("", _NOISE.sub(" ", _SPEAKER.sub("", raw)))
    text = re.sub(r"\s+([.,;:?!])", r"\1", " ".join(text.split()))
    text = re.sub(r"^[\s.,;:]+", "", text)
    return text[:1].upper() + text[1:] if any(c.isalnum() for c in text) else ""
