"""A job as a page shows it while it runs: what it is doing, and the page that waits for its end.

Knows jobs, not what they do.
"""

from collections.abc import Callable

import streamlit as st

from components.jobs import Job
from components.ui import notices
from components.ui.language import _, said
from components.ui.text import plain

POLL_SECONDS = 0.3  # between two looks


def doing(job: Job) -> str:
    """What a job is doing or waiting for."""
    return plain(said(job.note) or _("Starting"))


def follow(job: Job, draw: Callable[[], object], seconds: float) -> None:
    """Waits for the end of a job, drawing what it is doing: Streamlit hears any click while it draws."""
    while job.running:
        draw()
        job.wait(seconds)


def draw(job: Job, key: str) -> None:
    """How far it is, and Stop."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Stop"), type="primary", icon=":material/stop_circle:", on_click=job.cancel, key=key)
        st.progress(job.share or 0.0, text=_("Stopping") if job.cancelled() else doing(job))


def to_its_end(job: Job, key: str, stopped: str) -> bool:
    """Waits for the end of the job that the session has at `key`; whether it has made something.

    If not, the next run says why: what failed, or `stopped`.
    """
    place = st.empty()
    follow(job, lambda: place.progress(job.share or 0.0, text=doing(job)), POLL_SECONDS)
    place.empty()
    st.session_state.pop(key, None)
    if job.state == "failed":
        notices.later(job.error, "error")
    elif job.state == "stopped":
        notices.later(stopped)
    return job.state == "done"
