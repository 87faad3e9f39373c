"""A question that a job asks of another machine, in a fragment that draws itself again while it is asked."""

from typing import Any

import streamlit as st

from components.jobs import Job
from components.ui.language import said
from components.ui.text import plain


def answer(job: Job | None, watched: bool, asking: str) -> Any:
    """What it has brought; None where nothing was asked, while it is asked, and where it failed (said here).

    `watched`: whether the fragment draws itself again now, which begins and ends with the question.
    """
    if job is None:
        return None
    running = job.running
    if running != watched:
        st.rerun()
    if running:
        st.progress(0.0, text=asking)
        return None
    if job.state == "failed":
        st.error(plain(said(job.error)), icon=":material/error:")
        return None
    return job.result
