"""Cuts a text into sentences, and puts it together again exactly as it was.

Where sentences end is known to `borders`; here only what an engine can't read as one is cut further, and what
is no part of a sentence is kept out of its sight: tabs, aligned columns, the signs of a list, a written \\n.

    "1) Name:\\t Anna   Age:   9"   ->   "Name:", "Anna", "Age:", "9" with what is between and before them
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from components.tasks.borders import borders
from components.tasks.translate.code_lines import is_code
from components.tasks.translate.placeholders import tokens

LONGEST = 400  # characters that an engine is given as one sentence
_CLAUSE = re.compile(r"(?<=[;:,、，；：)–—])\s*")
_LINE = re.compile(r"[^\n]*\n+|[^\n]+")
# Tabs, runs of spaces, what leads to a column (......), the bar between a page's title and its site's, the
# arrow between two steps, around which engines change the order.
_GAP = re.compile(
    r"[^\S\n]*\t[^\S\n]*| {2,}|(?:\\[nrt])+|[^\S\n]*([._=*·-])\1{3,}[^\S\n]*|(?<=\S) [|¦→⇒⟶➔➜] (?=\S)"
)
_MARKER = re.compile(r"\s*(?:(?:[-–—*•·▪◦‣>#|]+|\(?\d{1,3}\)|\(?[a-zA-Z]\))\s+)+(?=\S)")
_BARS = frozenset("|¦")
_COLUMNS = 3  # spaces that are no slip of a finger


@dataclass(frozen=True)
class Sentence:
    """One sentence and what is between it and the next one."""

    text: str
    start: int  # in the whole text
    after: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def split(
    text: str, language: str, longest: int = LONGEST, whole: Sequence[tuple[int, int]] = ()
) -> tuple[str, list[Sentence]]:
    """What `text` begins with before its first sentence, and its sentences: together they are the text.

    `whole` are places that aren't cut where they have spaces or tabs.
    """
    lead, found, at = "", list[Sentence](), 0
    for line in _LINE.findall(text):
        kept = [(start - at, end - at) for start, end in whole]
        kept += [(token.start, token.end) for token in tokens(line) if token.kind != "escape"]
        code = is_code(line, language)
        for begin, part, gap in [(0, line, "")] if code else _columns(line, kept):
            pieces = ["", part] if code else list(_pieces_of(part, language, longest))
            place = at + begin
            for number, piece in enumerate([*pieces, gap]):
                plain = "" if number in (0, len(pieces)) else piece.strip()
                indent = piece if not plain else piece[: len(piece) - len(piece.lstrip())]
                if found:
                    last = found[-1]
                    found[-1] = Sentence(last.text, last.start, last.after + indent)
                else:
                    lead += indent
                if plain:
                    after = piece[len(indent) + len(plain) :]
                    found.append(Sentence(plain, place + len(indent), after))
                place += len(piece)
        at += len(line)
    return lead, found


def _pieces_of(part: str, language: str, longest: int) -> Iterator[str]:
    """The sign of a list, or nothing, and the sentences."""
    marker = _MARKER.match(part)
    first = len(marker[0]) if marker else 0
    yield part[:first]
    for start, end in pairwise([0, *borders(part[first:], language)]):
        yield from _short_enough(part[first + start : first + end], longest)


def _columns(line: str, whole: Sequence[tuple[int, int]]) -> Iterator[tuple[int, str, str]]:
    """Parts of a line: where each begins, its text, what is between it and the next."""
    inner = line.rstrip()
    gaps = [
        gap
        for gap in _GAP.finditer(inner, len(inner) - len(inner.lstrip()))
        if not any(start < gap.end() and gap.start() < end for start, end in whole)
        and not (gap[0].strip() in _BARS and inner[: gap.start()].count('"') % 2)
    ]
    spaces = [gap for gap in gaps if gap[0].isspace()]
    colons = {gap.start() for gap in spaces if inner[gap.start() - 1] == ":"}
    aligned = len(spaces) > 1 and all(inner[gap.start() - 1] not in ".!?:;" for gap in spaces)
    at = 0
    for gap in gaps:
        if gap[0].strip(" ") or aligned or len(gap[0]) >= _COLUMNS or gap.start() in colons:
            yield at, line[at : gap.start()], gap[0]
            at = gap.end()
    yield at, line[at:], ""


def join(lead: str, sentences: Sequence[tuple[str, str, str]], spaced: bool) -> str:
    """Translated sentences with what is between their sources: (source, translation, what is after it) each.

    `spaced` is whether the target language puts a space between sentences; the source may not.
    """
    out = lead
    for number, (source, text, after) in enumerate(sentences):
        last = number == len(sentences) - 1
        out += text
        if last or spaced or after.strip(" ") or len(after) >= _COLUMNS:
            bare = not after and not last and unicodedata.east_asian_width(source[-1:] or " ") in "WF"
            bare = bare and text != source
            out += " " if bare else after
    return out


def _short_enough(sentence: str, longest: int) -> list[str]:
    if len(sentence) <= longest:
        return [sentence]
    parts: list[str] = []
    for clause in _pieces(sentence, _CLAUSE):
        for piece in [clause] if len(clause) <= longest else _hard(clause, longest):
            if parts and len(parts[-1]) + len(piece) <= longest:
                parts[-1] += piece
            else:
                parts.append(piece)
    return parts


def _pieces(text: str, after: re.Pattern[str]) -> list[str]:
    cuts = [0, *(match.end() for match in after.finditer(text) if match.end() < len(text)), len(text)]
    return [text[a:b] for a, b in pairwise(cuts) if b > a]


def _hard(text: str, longest: int) -> list[str]:
    """Between words, or where there are none, anywhere."""
    out = []
    while len(text) > longest:
        cut = text.rfind(" ", 1, longest)
        cut = cut + 1 if cut > 0 else longest
        out.append(text[:cut])
        text = text[cut:]
    return [*out, text]
