"""The lines of a page in reading order: columns one after the other, lines across them before or after.

Knows nothing about paragraphs and headings.
"""

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from components.documents.formats.pdf_runs import Run

TOGETHER = 0.6  # of the type size: words of a line are no further apart
ROWS = 4  # lines that a column has at least
FILLED = 0.7  # of a column's width: how long its usual line is where there is running text
CLOSE = 2.0  # of the type size: how far apart lines of one column are at most
WORDS = 4  # of a line in a column of a few lines
TURNS = 3  # from one side to the other, of lines in columns at heights of their own
LETTERS = 14  # of a usual line of a column at least; East Asian characters count twice
ALIGNED = 0.5  # share of lines with a neighbour at the same height, above which columns may be a table
TABLE_ROWS, CELLS, CELL = 3, 4, 16  # rows, cells in a row, letters in a cell of a table across columns

_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")  # Hebrew, Arabic and their kin


@dataclass
class Line:
    """Runs on one baseline, from left to right."""

    runs: list[Run]
    page: int = 0
    region: int = 0  # lines of the same column have the same number
    left: float = 0.0  # of the column
    right: float = 0.0
    mates: int = 0  # lines in the column
    size: float = field(init=False)
    bold: bool = field(init=False)
    text: str = field(init=False)

    def __post_init__(self) -> None:
        self.runs.sort(key=lambda run: run.x0)
        if is_right_to_left(self.runs):
            self.runs.reverse()
        weight: Counter[float] = Counter()
        for run in self.runs:
            weight[run.size] += len(run.text)
        self.size = weight.most_common(1)[0][0]
        letters = sum(len(run.text) for run in self.runs)
        self.bold = sum(run.bold * len(run.text) for run in self.runs) > 0.9 * letters
        self.text = " ".join(" ".join(run.text.split()) for run in self.runs)

    @property
    def x0(self) -> float:
        return min(run.x0 for run in self.runs)

    @property
    def x1(self) -> float:
        return max(run.x1 for run in self.runs)

    @property
    def y(self) -> float:
        return max(self.runs, key=lambda run: (run.size, len(run.text))).y


def lines_in_order(runs: Sequence[Run], page: int, first: int = 0) -> list[Line]:
    """All lines of a page, each marked with its column; columns are counted from `first`."""
    out: list[Line] = []
    for number, region in enumerate(_regions(_whole(runs), 0), first):
        lines = rows(region)
        left, right = min(run.x0 for run in region), max(run.x1 for run in region)
        for line in lines:
            line.page, line.region, line.left, line.right, line.mates = page, number, left, right, len(lines)
        out += lines
    return out


def _whole(runs: Sequence[Run]) -> list[Run]:
    """Joins runs of a line that are no further apart than words: files cut lines anywhere."""
    out: list[Run] = []
    for line in rows(runs):
        last: Run | None = None
        for run in sorted(line.runs, key=lambda r: r.x0):
            if (
                last is None
                or run.rows
                or last.rows
                or not -0.5 * line.size < run.x0 - last.x1 < TOGETHER * line.size
            ):
                last = run
                out.append(run)
                continue
            space = " " if run.x0 - last.x1 > 0.18 * line.size else ""
            larger = max(last, run, key=lambda r: r.size)
            text = (
                f"{run.text}{space}{last.text}"
                if is_right_to_left([last, run])
                else f"{last.text}{space}{run.text}"
            )
            bold = (last.bold * len(last.text) + run.bold * len(run.text)) / (len(last.text) + len(run.text))
            last.text, last.x1, last.y, last.size, last.bold = (
                text,
                max(last.x1, run.x1),
                larger.y,
                larger.size,
                bold,
            )
    return out


def rows(runs: Sequence[Run]) -> list[Line]:
    """Groups runs by baseline, from top to bottom. Superscripts and subscripts go with their line."""
    groups: list[list[Run]] = []
    for run in sorted(runs, key=lambda r: (r.y, r.x0)):
        group = next((g for g in reversed(groups[-3:]) if _same_row(g, run)), None)
        if group is None:
            groups.append([run])
        else:
            group.append(run)
    lines = [Line(group) for group in groups]
    return sorted(lines, key=lambda line: (line.y, line.x0))


def _same_row(group: list[Run], run: Run) -> bool:
    main = max(group, key=lambda r: (r.size, len(r.text)))
    larger, smaller = max(main.size, run.size), min(main.size, run.size)
    if abs(main.y - run.y) > (0.5 if smaller < 0.85 * larger else 0.3) * larger:
        return False
    # Two texts over each other aren't one line, however close they are.
    return not any(
        min(r.x1, run.x1) - max(r.x0, run.x0) > 0.5 * min(r.x1 - r.x0, run.x1 - run.x0) for r in group
    )


def _regions(runs: list[Run], depth: int) -> list[list[Run]]:
    """Runs that are read together, in order: above, left column, right column, below.

    A page is cut at its gutter, and the halves of it again, as long as there is one. What lies across the
    gutter cuts the columns into stretches that are read one after the other:

        A title over both columns        [title], [left 1, left 2], [right 1, right 2],
        left 1           right 1    ->   [a figure's caption], [left 3], [right 3]
        left 2           right 2
        A figure's caption
        left 3           right 3
    """
    if len(runs) < 2 * ROWS or depth > 6:
        return _short_columns(runs) if runs else []
    at = _gutter(runs)
    if at is None:
        return _short_columns(runs)
    tabular = _tabular(runs, at)
    left = [r for r in runs if r.x1 <= at and id(r) not in tabular]
    right = [r for r in runs if r.x0 >= at and id(r) not in tabular]
    across = sorted((r for r in runs if r.x0 < at < r.x1 or id(r) in tabular), key=lambda r: r.y)
    ordered: list[list[Run]] = []
    above = float("-inf")
    for group in [*_together(across, left + right), []]:
        below = min((r.top for r in group), default=float("inf"))
        for side in (left, right):
            ordered += _regions([r for r in side if above <= r.y - 0.3 * r.size < below], depth + 1)
        ordered += _regions(group, depth + 1)
        above = below
    return [region for region in ordered if region]


def _short_columns(runs: list[Run]) -> list[list[Run]]:
    """Two columns of a few lines each, told by sentences that go on from line to line on both sides.

    The committee looked at     accepted the plan for
    the yearly figures and      the next year.     ->  [The ..., figures and], [accepted ..., next year.]
    """
    lines = rows(runs)
    for start, line in enumerate(lines[:-1]):
        if len(line.runs) != 2:
            continue
        at = line.runs[1].x0 - 1
        end = start
        while end < len(lines) and _is_beside(lines[max(start, end - 1)], lines[end], at):
            end += 1
        block = [run for line in lines[start:end] for run in line.runs]
        left, right = [run for run in block if run.x1 <= at], [run for run in block if run.x0 >= at]
        if all(map(_goes_on, (left, right))):
            above = [run for line in lines[:start] for run in line.runs]
            below = [run for line in lines[end:] for run in line.runs]
            return [part for part in (above, left, right, *_short_columns(below)) if part]
    return _staggered(lines)


def _staggered(lines: list[Line]) -> list[list[Run]]:
    """Two columns of a few lines each, at heights of their own, as the rows of a table aren't.

                        accepted the plan.
    The committee met.                         ->  [The ..., It ...], [accepted ..., The plan ...]
                        The plan costs little.
    It was late.
    """
    starts = Counter(round(line.x0) for line in lines)
    for at in (start - 1 for start, count in starts.items() if count > 1):
        sides = [_side(line, at) for line in lines]
        for told, group in groupby(range(len(lines)), key=lambda i: bool(sides[i])):
            block = list(group)
            if not told or sum(sides[i] != sides[j] for i, j in pairwise(block)) < TURNS:
                continue
            parts = (
                [run for line in lines[: block[0]] for run in line.runs],
                *([run for i in block if sides[i] == side for run in lines[i].runs] for side in (-1, 1)),
            )
            return [*filter(None, parts), *_staggered(lines[block[-1] + 1 :])]
    whole = [run for line in lines for run in line.runs]
    return [whole] if whole else []


def _side(line: Line, at: float) -> int:
    """-1 for a line of some words left of `at`, 1 for one right of it, 0 for any other."""
    if len(line.runs) > 1 or len(line.text.split()) < WORDS:
        return 0
    return -1 if line.x1 <= at - line.size else int(line.x0 >= at)


def _is_beside(before: Line, line: Line, at: float) -> bool:
    """Whether a line may be of two columns that `at` separates."""
    apart = all(run.x1 <= at - line.size or run.x0 >= at for run in line.runs)
    return apart and len(line.runs) <= 2 and line.y - before.y < CLOSE * line.size


def _goes_on(side: list[Run]) -> bool:
    """Whether each line of a column, of some words, goes on in the next one."""
    return len(side) > 1 and all(
        after.text[:1].islower()
        and abs(after.x0 - before.x0) < before.size
        and before.text.rstrip()[-1:] not in ".!?:;"
        and len(before.text.split()) >= WORDS
        for before, after in pairwise(side)
    )


def _tabular(runs: list[Run], at: float) -> set[int]:
    """Runs of rows of many short cells on both sides of `at`: a table as wide as the page, not columns."""
    found: set[int] = set()
    stretch: list[Line] = []
    for line in [*rows(runs), None]:
        if line is not None and _is_table_row(line, at):
            stretch.append(line)
            continue
        if len(stretch) >= TABLE_ROWS:
            found |= {id(run) for row in stretch for run in row.runs}
        stretch = []
    return found


def _is_table_row(line: Line, at: float) -> bool:
    sides = {run.x0 >= at for run in line.runs}
    return len(line.runs) >= CELLS and len(sides) == 2 and len(line.text) < CELL * len(line.runs)


def _together(across: list[Run], others: list[Run]) -> list[list[Run]]:
    """Runs across the columns, in groups: those in one group have no column text between them."""
    groups: list[list[Run]] = []
    for run in across:
        if groups and not any(groups[-1][-1].y + 1 < o.y - 0.3 * o.size < run.top for o in others):
            groups[-1].append(run)
        else:
            groups.append([run])
    return groups


def _gutter(runs: list[Run]) -> float | None:
    """Where a line from top to bottom separates two columns of text; None if there is one column.

    Only places just before where several runs begin are tried, those of most runs first: lines of a column
    begin at the same x, say at 306 points on a page of 612. The one with most letters in its smaller column
    is taken, less half of the letters that lie across it.
    """
    x0, x1 = min(r.x0 for r in runs), max(r.x1 for r in runs)
    starts = Counter(round(r.x0 / 2) for r in runs if r.x0 > x0 + 0.12 * (x1 - x0))
    best, found = 0, None
    for start, count in starts.most_common(12):
        at = start * 2 - 2.0
        if count + starts[start - 1] + starts[start + 1] < ROWS // 2 + 1:
            continue
        score = _columns_score(runs, at)
        if score > best:
            best, found = score, at
    return found


def _columns_score(runs: list[Run], at: float) -> int:
    """Letters in the smaller of two columns separated at `at`; 0 if these aren't columns of text."""
    left, right = [r for r in runs if r.x1 <= at], [r for r in runs if r.x0 >= at]
    across = [r for r in runs if r.x0 < at < r.x1]
    if len(left) < ROWS or len(right) < ROWS:
        return 0
    beside_left, beside_right = _beside(left, right), _beside(right, left)
    if len(beside_left) < ROWS or len(beside_right) < ROWS:
        return 0
    top = max(min(r.y for r in beside_left), min(r.y for r in beside_right))
    bottom = min(max(r.y for r in beside_left), max(r.y for r in beside_right))
    crossing = sum(1 for r in across if top <= r.y <= bottom)
    if crossing > 0.35 * (len(beside_left) + len(beside_right)):
        return 0
    if not _are_columns(rows(beside_left), rows(beside_right), at):
        return 0
    score = min(sum(len(r.text) for r in left), sum(len(r.text) for r in right))
    return max(1, score - sum(len(r.text) for r in across if top <= r.y <= bottom) // 2)


def _beside(runs: list[Run], others: list[Run]) -> list[Run]:
    """The lines at a height where the other side has something too."""
    top, bottom = min(r.top for r in others), max(r.bottom for r in others)
    return [r for r in runs if top <= r.y <= bottom]


def _are_columns(left: list[Line], right: list[Line], at: float) -> bool:
    """Whether both sides have running text, or lines at heights of their own."""
    if len(left) < ROWS or len(right) < ROWS:
        return False
    size = statistics.median([line.size for line in left + right])
    gap = min(line.x0 for line in right) - statistics.quantiles([line.x1 for line in left], n=20)[-1]
    if gap < 0.5 * size:
        return False
    if all(_is_running_text(side) for side in (left, right)):
        return True
    fewer, more = sorted((left, right), key=len)
    aligned = sum(1 for a in fewer if any(abs(a.y - b.y) < 0.15 * size for b in more))
    return (
        aligned < ALIGNED * len(fewer)
        and len(fewer) >= ROWS + 1
        and gap > size
        and any(map(_is_running_text, (left, right)))
    )


def _is_running_text(lines: list[Line]) -> bool:
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    longest = sorted(lines, key=lambda line: len(line.text))[len(lines) // 4 :]
    lengths = [sum(2 if c > "\u2e80" else 1 for c in line.text) for line in longest]
    filled = statistics.median([sum(r.x1 - r.x0 for r in line.runs) / max(1.0, width) for line in longest])
    return statistics.median(lengths) >= LETTERS and filled >= FILLED


def is_right_to_left(runs: list[Run]) -> bool:
    text = "".join(run.text for run in runs)
    signs = len(_RIGHT_TO_LEFT.findall(text))
    return signs > 0 and signs > 0.5 * sum(map(str.isalpha, text))
