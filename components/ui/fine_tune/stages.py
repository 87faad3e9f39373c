"""The Fine-tune page's four tabs, and which of them shows what has just been opened, begun or finished."""

import streamlit as st

from components.messages import N_
from components.training.doctor.checks import Check
from components.training.prepared import Prepared
from components.training.run_records import Run
from components.ui import navigation
from components.ui.fine_tune import run_session
from components.ui.tabs import Tabs

STAGES = Tabs(
    "fine_tune_tab",
    {"data": N_("Data"), "train": N_("Train"), "result": N_("Result"), "runs": N_("Runs")},
)
_SEEN = "fine_tune_seen"


def turn(check: Check | None, prepared: Prepared | None) -> Run | None:
    """Turns to the tab of what is new since the page was drawn last; returns the run that is shown."""
    run = run_session.current(prepared)
    opened, done = run_session.OPENED.id, bool(run and run.state == "done")
    data, shown = check.id if check else "", run.id if run else ""
    before = st.session_state.get(_SEEN, ("", "", "", False))
    st.session_state[_SEEN] = data, opened, shown, done
    ended = done and before == (data, opened, shown, False)
    if run and (ended or (opened and (opened, shown, done) != before[1:])):
        STAGES.show("result" if done else "train")
    elif data != before[0]:
        STAGES.show("data")
    return run


def name_tab(check: Check | None, run: Run | None) -> None:
    """Names the browser's tab after the run that was opened, else after the data."""
    if run and run_session.OPENED.id == run.id:
        navigation.name_tab(run.name)
    elif check:
        navigation.name_tab(check.files[0])
