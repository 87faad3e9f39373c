"""Pieces that a translation must keep exactly as they are, out of an engine's sight and put back.

Knows stand-ins. Engines lose or translate placeholders, so they get a short name for each, which survives; a
count gets a number, so that words around it are in their place. A stand-in that is read in the end means that
something was lost: then there is no translation.

    %d files in {name}   ->   47 files in XQ1   ->   47 arquivos em XQ1   ->   %d arquivos em {name}
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from components.tasks.translate.inner_marks import InnerMarks
from components.tasks.translate.placeholders import STRICT, is_count, tokens

# A letter or digit of a script that puts spaces between words, and no prefix or ending to a word without
# one: Latin, Greek, Cyrillic, Armenian, Georgian.
_SPACED = r"[^\W\u0590-\u109f\u1100-\u1dff\u2000-\U0010ffff]"
NO_MARKS = InnerMarks("")
_PARTS = re.compile(r"(?<![\d.,/])(?:\d+ ?)?[¼-¾⅐-⅞](?=\s+[^\W\d_])")  # of something: 1½ cups
_STEMS = ("XQ", "ZK", "QX", "WZ", "QZX")
_ONE = "1"
_NUMBERS = ("47", "58", "69", "74", "86", "93")


@dataclass(frozen=True)
class StandIn:
    """What is in the place of something."""

    name: str
    becomes: str  # what replaces it in the translation
    space_before: bool = False  # whether a space was put there, so that it isn't glued to a word
    space_after: bool = False

    @property
    def pattern(self) -> str:
        before, after = (" ?" if space else "" for space in (self.space_before, self.space_after))
        edges = (r"(?<!\d)", r"(?!\d|[.,]\d)") if self.name.isdigit() else ("", r"(?!\d)")
        return f"{before}{edges[0]}{self.name}{edges[1]}{after}"


@dataclass(frozen=True)
class Masked:
    """A sentence with stand-ins."""

    text: str
    kept: tuple[StandIn, ...] = ()
    stem: str = ""  # that the names begin with
    marks: InnerMarks = NO_MARKS


@dataclass(frozen=True)
class Piece:
    """A part of a sentence: text for the engine, or what stays as it is."""

    text: str
    kept: bool = False


def protected(text: str) -> list[str]:
    """Everything in a text that must be in its translation too, in order."""
    return [token.text for token in tokens(text)]


def strict(text: str) -> list[str]:
    """Those of which a translation may have no more than its source."""
    return [token.text for token in tokens(text) if token.kind in STRICT]


def with_forms(text: str) -> list[str]:
    """Those of the placeholders that have words to be translated inside, which nobody translates here."""
    return [token.text for token in tokens(text) if token.has_forms]


def mask(text: str, more: Sequence[tuple[str, str]] = (), one: bool = False) -> Masked:
    """`more` are further pieces of the text and what they become: glossary terms, code in a document.

    `one`: what is counted is one thing.
    """
    marks = InnerMarks.of(text)
    text = marks.plain
    places: list[tuple[int, int, str]] = []
    for piece, becomes in sorted(more, key=lambda pair: -len(pair[0])):
        found = re.finditer(bounded(piece, re.escape(piece)), text)
        places.extend((*match.span(), becomes or match.group()) for match in found)
    places += [(token.start, token.end, token.text) for token in tokens(text)]
    places += [(*found.span(), found[0]) for found in _PARTS.finditer(text)]
    stem = next(s for s in _STEMS if s not in text or s == _STEMS[-1])
    numbers = iter([number for number in ((_ONE,) if one else ()) + _NUMBERS if number not in text])
    out, at = "", 0
    kept: list[StandIn] = []
    for start, end, becomes in sorted(places, key=lambda p: (p[0], -p[1])):
        if start < at:
            continue
        name = next(numbers, "") if _counts(text[start:end], text[end:]) else ""
        out += text[at:start]
        before = out[-1:].isalnum() or (bool(kept) and out.endswith(kept[-1].name))
        after = text[end : end + 1].isalnum()
        kept.append(StandIn(name or f"{stem}{len(kept) + 1}", becomes, before, after))
        out += f"{' ' if before else ''}{kept[-1].name}{' ' if after else ''}"
        at = end
    return Masked(out + text[at:], tuple(kept), stem, marks)


def _counts(piece: str, after: str) -> bool:
    """Whether a number has to be in the place of a piece: it is one, and what it counts follows."""
    number = is_count(piece, after) or unicodedata.category(piece[0]) in ("Nd", "No")
    return number and re.match(r"\s+[^\W\d_]", after) is not None


def unmask(text: str, masked: Masked) -> str:
    """The translation with the real things again; a stand-in that was lost stays lost."""
    for one in reversed(masked.kept):
        if not one.space_after:  # engines may join it to what begins after it
            begins = r"(?-i:(?=[^\W\d_a-zß-ÿ][a-zß-ÿ]))"
            text = re.sub(rf"({one.pattern}){begins}", r"\1 ", text, flags=re.IGNORECASE)
        text = re.sub(one.pattern, one.becomes.replace("\\", r"\\"), text, flags=re.IGNORECASE)
    return masked.marks.restored(text)


def leaks(text: str, masked: Masked) -> bool:
    """Whether a translation shows a stand-in, whole or in parts."""
    becomes = [one.becomes for one in masked.kept]
    for piece in sorted(becomes, key=len, reverse=True):
        text = text.replace(piece, " ")
    return bool(masked.kept) and masked.stem.lower() in text.lower()


def without(masked: Masked) -> str:
    """The text without its stand-ins."""
    text = masked.text
    for one in reversed(masked.kept):
        text = re.sub(one.pattern, " ", text)
    return text


def pieces(masked: Masked) -> list[Piece]:
    """The text cut at its stand-ins, for an engine that loses them."""
    if not masked.kept:
        return [Piece(masked.text)]
    names = "|".join(one.pattern for one in reversed(masked.kept))
    found = re.split(f"({names})", masked.text)
    becomes = {one.name: one.becomes for one in masked.kept}
    return [
        Piece(becomes[part.strip()], kept=True) if number % 2 else Piece(part)
        for number, part in enumerate(found)
        if part
    ]


def bounded(piece: str, pattern: str) -> str:
    """A pattern for a piece of text that finds it as a whole word only."""
    before = f"(?<!{_SPACED})" if re.match(_SPACED, piece) else ""
    after = f"(?!{_SPACED})" if re.match(_SPACED, piece[-1:]) else ""
    return f"{before}{pattern}{after}"
