"""The one place where errors and small news are shown, also across a rerun, in the person's language."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from components.errors import AppError
from components.messages import Message
from components.ui.language import _, said
from components.ui.text import plain

_KEY = "notices"


@contextmanager
def shown() -> Iterator[None]:
    """Shows an AppError raised inside, instead of letting it end the page."""
    try:
        yield
    except AppError as error:
        later(error.message, "error")


def stop_if_unusable(open_all: Callable[[], object]) -> None:
    """Ends the page with a sentence if the settings or the database can't be used at all."""
    try:
        open_all()
    except AppError as error:
        st.title(_("Wordbench can't start"))
        st.error(plain(said(error.message)), icon=":material/error:")
        st.stop()


@contextmanager
def part() -> Iterator[None]:
    """A part of a page, or all of it: an error that ends it is shown in its place, and the rest goes on."""
    try:
        yield
    except AppError as error:
        st.error(plain(said(error.message)), icon=":material/error:")


def later(message: Message, kind: str = "info") -> None:
    """Shows a message at the next `draw`: in this run or in the next."""
    st.session_state.setdefault(_KEY, []).append((kind, message))


def toast() -> None:
    """The same for a fragment that reruns by itself, where an element would be gone in a second."""
    for kind, message in st.session_state.pop(_KEY, []):
        icon = ":material/error:" if kind == "error" else ":material/info:"
        st.toast(plain(said(message)), icon=icon, duration="long")


def draw() -> None:
    """Shows the waiting sentences."""
    for kind, message in st.session_state.pop(_KEY, []):
        if kind == "error":
            st.error(plain(said(message)), icon=":material/error:")
        else:
            st.info(plain(said(message)), icon=":material/info:")
