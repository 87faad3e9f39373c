"""The catalogues: one gettext file for each language, `<code>.po` in this folder, read when it is needed.

Knows nothing about who reads them.
"""

import gettext
import io
import re
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from components.models import languages

LOCALES = Path(__file__).parent
FIELD = re.compile(r"\{(\w+)\}")
SENTENCE = "sentence"  # the flag of a message of the layers below, which `sentences` looks for


@cache
def available() -> tuple[str, ...]:
    """The codes of all catalogues."""
    return tuple(sorted(path.stem for path in LOCALES.glob("*.po")))


@cache
def catalogue(chosen: str) -> Catalog:
    """What stands in one language's file."""
    with (LOCALES / f"{chosen}.po").open("rb") as file:
        return read_po(file, locale=chosen, charset="utf-8")


@cache
def translations(chosen: str) -> gettext.NullTranslations:
    """The same, to look things up in; of the empty code, English as it is."""
    if not chosen:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(chosen))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def language_name(chosen: str, language: str) -> str:
    """A language's name in another; in English where that isn't known."""
    try:
        return (chosen and Locale.parse(chosen).languages.get(language)) or languages.language_name(language)
    except (UnknownLocaleError, ValueError):
        return languages.language_name(language)
