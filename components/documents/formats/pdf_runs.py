"""A page of a PDF as runs: pieces of text on one line, each with its place, size and weight.

Knows nothing about columns and paragraphs.
"""

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

APART = 1.0  # of the type size: a gap this wide ends a run
SPACE = 0.18  # of the type size: a gap this wide is a space, should the file have none
BOLD = ("bold", "black", "heavy", "semibold", "demi", "cmbx", "-bd", "medi")
LINE_ENDS, SPACES = (0x0A, 0x0D), (0, 0x09, 0x20, 0xA0, 0x3000)
OBJECTS = 5_000  # of a page that are looked at for pictures
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
    sideways: int = 0  # runs of text that aren't upright
    pictures: int = 0
    drawn: bool = False  # has shapes, as a page of letters drawn as curves has
    covered: float = 0.0  # the share of it that pictures and shapes take up

    @property
    def letters(self) -> int:
        return sum(c.isalnum() for run in self.runs for c in run.text)


@dataclass(frozen=True)
class _Type:
    """What all characters of one text object share."""

    size: float
    bold: bool
    turn: int  # quarter turns clockwise that make the text upright; -1 for any other angle
    y: float  # of its baseline, as drawn
    x: float  # of its start, as drawn


@dataclass(frozen=True)
class _Word:
    """Characters without a space between, all of one text object; or a space or line end, without a type."""

    text: str
    kind: _Type | None = None
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)  # left, bottom, right, top, as drawn


def read_page(page: pypdfium2.PdfPage, number: int) -> Page:
    left, bottom, right, top = page.get_bbox()
    if not all(map(math.isfinite, (left, bottom, right, top))) or right - left < 1 or top - bottom < 1:
        left, bottom, right, top = 0.0, 0.0, 612.0, 792.0
    text = page.get_textpage()
    words = list(_words(text))
    text.close()
    turns: Counter[int] = Counter()
    for word in words:
        if word.kind is not None:
            turns[word.kind.turn] += len(word.text)
    turn = max(0, turns.most_common(1)[0][0]) if turns else 0
    width, height = right - left, top - bottom
    result = Page(number, *((width, height) if turn % 2 == 0 else (height, width)))
    _note_pictures(page, result)
    builder = _Runs(result)
    for word in words:
        if word.kind is None:
            builder.gap(word.text)
        elif word.kind.turn != turn:
            builder.sideways()
        else:
            _, base = _turned(word.kind.x - left, word.kind.y - bottom, turn, width, height)
            x0, y0, x1, y1 = word.box
            first, _ = _turned(x0 - left, y0 - bottom, turn, width, height)
            last, _ = _turned(x1 - left, y1 - bottom, turn, width, height)
            builder.word(word.text, min(first, last), max(first, last), base, word.kind)
    builder.end()
    return result


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


def _turned(x: float, y: float, turn: int, width: float, height: float) -> tuple[float, float]:
    """A point from the left and bottom of the page as drawn, to the left and top of it as read."""
    return ((x, height - y), (y, x), (width - x, y), (height - y, width - x))[turn]


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
        while start < end:
            address = _object(raw, start)
            stop = end if _object(raw, end - 1) == address else start + 1
            while stop < end and _object(raw, stop) == address:
                stop += 1
            if address not in kinds or not address:
                kinds[address] = _type(raw, start)
            yield _Word(signs[start:stop], kinds[address], _box(raw, start, stop - 1))
            start = stop


def _sign(code: int) -> str:
    if code in LINE_ENDS:
        return "\n"
    if code in SPACES:
        return " "
    if code == HYPHEN:
        return "-"
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _object(raw: pdfium.FPDF_TEXTPAGE, i: int) -> int:
    """The address of a character's text object; 0 for a character without one."""
    found = pdfium.FPDFText_GetTextObject(raw, i)
    return ctypes.addressof(found.contents) if found else 0


def _box(raw: pdfium.FPDF_TEXTPAGE, first: int, last: int) -> tuple[float, float, float, float]:
    """The box around the characters from `first` to `last`, which are on one line."""
    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(raw, first, box)
    left, bottom, right, top = box.left, box.bottom, box.right, box.top
    if last > first:
        pdfium.FPDFText_GetLooseCharBox(raw, last, box)
        left, right = min(left, box.left), max(right, box.right)
        bottom, top = min(bottom, box.bottom), max(top, box.top)
    return left, bottom, right, top


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
    quarter = round(angle / 90)
    turn = quarter % 4 if abs(angle - quarter * 90) < 6 else -1
    return _Type(abs(size) or 1.0, bold, turn, y.value, x.value)


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

    def sideways(self) -> None:
        self.page.sideways += not self.tilted
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

    @staticmethod
    def _continues(run: Run, x0: float, x1: float, y: float, size: float, text: str) -> bool:
        larger, smaller = max(run.size, size), min(run.size, size)
        raised = smaller < 0.85 * larger
        if abs(y - run.y) > (0.55 if raised else 0.25) * larger:
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
