"""A table's rows as they may be quoted: each cell under its header, long cells as sentences of their own.

Knows a table's block; nothing about what is done with a row.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from components.documents import Block, count_words
from components.tasks.borders import borders

LONG = 25  # words of a cell from which it is a text, with sentences of its own
HEADER = 6  # words of a column's header at most
LOOK = 50  # rows that tell whether the first one is a header
_NUMBER = re.compile(r"\W*\d")
_YEAR = re.compile(r"(?:19|20)\d\d(?:[-/]\d\d(?:\d\d)?)?")
_ENDS = tuple(".!?…。！？")
_COLONS = (":", "：")
_WIDE = ("zh", "ja")  # languages that don't set a space after a colon


@dataclass(frozen=True)
class Piece:
    """What is quoted at once."""

    start: int  # where in the block's text
    end: int
    text: str
    kind: str  # of the block; of a row "header", "table" or, for a sentence of a long cell, "paragraph"
    row: int = -1  # of a table, 0-based
    named: int = 0  # words of the headers in `text`: they stand in the document once


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: short texts or years, none of which is said again below."""
    head, body = rows[0], rows[1 : LOOK + 1]
    named = [cell for cell in head if cell]
    if not body or 2 * len(named) <= len(head) or all(_YEAR.fullmatch(cell) for cell in named):
        return False
    if any(
        count_words(cell) > HEADER or cell.endswith((*_ENDS, *_COLONS)) or _is_number(cell) for cell in named
    ):
        return False
    if len(head) == 1:  # the name of what the list has, or its first item
        return sum(count_words(row[0]) for row in body) >= 2 * count_words(head[0]) * len(body)
    return not any(cell and any(row[i] == cell for row in body) for i, cell in enumerate(head))


def pieces(block: Block, language: str) -> Iterator[Piece]:
    """All cells of a table in order, none left out."""
    header = has_header(block.rows)
    names = [" ".join(cell.split()) for cell in block.rows[0]]
    start = 0
    for number, line in enumerate(block.text.split("\n")):
        if header and number == 0:
            yield Piece(0, len(line), " ".join(line.split()), "header", 0)
        else:
            yield from _pieces_of(line, start, number, names if header and len(names) > 1 else (), language)
        start += len(line) + 1


def _pieces_of(line: str, start: int, row: int, names: Sequence[str], language: str) -> Iterator[Piece]:
    colon, between, stop = ("：", "；", "。") if language in _WIDE else (": ", "; ", ".")
    short: list[str] = []
    named = 0
    long: list[tuple[int, str]] = []
    first = last = 0
    at = start
    for i, cell in enumerate(line.split("\t")):
        if count_words(cell) > LONG:
            long.append((at, cell))
        elif cell:
            first, last = (first if short else at), at + len(cell)
            name = names[i] if i < len(names) else ""
            named += count_words(name)
            short.append(f"{name}{colon}{cell}" if name else cell)
        at += len(cell) + 1
    if short:
        text = between.join(short).replace(f":{between}", ": ")  # a cell that names the next one
        yield Piece(first, last, text if text.endswith(_ENDS) else text + stop, "table", row, named)
    for at, cell in long:
        for begin, end in pairwise([0, *borders(cell, language)]):
            if text := " ".join(cell[begin:end].split()):
                yield Piece(at + begin, at + end, text, "paragraph", row)


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.match(cell)) and not _YEAR.fullmatch(cell)
