"""The status line at the bottom of the sidebar: which models are loaded or loading."""

import streamlit as st

from components.messages import N_
from components.ui.language import _, ngettext, said
from components.ui.resources import manager
from components.ui.text import plain

STATES = {
    "loading": N_("loading"),
    "ready": N_("ready"),
    "in use": N_("in use"),
    "unloading": N_("unloading"),
}


def draw() -> None:
    with st.sidebar:
        _line()


@st.fragment(run_every=3)
def _line() -> None:
    models = manager().status()
    if not models:
        st.caption(":material/radio_button_unchecked: " + _("No model loaded"))
    for model in models:
        if model.state == "loading":
            st.caption(f":material/hourglass_top: {plain(said(model.stage))}")
            continue
        facts = [f"{plain(model.title)}: {_(STATES[model.state])}"]
        if waiting := len(model.waiting):
            facts.append(ngettext("{count} waiting", "{count} waiting", waiting).format(count=waiting))
        st.caption(f":material/check_circle: {', '.join(facts)}")
