"""Currencies of today by the names that Unicode's CLDR has for them: "Swiss francs", "zł", "franc suisse".

Knows words; nothing about numbers. A currency is named by its English noun, so that "CHF 250", "250 Swiss
francs" and "250 francs" are the same, and whose francs they are is told by their name.
"""

from functools import cache

from babel import Locale
from babel.core import get_global

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "pl", "ru")
NOUN_FIRST = frozenset(("fr", "es", "pt", "it", "pl"))
SHORTEST = 4  # letters of a noun that is nothing else alone: "won" and "sum" are words
OTHERS = frozenset(("pound", "mark"))  # a weight and a grade too
METALS = frozenset(("XAU", "XAG", "XPT", "XPD"))
MOST_WORDS = 4  # of a name


@cache
def by_name() -> dict[str, str]:
    """Of each name and code, in small letters but for codes, the currency's noun."""
    single = Locale("en").currencies
    nouns = {code: _words(single[code])[-1] for code in _today()}
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in _names(language):
            words = _words(name)
            found.setdefault(" ".join(words), nouns[code])
            noun = words[0 if language in NOUN_FIRST else -1]
            if len(noun.rstrip("s")) >= SHORTEST and noun.rstrip("s") not in OTHERS:
                found.setdefault(noun, nouns[code])
    return found | nouns


@cache
def nouns() -> frozenset[str]:
    return frozenset(by_name().values())


@cache
def words_of(code: str) -> frozenset[str]:
    """The words of the names of a currency, by its code: nobody has made them up where the code is there."""
    return frozenset(word for of, name in _names("en") if of == code for word in _words(name))


@cache
def codes_of(noun: str) -> frozenset[str]:
    """The codes of all currencies of a noun."""
    return frozenset(code.casefold() for code, name in by_name().items() if code.isupper() and name == noun)


@cache
def _names(language: str) -> tuple[tuple[str, str], ...]:
    """Codes with their names, in the singular and as they are counted."""
    locale = Locale(language)
    counted = locale._data.get("currency_names_plural", {})
    today = _today()
    return tuple(
        (code, name)
        for code in locale.currencies
        if code in today
        for name in {locale.currencies[code], *dict(counted.get(code, {})).values()}
    )


@cache
def _today() -> frozenset[str]:
    """Codes of what is legal tender somewhere now."""
    territories = get_global("territory_currencies").values()
    found = (code for of in territories for code, _, until, tender in of if tender and not until)
    return frozenset(code for code in found if code not in METALS)


def _words(name: str) -> list[str]:
    return name.casefold().split()
