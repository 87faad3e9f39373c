"""A table's rows as they may be quoted: each cell under its header, long cells as sentences of their own.

Knows a table's block; nothing about what is done with a row.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from components.documents import Block, count_words
from components.tasks.borders import borders

LONG = 25  # words of a cell from which it is a text, with sentences of its own
HEADER = 6  # words of a column's header at most
LOOK = 50  # rows that tell whether the one above them is a header
TITLES = 3  # rows above a header at most
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
    named: int = 0  # words of the headers in `text`: they are in the document once


def header_of(rows: Sequence[Sequence[str]]) -> int:
    """Which row names the columns, 0-based: the first one, or the one below a title; -1: none does."""
    width = len(rows[0])
    titles = takewhile(lambda row: width > 1 and sum(map(bool, row)) == 1, rows[:TITLES])
    first = sum(1 for _ in titles)
    return first if _names_columns(rows[first:]) else -1


def _names_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row has short texts or years, none of which is said again below."""
    head, body = rows[0] if rows else (), rows[1 : LOOK + 1]
    named = [cell for cell in head if cell]
    if not body or 2 * len(named) <= len(head) or all(_YEAR.fullmatch(cell) for cell in named):
        return False
    if any(
        count_words(cell) > HEADER or cell.endswith((*_ENDS, *_COLONS)) or _is_number(cell) for cell in named
    ):
        return False
    columns = [[row[i] for row in body if row[i]] for i in range(len(head))]
    if any(cell and cell in column for cell, column in zip(head, columns, strict=True)):
        return False
    return len(head) > 2 or any(map(_is_below, head, columns))


def _is_below(name: str, column: Sequence[str]) -> bool:
    """Whether cells are of another kind than the one above them: in a list, or a table of names and values,
    the first row is like the others.
    """
    words = sum(map(count_words, column))
    figures = 2 * sum(map(_is_number, column)) > len(column)
    again = len(column) >= 4 and 2 * len(set(column)) <= len(column)
    return bool(name and column) and (figures or again or words >= 2 * count_words(name) * len(column))


def pieces(block: Block, language: str) -> Iterator[Piece]:
    """All cells of a table in order, none left out."""
    header = 0 if block.headed else header_of(block.rows)
    names = [" ".join(cell.split()) for cell in block.rows[header]] if header >= 0 else []
    start = 0
    for number, line in enumerate(block.text.split("\n")):
        if number <= header:
            yield Piece(start, start + len(line), " ".join(line.split()), "header", number)
        else:
            yield from _pieces_of(line, start, number, names if len(names) > 1 else (), language)
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
