"""Which training run this tab has open; it is in the URL."""

import streamlit as st

from components.training.records import Run
from components.ui.person import person
from components.ui.resources import training_runs

_OPEN, _PARAMETER = "training_run", "run"


def current() -> Run | None:
    """The open run; else the person's run that is at work or was started last."""
    wanted = st.query_params.get(_PARAMETER) or st.session_state.get(_OPEN)
    run = training_runs().records.get(wanted) if wanted else None
    if run and run.owner == person():
        open_run(run.id)
        return run
    mine = training_runs().records.of(person())
    found = next((one for one in mine if one.active), mine[0] if mine else None)
    return found


def open_run(run_id: str | None) -> None:
    st.session_state[_OPEN] = run_id
    if run_id:
        if st.query_params.get(_PARAMETER) != run_id:
            st.query_params[_PARAMETER] = run_id
    elif _PARAMETER in st.query_params:
        del st.query_params[_PARAMETER]
