"""What the server works on now, for administrators: whose it is, since when, and a way to stop it.

Shows no texts: an administrator sees that somebody's answer is being written, not the answer.
"""

import time

import streamlit as st

from components.access import require_administrator
from components.messages import N_
from components.ui import heartbeat, notices
from components.ui.language import _
from components.ui.person import current
from components.ui.resources import config, jobs
from components.ui.text import plain

KINDS = {
    "answer": N_("answer"),
    "summary": N_("summary"),
    "translation": N_("translation"),
    "document": N_("document"),
    "training estimate": N_("training estimate"),
    "data check": N_("data check"),
    "hub look": N_("look at the model hub"),
    "server test": N_("test of a server"),
}
DOWNLOAD = "download "
SECONDS = 2


def draw() -> None:
    """Nothing for others, nor where one person has the server for themselves."""
    if current().administrator and config().mode != "local":
        _draw()


@st.fragment
def _draw() -> None:
    st.header(_("Work of everybody"))
    running = [job for job in jobs().running() if job.owner]
    heartbeat.draw("work", SECONDS if running else 2 * heartbeat.IDLE)
    if not running:
        st.caption(_("Nobody's work is running."))
    for job in running:
        whose = _("yours") if job.owner == current().id else _("person {id}").format(id=job.owner[:8])
        since = _("for {seconds} s").format(seconds=f"{max(time.time() - job.started, 0):.0f}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{plain(_kind(job.kind))} · {whose} · {since}")
            st.button(
                _("Stop"), key=f"stop_{job.id}", icon=":material/stop_circle:", on_click=_stop, args=(job.id,)
            )


def _kind(kind: str) -> str:
    if kind.startswith(DOWNLOAD):
        return _("download {model}").format(model=kind.removeprefix(DOWNLOAD))
    return _(KINDS.get(kind, kind))


def _stop(job_id: str) -> None:
    with notices.shown():
        require_administrator(current())
        if job := jobs().get(job_id):
            job.cancel()
