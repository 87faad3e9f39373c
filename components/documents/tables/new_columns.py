"""A new column of a table: its title and what its values are. Knows no format."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from components.kept import Kept

Kind = Literal["text", "number", "date", "yes/no", "json"]
_PLAIN = str.maketrans({"\ufeff": "", "{": "(", "}": ")"})
Value = Any  # text, a number, "2026-05-31" for a date, a truth value, JSON; None: nothing


@dataclass(frozen=True)
class Column(Kept):
    """One new column."""

    title: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Choice(Kept):
    """Which table of a file, and how it is read."""

    sheet: str = ""  # of a workbook; empty: the first one with rows
    header: bool = True  # whether the first row has the titles


def unused(titles: Iterable[str], taken: Sequence[str]) -> list[str]:
    """The titles with a number where the table has such a column already: "answer", "answer (2)"."""
    known = {title.casefold().strip() for title in taken}
    made = []
    for title in titles:
        name, number = title, 1
        while name.casefold().strip() in known:
            number += 1
            name = f"{title} ({number})"
        known.add(name.casefold().strip())
        made.append(name)
    return made


def named(cells: Sequence[str]) -> list[str]:
    """Titles on one line; those without text get a number, and a second one of a name too. Braces are round
    ones, since a prompt has the title in braces.
    """
    made: list[str] = []
    for number, cell in enumerate(cells, 1):
        title = " ".join(cell.translate(_PLAIN).split()) or f"Column {number}"
        made += unused([title], made)
    return made


def header_row(rows: Sequence[Sequence[str]], look: int = 20) -> int:
    """Which of the first rows has the titles: the first that is nearly as wide as rows usually are.

    A bank's export begins with lines about the account. The titles of a table that pandas wrote lack their
    first one, above the numbers of its rows: of two or three columns, that is much.
    """
    widths = [sum(1 for cell in row if cell.strip()) for row in rows[:200]]
    filled = sorted(width for width in widths if width)
    usual = max(1, filled[len(filled) // 2] if filled else 0)
    if _over_numbers(rows, usual):
        return 0
    found = next((number for number, width in enumerate(widths[:look]) if width >= usual * 0.75), 0)
    return 0 if any(width > 2 for width in widths[:found]) else found


def _over_numbers(rows: Sequence[Sequence[str]], usual: int) -> bool:
    """Whether the first row lacks but its first title, and that column begins with a number."""
    if len(rows) < 2 or len(rows[0]) != usual or usual < 2 or not rows[1]:
        return False
    first, *others = (cell.strip() for cell in rows[0])
    return not first and all(others) and rows[1][0].strip().isdigit()
