"""The tables of documents, as questions about their rows look at them: names, columns of numbers, cells.

Knows tables; nothing about questions.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import pairwise

from components.documents import Block, Document
from components.messages import Message, Said
from components.retrieval.shelf import Sentence
from components.retrieval.words import telling, tokens
from components.tasks.ask.phrases import phrase
from components.tasks.facts.amounts import plain
from components.tasks.summarize.passages import place_of
from components.tasks.summarize.table_rows import header_of

SUM = phrase("total")
NUMBER = re.compile(r"-?\d[\d.,'’ \u00a0\u202f]*")
_DAY = re.compile(r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Table:
    """One table of a document. Rows and columns are counted from 0."""

    document: int
    name: str  # of the document
    at: int  # which block of it
    block: Block
    header: int  # the row that names the columns; -1: none does

    @cached_property
    def body(self) -> range:
        """The rows below the header, without one at the end that adds them up."""
        last = len(self.block.rows)
        sums = any(SUM.search(cell) and len(_WORD.findall(cell)) < 3 for cell in self.block.rows[-1])
        return range(self.header + 1, last - (sums and last - self.header > 2))

    @property
    def names(self) -> Sequence[str]:
        return self.block.rows[self.header] if self.header >= 0 else ("",) * len(self.block.rows[0])

    def cells(self, column: int) -> list[str]:
        return [self.block.rows[row][column] for row in self.body]

    def has_shares(self, column: int) -> bool:
        """Whether it has percentages, as that of a tax's rate: no question means it without its name."""
        return all(cell.rstrip().endswith(("%", "％")) for cell in self.cells(column) if cell.strip())

    def called(self, column: int) -> Message:
        return self.names[column] or Said("column {number}", number=column + 1)

    def says(self, language: str) -> set[str]:
        """What names the table and its columns."""
        place = self.block.place
        return set(
            telling(
                tokens(
                    " ".join([self.name, *self.block.section, place.section, place.sheet, *self.names]),
                    language,
                )
            )
        )

    @cached_property
    def numeric(self) -> Sequence[int]:
        """The columns most of whose cells are numbers that aren't just the number of the row, or a year."""
        found = []
        for column in range(len(self.names)):
            values = [value_of(cell) for cell in self.cells(column)]
            if 2 * sum(value is not None for value in values) > len(values) and not _is_numbering(
                values, column == 0
            ):
                found.append(column)
        return found


def tables_of(documents: Sequence[Document]) -> Iterator[Table]:
    for number, document in enumerate(documents):
        for at, block in enumerate(document.blocks):
            if len(block.rows) >= 2:
                header = 0 if block.headed else header_of(block.rows)
                yield Table(number, document.name, at, block, header)


def _is_numbering(values: Sequence[Decimal | None], first: bool) -> bool:
    """Whether a column only names its rows, as numbers of invoices do, or years. The `first` of several does
    so where it has whole numbers, all different.
    """
    there = [value for value in values if value is not None]
    if len(values) < 3 or len(there) < len(values) or any(value % 1 for value in there):
        return False
    years = all(1900 <= value <= 2100 for value in there)
    counts = {b - a for a, b in pairwise(there)} == {Decimal(1)}
    return years or counts or (first and len(set(there)) == len(there))


def value_of(cell: str) -> Decimal | None:
    """The number in a cell that has one and hardly anything else: "€ 1,200.00", "12 %"."""
    match = NUMBER.search(cell)
    if not match or sum(c.isalpha() for c in cell) > 4 or _DAY.search(cell):
        return None
    try:
        return Decimal(plain(match[0].strip(" .,'’")).replace(",", ""))
    except InvalidOperation:
        return None


def stems(text: str, language: str) -> set[str]:
    """The beginnings of words, by which forms of them are the same; pairs of characters without spaces."""
    return {one for one in telling(tokens(text, language)) if one[:1] != "="}


def row_of(table: Table, row: int) -> Sentence:
    """A row as it is quoted: each cell under its header."""
    lines = table.block.text.split("\n")
    start = sum(len(line) + 1 for line in lines[:row])
    pairs = zip(table.names, table.block.rows[row], strict=True)
    text = "; ".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)
    end = start + len(lines[row]) if row < len(lines) else start
    place = place_of(table.block, table.at, table.block.page_at(start), row)
    return Sentence(table.at, start, end, text, "table", place)
