"""Currency, mathematical and other signs of a sentence that its translation lacks, and quotes and brackets.

Pure rules over two texts; what counts as a sign is told by its Unicode category. A sign may also be said in
words: a currency by its name, as CLDR has it.
"""

import re
import unicodedata
from functools import cache

from babel import Locale, UnknownLocaleError

from components.models.languages import is_latin

_PUNCTUATION = "§¶‰†‡•№"  # of the other category: "!" and commas are there too
_BRACKETS, _QUOTES = "([{（［【〔", '"“”„«»「『'
_WRITTEN = {
    "°": ("grau", "grad", "degr", "度", "℃", "℉", "도", "град", "º"),
    "…": ("...",),
    "×": (" x ", "·"),
    "−": ("-", "–"),
    "•": ("-", "·"),
    "№": ("No", "n.", "nº", "n°", "Nr"),
}
_ASCII = "$"
_EDGE = r"[^\w\s.,;:!?'\"()\[\]{}]"
_SHORT = 5  # words of a text by itself, such as a name or a button's
_ADDED = re.compile(r"\s+\([^()]*\)?$")
_DOLLARS = re.compile(r"(?<![A-Za-z])(?!US)[A-Z]{1,2}\$")

_BARE = re.compile(r"(?<![A-Za-z])\$(?=\s?\d)")


def lost(source: str, target: str, language: str) -> list[str]:
    """Signs of the source that are nowhere in the target, in order."""
    signs = dict.fromkeys(c for c in _DOLLARS.sub(" ", source) if is_sign(c))
    dollars = dict.fromkeys(_DOLLARS.findall(source))
    bare = bool(_BARE.search(target)) and not _BARE.search(source)  # R$ 45 became $45, beside an R$ 54
    return [
        *(sign for sign in signs if not _is_said(sign, target, language)),
        *(sign for sign in dollars if bare or not _is_said_dollar(sign, target, language)),
    ]


def foreign_words(source: str, target: str, languages: tuple[str, str]) -> list[str]:
    """Words in another script that a translation lacks, between languages with Latin letters: 東京, Владимир.

    A Greek letter alone is a sign, and may be said in words.
    """
    if not all(map(is_latin, languages)):
        return []
    found = dict.fromkeys(word for word in re.findall(r"[^\W\d_]+", source) if _is_foreign(word))
    return [word for word in found if word not in target]


def _is_foreign(word: str) -> bool:
    alone = len(word) == 1 and unicodedata.east_asian_width(word) != "W"
    return not alone and not any(unicodedata.name(c, "").startswith("LATIN") for c in word)


def words_with(source: str, target: str, languages: tuple[str, str]) -> list[str]:
    """The words of the source that have the signs that were lost, without what is around them.

    Of a word whose sign is at its edge, the sign alone: record† is translated.
    """
    signs = lost(source, target, languages[1])
    words = [word.strip("\"'()[]{},.;:!?") for word in source.split() if any(sign in word for sign in signs)]
    edges = [re.fullmatch(rf"({_EDGE}*)[^\W\d_]{{3,}}({_EDGE}*)", word) for word in words]
    found = [edge.groups() if edge else (word,) for edge, word in zip(edges, words, strict=True)]
    pieces = [piece for pieces in found for piece in pieces if piece]
    return [*pieces, *foreign_words(source, target, languages)]


def lost_pairs(source: str, target: str) -> list[str]:
    """Marks that the source has in pairs, of a kind that the target has none of: one of each kind."""
    found = []
    for marks, least, others in ((_BRACKETS, 1, "–—"), (_QUOTES, 2, "'‘’‚‹›")):  # one quote may be inches
        there = [c for c in source if c in marks]
        if len(there) >= least and not any(c in marks or c in others for c in target):
            found.append(there[0])
    return found


def unbalanced(source: str, target: str) -> list[str]:
    """Quotation marks and brackets of a translation without another half, where the source has both."""
    found = []
    marks = [[c for c in text if c in _QUOTES] for text in (source, target)]
    if len(marks[0]) % 2 == 0 and len(marks[1]) % 2:
        found.append(marks[1][0])
    for opening, closing in ("()", "[]", "（）"):
        if source.count(opening) == source.count(closing) and target.count(opening) != target.count(closing):
            found.append(opening)
    return found


def added(source: str, target: str) -> list[str]:
    """Brackets of a translation whose source has none: one of each kind."""
    if any(c in _BRACKETS for c in source):
        return []
    return list(dict.fromkeys(c for c in target if c in _BRACKETS))


def without_added(source: str, target: str) -> str:
    """A short translation without what engines put behind a word in brackets: Mark -> Mark (em."""
    if len(source.split()) > _SHORT or any(c in _BRACKETS for c in source):
        return target
    return _ADDED.sub("", target) or target


def is_sign(character: str) -> bool:
    if character.isascii():
        return character in _ASCII
    category = unicodedata.category(character)
    return category in ("Sc", "Sm", "So", "No") or character in _PUNCTUATION


def _is_said_dollar(sign: str, target: str, language: str) -> bool:
    """R$ and A$ are other money than $."""
    if sign in target or sign.replace("$", " $") in target:
        return True
    codes = _codes().get(sign, ())
    text = target.casefold()
    try:
        names = Locale.parse(language).currencies
    except (UnknownLocaleError, ValueError):
        return True
    usual = names.get("USD", "").casefold().split()
    words = [word for code in codes for word in names.get(code, "").casefold().split() if word not in usual]
    said = [*(code.casefold() for code in codes), *(word[:3] for word in words)]
    return not codes or any(name in text for name in said)


@cache
def _codes() -> dict[str, list[str]]:
    """The currencies that have each of the signs of more than one character, in English or at home."""
    found: dict[str, list[str]] = {}
    for language in ("en", "pt"):
        for code, symbol in Locale.parse(language).currency_symbols.items():
            found.setdefault(symbol, []).append(code)
    return found


def _is_said(sign: str, target: str, language: str) -> bool:
    if sign in target or any(way in target for way in _WRITTEN.get(sign, ())):
        return True
    plain = unicodedata.normalize("NFKC", sign).replace("\u2044", "/")
    if plain != sign and len(plain) > 1 and plain in target:
        return True
    names = _names(language).get(sign, frozenset()) if unicodedata.category(sign) == "Sc" else frozenset()
    text = target.casefold()
    return any(name in text for name in names)


@cache
def _names(language: str) -> dict[str, frozenset[str]]:
    """Of each currency sign the codes and the beginnings of the names of the currencies that have it."""
    try:
        here, english = Locale.parse(language), Locale.parse("en")
    except (UnknownLocaleError, ValueError):
        return {}
    found: dict[str, set[str]] = {}
    for code, symbol in english.currency_symbols.items():
        if len(symbol) != 1 and not symbol.endswith(("$", "¥")):
            continue
        names = found.setdefault(symbol[-1], set())
        names.add(code.casefold())
        name = here.currencies.get(code, "").casefold().split()[:1]
        for word in name:
            names |= {word[:2], word[-2:]} if word[0] > "\u2e80" else {word[:5]}
    return {sign: frozenset(name for name in names if len(name) > 1) for sign, names in found.items()}
