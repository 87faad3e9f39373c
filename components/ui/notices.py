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
def shown(where: str = "") -> Iterator[None]:
    """Shows an AppError raised inside, instead of letting it end the page; `where` is as in `draw`."""
    try:
        yield
    except AppError as error:
        later(error.message, "error", where)


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


def later(message: Message, kind: str = "info", where: str = "") -> None:
    """Shows a message at the next `draw` of its place: in this run or in the next."""
    st.session_state.setdefault(_KEY, []).append((kind, message, where))


def toast(where: str = "") -> None:
    """The same for a fragment that reruns by itself, where an element would be gone in a second. What belongs
    to another place of the page waits for that.
    """
    for kind, message in _taken(where):
        icon = ":material/error:" if kind == "error" else ":material/info:"
        st.toast(plain(said(message)), icon=icon, duration="long")


def draw(where: str | None = "") -> None:
    """Shows the waiting sentences of one place of a page, where the button is; None: those that are left."""
    for kind, message in _taken(where):
        if kind == "error":
            st.error(plain(said(message)), icon=":material/error:")
        else:
            st.info(plain(said(message)), icon=":material/info:")


def _taken(where: str | None) -> list[tuple[str, Message]]:
    """The waiting messages of a place, which wait no longer."""
    waiting = st.session_state.pop(_KEY, [])
    mine = [one for one in waiting if where is None or one[2] == where]
    if left := [one for one in waiting if one not in mine]:
        st.session_state[_KEY] = left
    return [(kind, message) for kind, message, _where in mine]
