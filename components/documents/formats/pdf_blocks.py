"""Lines of a PDF to headings, paragraphs, list items, captions and tables.

Knows nothing about PDFium; it sees only where lines are, how large and how bold.
"""

import re
import statistics
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from components.documents.document import Kind
from components.documents.draft import Draft, clean
from components.documents.formats.pdf_layout import Line, lines_in_order
from components.documents.formats.pdf_runs import Page
from components.documents.formats.pdf_tables import split_tables, with_ruled
from components.documents.line_joiner import NO_SPACE, Words

LARGER = 1.12  # times the body's size: a heading
LOOK_BACK = 8  # paragraphs between the two halves of one: figures, notes, floats at the end of a page
FULL = 0.75  # of the column's width: how long the last line of a first half is at least
SMALLER = 0.93  # times the body's size: notes and labels, which don't interrupt the text
HEADING = 180  # letters of a heading at most
_BULLET = re.compile(r"^([•●○◦▪■□▸►‣∙·*–—✓➢-])\s*(?=\S)")
_BULLET_SPACED = re.compile(r"^([•●○◦▪■□▸►‣∙·✓➢]|[*–—-](?=\s))\s*(\S.*)", re.DOTALL)
_NUMBERED = re.compile(r"^(\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]|\[\d{1,3}\])\s+(\S.*)", re.DOTALL)
_CAPTION = re.compile(
    r"^(?:fig(?:ure|\.)|tab(?:le|\.)|abb(?:ildung|\.)|tabelle|tableau|figura|tabla|tabela|table|listing|scheme|chart|"
    r"рис(?:унок|\.)|таблица)\s*(?:[a-z]\.?)?(?:\d+(?:\.\d+)*[a-z]?|[ivx]+\b)\s*(?P<end>[.:|–—-]|$)?|^\[?[图圖表図]\s*\d(?P<east>)",
    re.IGNORECASE,
)
_SECTION = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\S|^(?:[A-Z]|[IVX]{1,5})\.\s+\S")
_ENDED = re.compile(r"[.!?:;…。！？：；][\"'”’»)\]」』]*(?:\[\d+\]|\d{1,2})?$")
_DEPTH = re.compile(r"\d{1,2}((?:\.\d{1,2})*)")
ACCENTS = {"´": "\u0301", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c", "˚": "\u030a"}
_ACCENT = re.compile(r"([´¨ˆ˜ˇ˚])\s?([A-Za-zı])")
_CEDILLA = re.compile(r"([cCsS]) ?¸")
_LEADER = re.compile(r"\s*(?:\.\s?){5,}\s*")


@dataclass
class _Paragraph:
    lines: list[Line]
    table: list[list[str]] = field(default_factory=list)
    kind: Kind = "paragraph"
    level: int = 0
    marker: str = ""
    text: str = ""
    turns: list[tuple[int, int]] = field(default_factory=list)  # where the text goes on, and on which page

    @property
    def size(self) -> float:
        return self.lines[0].size

    @property
    def page(self) -> int:
        return self.lines[0].page


def build_blocks(pages: list[Page], draft: Draft) -> None:
    """Adds the blocks of all pages to `draft`, in reading order."""
    lines = [line for page in pages for line in _lines(page)]
    if not lines:
        return
    body = _body_size(lines)
    words = Words(clean(line.text) for line in lines)
    found = [p for group in _grouped(lines) for p in _paragraphs(group, body)]
    for paragraph in found:
        if not paragraph.table:
            paragraph.text = composed(words.joined([clean(line.text) for line in paragraph.lines]))
            _classify(paragraph, body)
    _rank_headings(found, body)
    for paragraph in _continued(found, words):
        where, turns = {"page": paragraph.page}, tuple(paragraph.turns)
        if not any(
            c.isalnum() for row in paragraph.table or [[paragraph.text]] for cell in row for c in cell
        ):
            continue  # ornaments, and the characters of a drawing
        if paragraph.table:
            draft.table(paragraph.table, **where)
        elif paragraph.kind == "item":
            draft.item(paragraph.text, max(1, paragraph.level), paragraph.marker, turns=turns, **where)
        elif paragraph.kind == "heading":
            draft.heading(paragraph.text, paragraph.level, **where)
        else:
            draft.add(paragraph.kind, paragraph.text, turns=turns, **where)


def _lines(page: Page) -> list[Line]:
    """The lines of a page, and after them those that are set in another direction."""
    found: list[Line] = []
    for part in (page, *page.turned):
        found += lines_in_order(with_ruled(part), page.number, found[-1].region + 1 if found else 0)
    return found


def _body_size(lines: list[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0]


def _grouped(lines: list[Line]) -> list[list[Line]]:
    """Lines of the same column of the same page."""
    groups: list[list[Line]] = []
    for line in lines:
        if groups and (groups[-1][-1].page, groups[-1][-1].region) == (line.page, line.region):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _paragraphs(lines: list[Line], body: float) -> list[_Paragraph]:
    found: list[_Paragraph] = []
    for part, table in split_tables(lines):
        if table:
            found.append(_Paragraph(part, table))
            continue
        pitch = _pitch(part, body)
        edge = _right_edge(part)
        current: list[Line] = []
        for line in part:
            if current and _begins(current, line, pitch, edge):
                found.append(_Paragraph(current))
                current = []
            current.append(line)
        if current:
            found.append(_Paragraph(current))
    return found


def _pitch(lines: list[Line], body: float) -> float:
    """The usual distance between lines of running text, in type sizes."""
    steps = [
        (b.y - a.y) / a.size
        for a, b in pairwise(lines)
        if abs(a.size - b.size) < 0.5 and 0.8 * a.size < b.y - a.y < 3 * a.size
    ]
    if len(steps) < 3:
        return 1.25 if not steps else min(1.6, min(steps))
    usual = statistics.quantiles(steps, n=10)
    return min(statistics.median(steps), usual[2] * 1.15)


def _right_edge(lines: list[Line]) -> float:
    return (
        statistics.quantiles([line.x1 for line in lines], n=10)[8]
        if len(lines) > 3
        else max(line.x1 for line in lines)
    )


def _begins(current: list[Line], line: Line, pitch: float, edge: float) -> bool:
    """Whether `line` begins a new paragraph after those in `current`."""
    before, first = current[-1], current[0]
    size = max(before.size, line.size)
    if _flows(before, line, edge):
        return False
    if line.y - before.y > max(1.35 * pitch, pitch + 0.3) * size or line.y < before.y - 0.5 * size:
        return True
    if (
        abs(line.size - before.size) > 0.08 * size
        and not _has_size(before, line.size)
        and not _has_size(line, before.size)
    ):
        return True
    if before.bold != line.bold and abs(line.size - before.size) > 0.03 * size:
        return True
    if before.bold != line.bold and (before.bold and len(current) <= 3 and not _ends_open(before, edge)):
        return True
    if _BULLET_SPACED.match(line.text) or (_NUMBERED.match(line.text) and _may_be_item(first, before, line)):
        return True
    if _is_caption(line.text) and _ENDED.search(before.text):
        return True
    if _LEADER.search(before.text) or _is_indented(before, line, first):
        return True
    return _ended_early(before, line, edge)


def _flows(before: Line, line: Line, edge: float) -> bool:
    """Whether the sentence goes on, no matter how far apart the lines are."""
    return (
        line.text[:1].islower()
        and not _ENDED.search(before.text)
        and abs(before.size - line.size) < 0.04 * line.size
        and before.bold == line.bold
        and 0 < line.y - before.y < 2.4 * line.size
        and before.x1 - before.left > FULL * (edge - before.left)
        and not _BULLET_SPACED.match(line.text)
    )


def _has_size(line: Line, size: float) -> bool:
    """Whether two lines have the same size; a line of mixed sizes goes with either."""
    return any(abs(run.size - size) <= 0.08 * size and len(run.text) > 3 for run in line.runs)


def _ends_open(line: Line, edge: float) -> bool:
    return line.x1 > edge - 1.5 * line.size and not _ENDED.search(line.text)


def _may_be_item(first: Line, before: Line, line: Line) -> bool:
    """A line like "3. Text" is an item if other items have the same indentation, or a sentence has ended."""
    return bool(_NUMBERED.match(first.text) and abs(first.x0 - line.x0) < line.size) or bool(
        _ENDED.search(before.text)
    )


def _is_indented(before: Line, line: Line, first: Line) -> bool:
    """Whether the line is indented like a paragraph's first; in a list or centred text that means nothing."""
    if _BULLET_SPACED.match(first.text) or _NUMBERED.match(first.text):
        return False
    if line.text[:1].islower() and not _ENDED.search(before.text):
        return False  # a hanging indent
    centred = (
        abs((before.x0 + before.x1) - (line.x0 + line.x1)) < 2 * line.size
        and before.x0 > before.left + line.size
    )
    step = line.x0 - before.x0
    return not centred and 0.7 * line.size < step < 6 * line.size and before.x0 - line.left < 0.7 * line.size


def _ended_early(before: Line, line: Line, edge: float) -> bool:
    """Whether the line before had room for this line's first word, so that its paragraph was over."""
    word = line.text.split(" ", 1)[0]
    width = (line.x1 - line.x0) * (len(word) + 1) / max(1, len(line.text))
    room = edge - before.x1
    if abs((before.x0 + before.x1) - (line.x0 + line.x1)) < line.size and before.x0 > before.left + line.size:
        return False  # centred
    if room > width + 1.5 * line.size and _ENDED.search(before.text):
        return True
    return room > 0.4 * (edge - before.left) and room > width and not line.text[:1].islower()


def _classify(paragraph: _Paragraph, body: float) -> None:
    text, first = paragraph.text, paragraph.lines[0]
    letters = sum(c.isalpha() for c in text)
    if _is_caption(text, small=paragraph.size < 0.95 * body) and paragraph.size < LARGER * body:
        paragraph.kind = "caption"
    elif letters >= 2 and len(text) <= HEADING and len(paragraph.lines) <= 4 and _is_heading(paragraph, body):
        paragraph.kind = "heading"
    elif found := _BULLET_SPACED.match(text):
        paragraph.kind, paragraph.marker, paragraph.text = "item", "-", found[2]
    elif found := _NUMBERED.match(text):
        paragraph.kind, paragraph.marker, paragraph.text = "item", found[1], found[2]
    if paragraph.kind == "item":
        paragraph.level = 1 + min(4, max(0, round((first.x0 - first.left) / (2.2 * first.size)) - 1))
    if _LEADER.search(text):
        paragraph.kind, paragraph.text = "paragraph", _LEADER.sub(" … ", text)


def _is_caption(text: str, small: bool = False) -> bool:
    """ "Figure 3." begins a caption; "Figure 3 shows" a sentence, unless it is set smaller than the text."""
    found = _CAPTION.match(text)
    return found is not None and (small or found["end"] is not None or found["east"] is not None)


def _is_heading(paragraph: _Paragraph, body: float) -> bool:
    text, lines = paragraph.text, paragraph.lines
    if _BULLET.match(text) or _LEADER.search(text):
        return False
    if paragraph.size >= LARGER * body:
        return all(line.size >= LARGER * body for line in lines)
    if not all(line.bold for line in lines) or len(lines) > 2 or paragraph.size < SMALLER * body:
        return False
    return not (text.endswith((".", ",", ";", ":")) and not _SECTION.match(text)) and len(text) <= 120


def _rank_headings(paragraphs: list[_Paragraph], body: float) -> None:
    """Levels by size, the largest first; bold headings of the body's size come below all larger ones.

    Sizes within 4% of each other are one rank. A numbered heading counts its dots from the rank of those
    without any. In a body of 10 points: a title of 18 is level 1, "2 Methods" of 14 is 2, "2.1 Data", also
    of 14, is 3, and an unnumbered bold line of 10 is 3, the third size from the top.
    """
    headings = [p for p in paragraphs if p.kind == "heading"]
    if len(headings) > 3 and sum(len(p.text) for p in headings) > 0.5 * sum(len(p.text) for p in paragraphs):
        for paragraph in headings:  # a page set in bold throughout has no headings
            if paragraph.size < LARGER * body:
                paragraph.kind = "paragraph"
    headings = [p for p in paragraphs if p.kind == "heading"]
    sizes: list[float] = []
    for size in sorted({p.size for p in headings}, reverse=True):
        if not sizes or size < 0.96 * sizes[-1]:
            sizes.append(size)
    depths = {
        id(p): number[1].count(".")
        for p in headings
        if (number := _DEPTH.match(p.text)) and _SECTION.match(p.text)
    }
    ranks = {id(p): next(i for i, size in enumerate(sizes, 1) if p.size >= 0.96 * size) for p in headings}
    base = min((ranks[key] for key, depth in depths.items() if depth == 0), default=0)
    for paragraph in headings:
        depth = depths.get(id(paragraph))
        paragraph.level = min(6, base + depth if depth is not None and base else ranks[id(paragraph)])


def _continued(paragraphs: list[_Paragraph], words: Words) -> list[_Paragraph]:
    """Joins paragraphs that the end of a column or page has cut in two."""
    kept: list[_Paragraph] = []
    unfinished: list[_Paragraph] = []  # since the last heading, the latest first
    for paragraph in paragraphs:
        if paragraph.kind == "paragraph" and not paragraph.table:
            before = next((p for p in unfinished if _goes_on(p, paragraph)), None)
            if before is not None:
                whole = composed(words.joined([before.text, paragraph.text]))
                if paragraph.page != before.lines[-1].page:
                    before.turns.append((len(whole) - len(paragraph.text), paragraph.page))
                before.text = whole
                before.lines = [before.lines[0], *paragraph.lines]
                continue
        kept.append(paragraph)
        if paragraph.kind == "heading":
            unfinished = []
        elif paragraph.kind in ("paragraph", "item") and not paragraph.table:
            unfinished = [paragraph, *unfinished[:LOOK_BACK]]
    return kept


def _goes_on(before: _Paragraph, after: _Paragraph) -> bool:
    last, first = before.lines[-1], after.lines[0]
    if abs(last.size - first.size) > 0.06 * last.size or (last.page, last.region) == (
        first.page,
        first.region,
    ):
        return False
    if first.page > last.page + 1 or _ENDED.search(before.text) or not after.text:
        return False
    if last.mates == 1 or last.x1 - last.left < FULL * (last.right - last.left):
        return False
    starts = after.text[0].islower() or NO_SPACE.match(after.text[0]) is not None or before.text.endswith("-")
    whole = len(before.lines) > 1 and len(after.lines) > 1
    return starts or (last.x1 > last.right - 1.5 * last.size and whole and after.text[0].isalnum())


def composed(text: str) -> str:
    """Joins a letter with an accent that is a character of its own before it, as in old TeX fonts."""
    text = _ACCENT.sub(lambda m: unicodedata.normalize("NFC", m[2].replace("ı", "i") + ACCENTS[m[1]]), text)
    return _CEDILLA.sub(lambda m: unicodedata.normalize("NFC", m[1] + "\u0327"), text)
