"""Days of the week and months by themselves, long or short, as CLDR has them: Qua, Wed.

An engine takes the short ones for words: Ter is to have, and Mar the sea. Knows only names that stand alone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

from babel import Locale, UnknownLocaleError

LEAST = 3  # different days, or months, among the texts of a document, from which they are such
_WIDTHS = ("wide", "abbreviated")
Name = tuple[str, str, int]  # "days" or "months", the width, and CLDR's number of it


def listed(texts: Iterable[str], language: str) -> frozenset[str]:
    """The texts that are days or months where others of the same kind are too, anywhere: a column of a table
    has them far from each other.
    """
    found = {text: name for text in texts if (name := _name(text, language))}
    known = Counter(kind for kind, _ in {(name[0], name[2]) for name in found.values()})
    return frozenset(text for text, name in found.items() if known[name[0]] >= LEAST)


def called(text: str, source: str, target: str) -> str:
    """A day or a month in the target language, as long or short as it is; nothing of any other text.

    Its capital and its full stop are those of the source.
    """
    name = _name(text, source)
    made = _names(target).get(name, "").rstrip(".") if name else ""
    made = made[:1].upper() + made[1:] if text[:1].isupper() else made
    return f"{made}." if made and text.endswith(".") else made


def is_short(text: str, language: str) -> bool:
    """Whether a text is the short form of one, and not the whole of another."""
    name = _name(text, language)
    return name is not None and name[1] != _WIDTHS[0]


def _name(text: str, language: str) -> Name | None:
    if not text[:1].isupper() and not text.endswith("."):
        return None
    return _numbers(language).get(text.rstrip(".").casefold())


@cache
def _numbers(language: str) -> dict[str, Name]:
    """The names in small letters and without a stop; a long one that is short too is long (May)."""
    found: dict[str, Name] = {}
    for name, called in _names(language).items():
        found.setdefault(called.rstrip(".").casefold(), name)
    return found


@cache
def _names(language: str) -> dict[Name, str]:
    return dict(_every(language))


def _every(language: str) -> Iterator[tuple[Name, str]]:
    """As they stand alone, the long ones first."""
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return
    for width in _WIDTHS:
        for kind, every in (("days", locale.days), ("months", locale.months)):
            yield from (((kind, width, int(at)), str(one)) for at, one in every["stand-alone"][width].items())
