"""Which run of the From scratch page this tab has open, and the list of them."""

import streamlit as st

from components.training.design import BASE
from components.training.run_records import Run
from components.ui.language import _
from components.ui.opened import Opened
from components.ui.person import person
from components.ui.resources import training_runs
from components.ui.text import plain

OPENED = Opened("scratch_run", "model")
SHOWN = 30
NEW = "scratch_new"  # in the session: a new one was asked for, so that none is opened by itself
ICONS = {"done": ":material/check_circle:", "running": ":material/model_training:"}


def current() -> Run | None:
    """The open run; else the one that is in progress."""
    if run := OPENED.find(_mine):
        return run
    if st.session_state.get(NEW):
        return None
    return next((one for one in everything() if one.active), None)


def everything() -> list[Run]:
    return [run for run in training_runs().records.of(person()) if run.base_id == BASE]


def _mine(run_id: str) -> Run | None:
    run = training_runs().records.get(run_id)
    return run if run and run.owner == person() and run.base_id == BASE else None


def open_run(run_id: str | None) -> None:
    """Opens a run, or the form for a new one."""
    st.session_state[NEW] = run_id is None
    OPENED.open(run_id)


def draw_list(run: Run | None) -> None:
    st.button(
        _("New model"),
        icon=":material/add:",
        width="stretch",
        on_click=open_run,
        args=(None,),
        key="new_model",
    )
    found = everything()
    if not found:
        st.caption(_("Your models will be listed here."))
    for one in found[:SHOWN]:
        st.button(
            plain(one.name),
            key=f"open_scratch_{one.id}",
            icon=ICONS.get(one.state, ":material/pause_circle:"),
            type="secondary" if run and run.id == one.id else "tertiary",
            width="stretch",
            wrap=False,
            on_click=open_run,
            args=(one.id,),
        )
