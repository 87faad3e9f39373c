"""CSV and TSV: the cells of the chosen columns, with separator, quoting and line ends as they were.

Knows cells, not what they mean.
"""

import re
from collections.abc import Sequence

from components.documents.cells import neutral
from components.documents.formats.delimited import ONE_COLUMN, separator_of
from components.documents.place import Place
from components.documents.rewriting.text_file import Edit, TextFile, apply
from components.documents.rewriting.units import Options, Placed, Unit, has_words
from components.messages import N_, Said

Cell = tuple[int, int, bool]  # start, end, whether it is quoted


class Grid:
    """Where the cells of a table are in its text, row by row; lines without anything are no rows."""

    def __init__(self, text: str, name: str) -> None:
        body = 0
        declared = re.match(r'"?sep=(.)"?\r?\n', text, re.IGNORECASE)
        if declared:
            body = declared.end()
        self.text = text
        self.separator = declared[1] if declared else separator_of(text, name.rsplit(".", 1)[-1].lower())
        self.one_column = self.separator == ONE_COLUMN
        self.rows = _rows(text, body, self.separator)
        if self.one_column:
            self.separator = ","  # of cells that are written; the old ones may have commas
        self._escaped = False  # whether a quotation mark inside is written \\" and not ""
        if '\\"' in text and not self.one_column and _uneven(self.rows):
            other = _rows(text, body, self.separator, escaped=True)
            if not _uneven(other):
                self.rows, self._escaped = other, True

    def value(self, cell: Cell) -> str:
        start, end, quoted = cell
        raw = self.text[start:end]
        if not quoted:
            return raw
        inner = raw[1:-1].replace('""', '"')
        return re.sub(r"\\([\\\"])", r"\1", inner) if self._escaped else inner

    def written(self, value: str, source: str = "", quoted: bool = False) -> str:
        """A value as a cell, with quotation marks where it needs them; `source` is what was there before."""
        if not (quoted or any(sign in value for sign in (self.separator, '"', "\n", "\r"))):
            return value
        if self._escaped and '""' not in source[1:-1]:
            return '"' + re.sub(r"[\\\"]", r"\\\g<0>", value) + '"'
        return '"' + value.replace('"', '""') + '"'


class DelimitedFile(TextFile):
    """One table."""

    def __init__(self, text: str, options: Options, name: str = "table.csv") -> None:
        super().__init__(text, options)
        self._cells: list[Cell] = []
        grid = self._grid = Grid(text, name)
        self.header = [grid.value(cell) for cell in grid.rows[0]] if grid.rows else []
        self.counts = {N_("rows"): len(grid.rows), N_("cells"): sum(map(len, grid.rows))}
        chosen = chosen_columns(self.header, options.columns)
        for number, row in enumerate(grid.rows):
            for column, cell in enumerate(row):
                value = grid.value(cell)
                formula = value.startswith("=")
                if has_words(value) and not formula and (chosen is None or column in chosen):
                    self._cells.append(cell)
                    place = Place(row=number + 1, column=column + 1)
                    self.units.append(Unit(value, (), Said("cell"), place))

    def write(self, placed: Sequence[Placed | None]) -> str:
        edits = []
        for cell, one in zip(self._cells, placed, strict=True):
            if one is None:
                continue
            start, end, quoted = cell
            value, source = one.text, self._grid.value(cell)
            if self.options.bilingual:
                value = f"{source}\n{value}"
            if neutral(source) == source or value.lstrip()[:1] != source.lstrip()[:1]:
                value = neutral(value)  # it began with this before, so it is no more of a formula now
            edits.append(Edit(start, end, self._grid.written(value, self.text[start:end], quoted)))
        return apply(self.text, edits)


def chosen_columns(header: Sequence[str], wanted: Sequence[str]) -> set[int] | None:
    """Their numbers from headers or letters; None: all of them."""
    if not wanted:
        return None
    found = set()
    names = [name.strip().casefold() for name in header]
    for one in wanted:
        plain = one.strip().casefold()
        if plain in names:
            found |= {i for i, name in enumerate(names) if name == plain}
        elif numbered := re.fullmatch(r"column (\d+)", plain):  # one without a title
            found.add(int(numbered[1]) - 1)
        elif re.fullmatch("[a-z]{1,3}", plain):
            found.add(column_number(plain) - 1)
    return found


def column_number(letters: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _uneven(rows: Sequence[Sequence[object]]) -> bool:
    return len({len(row) for row in rows}) > 1


def _rows(text: str, at: int, separator: str, escaped: bool = False) -> list[list[Cell]]:
    """The place of each cell. `escaped`: with backslashes inside."""
    inner = r'(?:[^"\\]|\\.|"")*' if escaped else r'(?:[^"]|"")*'
    pattern = re.compile(
        rf' *"{inner}"(?=[^\S\r\n{re.escape(separator)}]*(?:{re.escape(separator)}|\r|\n|\Z))'
        rf"|[^{re.escape(separator)}\r\n]*"
    )
    rows: list[list[Cell]] = []
    row: list[Cell] = []
    while at <= len(text):
        cell = pattern.match(text, at)
        assert cell is not None
        start, end = cell.span()
        quoted = (
            text[start:end].lstrip(" ").startswith('"') and text[start:end].endswith('"') and end - start > 1
        )
        start += len(text[start:end]) - len(text[start:end].lstrip(" ")) if quoted else 0
        row.append((start, end, quoted))
        at = end
        while at < len(text) and text[at] in " \t" and text[at] != separator:
            at += 1
        if at >= len(text):
            break
        if text[at] == separator:
            at += 1
            continue
        at += 2 if text.startswith("\r\n", at) else 1
        rows.append(row)
        row = []
        if at >= len(text):
            break
    if row:
        rows.append(row)
    return [row for row in rows if len(row) > 1 or row[0][1] > row[0][0]]
