"""Rows of tables that a question counts or adds up: computed, not guessed.

Knows tables and the question's words; nothing about models. A question names conditions: a number ("over
1,000"), for the column of numbers that it names or the one of the largest amounts; a cell ("unpaid", "Berg
Bakery"), in a column that says the same again and again, or yes to its own name; a date ("in February 2027").
The message says which were used, and `ignored` which words of the question were not.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from typing import Literal

from components.documents import Document
from components.messages import Message, Said, clauses, counted
from components.scripts import UNSPACED
from components.tasks.ask.asked_columns import INCLUSIVE, OVER, UNDER, Limit, column_of, limits_of
from components.tasks.ask.asked_tables import NUMBER, SUM, Table, row_of, stems, tables_of, value_of
from components.tasks.ask.full_lists import FRAME, Listed
from components.tasks.ask.phrases import alternatives, phrase
from components.tasks.facts import dates

# A cell's word in another form, as "offene" of "offen": it has a few letters more, or much of it is the same.
SHORTEST, LONGER = 4, 2
SAME, SHARE = 6, 0.65
_WHICH = phrase("which")
_MOST, _LEAST, _MEAN, _HOW_MANY = phrase("most"), phrase("least"), phrase("mean"), phrase("how_many")
_BORDER = phrase("border")  # of dates, which a cell that says the same doesn't stand for
_NOT = re.compile(
    rf"(?:{alternatives('is_not')})(?:\s+\w+){{0,2}}\s*$|(?:{alternatives('no')})\s*$", re.IGNORECASE
)
_YES, _OPPOSITE = phrase("yes"), phrase("opposite")
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD = re.compile(r"[^\W_]+")
_EAST = re.compile(f"[{UNSPACED}]")


Figure = Literal["", "sum", "mean", "most", "least"]


@dataclass(frozen=True)
class Counted:
    """Rows of tables that fulfil what a question says."""

    message: Message
    rows: tuple[Listed, ...]
    ignored: tuple[str, ...] = ()  # words of the question that no condition and no name in the tables has


@dataclass(frozen=True)
class _Condition:
    """What a column's cells are to say, and the rows where they do."""

    column: Message
    value: str
    rows: frozenset[int]
    negated: bool = False
    by: str = ""  # the word of the question, where it isn't the value

    @property
    def message(self) -> Message:
        if self.negated:
            return Said("{column}: not {value}", column=self.column, value=self.value)
        return Said("{column}: {value}", column=self.column, value=self.value)


@dataclass(frozen=True)
class _Rows:
    """What a question comes to in one table."""

    table: Table
    column: int  # of the numbers; -1: none is needed
    rows: Sequence[int]  # that have a number in it
    conditions: Sequence[_Condition]
    limits: Sequence[Limit]
    each: int = -1  # a column whose different cells are counted, in the place of rows

    @property
    def hits(self) -> list[int]:
        return [
            row for row in self.rows if all(row in one.rows for one in self.conditions) and self._holds(row)
        ]

    def _holds(self, row: int) -> bool:
        return all(limit.holds(self.value(row)) for limit in self.limits)

    def value(self, row: int) -> Decimal | None:
        return value_of(self.table.block.rows[row][self.column]) if self.column >= 0 else None


def asks(question: str) -> bool:
    """Whether a question may be one for rows, their number, or what they come to."""
    return any(one.search(question) for one in (_HOW_MANY, _WHICH, SUM, _MOST, _LEAST, _MEAN))


def count(
    question: str,
    language: str,
    documents: Sequence[Document],
    certain: bool = True,
    in_table: bool = False,
) -> Counted | None:
    """What a question about rows of tables comes to; None where no table answers it.

    `certain`: whether the question is surely about rows. If not, something of a row has to be named by it,
    and a table, as "how many invoices are unpaid" does, or `in_table`, the likeliest answer is a row.
    """
    limits = limits_of(question)
    if limits is None:
        return None
    asked = stems(FRAME.sub(" ", question), language)
    every = list(tables_of(documents))
    tables = [one for one in every if one.says(language) & asked] or (every if certain or in_table else [])
    made = [one for table in tables if (one := _rows(question, language, table, asked, limits))]
    most = max((len(one.conditions) for one in made), default=0)
    made = [one for one in made if len(one.conditions) == most]
    ignored = _ignored(question, language, made)
    if not made or not (certain or _is_about_rows(question, language, made, ignored, in_table)):
        return None
    shown = _shown(question, made)
    listed = [Listed(table.document, row_of(table, row), 1.0) for table, row in shown]
    return Counted(_told(question, made), tuple(listed), ignored)


def _rows(
    question: str, language: str, table: Table, asked: set[str], limits: Sequence[Limit]
) -> _Rows | None:
    """What a question comes to in a table; None where it lacks what the question needs."""
    figure = _figure(question)
    column = column_of(table, asked, language, limits, bool(figure))
    if column < 0 and (limits or figure):
        return None
    columns = range(len(table.names))
    conditions = [
        one
        for i in columns
        if (one := _cells_named(question, table, i) or _ticked(question, language, table, i))
    ]
    when = _dated(question, language, table)
    if when is None:
        return None
    rows = [row for row in table.body if column < 0 or value_of(table.block.rows[row][column]) is not None]
    each = -1 if figure else _each(question, language, table)
    return _Rows(table, column, rows, [*conditions, *when], limits, each)


def _is_about_rows(
    question: str, language: str, made: Sequence[_Rows], ignored: Sequence[str], in_table: bool
) -> bool:
    """Whether a question says something of the rows, and not just what a table is about; nor are the numbers
    in a column what it counts: "how many trips", where a column has "Trips: 120". Where the likeliest answer
    is a row (`in_table`), "which invoice" may call a row by a name that the table doesn't have.
    """
    if _figure(question):
        rows = {behind[0] for behind in [_behind(question, _WHICH)] if in_table and behind}
        return not set(ignored) - rows
    wanted = _wanted(question, language)
    amounts_of = (stems(one.table.names[i], language) for one in made for i in one.table.numeric)
    said = any(one.conditions or one.limits or one.each >= 0 for one in made)
    return said and not any(wanted & of for of in amounts_of)


def _wanted(question: str, language: str) -> set[str]:
    """What follows "how many"."""
    behind = _behind(question, _HOW_MANY)[:2]
    return stems(" ".join(one[:4] if _EAST.search(one) else one for one in behind), language)


def _behind(question: str, asking: re.Pattern[str]) -> Sequence[str]:
    """The words behind what asks; none where nothing does."""
    found = asking.search(question)
    return _WORD.findall(question[found.end() :]) if found else []


def _each(question: str, language: str, table: Table) -> int:
    """The column of what is to be counted, where rows name the same one again: "how many customers"."""
    wanted = _wanted(question, language)
    for column, name in enumerate(table.names):
        cells = [_plain(cell) for cell in table.cells(column) if cell.strip()]
        again = len(set(cells)) < len(cells)
        if again and column not in table.numeric and wanted & stems(name, language):
            return column
    return -1


def _told(question: str, made: Sequence[_Rows]) -> Message:
    """What it comes to, with the conditions that were used."""
    hits, rows = sum(len(one.hits) for one in made), sum(len(one.rows) for one in made)
    names = [one.table.called(one.column) for one in made if one.column >= 0]
    name, limits = next(iter(names), ""), made[0].limits
    conditions = list(dict.fromkeys(one.message for each in made for one in each.conditions))
    if name and (figure := _figure(question)):
        values = [value for one in made for row in one.hits if (value := one.value(row)) is not None]
        told = _worked_out(figure, name, values)
    elif all(one.each >= 0 for one in made):
        cells = {_plain(one.table.block.rows[row][one.each]) for one in made for row in one.hits} - {""}
        told = counted(
            "{count:,} different in the column {name}, in {rows:,} rows",
            "{count:,} different in the column {name}, in {rows:,} rows",
            len(cells),
            name=made[0].table.called(made[0].each),
            rows=hits,
        )
    elif limits and name:
        told = counted(
            "{count:,} of {rows:,} rows, by the column {name}",
            "{count:,} of {rows:,} rows, by the column {name}",
            hits,
            rows=rows,
            name=name,
        )
    elif limits or conditions:
        told = counted("{count:,} of {rows:,} rows", "{count:,} of {rows:,} rows", hits, rows=rows)
    else:
        return counted("{count:,} row", "{count:,} rows", rows)
    if not conditions:
        return told
    return Said("{counted} ({conditions})", counted=told, conditions=clauses(*conditions))


def _worked_out(figure: Figure, name: Message, values: Sequence[Decimal]) -> Message:
    """What numbers of a column come to."""
    if figure == "sum" or not values:
        return counted(
            "{name}: {total} in all, over {count} row",
            "{name}: {total} in all, over {count:,} rows",
            len(values),
            name=name,
            total=_written(sum(values, Decimal(0))),
        )
    rows = len(values)
    match figure:
        case "mean":
            mean = (sum(values, Decimal(0)) / rows).quantize(Decimal("0.01"))
            return Said(
                "{name}: {mean} on average, of {rows:,} rows", name=name, mean=_written(mean), rows=rows
            )
        case "most":
            most = _written(max(values))
            return Said("{name}: {most} is the highest of {rows:,} rows", name=name, most=most, rows=rows)
        case _:
            least = _written(min(values))
            return Said("{name}: {least} is the lowest of {rows:,} rows", name=name, least=least, rows=rows)


def _written(value: Decimal) -> str:
    return f"{value:,.2f}" if value.as_tuple().exponent == -1 else f"{value:,f}"  # 0.40, not 0.4


def _ignored(question: str, language: str, made: Sequence[_Rows]) -> tuple[str, ...]:
    """Words of a question that carry meaning and were not used, where words are told apart by spaces."""
    if _EAST.search(question):
        return ()
    used = set[str]()
    for one in made:
        used |= one.table.says(language)
        used |= stems(" ".join(f"{each.value} {each.by}" for each in one.conditions), language)
    rest = FRAME.sub(" ", question)
    for pattern in (OVER, UNDER, INCLUSIVE, SUM, _MOST, _LEAST, _MEAN, _HOW_MANY, NUMBER):
        rest = pattern.sub(" ", rest)
    words = [word for word in _WORD.findall(rest) if word.isalpha()]
    return tuple(word for word in words if (own := stems(word, language)) and not own & used)


def _figure(question: str) -> Figure:
    """What is asked of the numbers of rows: not their sum in "how many invoices are there in total"."""
    if _HOW_MANY.search(question):
        return ""
    wanted: dict[Figure, re.Pattern[str]] = {"mean": _MEAN, "most": _MOST, "least": _LEAST, "sum": SUM}
    return next((figure for figure, pattern in wanted.items() if pattern.search(question)), "")


def _shown(question: str, made: Sequence[_Rows]) -> list[tuple[Table, int]]:
    """The rows that are quoted: where the highest or the lowest number is asked for, those that have it."""
    rows = [(one, row, one.value(row)) for one in made for row in one.hits]
    values, figure = [value for _, _, value in rows if value is not None], _figure(question)
    if values and figure in ("most", "least"):
        best = max(values) if figure == "most" else min(values)
        rows = [(one, row, value) for one, row, value in rows if value == best]
    return [(one.table, row) for one, row, _ in rows]


# Conditions


def _cells_named(question: str, table: Table, column: int) -> _Condition | None:
    """Cells of a column that the question says, where the column says the same again and again."""
    if column in table.numeric:
        return None
    cells = {row: _plain(table.block.rows[row][column]) for row in table.body}
    values = Counter(cell for cell in cells.values() if cell and not cell.replace(" ", "").isdigit())
    if len(values) == values.total():
        return None  # names of rows, each its own
    said = [value for value in values if len(value) > 1 and _is_said(value, question)]
    said = said or [value for value in values if _is_formed(value, question)]
    said = [one for one in said if not any(one != other and one in other for other in said)]
    if not said:
        return None
    negated = any(_NOT.search(question[: _at(one, question)]) for one in said)
    rows = frozenset(row for row, cell in cells.items() if cell and (cell in said) != negated)
    whole = [next(one for one in table.cells(column) if _plain(one) == value) for value in said]
    return _Condition(table.called(column), ", ".join(whole), rows, negated)


def _ticked(question: str, language: str, table: Table, column: int) -> _Condition | None:
    """Rows of a column that says yes or no to its own name: "paid", "not paid", "unpaid" of "Paid: yes"."""
    cells = {row: _plain(table.block.rows[row][column]) for row in table.body}
    yes = {cell for cell in cells.values() if _YES.fullmatch(cell)}
    if len(yes) != 1 or len(set(cells.values())) != 2:
        return None
    own = stems(table.names[column], language)
    for word in _WORD.finditer(question):
        opposite = _OPPOSITE.match(word[0])
        denied = bool(opposite and own & stems(word[0][opposite.end() :], language))
        if denied or own & stems(word[0], language):
            wanted = bool(_NOT.search(question[: word.start()])) == denied
            rows = frozenset(row for row, cell in cells.items() if (cell in yes) == wanted)
            value = next(table.block.rows[row][column] for row, cell in cells.items() if cell in yes)
            return _Condition(table.called(column), value, rows, not wanted, word[0])
    return None


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _is_said(value: str, question: str) -> bool:
    if _EAST.search(value):
        return value in question.casefold()
    return f" {value} " in f" {_plain(question)} "


def _is_formed(value: str, question: str) -> bool:
    """Whether each word of a cell is in the question in another form."""
    said = _plain(question).split()
    return not _EAST.search(value) and all(any(_same(word, one) for one in said) for word in value.split())


def _same(word: str, other: str) -> bool:
    """Whether two words may be forms of one: "engineering" and "engineers"."""
    if len(word) >= SHORTEST and other.startswith(word) and len(other) <= len(word) + LONGER:
        return True
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))
    return alike >= SAME and alike >= SHARE * max(len(word), len(other))


def _at(value: str, question: str) -> int:
    return max(question.casefold().find(value.split()[0]), 0)


def _dated(question: str, language: str, table: Table) -> list[_Condition] | None:
    """The dates that the question says, as a condition for a column of dates; None where no column has any,
    or the question doesn't want just these.
    """
    wanted, rest = dates.dates(question), question
    for said, _ in wanted:
        rest = rest.replace(said, " ")
    wanted += dates.months(rest)
    for pattern in (OVER, UNDER):  # "over 2,000" is no year
        rest = re.sub(rf"(?:{pattern.pattern})\s*{NUMBER.pattern}", " ", rest, flags=re.IGNORECASE)
    wanted += [(year, (year, "", "")) for year in _YEAR.findall(rest)]
    there = " ".join([table.name, *table.block.section, table.block.place.sheet])
    wanted = [(said, key) for said, key in wanted if said not in there]
    if not wanted:
        return []
    columns = sorted(
        (i for i in range(len(table.names)) if _has_dates(table.cells(i))),
        key=lambda i: not stems(table.names[i], language) & stems(question, language),
    )
    if not columns or len(wanted) > 1 or _BORDER.search(rest):
        return None
    column, (said, key) = columns[0], wanted[0]
    rows = frozenset(row for row in table.body if _is_on(table.block.rows[row][column], key))
    return [_Condition(table.called(column), said, rows)]


def _has_dates(cells: Sequence[str]) -> bool:
    """Whether most cells have a date that can be read in one way only; numbers of rows are no years."""
    if all(map(_YEAR.fullmatch, cells)) and len(set(cells)) == len(cells):
        return False
    return 2 * sum(bool(_day(cell)) for cell in cells) > len(cells)


def _day(cell: str) -> dates.Key | None:
    if _YEAR.fullmatch(cell.strip()):
        return cell.strip(), "", ""
    return next((key for _, key in dates.dates(cell)), None)


def _is_on(cell: str, key: dates.Key) -> bool:
    day = _day(cell)
    return day is not None and all(not wanted or wanted == own for wanted, own in zip(key, day, strict=True))
