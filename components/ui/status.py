"""The status line at the bottom of the sidebar: which models are loaded or loading."""

import streamlit as st

from components.ui.resources import manager
from components.ui.text import plain


def draw() -> None:
    with st.sidebar:
        _line()


@st.fragment(run_every=3)
def _line() -> None:
    models = manager().status()
    if not models:
        st.caption(":material/radio_button_unchecked: No model loaded")
    for model in models:
        if model.state == "loading":
            st.caption(f":material/hourglass_top: {plain(model.stage)}")
        else:
            waiting = f", {len(model.waiting)} waiting" if model.waiting else ""
            st.caption(f":material/check_circle: {plain(model.title)}: {model.state}{waiting}")
