"""The one place where errors and small news are shown, also across a rerun, in the person's language."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from components.errors import AppError
from components.ui.language import _, said
from components.ui.text import plain

_KEY = "notices"


@contextmanager
def shown() -> Iterator[None]:
    """Shows an AppError raised inside, instead of letting it end the page."""
    try:
        yield
    except AppError as error:
        later(said(error.message), "error")


def stop_if_unusable(open_all: Callable[[], object]) -> None:
    """Ends the page with a sentence where settings or database can't be used at all."""
    try:
        open_all()
    except AppError as error:
        st.title(_("Wordbench can't start"))
        st.error(plain(said(error.message)), icon=":material/error:")
        st.stop()


@contextmanager
def page() -> Iterator[None]:
    """The last line of a page: what no part of it could handle is shown below what is there."""
    try:
        yield
    except AppError as error:
        st.error(plain(said(error.message)), icon=":material/error:")


def later(text: str, kind: str = "info") -> None:
    """Shows a sentence, in the person's language, at the next `draw`: in this run or in the next."""
    st.session_state.setdefault(_KEY, []).append((kind, text))


def toast() -> None:
    """The same for a part of a page that runs by itself: there, an element would be gone in a second."""
    for kind, text in st.session_state.pop(_KEY, []):
        icon = ":material/error:" if kind == "error" else ":material/info:"
        st.toast(plain(text), icon=icon, duration="long")


def draw() -> None:
    """Shows what is waiting to be said."""
    for kind, text in st.session_state.pop(_KEY, []):
        if kind == "error":
            st.error(plain(text), icon=":material/error:")
        else:
            st.info(plain(text), icon=":material/info:")
