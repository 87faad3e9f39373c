"""Work over rows on the page, whatever is done to them: progress and Stop while it runs, then how it ended,
Resume, and the receipt. Knows neither tables nor forms.
"""

from collections.abc import Callable

import streamlit as st

from components.messages import N_
from components.row_work import Work
from components.tasks.over_rows import Receipt
from components.ui import job_progress, notices
from components.ui.language import _, ngettext, said
from components.ui.resources import over_rows, row_work
from components.ui.tables import session
from components.ui.text import plain

POLL_SECONDS = 1.0
STATES = {
    "stopped": N_("Stopped. What is done is kept: Resume goes on from there."),
    "interrupted": N_("The app ended while this ran. What was done is kept: Resume goes on from there."),
    "running": N_("Interrupted. What was made until then is kept."),
}
EMPTY = {
    "stopped": N_("Stopped before the first row was done."),
    "interrupted": N_("The app ended before the first row was done."),
    "running": N_("Interrupted before the first row was done."),
}


@st.fragment(run_every=POLL_SECONDS)
def draw_live(work_id: str, draw_rows: Callable[[Work], None]) -> None:
    """How far it is, Stop, and what there is so far."""
    work = row_work().get(work_id)
    job = session.job_of(work) if work else None
    if work is None or job is None:
        st.rerun()
    job_progress.draw(job, "stop")
    st.caption(_("This page can be closed: the address brings you back to it."))
    with notices.part():
        draw_rows(work)


def draw_state(
    work: Work,
    whole: bool,
    resume: Callable[[Work, bool], None],
    draw_downloads: Callable[[Receipt], None],
    draw_so_far: Callable[[], None] = lambda: None,
) -> None:
    """How it ended and what can be done now; `whole`: whether its settings can be read."""
    work = row_work().get(work.id) or work  # it may have ended since it was read
    receipt = over_rows().receipt(work)
    if work.state == "failed":
        st.error(plain(said(work.note)), icon=":material/error:")
    begun = receipt.done or receipt.failed
    if work.state in STATES:
        states = STATES if begun else EMPTY
        st.warning(_(states[work.state]), icon=":material/stop_circle:")
    with st.container(horizontal=True):
        if work.state != "done" and whole:
            label = _("Resume") if begun else _("Start again")
            st.button(
                label, type="primary", icon=":material/play_arrow:", on_click=resume, args=(work, False)
            )
        if work.state == "done" and whole:
            draw_downloads(receipt)
        if work.state != "done" and whole and receipt.done:
            draw_so_far()
        if receipt.failed and whole:
            again = ngettext(
                "Try the failed row again", "Try the {count:,} failed rows again", receipt.failed
            )
            again = again.format(count=receipt.failed)
            st.button(again, icon=":material/refresh:", on_click=resume, args=(work, True))


def draw_receipt(work: Work) -> None:
    """What went in and what came out."""
    receipt = over_rows().receipt(work)
    st.subheader(_("Receipt"), anchor=False)
    figures = {
        _("Rows in"): f"{receipt.rows:,}",
        _("Rows out"): f"{receipt.done:,}",
        _("Failed"): f"{receipt.failed:,}",
        _("Repeated"): f"{receipt.repeated:,}",
        _("Seconds"): f"{receipt.seconds:,.1f}",
        _("Tokens read"): f"{receipt.read_tokens:,}",
        _("Tokens written"): f"{receipt.written_tokens:,}",
    }
    with st.container(horizontal=True):
        for label, value in figures.items():
            st.metric(label, value, width=120)
    if receipt.left:
        text = ngettext(
            "{count:,} row has no result yet.", "{count:,} rows have no result yet.", receipt.left
        )
        st.caption(text.format(count=receipt.left))
