"""The interface's language: the browser's where there is a catalogue for it, else English.

A catalogue is one gettext file, `locales/<code>.po`; one more file is one more language. The pages
translate their own texts with `_` and `ngettext`. The layers below know no language: what they say is
English, also in the database and across processes, and `said` finds its translation when it is shown.
"""

import gettext as stdlib_gettext
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import streamlit as st
from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from components.models import languages

LOCALES = Path(__file__).parent / "locales"
FIELD = re.compile(r"\{(\w+)\}")
SENTENCE = "sentence"  # the flag of a message that `said` looks for


@dataclass(frozen=True)
class Template:
    """A sentence of the layers below, and its translation."""

    pattern: re.Pattern[str]
    translation: str
    weight: int  # letters that have to be there: the most certain template wins


def _(text: str) -> str:
    """A text of the pages in the person's language; its fields are filled in afterwards."""
    return _translations(code()).gettext(text) if text else ""


def ngettext(one: str, many: str, count: int) -> str:
    """The form that fits a number."""
    return _translations(code()).ngettext(one, many, count)


def said(text: str) -> str:
    """A finished sentence of the layers below in the person's language; as it is where it isn't known."""
    return _said(code(), text)


def language_name(language: str) -> str:
    """A language's name in the person's language."""
    chosen = code()
    try:
        return (chosen and Locale.parse(chosen).languages.get(language)) or languages.language_name(language)
    except (UnknownLocaleError, ValueError):
        return languages.language_name(language)


def code() -> str:
    """The catalogue for this browser; empty: English. Outside of a page there is no browser."""
    return _fitting(st.context.locale or "")


@cache
def available() -> tuple[str, ...]:
    """The codes of all catalogues."""
    return tuple(sorted(path.stem for path in LOCALES.glob("*.po")))


@lru_cache(maxsize=256)
def _fitting(locale: str) -> str:
    """`zh-CN`, `zh-Hans-SG` and `zh` are all read by whoever reads `zh_CN`."""
    wanted = locale.replace("-", "_")
    if wanted in available():
        return wanted
    language = wanted.split("_")[0].lower()
    return next((one for one in available() if one.split("_")[0].lower() == language), "")


@cache
def catalogue(chosen: str) -> Catalog:
    """What stands in one language's file."""
    with (LOCALES / f"{chosen}.po").open("rb") as file:
        return read_po(file, locale=chosen, charset="utf-8")


@cache
def _translations(chosen: str) -> stdlib_gettext.NullTranslations:
    if not chosen:
        return stdlib_gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(chosen))
    compiled.seek(0)
    return stdlib_gettext.GNUTranslations(compiled)


@lru_cache(maxsize=4096)
def _said(chosen: str, text: str) -> str:
    if not chosen or not text:
        return text
    exact = _translations(chosen).gettext(text)
    if exact != text:
        return exact
    for template in _templates(chosen):
        if found := template.pattern.fullmatch(text):
            return _filled(template.translation, found.groupdict(), chosen)
    pieces = re.split(r"(?<=[.!?]) (?=[A-Z\"“])|(?<=[;:]) |\n", text)
    if len(pieces) == 1:
        return text
    for piece in pieces:
        text = text.replace(piece, _said(chosen, piece), 1)
    return text


def _filled(translation: str, fields: Mapping[str, str], chosen: str) -> str:
    """What stands in a field can be a sentence of ours again, such as a reason."""
    return FIELD.sub(lambda field: _said(chosen, fields[field[1]]), translation)


@cache
def _templates(chosen: str) -> tuple[Template, ...]:
    """The sentences with fields, those with the most letters of their own first."""
    found = [
        template(str(message.id), str(message.string))
        for message in catalogue(chosen)
        if SENTENCE in message.flags and message.string and FIELD.search(str(message.id))
    ]
    return tuple(sorted(found, key=lambda one: one.weight, reverse=True))


def template(sentence: str, translation: str) -> Template:
    """What finds a sentence of ours, whatever stands in its fields."""
    pieces = FIELD.split(sentence)  # text and names in turn
    pattern = "".join(f"(?P<{piece}>.*?)" if i % 2 else re.escape(piece) for i, piece in enumerate(pieces))
    return Template(re.compile(pattern, re.DOTALL), translation, sum(len(piece) for piece in pieces[::2]))
