"""What the server works on now, for administrators: whose it is, since when, and a way to stop it.

Shows no texts: an administrator sees that somebody's answer is being written, not the answer.
"""

import time

import streamlit as st

from components.access import require_administrator
from components.ui import notices
from components.ui.person import current
from components.ui.resources import config, jobs
from components.ui.text import plain


@st.fragment(run_every=2)
def draw() -> None:
    """Nothing for others, nor where one person has the server for themselves."""
    if not current().administrator or config().mode == "local":
        return
    st.subheader("Work of everybody")
    running = [job for job in jobs().running() if job.owner]
    if not running:
        st.caption("Nobody's work is running.")
    for job in running:
        whose = "yours" if job.owner == current().id else f"person {job.owner[:8]}"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{plain(job.kind)} · {whose} · for {max(time.time() - job.started, 0):.0f} s")
            st.button(
                "Stop", key=f"stop_{job.id}", icon=":material/stop_circle:", on_click=_stop, args=(job.id,)
            )


def _stop(job_id: str) -> None:
    with notices.shown():
        require_administrator(current())
        if job := jobs().get(job_id):
            job.cancel()
