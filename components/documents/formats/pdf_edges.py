"""Finds running headers, footers and page numbers at the edges of pages.

Knows nothing about the text in between; takes the runs that it finds off the pages and says so.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from components.documents.draft import Draft, clean
from components.documents.formats.pdf_layout import Line, rows
from components.documents.formats.pdf_runs import Page
from components.messages import Said

EDGE = 0.14  # of the page's height: how far a header or footer reaches into the page
MARGIN = 0.085  # of the page's height: how far in from the edge there is never text
GAP = 1.8  # of the type size: the distance between lines of one group at most
DEPTH = 4  # lines of a header or footer at most
COVERED = 0.1  # of the page: what pictures take up at least where they, and not the edges, are the page
_PAGE = re.compile(
    r"^\W*(?:page|p\.?|pg\.?|seite|s\.|página|pagina|стр\.?|страница|第)?\s*(\d{1,4}|[ivxlc]{1,7})\s*"
    r"(?:页|頁|ページ)?\s*(?:(?:/|\||of|von|de|di|sur|из|共)\s*\d{1,4}\s*(?:页|頁)?)?\W*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(frozen=True)
class _Edge:
    page: Page
    line: Line
    top: bool
    depth: int  # 0 for the outermost line

    @property
    def key(self) -> tuple[bool, str]:
        return self.top, _NUMBER.sub("#", clean(self.line.text).lower())

    @property
    def number(self) -> tuple[int, str]:
        return self.page.number, self.line.text

    @property
    def margin(self) -> bool:
        return in_margin(self.line.y, self.page)


def drop_edges(pages: list[Page], draft: Draft) -> None:
    """Takes running headers, footers and page numbers off `pages`."""
    edges = [edge for page in pages for edge in _edges(page)]
    repeated = _repeated(edges, len(pages))
    numbers = _page_numbers(edges)
    met: set[tuple[bool, str]] = set()
    dropped: list[_Edge] = []
    for edge in edges:
        if edge.number in numbers or (edge.key in repeated and (edge.margin or edge.key in met)):
            dropped.append(edge)
        met.add(edge.key)  # what repeats inside the type area may be text: its first time stays
    gone = _taken_off(pages, dropped)
    seen = Counter(
        clean(e.line.text) for e in gone if e.key in repeated and any(map(str.isalpha, e.line.text))
    )
    _say(seen, sum(edge.number in numbers for edge in gone), draft)


def _taken_off(pages: list[Page], dropped: list[_Edge]) -> list[_Edge]:
    """Takes the runs of `dropped` off, but not off a page that has nothing else: there they are the text.

    A scanned page with a stamp or a header has something else, its picture, which would seem to be read.
    """
    gone = {id(run) for edge in dropped for run in edge.line.runs}
    emptied = set()
    for page in pages:
        kept = [run for run in page.runs if id(run) not in gone]
        if kept or page.covered >= COVERED:
            page.runs = kept
        else:
            emptied.add(page.number)
    return [edge for edge in dropped if edge.page.number not in emptied]


def _say(seen: Counter[str], numbers: int, draft: Draft) -> None:
    if seen:
        example = seen.most_common(1)[0][0]
        shown = example if len(example) <= 60 else f"{example[:57]}..."
        draft.leave_out(
            Said('Running headers and footers, such as "{shown}"', shown=shown),
            Said("they repeat from page to page"),
            sum(seen.values()),
            text="\n".join(text for text, _ in seen.most_common()),
        )
    draft.leave_out(Said("Page numbers"), Said("they are not part of the text"), numbers)


def _edges(page: Page) -> list[_Edge]:
    """The lines at the top and those at the bottom, each from the outermost inwards."""
    top = rows([run for run in page.runs if run.y < EDGE * page.height])
    bottom = rows([run for run in page.runs if run.y > (1 - EDGE) * page.height])
    found = [_Edge(page, line, True, i) for i, line in enumerate(_outer_group(top, page))]
    return found + [_Edge(page, line, False, i) for i, line in enumerate(_outer_group(bottom[::-1], page))]


def _outer_group(lines: list[Line], page: Page) -> list[Line]:
    """Lines in the margin, and those close to the outermost one; after a gap, the text begins."""
    group: list[Line] = []
    for line in lines[:DEPTH]:
        near = not group or abs(line.y - group[-1].y) < GAP * max(line.size, group[-1].size)
        if not near and not in_margin(line.y, page):
            break
        group.append(line)
    return group


def in_margin(y: float, page: Page) -> bool:
    return not MARGIN * page.height < y < (1 - MARGIN) * page.height


def _repeated(edges: list[_Edge], pages: int) -> set[tuple[bool, str]]:
    """Texts that are at the same edge of several pages, numbers aside, and at the same height."""
    where: dict[tuple[bool, str], list[_Edge]] = defaultdict(list)
    for edge in edges:
        where[edge.key].append(edge)
    needed = 3 if pages > 4 else 2
    found = set()
    for key, group in where.items():
        heights = Counter(round(edge.line.y / 6) for edge in group)
        common, count = heights.most_common(1)[0]
        near = count + heights[common - 1] + heights[common + 1]
        differs = key[1].strip() not in ("#", "")  # bare numbers are judged as page numbers
        if len({edge.page.number for edge in group}) >= needed and near >= needed and differs:
            found.add(key)
    return found


def _page_numbers(edges: list[_Edge]) -> set[tuple[int, str]]:
    """(page, text) of lone numbers that count up with the pages."""
    candidates = []
    for edge in edges:
        found = _PAGE.match(edge.line.text)
        if found and edge.depth <= 2 and (value := _value(found[1])):
            candidates.append((edge, value - edge.page.number))
    offsets = Counter(offset for _, offset in candidates)
    pages = {edge.page.number for edge, _ in candidates}
    return {
        (edge.page.number, edge.line.text)
        for edge, offset in candidates
        if offsets[offset] >= 2 or (len(pages) == 1 and edge.depth == 0)
    }


def _value(text: str) -> int:
    if text.isdigit():
        return int(text)
    total, largest = 0, 0
    for sign in reversed(text.lower()):
        value = ROMAN[sign]
        total += value if value >= largest else -value
        largest = max(largest, value)
    return total
