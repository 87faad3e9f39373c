"""Text broken into lines again: a space becomes a line end, so marks inside the text keep their places.

Chinese and Japanese have no spaces: a line end is put in, and the marks move. Knows nothing of formats.
"""

import re
import unicodedata
from dataclasses import replace
from itertools import accumulate

from components.documents.rewriting.units import Placed

# Characters that may not begin a line, and those that may not end one.
_CLOSING = frozenset("、。，．！？；：）」』】》〉”’…ーゝ々ぁぃぅぇぉっゃゅょァィゥェォッャュョ%,.!?;:)")
_OPENING = frozenset("（「『【《〈“‘($")


def cells(text: str) -> int:
    """How wide a text is: a Chinese or Japanese character takes two cells."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def wrap_placed(placed: Placed, width: int, lines: int = 1) -> Placed:
    """`wrap`, in any script; `width` in cells."""
    text = placed.text
    if not _is_unspaced(text):
        return Placed(wrap(text, width, lines), placed.marks)
    kept = [mark for mark in placed.marks if mark.kind == "keep"]
    places = [at for at in _places(text) if not any(mark.start < at < mark.end for mark in kept)]
    broken = placed
    for wanted in range(max(lines, 1), 13):
        broken = _broken_at(placed, _breaks(text, places, wanted))
        if max(map(cells, broken.text.split("\n"))) <= width:
            break
    return broken


def _breaks(text: str, places: list[int], lines: int) -> list[int]:
    """Each break at the place nearest to its share of the text."""
    wide = [0, *accumulate(cells(sign) for sign in text)]
    breaks = [0]
    for number in range(1, lines):
        left = [at for at in places if at > breaks[-1]]
        if left:
            breaks.append(min(left, key=lambda at: abs(wide[at] - wide[-1] * number / lines)))
    return breaks[1:]


def _is_unspaced(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    return 2 * sum(cells(sign) == 2 for sign in letters) > len(letters)


def _places(text: str) -> list[int]:
    """Where a line may begin: not in a Latin word or a number, nor between a character and its bracket."""
    return [
        at
        for at in range(1, len(text))
        if 2 in (cells(text[at - 1]), cells(text[at]))
        and text[at] not in _CLOSING
        and text[at - 1] not in _OPENING
    ]


def _broken_at(placed: Placed, breaks: list[int]) -> Placed:
    """Puts line ends before these characters, and moves the marks."""
    text = placed.text
    ends = [*breaks, len(text)]
    broken = "\n".join(text[start:end] for start, end in zip([0, *breaks], ends, strict=True))
    marks = []
    for mark in placed.marks:
        start = mark.start + sum(at <= mark.start for at in breaks)
        inside = mark.end + sum(at < mark.end for at in breaks)
        marks.append(replace(mark, start=start, end=max(inside, start)))
    return Placed(broken, tuple(marks))


def wrap(text: str, width: int, lines: int = 1) -> str:
    """`text` in lines of at most `width` where its words allow it, about equally long, `lines` or more."""
    wanted = max(lines, -(-len(text) // max(width, 1)))
    while wanted > 1:
        broken = _broken(text, wanted)
        if max(len(line) for line in broken.split("\n")) <= width or wanted >= 12:
            return broken
        wanted += 1
    return text


def _broken(text: str, lines: int) -> str:
    """Each break at the space nearest to its share of the text."""
    spaces = [match.start() for match in re.finditer(" ", text)]
    out = list(text)
    for number in range(1, lines):
        if not spaces:
            break
        nearest = min(spaces, key=lambda at: abs(at - len(text) * number / lines))
        out[nearest] = "\n"
        spaces = [at for at in spaces if at > nearest]
    return "".join(out)


def fill(text: str, width: int) -> str:
    """Plain paragraphs: each line as full as it can be; `width` in cells."""
    places = set(_places(text)) if _is_unspaced(text) else set()
    out: list[str] = []
    start, last = 0, 0  # of the line; where it may end
    column = 0
    for at, sign in enumerate(text):
        if sign == " " or at in places:
            last = at
        column += cells(sign)
        if column > width and last > start:
            out.append(text[start:last])
            start = last + (text[last] == " ")
            column, last = cells(text[start : at + 1]), start
    return "\n".join([*out, text[start:]])
