"""The order of a page that makes something: its form is whole until work begins; from then on it is one line
that opens, and progress and the result are below it. Knows neither forms nor results.
"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.ui.text import plain


def form(page: str, opened: str, told: str) -> DeltaGenerator:
    """The place of a page's form. `opened` is the id of what the page has made or is making, empty for
    nothing; `told` is the line that the form folds into.

    Each result has a line of its own, so that it is folded whenever another one is opened.
    """
    if not opened:
        return st.container(key=f"{page}_form")
    return st.expander(plain(told), key=f"{page}_form_{opened}", icon=":material/edit_note:", type="compact")


def choices() -> DeltaGenerator:
    """The one line of a form's choices, with its button at the end."""
    return st.container(horizontal=True, vertical_alignment="bottom", gap="small")
