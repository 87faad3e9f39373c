"""The catalogues: one gettext file for each language, `<code>.po` in this folder, read when it is needed.

Knows nothing about the reader.
"""

import gettext
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from components.messages import Wording
from components.models import languages

LOCALES = Path(__file__).parent


@cache
def available() -> tuple[str, ...]:
    """The codes of all catalogues."""
    return tuple(sorted(path.stem for path in LOCALES.glob("*.po")))


@cache
def catalogue(chosen: str) -> Catalog:
    """The content of one language's file."""
    with (LOCALES / f"{chosen}.po").open("rb") as file:
        return read_po(file, locale=chosen, charset="utf-8")


@cache
def translations(chosen: str) -> gettext.NullTranslations:
    """The same, for looking texts up; for the empty code, English as it is."""
    if not chosen:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(chosen))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@dataclass(frozen=True)
class Catalogued:
    """A catalogue's language as the `Wording` of `messages.in_words`."""

    chosen: str

    def gettext(self, message: str) -> str:
        return translations(self.chosen).gettext(message) if message else ""

    def ngettext(self, one: str, many: str, count: int) -> str:
        return translations(self.chosen).ngettext(one, many, count)

    def language(self, code: str, name: str) -> str:
        try:
            return (self.chosen and Locale.parse(self.chosen).languages.get(code)) or name
        except (UnknownLocaleError, ValueError):
            return name


@cache
def wording(chosen: str) -> Wording:
    """The wording of a language by its code; for the empty code, English."""
    return Catalogued(chosen)


def language_name(chosen: str, language: str) -> str:
    """A language's name in another language; in English where that isn't known."""
    return wording(chosen).language(language, languages.language_name(language))
