"""A look as a page runs it: a job that begins at a click, its progress with Stop, then what it found.

Knows jobs and leases; what is looked at and how it is drawn is the views'.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from components.jobs import Job
from components.messages import Said
from components.models.engine import Engine
from components.ui import job_progress, notices
from components.ui.language import _, said
from components.ui.person import person
from components.ui.resources import jobs, manager
from components.ui.text import plain

KIND = "look"
POLL_SECONDS = 0.3
_READING = Said("Looking into the model")

Work = Callable[[Engine, Job], Any]


def at(
    name: str, asked: object, model_id: str, work: Work, label: str = "", on_torch: bool = True
) -> Any | None:
    """What `work` found with the leased model, or None until then.

    `asked` tells one look from another: once it is another, what was found is no longer shown. Without a
    `label` for its button, it begins by itself.
    """
    key = f"look:{name}"
    before, job = st.session_state.get(key, (None, None))
    if before != (model_id, asked):
        job = None
    if job is None:
        if label and not st.button(label, key=f"{key}:go", type="primary"):
            return None
        job = _start(key, (model_id, asked), model_id, work, on_torch)
        if job is None:
            notices.draw(key)
            return None
    if job.running:
        _follow(key, job)
        return None
    if job.state == "failed":
        st.error(plain(said(job.error)), icon=":material/error:")
    elif job.state == "stopped":
        st.caption(_("Stopped."))
    if job.state != "done":
        if st.button(_("Try again"), key=f"{key}:again"):
            del st.session_state[key]
            st.rerun()
        return None
    return job.result


def _start(key: str, asked: object, model_id: str, work: Work, on_torch: bool) -> Job | None:
    manage, owner = manager(), person()

    def run(job: Job) -> Any:
        with manage.lease(model_id, owner, job.cancelled, job.say, on_torch=on_torch) as engine:
            job.say(_READING)
            return work(engine, job)

    with notices.shown(key):
        job = jobs().start(KIND, owner, run)
        st.session_state[key] = asked, job
        return job
    return None


def _follow(key: str, job: Job) -> None:
    @st.fragment(run_every=POLL_SECONDS)
    def draw() -> None:
        if not job.running:
            st.rerun()
        st.caption(f":material/hourglass_top: {job_progress.doing(job)}…")
        if job.share is not None:
            st.progress(job.share)
        st.button(_("Stop"), key=f"{key}:stop", icon=":material/stop_circle:", on_click=job.cancel)

    draw()
