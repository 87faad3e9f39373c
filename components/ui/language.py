"""The interface's language: the browser's where there is a catalogue for it, else English.

One more file in `locales` is one more language. The pages translate their own texts with `_` and `ngettext`.
The layers below say messages as data (`components.messages`), which `said` puts into the reader's language.
"""

from functools import lru_cache

import streamlit as st

from components.messages import Message, in_words
from components.ui.discretion import discreet
from components.ui.locales import catalogues


def _(text: str) -> str:
    """A text of the pages in the person's language; the caller fills in its fields afterwards."""
    return catalogues.translations(code()).gettext(text) if text else ""


def ngettext(one: str, many: str, count: int) -> str:
    """The singular or plural form for a number, in the person's language."""
    return catalogues.translations(code()).ngettext(one, many, count)


def said(message: Message) -> str:
    """A message of the layers below in the person's language; a plain text as it is."""
    return discreet(in_words(message, catalogues.wording(code())))


def language_name(language: str) -> str:
    """A language's name in the person's language."""
    return catalogues.language_name(code(), language)


def code() -> str:
    """The code of the catalogue for this browser; empty: English, also outside a page."""
    return fitting(st.context.locale or "")


@lru_cache(maxsize=256)
def fitting(locale: str) -> str:
    """The catalogue that fits a browser's locale: `zh-CN`, `zh-Hans-SG` and `zh` all get `zh_CN`."""
    wanted = locale.replace("-", "_")
    if wanted in catalogues.available():
        return wanted
    language = wanted.split("_")[0].lower()
    return next((one for one in catalogues.available() if one.split("_")[0].lower() == language), "")
