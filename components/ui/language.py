"""The interface's language: the one chosen in the app, else the browser's, else English.

One more file in `locales` is one more language. The pages translate their own texts with `_` and `ngettext`.
The layers below say messages as data (`components.messages`), which `said` puts into the reader's language.
"""

from collections.abc import Callable
from functools import cache, lru_cache, partial

import streamlit as st
from babel import Locale
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.messages import Message, in_words
from components.ui.discretion import discreet
from components.ui.locales import catalogues

COOKIE, AUTOMATIC = "wordbench_language", "auto"
_BROWSER = "language_of_the_browser"


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
    """The code of the catalogue for this person; empty: English, also outside a page."""
    return fitting(chosen() or _browser()[1])


def teller() -> Callable[[Message], str]:
    """Puts messages into the person's language, also outside of a page, for a file that is made later."""
    return partial(in_words, wording=catalogues.wording(code()))


def tag() -> str:
    """The language of the pages as HTML names it (BCP 47)."""
    return (code() or "en").replace("_", "-")


def chosen() -> str:
    """The code that was chosen in the app, "en" among them; empty: none, so the browser's counts."""
    found = str((_in_a_page() and st.session_state.get(COOKIE)) or _browser()[0])
    return found if found in choices() else ""


def _browser() -> tuple[str, str]:
    """The choice that the browser keeps, and its locale; both empty outside a page.

    Asked once in a session, which they don't change in: each text of a page asks for them.
    """
    if not _in_a_page():
        return "", ""
    found = st.session_state.get(_BROWSER)
    if found is None:
        found = str(st.context.cookies.get(COOKIE, "")), st.context.locale or ""
        st.session_state[_BROWSER] = found
    return found


def _in_a_page() -> bool:
    return get_script_run_ctx(suppress_warning=True) is not None  # None: a job's thread


@cache
def choices() -> dict[str, str]:
    """The languages of the interface by their codes, each by its own name."""
    codes = ["en", *catalogues.available()]
    return {one: Locale.parse(one).get_language_name(one) or one for one in codes}


@lru_cache(maxsize=256)
def fitting(locale: str) -> str:
    """The catalogue that fits a browser's locale: `zh-CN`, `zh-Hans-SG` and `zh` all get `zh_CN`."""
    wanted = locale.replace("-", "_")
    if wanted in catalogues.available():
        return wanted
    language = wanted.split("_")[0].lower()
    return next((one for one in catalogues.available() if one.split("_")[0].lower() == language), "")
