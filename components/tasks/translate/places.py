"""What countries and larger cities are called in a language: CLDR's names, as Babel has them.

An engine that is given one word makes other words of names: Fortaleza is no fortress, and São Paulo no saint.
Knows only names that stand alone.
"""

import unicodedata
from functools import cache

from babel import Locale, UnknownLocaleError

_EVERY = "ru"  # a language in which CLDR names each city, since none is called as its time zone


def name(text: str, source: str, target: str) -> str:
    """A country or a city in the target language, if a text is one in the source language; else nothing.

    Where CLDR says nothing of a city in the target language, accents are as in the source.
    """
    if not text[:1].isupper() or text.isupper():
        return ""
    code = _codes(source).get(text.strip(), "")
    made = _names(target).get(code, "")
    usual = made == _usual(code)
    return text if usual and _plain(made) == _plain(text) else made


def is_country(text: str, language: str) -> bool:
    return _codes(language).get(text, "").isalpha()


def is_region(text: str, language: str) -> bool:
    """Whether a text is the name of a country or a part of the world."""
    try:
        return text in Locale.parse(language).territories.values()
    except (UnknownLocaleError, ValueError):
        return False


@cache
def _codes(language: str) -> dict[str, str]:
    """Names -> the codes of countries, the zones of cities. A name that two have is none."""
    found: dict[str, str] = {}
    for code, called in _names(language).items():
        found[called] = "" if called in found else code
    return found


@cache
def _names(language: str) -> dict[str, str]:
    """The codes of countries and the zones of cities -> their names."""
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return {}
    here = locale.time_zones
    zones = map(str, Locale.parse(_EVERY).time_zones)
    found = {
        zone: str(here.get(zone, {}).get("city") or _usual(zone))
        for zone in zones
        if not zone.startswith(("Antarctica/", "Etc/"))
    }
    return found | {str(code): called for code, called in locale.territories.items() if str(code).isalpha()}


def _usual(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def _plain(text: str) -> str:
    """Without accents and capitals."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))
