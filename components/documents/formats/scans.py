"""Pages that are pictures: their lines as runs of a page, and what a person should know of their reading.

Knows neither PDFium nor how a picture is read; `ocr` does that, `pdf_layout` and `pdf_blocks` do the rest.
"""

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from components.documents import page_progress
from components.documents.document import Block
from components.documents.draft import Draft, clean
from components.documents.formats.pdf_runs import Page, Run
from components.documents.limits import Limits
from components.documents.ocr import Line, Picture, Reading, Recogniser
from components.messages import Message, Said, counted

TYPE = 0.9  # of a box's height: the size of the type in it
BODY = (
    0.3  # how far a size may be from the body's and still be the body's: boxes are as high as their letters
)
STEP = 1.2  # between two larger or smaller sizes
UNSURE = 0.6  # of its least sure character: a word below is marked
COPIED = 0.6  # share of lines that are on another page too: the page was scanned twice
POOR = 0.8  # a page's mean chance, below which it is named by itself
AROUND = 24  # characters on both sides that tell one place of a word from another


@dataclass(frozen=True)
class _Doubt:
    """A word that may be wrong, and the text of its line around it."""

    page: int
    before: str
    word: str
    after: str


@dataclass
class Scans:
    """The pages of one document that are read from pictures."""

    limits: Limits
    expected: int  # how many there are to read
    sure: dict[int, float] = field(default_factory=dict)  # page -> the mean chance of its characters
    turned: list[int] = field(default_factory=list)  # pages that lay on a side or upside down
    over: list[int] = field(default_factory=list)  # pages beyond the limit
    unreadable: int = 0
    _doubts: list[_Doubt] = field(default_factory=list)
    _recogniser: Recogniser | None = None
    _done: int = 0

    def room(self, number: int) -> bool:
        """Whether one more page may be read; one that may not is remembered."""
        if self._done < self.limits.ocr_pages:
            return True
        self.over.append(number)
        return False

    def read(self, picture: Picture, number: int, width: float = 0.0) -> Page:
        """The page in a picture `width` points wide; without one, its usual type counts as 10 points."""
        if self._recogniser is None:
            page_progress.pages(0, self.expected)
            self._recogniser = Recogniser()
        reading = self._recogniser.read(picture)
        self._done += 1
        page_progress.pages(self._done, self.expected)
        usual = _usual(reading.lines)
        scale = width / picture.shape[1] if width else 10 / usual
        page = Page(number, reading.width * scale, reading.height * scale)
        page.runs = [_run(line, scale, usual) for line in reading.lines]
        self._note(reading, number)
        return page

    def _note(self, reading: Reading, number: int) -> None:
        self.unreadable += reading.unreadable
        if not reading.lines:
            return
        self.sure[number] = reading.sure
        if reading.turned:
            self.turned.append(number)
        self._doubts += (doubt for line in reading.lines for doubt in _doubts(line, number))

    def tell(self, draft: Draft) -> None:
        """Says which pages were read from pictures, how surely, and what of them was not read."""
        if self.sure:
            draft.notes.append(self._how_sure())
        if poor := {page: sure for page, sure in self.sure.items() if sure < POOR}:
            draft.notes.append(
                counted(
                    "Page {numbers} is hard to read. Compare it with the original, or scan it again.",
                    "Pages {numbers} are hard to read. Compare them with the original, or scan them again.",
                    len(poor),
                    numbers=stretches(poor),
                )
            )
        if self.over:
            what = counted("Page {numbers}", "Pages {numbers}", len(self.over), numbers=stretches(self.over))
            why = Said(
                "pictures of pages, of which at most {limit:,} are read at a time",
                limit=self.limits.ocr_pages,
            )
            draft.leave_out(what, why, pages=self.over)
        draft.leave_out(
            Said("Places in pictures"), Said("they look like text but can't be read"), self.unreadable
        )

    def _how_sure(self) -> Message:
        lowest, usual = min(self.sure.values()), statistics.median(self.sure.values())
        return counted(
            "Page {numbers} was read from a picture, {usual:.0%} sure.",
            "Pages {numbers} were read from pictures, {usual:.0%} sure, the least sure of them {lowest:.0%}.",
            len(self.sure),
            numbers=stretches(self.sure),
            usual=int(100 * usual) / 100,
            lowest=int(100 * lowest) / 100,
        )

    def mark(self, draft: Draft) -> None:
        """Marks the words in the blocks that may be wrong."""
        for doubt in self._doubts:
            for index, block in enumerate(draft.blocks):
                if doubt.page in _pages(block) and (span := _span(block, doubt)):
                    draft.blocks[index] = replace(block, unsure=(*block.unsure, span))
                    break


def distinct(pages: Sequence[Page]) -> list[Page]:
    """Pages that are no copies of each other: of copies, all lines repeat, not only those along the edges."""
    times = Counter(text for page in pages for text in {run.text for run in page.runs})
    return [
        page
        for page in pages
        if sum(times[run.text] > 1 for run in page.runs) < COPIED * max(1, len(page.runs))
    ]


def stretches(pages: Iterable[int]) -> list[str]:
    """Numbers of pages, those that follow each other as one: 1, 2, 3, 7 as "1–3", "7"."""
    numbers = sorted(pages)
    starts = [numbers[0], *(b for a, b in pairwise(numbers) if b != a + 1)]
    ends = [*(a for a, b in pairwise(numbers) if b != a + 1), numbers[-1]]
    return [str(a) if a == b else f"{a}–{b}" for a, b in zip(starts, ends, strict=True)]


def _usual(lines: Iterable[Line]) -> float:
    """The height of the boxes of running text, in pixels."""
    heights = [line.height for line in lines for _ in line.text]
    return statistics.median(heights) * TYPE if heights else 10.0


def _run(line: Line, scale: float, usual: float) -> Run:
    """A line as a run. Its box is as high as its letters are, so sizes close to the body's are the body's."""
    size = line.height * TYPE
    steps = round(math.log(size / usual, STEP)) if abs(size / usual - 1) > BODY else 0
    size = usual * STEP**steps
    y = line.middle + 0.3 * size
    return Run(line.text, line.x0 * scale, line.x1 * scale, y * scale, size * scale, 0.0)


def _doubts(line: Line, number: int) -> Iterable[_Doubt]:
    start = 0
    for word in line.text.split(" "):
        end = start + len(word)
        if any(c.isalnum() for c in word) and min(line.chances[start:end]) < UNSURE:
            first, last = start, end
            if not word.isascii() and len(word) > 12:  # a script without spaces: the character alone
                first = start + min(range(len(word)), key=lambda i: line.chances[start + i])
                last = first + 1
            before, after = line.text[max(0, first - AROUND) : first], line.text[last : last + AROUND]
            yield _Doubt(number, before, line.text[first:last], after)
        start = end + 1


def _pages(block: Block) -> set[int]:
    return {block.page or 0, *(page for _, page in block.turns)}


def _span(block: Block, doubt: _Doubt) -> tuple[int, int] | None:
    """Where the word is in the block: told by what is around it, or by the word alone where that is cut."""
    word = clean(doubt.word)
    for before, after in ((doubt.before, doubt.after), (doubt.before, ""), ("", doubt.after)):
        if word and (before or after):
            at = block.text.find(f"{before}{word}{after}")
            if at >= 0:
                return at + len(before), at + len(before) + len(word)
    return None
