"""Pieces that a translation must keep exactly as they are: placeholders, addresses, code, tags.

Knows patterns. Engines lose or translate such things, so they get a short stand-in for each, which
survives like a name does, and which is replaced again afterwards.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

PATTERN = re.compile(
    r"(?P<tag></?[A-Za-z][\w:-]*(?:\s[^<>]*)?/?>)"
    r"|(?P<url>(?:https?|ftp)://[^\s<>\"'）】」]+[^\s<>\"'.,;:!?)\]）】」。，、]|\bwww\.[^\s<>\"']+[^\s<>\"'.,;:!?)\]])"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<code>`[^`\n]+`)"
    r"|(?P<brace>\$?\{(?:[^{}\n]|\{(?:[^{}\n]|\{[^{}\n]*\})*\})*\})"
    r"|(?P<percent>%(?:\(\w+\)|\d+\$)?[-+#0]*\d*(?:\.\d+)?(?:(?:hh?|ll?|[Lqzjt])?"
    r"[sdifgxXeEcu](?![A-Za-z0-9_])|@)|%%|%[A-Z_]+%)"
    r"|(?P<dollar>\$[A-Za-z_]\w+|\$\(\w+\))"
    r"|(?P<note>\[\d{1,3}\])|(?P<sign>[©®™])"
    r"|(?P<emoji>[\U0001F000-\U0001FAFF\u2600-\u27BF][\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F\u200D]*)"
    r"|(?P<entity>&(?:[a-z]+|#\d+);)"
    r"|(?P<path>(?<![\w/.])(?:~|\.{1,2})?(?:/[\w.-]*\w){2,}/?|(?<![\w/])[\w.-]+(?:/[\w.-]+)+\.[a-z]{1,4}\b)"
    r"|(?P<domain>(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|io|dev|co)(?:\.[a-z]{2})?\b(?:/[\w./-]*\w)?)"
)
# A letter or digit of a script that puts spaces between words, and no prefix or ending to a word without
# one: Latin, Greek, Cyrillic, Armenian, Georgian.
_SPACED = r"[^\W\u0590-\u109f\u1100-\u1dff\u2000-\U0010ffff]"


# A placeholder with words of its own in several forms: {count, plural, one {# file} other {# files}}.
_FORMS = re.compile(r"\{\s*[\w.-]+\s*,\s*(?:plural|select|selectordinal)\s*,.*\{[^{}]*[^\W\d_]", re.DOTALL)


@dataclass(frozen=True)
class Masked:
    """A sentence with stand-ins, and what each stands for."""

    text: str
    kept: tuple[tuple[str, str], ...] = ()  # stand-in, what replaces it in the translation


@dataclass(frozen=True)
class Piece:
    """A part of a sentence: text for the engine, or what stays as it is."""

    text: str
    kept: bool = False


def protected(text: str) -> list[str]:
    """Everything in a text that must be in its translation too, in order."""
    return [match.group() for match in PATTERN.finditer(text)]


def with_forms(text: str) -> list[str]:
    """Those of the placeholders that have words to be translated inside, which nobody translates here."""
    return [piece for piece in protected(text) if _FORMS.match(piece)]


def mask(text: str, more: Sequence[tuple[str, str]] = ()) -> Masked:
    """`more` are further pieces of the text and what they become: glossary terms, code in a document."""
    places: list[tuple[int, int, str]] = []
    for piece, becomes in sorted(more, key=lambda pair: -len(pair[0])):
        found = re.finditer(whole_word(piece), text)
        places.extend((*match.span(), becomes or match.group()) for match in found)
    places += [(*match.span(), match.group()) for match in PATTERN.finditer(text)]
    stem = next(s for s in ("XQ", "ZK", "QX", "WZ", "QZX") if s not in text or s == "QZX")
    out, at = "", 0
    kept: list[tuple[str, str]] = []
    for start, end, becomes in sorted(places, key=lambda p: (p[0], -p[1])):
        if start < at:
            continue
        stand_in = f"{stem}{len(kept) + 1}"
        kept.append((stand_in, becomes))
        out += text[at:start] + stand_in
        at = end
    return Masked(out + text[at:], tuple(kept))


def unmask(text: str, masked: Masked) -> str:
    """The translation with the real things again; a stand-in that was lost stays lost."""
    for stand_in, becomes in reversed(masked.kept):
        text = re.sub(rf"{stand_in}(?!\d)", becomes.replace("\\", r"\\"), text, flags=re.IGNORECASE)
    return text


def pieces(masked: Masked) -> list[Piece]:
    """The text cut at its stand-ins, for an engine that loses them."""
    if not masked.kept:
        return [Piece(masked.text)]
    names = "|".join(re.escape(stand_in) + r"(?!\d)" for stand_in, _ in reversed(masked.kept))
    becomes = dict(masked.kept)
    found = re.split(f"({names})", masked.text)
    return [Piece(becomes[p], kept=True) if p in becomes else Piece(p) for p in found if p]


def whole_word(piece: str) -> str:
    """A pattern that finds a term as a whole word, in any case."""
    before = f"(?<!{_SPACED})" if re.match(_SPACED, piece) else ""
    after = f"(?!{_SPACED})" if re.match(_SPACED, piece[-1:]) else ""
    return f"{before}(?i:{re.escape(piece)}){after}"  # the range would change its meaning without case
