"""Finds tables among the lines of one column: rows of cells that are aligned under each other.

Knows nothing about ruled lines; only where the cells are.
"""

import re

from components.documents.draft import clean
from components.documents.formats.pdf_layout import Line
from components.documents.formats.pdf_runs import Run

APART = 1.1  # of the type size: the gap between two cells at least
ROWS = 3  # of a table at least
PROSE = 70  # letters of a usual cell, above which this is text in columns
_MARKER = re.compile(
    r"^(?:[•●○◦▪■□▸►‣∙·*–—✓➢-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]?|\[\d{1,3}\]|\d{1,2}(?:\.\d{1,2})+\.?)$"
)


def split_tables(lines: list[Line]) -> list[tuple[list[Line], list[list[str]]]]:
    """The lines in order, in parts: (lines, rows of the table that they are); no rows for other text.

    Lines of several cells that follow each other are a table if their cells leave the same stretches of the
    width empty, from the first of the lines to the last:

        Prices rose.                 [([Prices rose.], []),
        Tea     1.20    2.00    ->    ([Tea ..., Coffee ..., Milk ...],
        Coffee  2.50    3.10           [[Tea, 1.20, 2.00], [Coffee, 2.50, 3.10], [Milk, 0.90, 1.10]])]
        Milk    0.90    1.10
    """
    parts: list[tuple[list[Line], list[list[str]]]] = []
    at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        found = _as_table(lines[at:end]) if end - at >= ROWS else []
        if found:
            parts.append((lines[at:end], found))
            at = end
            continue
        if not parts or parts[-1][1]:
            parts.append(([], []))
        parts[-1][0].append(lines[at])
        at += 1
    return parts


def cells(line: Line) -> list[Run]:
    """Joins the runs of a line that are close together; a list marker goes with its text."""
    out: list[Run] = []
    for run in line.runs:
        last = out[-1] if out else None
        close = last is not None and run.x0 - last.x1 < APART * line.size
        if last is not None and (
            close
            or (
                len(out) == 1
                and _MARKER.match(last.text.strip())
                and run.x0 - last.x1 < 4 * line.size
                and len(line.runs) == 2
            )
        ):
            out[-1] = Run(f"{last.text} {run.text}", last.x0, run.x1, last.y, last.size, last.bold)
        else:
            out.append(run)
    return out


def _table_end(lines: list[Line], start: int) -> int:
    """Past the last line that may belong to a table beginning at `start`."""
    if len(cells(lines[start])) < 2:
        return start
    end, single = start + 1, 0
    while end < len(lines):
        line, before = lines[end], lines[end - 1]
        if line.y - before.y > 4.5 * max(line.size, before.size):
            break
        single = single + 1 if len(cells(line)) < 2 else 0
        if single > 2:
            break
        end += 1
    while (
        end > start
        and len(cells(lines[end - 1])) < 2
        and not _is_wrapped_cell(lines[end - 2], lines[end - 1])
    ):
        end -= 1
    return end


def _is_wrapped_cell(before: Line, line: Line) -> bool:
    """A lone run under one of the cells above, not at the left edge."""
    if line.y - before.y > 1.5 * line.size or len(cells(before)) < 2:
        return False
    return any(abs(cell.x0 - line.x0) < 0.5 * line.size for cell in cells(before)[1:])


def _as_table(lines: list[Line]) -> list[list[str]]:
    """Rows of cells; none if the cells aren't aligned under each other."""
    rows = [cells(line) for line in lines]
    many = [row for row in rows if len(row) >= 2]
    if len(many) < ROWS or len(many) < 0.6 * len(rows):
        return []
    columns = _columns([cell for row in many for cell in row])
    if len(columns) < 2 or any(len(row) > len(columns) for row in rows):
        return []
    lengths = sorted(len(cell.text) for row in many for cell in row)
    filled = sum(len(row) for row in many) / (len(many) * len(columns))
    if lengths[len(lengths) // 2] > PROSE or filled < 0.4:
        return []
    return _merged(lines, rows, columns)


def _columns(found: list[Run]) -> list[tuple[float, float]]:
    """Stretches of the width that cells cover, with nothing between them in any row."""
    columns: list[tuple[float, float]] = []
    for cell in sorted(found, key=lambda c: c.x0):
        if columns and cell.x0 < columns[-1][1] + 0.3 * cell.size:
            columns[-1] = (columns[-1][0], max(columns[-1][1], cell.x1))
        else:
            columns.append((cell.x0, cell.x1))
    return columns


def _merged(lines: list[Line], rows: list[list[Run]], columns: list[tuple[float, float]]) -> list[list[str]]:
    """Cells by column; a line without a first cell, close under the row before, goes on with its cells."""
    table: list[list[str]] = []
    for line, before, row in zip(lines, [None, *lines], rows, strict=False):
        texts = [""] * len(columns)
        for cell in row:
            column = max(
                range(len(columns)), key=lambda i: min(cell.x1, columns[i][1]) - max(cell.x0, columns[i][0])
            )
            texts[column] = f"{texts[column]} {clean(cell.text)}".strip()
        close = before is not None and line.y - before.y < 1.35 * line.size
        if table and not texts[0] and close and sum(map(bool, texts)) < len(columns):
            table[-1] = [f"{old} {new}".strip() for old, new in zip(table[-1], texts, strict=True)]
        else:
            table.append(texts)
    return table
