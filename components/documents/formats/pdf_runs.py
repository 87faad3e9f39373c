"""A page of a PDF as runs: pieces of text on one line, each with its place, size and weight.

Knows nothing about columns and paragraphs.
"""

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import pypdfium2
import pypdfium2.raw as pdfium

from components.documents.formats.pdf_forms import Filled
from components.documents.formats.pdf_rules import Rules, read_rules

APART = 1.0  # of the type size: a gap this wide ends a run
SPACE = 0.18  # of the type size: a gap this wide is a space, should the file have none
BOLD = ("bold", "black", "heavy", "semibold", "demi", "cmbx", "-bd", "medi")
LINE_ENDS, SPACES = (0x0A, 0x0D), (0, 0x09, 0x20, 0xA0, 0x3000)
OBJECTS = 5_000  # of a page that are looked at for pictures
ASIDE, ASIDE_SHARE = 300, 0.2  # characters, or share of a page, in another direction that are read too
TILTED = 0.25  # of the type size: half of the usual width of a character
_PIECE = re.compile(r"[^ \n]+|[ \n]")
HYPHEN = 0x02  # what PDFium gives for a hyphen at a line end
FONT_NAME = 128  # bytes


@dataclass
class Run:
    """Places are in points from the left and the top of the page, as it is meant to be read."""

    text: str
    x0: float
    x1: float
    y: float  # of the baseline
    size: float  # of the type
    bold: float  # the share of its characters that are bold
    rows: tuple[tuple[str, ...], ...] = ()  # of a ruled table, which this stands for

    @property
    def top(self) -> float:
        return self.y - 0.8 * self.size

    @property
    def bottom(self) -> float:
        return self.y + 0.2 * self.size


@dataclass
class Page:
    number: int  # 1-based
    width: float
    height: float
    runs: list[Run] = field(default_factory=list)
    rules: Rules = field(default_factory=Rules)
    sideways: int = 0  # runs of text that aren't read, since they are set in another direction
    aside: str = ""  # what they say
    unmapped: int = 0  # characters of fonts that don't say which character each of their shapes is
    signs: int = 0  # characters of all fonts, without spaces
    turned: list["Page"] = field(default_factory=list)  # more text on it, set in another direction
    pictures: int = 0
    drawn: bool = False  # has shapes, as a page of letters drawn as curves has
    covered: float = 0.0  # the share of it that pictures and shapes take up

    @property
    def letters(self) -> int:
        own = sum(c.isalnum() for run in self.runs for c in run.text)
        return own + sum(page.letters for page in self.turned)


_Box = tuple[float, float, float, float]  # left, bottom, right, top, as drawn


@dataclass(frozen=True)
class _Type:
    """What all characters of one text object share."""

    size: float
    bold: bool
    angle: int  # degrees that the text is turned to the left; about a quarter turn is one
    y: float  # of its baseline, as drawn
    x: float  # of its start, as drawn
    mapped: bool = True  # whether its font says which characters its shapes are


@dataclass(frozen=True)
class _Word:
    """Characters without a space between, all of one text object; or a space or line end, without a type."""

    text: str
    kind: _Type | None = None
    first: _Box = (0.0, 0.0, 0.0, 0.0)  # of its first character, and of its last
    last: _Box = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class _View:
    """A page that is turned until the text set at `angle` is upright."""

    left: float
    bottom: float
    width: float  # of the page as drawn
    height: float
    angle: int

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page as drawn, to the left and top of it as read."""
        cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        x, y = x - self.left - self.width / 2, y - self.bottom - self.height / 2
        width, height = self.size
        return width / 2 + x * cos + y * sin, height / 2 + x * sin - y * cos

    @property
    def size(self) -> tuple[float, float]:
        cos, sin = abs(math.cos(math.radians(self.angle))), abs(math.sin(math.radians(self.angle)))
        return self.width * cos + self.height * sin, self.width * sin + self.height * cos

    def ends(self, word: _Word, size: float) -> tuple[float, float]:
        """Where a word begins and ends; the box of a tilted character tells only its middle."""
        if self.angle % 90 == 0:
            edges = [
                self.place(*at)[0]
                for x0, y0, x1, y1 in (word.first, word.last)
                for at in ((x0, y0), (x1, y1))
            ]
            return min(edges), max(edges)
        middles = [self.place((x0 + x1) / 2, (y0 + y1) / 2)[0] for x0, y0, x1, y1 in (word.first, word.last)]
        return min(middles) - TILTED * size, max(middles) + TILTED * size


def read_page(page: pypdfium2.PdfPage, number: int, filled: Sequence[Filled] = ()) -> Page:
    """The runs of a page, and the values that were `filled` in its form as runs among them."""
    left, bottom, right, top = page.get_bbox()
    if not all(map(math.isfinite, (left, bottom, right, top))) or right - left < 1 or top - bottom < 1:
        left, bottom, right, top = 0.0, 0.0, 612.0, 792.0
    text = page.get_textpage()
    words = list(_as_read(_words(text)))
    text.close()
    angles = _angles(words)
    views = {angle: _View(left, bottom, right - left, top - bottom, angle) for angle in angles}
    pages = {angle: Page(number, *view.size) for angle, view in views.items()}
    for angle, view in views.items():
        pages[angle].rules = read_rules(page, view.place) if angle % 90 == 0 else Rules()
    _fill(words, views, pages)
    result = pages[angles[0]]
    result.turned = [pages[angle] for angle in angles[1:]]
    _note_pictures(page, result)
    result.runs += [run for one in filled for run in _filled_runs(one, views[angles[0]], result.runs)]
    return result


def _angles(words: list[_Word]) -> list[int]:
    """The directions of text that are read, that of most text first; stamps and labels aren't."""
    letters: Counter[int] = Counter()
    for word in words:
        if word.kind is not None:
            letters[word.kind.angle] += len(word.text)
    enough = min(ASIDE, ASIDE_SHARE * letters.total())
    ordered = [angle for angle, _ in letters.most_common()]
    return ordered[:1] + [angle for angle in ordered[1:] if letters[angle] >= enough] or [0]


def _fill(words: list[_Word], views: dict[int, _View], pages: dict[int, Page]) -> None:
    """Adds the runs of the words to the page of their direction."""
    builders = {angle: _Runs(page) for angle, page in pages.items()}
    main = current = next(iter(builders.values()))
    for word in words:
        kind = word.kind
        if kind is None:
            current.gap(word.text)
            continue
        private = sum("\ue000" <= c <= "\uf8ff" for c in word.text)  # what no map gives a meaning
        main.page.unmapped += private if kind.mapped else len(word.text)
        main.page.signs += len(word.text)
        if kind.angle not in builders:
            main.sideways(word.text)
            continue
        if builders[kind.angle] is not current:
            current.end()
            current = builders[kind.angle]
        view = views[kind.angle]
        current.word(word.text, *view.ends(word, kind.size), view.place(kind.x, kind.y)[1], kind)
    current.end()


def _filled_runs(filled: Filled, view: _View, runs: list[Run]) -> list[Run]:
    """A value as runs, one per line, on the baseline of the text beside its field."""
    corners = (view.place(filled.left, filled.bottom), view.place(filled.right, filled.top))
    (x0, x1), (top, bottom) = (sorted(side) for side in zip(*corners, strict=True))
    lines = filled.text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    beside = [run for run in runs if top - 2 <= run.y <= bottom + 2]
    nearest = min(beside, key=lambda run: min(abs(run.x1 - x0), abs(run.x0 - x1)), default=None)
    step = (bottom - top) / len(lines)
    size = nearest.size if nearest else min(12.0, max(4.0, 0.7 * step))
    first = nearest.y if nearest and len(lines) == 1 else top + 0.5 * step + 0.35 * size
    return [
        Run(line, x0, min(max(x1, x0 + 1), x0 + 0.5 * size * len(line)), first + i * step, size, 0.0)
        for i, line in enumerate(lines)
        if line.strip()
    ]


def _note_pictures(page: pypdfium2.PdfPage, result: Page) -> None:
    count = min(OBJECTS, pdfium.FPDFPage_CountObjects(page.raw))
    kinds = {pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM, pdfium.FPDF_PAGEOBJ_SHADING}
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for i in range(count):
        shown = pdfium.FPDFPage_GetObject(page.raw, i)
        kind = pdfium.FPDFPageObj_GetType(shown)
        result.pictures += kind == pdfium.FPDF_PAGEOBJ_IMAGE
        result.drawn |= kind in kinds
        if kind != pdfium.FPDF_PAGEOBJ_TEXT and pdfium.FPDFPageObj_GetBounds(shown, left, bottom, right, top):
            area = (right.value - left.value) * (top.value - bottom.value)
            result.covered += area / (result.width * result.height)


def _words(text: pypdfium2.PdfTextPage) -> Iterator[_Word]:
    """All words in the order of the file. Asking PDFium for each character's place takes far longer."""
    raw = text.raw
    signs = "".join(_sign(pdfium.FPDFText_GetUnicode(raw, i)) for i in range(text.count_chars()))
    kinds: dict[int, _Type] = {}
    for found in _PIECE.finditer(signs):
        start, end = found.span()
        if signs[start] in " \n":
            yield _Word(signs[start])
            continue
        if _is_right_to_left(signs[start]) and end - start > 1:
            yield from _letter_by_letter(raw, signs, start, end, kinds)
            continue
        while start < end:
            address = _object(raw, start)
            stop = end if _object(raw, end - 1) == address else start + 1
            while stop < end and _object(raw, stop) == address:
                stop += 1
            if address not in kinds or not address:
                kinds[address] = _type(raw, start)
            # A character outside of the basic plane comes in two halves.
            text_of = signs[start:stop].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            yield _Word(text_of, kinds[address], _box(raw, start), _box(raw, stop - 1))
            start = stop


def _letter_by_letter(
    raw: pdfium.FPDF_TEXTPAGE, signs: str, start: int, end: int, kinds: dict[int, _Type]
) -> Iterator[_Word]:
    """A word in Hebrew, Arabic or their kin, in the order in which it is read: PDFium gives the letters of
    some in the order in which they stand, from the left.
    """
    letters = [i for i in range(start, end) if _is_right_to_left(signs[i])]
    order = list(range(start, end))
    if _box(raw, letters[0])[0] < _box(raw, letters[-1])[0]:
        first, last = letters[0] - start, letters[-1] - start + 1
        order[first:last] = reversed(order[first:last])
    for address, group in groupby(order, key=lambda i: _object(raw, i)):
        of = list(group)
        if address not in kinds or not address:
            kinds[address] = _type(raw, of[0])
        yield _Word("".join(signs[i] for i in of), kinds[address], _box(raw, of[0]), _box(raw, of[-1]))


def _as_read(words: Iterable[_Word]) -> Iterator[_Word]:
    """Neighbouring words in Hebrew, Arabic or their kin from right to left, also in a line of English: PDFium
    gives them from left to right there.
    """
    for rightward, group in groupby(words, key=lambda one: one.text == " " or _is_right_to_left(one.text[0])):
        stretch = list(group)
        placed = [one for one in stretch if one.kind is not None]
        if rightward and len(placed) > 1 and placed[0].first[0] < placed[-1].first[0]:
            before, after = stretch.index(placed[0]), len(stretch) - stretch[::-1].index(placed[-1])
            cut = [list(part) for _, part in groupby(stretch[before:after], key=lambda one: one.text == " ")]
            stretch[before:after] = [one for part in reversed(cut) for one in part]
        yield from stretch


def _sign(code: int) -> str:
    if code in LINE_ENDS:
        return "\n"
    if code in SPACES:
        return " "
    if code == HYPHEN:
        return "-"
    return chr(code) if code < 0x110000 else "\ufffd"


def _object(raw: pdfium.FPDF_TEXTPAGE, i: int) -> int:
    """The address of a character's text object; 0 for a character without one."""
    found = pdfium.FPDFText_GetTextObject(raw, i)
    return ctypes.addressof(found.contents) if found else 0


def _box(raw: pdfium.FPDF_TEXTPAGE, i: int) -> _Box:
    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(raw, i, box)
    return box.left, box.bottom, box.right, box.top


def _type(raw: pdfium.FPDF_TEXTPAGE, i: int) -> _Type:
    matrix, flags = pdfium.FS_MATRIX(), ctypes.c_int()
    x, y = ctypes.c_double(), ctypes.c_double()
    name = ctypes.create_string_buffer(FONT_NAME)
    pdfium.FPDFText_GetMatrix(raw, i, matrix)
    pdfium.FPDFText_GetCharOrigin(raw, i, x, y)
    pdfium.FPDFText_GetFontInfo(raw, i, name, FONT_NAME, flags)
    scale = math.hypot(matrix.c, matrix.d) or 1.0
    size = pdfium.FPDFText_GetFontSize(raw, i) * scale
    font = name.value.decode("utf-8", "replace").lower()
    bold = any(part in font for part in BOLD) or 600 <= pdfium.FPDFText_GetFontWeight(raw, i) <= 1000
    angle = math.degrees(math.atan2(matrix.b, matrix.a))
    quarter = 90 * round(angle / 90)
    turned = quarter if abs(angle - quarter) < 6 else round(angle)
    mapped = pdfium.FPDFText_HasUnicodeMapError(raw, i) != 1
    return _Type(abs(size) or 1.0, bold, turned % 360, y.value, x.value, mapped)


class _Runs:
    """Joins words into runs, in the order of the file."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.parts: list[str] = []
        self.run: Run | None = None
        self.space = self.tilted = False
        self.sizes: Counter[float] = Counter()
        self.bold = 0

    def gap(self, sign: str) -> None:
        self.space = True
        if sign == "\n":
            self.end()

    def sideways(self, text: str) -> None:
        self.page.sideways += not self.tilted
        self.page.aside += f" {text}"
        self.tilted = True

    def word(self, text: str, x0: float, x1: float, y: float, kind: _Type) -> None:
        self.tilted = False
        run = self.run
        if run is None or not self._continues(run, x0, x1, y, kind.size, text):
            self.end()
            run = self.run = Run("", x0, x1, y, kind.size, 0.0)
        elif self.space or (x0 - run.x1 > SPACE * run.size and not _is_wide(text[0])):
            self.parts.append(" ")
        self.space = False
        self.parts.append(text)
        self.sizes[round(kind.size, 1)] += len(text)
        self.bold += kind.bold * len(text)
        if kind.size > run.size * 1.2:
            run.y = y
        run.size = max(run.size, kind.size)
        run.x0, run.x1 = min(run.x0, x0), max(run.x1, x1)

    def _continues(self, run: Run, x0: float, x1: float, y: float, size: float, text: str) -> bool:
        larger, smaller = max(run.size, size), min(run.size, size)
        raised = smaller < 0.85 * larger
        if abs(y - run.y) > (0.55 if raised else 0.25) * larger or self.page.rules.parts(
            run.x1, x0, y - size / 4
        ):
            return False
        if _is_right_to_left(text[0]):
            return run.x0 - x1 < APART * larger and x0 - run.x1 < APART * larger
        return -0.6 * larger < x0 - run.x1 < APART * larger

    def end(self) -> None:
        run, self.run = self.run, None
        text = "".join(self.parts)
        if run is not None and text.strip():
            run.text = text
            run.size = self.sizes.most_common(1)[0][0]
            run.bold = self.bold / sum(self.sizes.values())
            self.page.runs.append(run)
        self.parts, self.space, self.bold = [], False, 0
        self.sizes.clear()


def _is_wide(sign: str) -> bool:
    return "\u2e80" <= sign <= "\u9fff" or "\uac00" <= sign <= "\ud7a3" or "\uf900" <= sign <= "\uffef"


def _is_right_to_left(sign: str) -> bool:
    return "\u0590" <= sign <= "\u08ff" or "\ufb1d" <= sign <= "\ufdff" or "\ufe70" <= sign <= "\ufefc"
