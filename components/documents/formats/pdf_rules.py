"""Ruled lines of a PDF page, and the tables that they draw: text in cells, row by row.

Knows nothing about the text between tables, and nothing about tables without lines.
"""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

NEAR = 3.0  # points that lines of one grid are apart at most where they should meet
SHORTEST = 6.0  # points of a line at least
SEGMENTS = 8_000  # of a page that are looked at
LINES = 1_000  # of a page at most in each direction: more are a drawing
GRID = 5_000  # cells at most
Point = tuple[float, float]


@dataclass(frozen=True)
class Rule:
    """A line: across at the height `at` from `start` to `end`, or down at the distance `at` from the left."""

    at: float
    start: float
    end: float


@dataclass
class Rules:
    """The lines of a page, in points from its left and top as read."""

    across: list[Rule] = field(default_factory=list)
    down: list[Rule] = field(default_factory=list)

    def parts(self, left: float, right: float, y: float) -> bool:
        """Whether a line is between two places at the height `y`."""
        return any(left <= rule.at <= right and rule.start < y < rule.end for rule in self.down)


def read_rules(page: pypdfium2.PdfPage, place: Callable[[float, float], Point]) -> Rules:
    across: list[Rule] = []
    down: list[Rule] = []
    for a, b in _segments(page):
        (x0, y0), (x1, y1) = place(*a), place(*b)
        if abs(y0 - y1) < 1 and abs(x0 - x1) >= SHORTEST:
            across.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x0 - x1) < 1 and abs(y0 - y1) >= SHORTEST:
            down.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    across, down = _merged(across), _merged(down)
    return Rules(across, down) if max(len(across), len(down)) <= LINES else Rules()


def _segments(page: pypdfium2.PdfPage) -> Iterator[tuple[Point, Point]]:
    """The straight lines of the page's shapes, as drawn."""
    left = SEGMENTS
    for i in range(pdfium.FPDFPage_CountObjects(page.raw)):
        shape = pdfium.FPDFPage_GetObject(page.raw, i)
        if pdfium.FPDFPageObj_GetType(shape) != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        count = pdfium.FPDFPath_CountSegments(shape)
        left -= count
        if left < 0:
            return
        yield from _of_shape(shape, count)


def _of_shape(shape: pdfium.FPDF_PAGEOBJECT, count: int) -> Iterator[tuple[Point, Point]]:
    matrix, x, y = pdfium.FS_MATRIX(), ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPageObj_GetMatrix(shape, matrix)
    first = last = (0.0, 0.0)
    for i in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(shape, i)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        at = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_LINETO:
            yield last, at
        elif kind == pdfium.FPDF_SEGMENT_MOVETO:
            first = at
        last = at
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield last, first


def _merged(rules: list[Rule]) -> list[Rule]:
    """Lines that go on from each other, or are the two edges of a thin box, as one."""
    merged: list[Rule] = []
    for group in _near(rules):
        at = sum(rule.at for rule in group) / len(group)
        start, end = None, 0.0
        for rule in sorted(group, key=lambda rule: rule.start):
            if start is not None and rule.start > end + NEAR:
                merged.append(Rule(at, start, end))
                start = None
            start, end = (rule.start, rule.end) if start is None else (start, max(end, rule.end))
        if start is not None:
            merged.append(Rule(at, start, end))
    return merged


def _near(rules: list[Rule]) -> list[list[Rule]]:
    """Lines in groups of about the same place."""
    groups: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: rule.at):
        if groups and rule.at - groups[-1][0].at <= NEAR:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return groups


@dataclass(frozen=True)
class Grid:
    """The lines of one table: where its columns and rows end, and which lines are between two cells."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    rules: Rules

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column of a place; of a merged cell those of its first."""
        column = next((i for i, (a, b) in enumerate(pairwise(self.xs)) if a - 1 <= x < b), None)
        row = next((i for i, (a, b) in enumerate(pairwise(self.ys)) if a - 1 <= y < b + 1), None)
        if column is None or row is None:
            return None
        height = (self.ys[row] + self.ys[row + 1]) / 2
        while column and not _crossed(self.rules.down, self.xs[column], height):
            column -= 1
        middle = (self.xs[column] + self.xs[column + 1]) / 2
        while row and not _crossed(self.rules.across, self.ys[row], middle):
            row -= 1
        return row, column


def _crossed(rules: list[Rule], at: float, where: float) -> bool:
    return any(abs(rule.at - at) <= NEAR and rule.start < where < rule.end for rule in rules)


def grids(rules: Rules) -> list[Grid]:
    """The tables of a page: lines that meet each other, with two rows and two columns at least."""
    found = []
    left = list(rules.down)
    while left:
        across: list[Rule] = []
        down = [left.pop()]
        grown = True
        while grown:
            more_across = [a for a in rules.across if a not in across and any(_meet(a, d) for d in down)]
            across += more_across
            more_down = [d for d in left if any(_meet(a, d) for a in more_across)]
            left = [d for d in left if d not in more_down]
            down += more_down
            grown = bool(more_down)
        if len(across) < 2:
            continue
        ends = [side for rule in across for side in (rule.start, rule.end)]
        tips = [side for rule in down for side in (rule.start, rule.end)]
        xs = _places([rule.at for rule in down] + [min(ends), max(ends)])
        ys = _places([rule.at for rule in across] + [min(tips), max(tips)])
        if len(xs) > 2 and len(ys) > 2 and len(xs) * len(ys) <= GRID:
            found.append(Grid(xs, ys, Rules(across, down)))
    return found


def _meet(across: Rule, down: Rule) -> bool:
    return (
        across.start - NEAR <= down.at <= across.end + NEAR
        and down.start - NEAR <= across.at <= down.end + NEAR
    )


def _places(numbers: list[float]) -> tuple[float, ...]:
    groups = _near([Rule(number, 0, 0) for number in numbers])
    return tuple(sum(rule.at for rule in group) / len(group) for group in groups)
