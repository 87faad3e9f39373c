"""Whether the model hub can be reached, asked once in the background and then remembered."""

import streamlit as st

from components.jobs import Job
from components.models.library import hub_reachable
from components.ui.resources import config, jobs


def online() -> bool | None:
    """None while it isn't known yet."""
    check = _check()
    return None if check.running else bool(check.result)


def ask_again() -> None:
    _check.clear()


@st.cache_resource(show_spinner=False)
def _check() -> Job:
    return jobs().start("hub check", "", lambda job: hub_reachable(config().hub_timeout))
