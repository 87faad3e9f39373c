"""Repairs made when the server started, shown once: to the one person, or to the first administrator."""

import logging

import streamlit as st

from components.messages import Message, Said, clauses
from components.ui import notices, resources
from components.ui.person import current

_log = logging.getLogger(__name__)


def say() -> None:
    """Repairs at the first call in the process; shows the result to the person it concerns."""
    repaired = _repaired()
    if repaired and current().administrator:
        done = clauses(*repaired)
        notices.later(Said("The app ended unexpectedly last time. Repaired: {what}.", what=done))
        repaired.clear()


def prepare() -> None:
    """Repairs now, before the first visitor; `say` shows the result later."""
    _repaired()


@st.cache_resource(show_spinner=False)
def _repaired() -> list[Message]:
    repaired = resources.repair()
    for what in repaired:
        _log.warning("Repaired after the last run: %s", what)
    return repaired
