"""The models in one badge at the side: ready, loading, answering, waiting; which, by a click."""

from collections.abc import Sequence

import streamlit as st

from components.messages import N_
from components.models.status import ModelStatus
from components.ui import announcements, display, heartbeat, window
from components.ui.language import _, ngettext, said
from components.ui.person import person
from components.ui.resources import jobs, manager
from components.ui.text import plain

MODELS = "pages/models.py"
STATES = {
    "loading": N_("loading"),
    "ready": N_("ready"),
    "in use": N_("in use"),
    "unloading": N_("unloading"),
}


def draw() -> None:
    with st.sidebar:
        with st.container(horizontal=True, gap="small"):
            _badge()
            display.draw()
        with st.container(gap=None, key="unseen"):
            window.draw()


# A run of a fragment costs 1.8 KB before it has drawn anything, so one watches for all that is at the side.
@st.fragment
def _badge() -> None:
    announcements.watch()
    models = manager().status()
    heartbeat.draw("side", heartbeat.BUSY if is_busy(models) else heartbeat.IDLE)
    icon, text = in_short(models)
    with st.popover(text, icon=icon, type="tertiary", key="status"):
        for model in models:
            st.caption(_line(model))
        if not models:
            st.caption(_("The first request loads a model."))
        st.page_link(MODELS, label=_("Models"), icon=":material/memory:")


def is_busy(models: Sequence[ModelStatus]) -> bool:
    """Whether something is going on that may soon be over: with a model, or for this person."""
    going = any(one.state in ("loading", "unloading") or one.running or one.waiting for one in models)
    return going or any(job.owner == person() for job in jobs().running())


def in_short(models: Sequence[ModelStatus]) -> tuple[str, str]:
    """An icon and a few words for all models together: what matters most to a person who waits."""
    if waiting := sum(len(model.waiting) for model in models):
        text = ngettext("{count} request is waiting", "{count} requests are waiting", waiting)
        return ":material/group:", text.format(count=waiting)
    if any(model.state == "loading" for model in models):
        return ":material/hourglass_top:", _("Loading a model")
    if any(model.running for model in models):
        return ":material/edit_note:", _("A model is writing")
    if models:
        return ":material/check_circle:", _("Ready")
    return ":material/radio_button_unchecked:", _("No model loaded")


def _line(model: ModelStatus) -> str:
    if model.state == "loading":
        return f":material/hourglass_top: {plain(said(model.stage))}"
    facts = [f"{plain(model.title)}: {_(STATES[model.state])}"]
    if waiting := len(model.waiting):
        facts.append(ngettext("{count} waiting", "{count} waiting", waiting).format(count=waiting))
    return f":material/check_circle: {', '.join(facts)}"
