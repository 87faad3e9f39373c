"""Open work on a table: progress and Stop, Resume, the receipt, the rows, the file that came out."""

import json
from typing import Any

import pandas as pd
import streamlit as st

from components.documents.tables.new_columns import unused
from components.kept import read
from components.row_work import Work
from components.tasks.forms.form_jobs import KIND as FORM
from components.tasks.over_rows import Receipt
from components.tasks.tables.actions import ACTIONS
from components.tasks.tables.table_jobs import new_columns, output_name
from components.tasks.tables.table_settings import TableSettings
from components.ui import notices
from components.ui.language import _, said
from components.ui.tables import choices, ended, form_view, session
from components.ui.tables.inputs import shown
from components.ui.text import plain

PAGE = 50
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
    if work.kind == FORM:
        form_view.draw(work)
        return
    settings: TableSettings | None = None
    with notices.part():
        settings = read(TableSettings, work.settings)
        st.caption(choices.told(settings))
    if settings is None:  # damaged, as was said
        return
    if session.job_of(work):
        ended.draw_live(work.id, lambda now: _draw_rows(now, settings))
        return
    ended.draw_state(
        work,
        True,
        _resume,
        lambda receipt: _draw_downloads(work, settings, receipt),
        lambda: _draw_so_far(work, settings),
    )
    with notices.part():
        _draw_rows(work, settings)
    ended.draw_receipt(work)


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


def _draw_so_far(work: Work, settings: TableSettings) -> None:
    """The table with what is done until now, made when it is asked for."""
    tables = session.tables()
    st.download_button(
        _("Download what is done"),
        lambda: tables.so_far(work)[1],
        output_name(settings.table.name, "part"),
        MIME.get(settings.table.format),
        icon=":material/download:",
        on_click="ignore",
    )


def _draw_rows(work: Work, settings: TableSettings) -> None:
    """The rows with their new columns in front, a page at a time."""
    st.subheader(_("Rows"), anchor=False)
    pages = max(-(-work.count // PAGE), 1)
    page = st.session_state.get(f"table_page_{work.id}", 1)
    columns = [column.title for column in new_columns(settings, ACTIONS[settings.action])]
    [noted] = unused([_("Note")], [*columns, *settings.table.columns])
    rows: list[dict[str, Any]] = []
    for cells, step in session.tables().rows(work, (page - 1) * PAGE, PAGE):
        values = step.value if step and step.state == "done" else [None] * len(columns)
        note = said(step.note) if step else _("Not yet")
        made = dict(zip(columns, map(shown, values), strict=True)) | {noted: note}
        rows.append(made | dict(zip(settings.table.columns, cells, strict=True)))
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    if pages > 1:
        st.pagination(pages, key=f"table_page_{work.id}")
