"""Open work on a table: progress and Stop, Resume, the receipt, the rows, the file that came out."""

import json
from typing import Any

import pandas as pd
import streamlit as st

from components.kept import read
from components.messages import N_
from components.row_work import Work
from components.tasks.over_rows import Receipt
from components.tasks.tables.actions import ACTIONS
from components.tasks.tables.running import new_columns
from components.tasks.tables.settings import TableSettings
from components.ui import notices
from components.ui.job_progress import doing
from components.ui.language import _, ngettext, said
from components.ui.resources import over_rows, row_work
from components.ui.tables import choices, session
from components.ui.tables.inputs import shown
from components.ui.text import plain

POLL_SECONDS, PAGE = 0.5, 50
STATES = {
    "stopped": N_("Stopped. What is done is kept: Resume goes on from there."),
    "interrupted": N_("The app ended while this ran. What was done is kept: Resume goes on from there."),
    "running": N_("Interrupted. What was made until then is kept."),
}
MIME = {
    "CSV": "text/csv",
    "TSV": "text/tab-separated-values",
    "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "JSONL": "application/jsonl",
    "Parquet": "application/vnd.apache.parquet",
}


def draw(work: Work) -> None:
    """The open work, live or ended."""
    st.header(plain(work.title), anchor=False)
    settings = None
    with notices.part():
        settings = read(TableSettings, work.settings)
        st.caption(choices.told(settings))
    if session.job_of(work):
        _draw_live(work.id)
    else:
        _draw_ended(work, settings)
    if settings:
        with notices.part():
            _draw_rows(work, settings)


@st.fragment(run_every=POLL_SECONDS)
def _draw_live(work_id: str) -> None:
    """How far it is, and Stop."""
    work = row_work().get(work_id)
    job = session.job_of(work) if work else None
    if work is None or job is None:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Stop"), type="primary", icon=":material/stop_circle:", on_click=job.cancel, key="stop")
        note = _("Stopping") if job.cancelled() else doing(job)
        st.progress(job.share or 0.0, text=note)
    text = _("This page can be closed: the address brings you back to it.")
    st.caption(text)


def _draw_ended(work: Work, settings: TableSettings | None) -> None:
    receipt = over_rows().receipt(work)
    if work.state == "failed":
        st.error(plain(said(work.note)), icon=":material/error:")
    elif work.state in STATES:
        st.warning(_(STATES[work.state]), icon=":material/stop_circle:")
    with st.container(horizontal=True):
        if work.state != "done" and settings:
            label = _("Resume") if receipt.done or receipt.failed else _("Start again")
            st.button(
                label, type="primary", icon=":material/play_arrow:", on_click=_resume, args=(work, False)
            )
        if work.state == "done" and settings:
            _draw_downloads(work, settings, receipt)
        if receipt.failed and settings:
            again = ngettext(
                "Try the failed row again", "Try the {count:,} failed rows again", receipt.failed
            )
            again = again.format(count=receipt.failed)
            st.button(again, icon=":material/refresh:", on_click=_resume, args=(work, True))
    _draw_receipt(receipt)


def _resume(work: Work, failed_again: bool) -> None:
    with notices.shown():
        session.tables().resume(work, failed_again)


def _draw_downloads(work: Work, settings: TableSettings, receipt: Receipt) -> None:
    finished = session.tables().finished(work)
    if finished is None:
        st.error(_("The file isn't here any more. Upload the table again."))
        return
    st.download_button(
        _("Download"),
        session.tables().file(work).read_bytes(),
        finished.name,
        MIME.get(settings.table.format),
        icon=":material/download:",
        type="primary",
        on_click="ignore",
    )
    st.download_button(
        _("Download the receipt"),
        json.dumps(receipt.to_json() | {"table": work.title, "settings": dict(work.settings)}, indent=1),
        f"{work.title}.receipt.json",
        "application/json",
        on_click="ignore",
    )
    for note in finished.notes:
        st.info(plain(said(note)), icon=":material/info:")


def _draw_receipt(receipt: Receipt) -> None:
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


def _draw_rows(work: Work, settings: TableSettings) -> None:
    """The rows with their new columns in front, a page at a time."""
    st.subheader(_("Rows"), anchor=False)
    pages = max(-(-work.count // PAGE), 1)
    page = st.session_state.get(f"table_page_{work.id}", 1)
    columns = [column.title for column in new_columns(settings, ACTIONS[settings.action])]
    rows: list[dict[str, Any]] = []
    for cells, step in session.tables().rows(work, (page - 1) * PAGE, PAGE):
        values = step.value if step and step.state == "done" else [None] * len(columns)
        note = said(step.note) if step else _("Not yet")
        made = dict(zip(columns, map(shown, values), strict=True)) | {_("Note"): note}
        rows.append(made | dict(zip(settings.table.columns, cells, strict=True)))
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    if pages > 1:
        st.pagination(pages, key=f"table_page_{work.id}")
