"""Finds tables among the lines of one column: rows of cells that are aligned under each other.

Tables with ruled lines are found first, by their lines; for others only where the cells are tells.
"""

import re
import statistics

from components.documents.draft import clean
from components.documents.formats.pdf_layout import Line, rows
from components.documents.formats.pdf_rules import Grid, grids
from components.documents.formats.pdf_runs import Page, Run
from components.documents.line_joiner import Words

APART = 1.1  # of the type size: the gap between two cells at least
ROWS = 3  # of a table at least
PROSE = 70  # letters of a usual cell, above which this is text in columns
FILLED = 0.35  # of the cells of a ruled table at least have text
CROSSING = 0.2  # of its texts go over a line at most
CELL = 400  # letters of its usual cell at most
_MARKER = re.compile(
    r"^(?:[•●○◦▪■□▸►‣∙·*–—✓➢-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]?|\[\d{1,3}\]|\d{1,2}(?:\.\d{1,2})+\.?)$"
)


def with_ruled(page: Page) -> list[Run]:
    """The runs of a page, those inside of a ruled table as one that has its rows."""
    runs = page.runs
    words: Words | None = None
    for grid in grids(page.rules):
        inside: dict[tuple[int, int], list[Run]] = {}
        for run in runs:
            if not run.rows and (at := grid.cell(run.x0 + 0.3 * run.size, run.y - 0.3 * run.size)):
                inside.setdefault(at, []).append(run)
        words = words or Words(clean(line.text) for line in rows(page.runs))
        table = _ruled(grid, inside, words)
        if not table:
            continue
        taken = [run for group in inside.values() for run in group]
        size = statistics.median(run.size for run in taken)
        text = " ".join(cell for row in table for cell in row if cell)
        whole = Run(text, grid.xs[0], grid.xs[-1], grid.ys[0] + size, size, 0.0, table)
        gone = set(map(id, taken))
        runs = [run for run in runs if id(run) not in gone] + [whole]
    return runs


def _ruled(grid: Grid, inside: dict[tuple[int, int], list[Run]], words: Words) -> tuple[tuple[str, ...], ...]:
    """The rows of a grid; none if its lines are a drawing, a form or a frame around text."""
    texts = {at: words.joined([clean(line.text) for line in rows(group)]) for at, group in inside.items()}
    used_rows, used_columns = sorted({row for row, _ in texts}), sorted({column for _, column in texts})
    if len(used_rows) < 2 or len(used_columns) < 2:
        return ()
    crossing = sum(
        run.x1 > grid.xs[column + 1] + run.size for (_, column), group in inside.items() for run in group
    )
    if len(texts) < FILLED * len(used_rows) * len(used_columns) or crossing > CROSSING * len(texts):
        return ()
    if statistics.median(map(len, texts.values())) > CELL:
        return ()
    return tuple(tuple(texts.get((row, column), "") for column in used_columns) for row in used_rows)


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
        ruled = next((run.rows for run in lines[at].runs if run.rows), ())
        if ruled:
            parts.append(([lines[at]], [list(row) for row in ruled]))
            at += 1
            continue
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
    while end < len(lines) and not any(run.rows for run in lines[end].runs):
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
