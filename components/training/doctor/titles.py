"""Whether the first row of a table has titles, or is a row like those below it. Knows cells and their words.

A first row is taken for a row where nothing in it is a known title, and it is like what is below: a cell of
it comes again in its column ("positive"), is a figure over figures, or is a text as long as those below ("Who
wrote Hamlet?"). Where a column is of another kind than its first cell (figures, a few labels, long texts),
that cell is its title. Years and the numbers of columns are titles, too.
"""

import re
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from components.documents import count_words
from components.training.doctor.field_names import KNOWN_FIELDS, RESULT, field_name, language_of
from components.training.doctor.records import Opened

LOOK = 200  # rows that are compared with the first one
TEXT = 3  # words from which a cell is a text and no name
FEW = 4  # cells in which a label comes again
_STOPS = (".", "!", "…", "。", "！", "｡")
_ASKS = ("?", "？", "؟")
_YEAR = re.compile(r"(?:19|20)\d\d")


def first_is_row(opened: Opened) -> bool:
    """Whether the titles of a table that was read with titles are a row of it."""
    rows = [record.value for record in opened.records[:LOOK]]
    if not opened.table or not rows:
        return False
    columns = [(title.strip(), _cells(rows, title)) for title in rows[0]]
    if any(_is_known(title) for title, cells in columns if title not in cells):
        return False
    likeness = [_is_like(title, at, cells) for at, (title, cells) in enumerate(columns)]
    labels = any(title in cells and 2 * len(set(cells)) <= len(cells) for title, cells in columns)
    return labels or (True in likeness and False not in likeness)


def _cells(rows: Sequence[Mapping[str, Any]], title: str) -> list[str]:
    return [text for row in rows if (text := str(row.get(title) or "").strip())]


def _is_known(title: str) -> bool:
    name = field_name(title)
    # "It is cold." begins like the code of Italian.
    language = count_words(title) < TEXT and language_of(title)
    return name in KNOWN_FIELDS or name in RESULT or bool(language)


def _is_like(title: str, at: int, cells: Sequence[str]) -> bool | None:
    """Whether the first cell of the column `at` is one like those below; None where that can't be told."""
    if not cells:
        return None
    if title in cells:
        return True
    figures = 5 * sum(map(_is_figure, cells)) >= 4 * len(cells)
    if figures or _is_figure(title):
        numbered = title in (str(at), str(at + 1)) or _YEAR.fullmatch(title)
        return None if numbered else figures and _is_figure(title)
    if len(cells) >= FEW and 2 * len(set(cells)) <= len(cells):
        return False  # a few labels, and this is none of them
    words, usual = count_words(title), median(map(count_words, cells))
    if usual < TEXT:
        return None if words <= TEXT or words <= 2 * usual else False
    ends = list(map(_end, cells))
    end = _end(title)
    same = "?" in ends if end == "?" else any(ends) if end else 2 * ends.count("") > len(ends)
    return words >= TEXT and 3 * words >= usual and same


def _end(text: str) -> str:
    """How it ends: as a question, as a sentence, or as neither."""
    return "?" if text.endswith(_ASKS) else "." if text.endswith(_STOPS) else ""


def _is_figure(text: str) -> bool:
    return any(one.isdigit() for one in text) and not any(one.isalpha() for one in text)
