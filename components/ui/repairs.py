"""What was repaired when the server started, said once: to the one person, or to the first administrator."""

import logging

import streamlit as st

from components.ui import notices, resources
from components.ui.person import current

_log = logging.getLogger(__name__)


def say() -> None:
    """Repairs at the first call of the process; shows what was done to whom it concerns."""
    said = _repaired()
    if said and current().administrator:
        notices.later(f"The app ended unexpectedly last time. Repaired: {'; '.join(said)}.")
        said.clear()


def prepare() -> None:
    """Repairs now, before anybody comes; what was done is said to whom it concerns."""
    _repaired()


@st.cache_resource(show_spinner=False)
def _repaired() -> list[str]:
    said = resources.repair()
    for one in said:
        _log.warning("Repaired after the last run: %s", one)
    return said
