"""The Translate page's two tabs: a text as it is typed, and a document. Knows neither of them."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.ui.language import _

_TAB, _WANTED, _SHOWN = "translate_tab", "translate_tab_wanted", "translate_tab_shown"


def show(kind: str) -> None:
    """Turns to the tab of a "text" or a "document" the next time that the tabs are drawn."""
    st.session_state[_WANTED] = kind


def is_text() -> bool:
    """Whether the text's tab is shown, or is about to be."""
    return st.session_state.get(_WANTED, st.session_state.get(_SHOWN, "text")) == "text"


def turning() -> bool:
    """Whether another tab is to be shown than the one that is."""
    return _WANTED in st.session_state


def draw() -> tuple[DeltaGenerator, DeltaGenerator]:
    """The two tabs, the text's first."""
    labels = {"text": _("Text"), "document": _("Document")}
    if _WANTED in st.session_state:
        st.session_state[_TAB] = labels[st.session_state.pop(_WANTED)]
    text, document = st.tabs(list(labels.values()), key=_TAB, on_change="rerun")
    st.session_state[_SHOWN] = "document" if document.open else "text"
    return text, document
