"""The numbers that a question wants cells to be over or under, and the column of numbers that it means.

Knows tables and the question's words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from components.tasks.ask.asked_tables import NUMBER, Table, stems, value_of
from components.tasks.ask.phrases import phrase
from components.tasks.facts import amounts

OVER, UNDER, INCLUSIVE, _BEHIND = phrase("over"), phrase("under"), phrase("inclusive"), phrase("behind")
_AMOUNT = re.compile(r"[$€£¥元]|[.,]\d\d?$")  # of money; a sheet keeps 415.10 as 415.1


@dataclass(frozen=True)
class Limit:
    """A number that a cell is to be over, or under."""

    value: Decimal
    over: bool
    inclusive: bool

    def holds(self, value: Decimal | None) -> bool:
        if value is None or value == self.value:
            return value is not None and self.inclusive
        return (value > self.value) == self.over


def limits_of(question: str) -> list[Limit] | None:
    """The numbers that cells are to be over or under; None where one isn't told in figures or in words."""
    found = []
    for pattern, over in ((OVER, True), (UNDER, False)):
        for said in pattern.finditer(question):
            if (value := _beside(question, said)) is None:
                return None
            found.append(Limit(value, over, bool(INCLUSIVE.search(said[0]))))
    return found


def _beside(question: str, said: re.Match[str]) -> Decimal | None:
    """The number that belongs to an "over"."""
    if _BEHIND.fullmatch(said[0]):
        before = list(NUMBER.finditer(question, 0, said.start()))
        return value_of(before[-1][0]) if before else None
    after = question[said.end() :]
    if figures := NUMBER.search(after):
        return value_of(figures[0])
    words = amounts.in_words(after)
    return value_of(words[0].values[0]) if words else None


def column_of(table: Table, asked: set[str], language: str, limits: Sequence[Limit], has_figure: bool) -> int:
    """The column that the question names, or the one of the largest amounts; -1: there is none. A limit that
    all numbers of a column are on the same side of wasn't meant for it, if another one has numbers on both.
    """
    if not (limits or has_figure):
        return -1
    if named := [i for i in table.numeric if asked & stems(table.names[i], language)]:
        return named[0]
    numeric = [i for i in table.numeric if not table.has_shares(i)] or table.numeric
    numeric = [i for i in numeric if _parts(table, i, limits)] or numeric
    money = [i for i in numeric if any(_AMOUNT.search(cell) for cell in table.cells(i))]
    if money:  # the whole, and not the tax in it
        return max(money, key=lambda i: sum(filter(None, map(value_of, table.cells(i))), Decimal(0)))
    return (numeric or (-1,))[-1]


def _parts(table: Table, column: int, limits: Sequence[Limit]) -> bool:
    """Whether some numbers of a column are within limits, and some aren't."""
    values = [value for cell in table.cells(column) if (value := value_of(cell)) is not None]
    return len({all(limit.holds(value) for limit in limits) for value in values}) > 1
