"""Cuts a text into sentences, and puts it together again exactly as it was.

Where sentences end is known to `borders`; here only what an engine can't read as one is cut further.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from components.tasks.borders import borders

LONGEST = 400  # characters that an engine is given as one sentence
_CLAUSE = re.compile(r"(?<=[;:,、，；：)–—])\s*")
_LINE = re.compile(r"[^\n]*\n+|[^\n]+")


@dataclass(frozen=True)
class Sentence:
    """One sentence and the white space after it."""

    text: str
    start: int  # in the whole text
    after: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def split(text: str, language: str, longest: int = LONGEST) -> tuple[str, list[Sentence]]:
    """The white space that `text` begins with, and its sentences: together they are the text."""
    lead = text[: len(text) - len(text.lstrip())]
    found: list[Sentence] = []
    at = len(lead)
    for line in _LINE.findall(text[at:]):
        for start, end in pairwise([0, *borders(line, language)]):
            for part in _short_enough(line[start:end], longest):
                plain = part.strip()
                indent = part[: len(part) - len(part.lstrip())]
                if indent and found:  # before a line, or the whole of it
                    last = found[-1]
                    found[-1] = Sentence(last.text, last.start, last.after + indent)
                if plain:
                    found.append(Sentence(plain, at + len(indent), part[len(indent) + len(plain) :]))
                at += len(part)
    return lead, found


def join(lead: str, sentences: Sequence[tuple[str, str]], spaced: bool) -> str:
    """Translated sentences with the white space of their sources.

    `spaced` is whether the target language puts a space between sentences; the source may not.
    """
    out = lead
    for number, (text, after) in enumerate(sentences):
        last = number == len(sentences) - 1
        out += text
        if "\n" in after or last:
            out += after
        elif spaced:
            out += after or " "
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
