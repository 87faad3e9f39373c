"""The form of a new piece of work: a table, what to do to its rows, five rows first, and Run."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.config import ROOT
from components.documents import Limits
from components.documents.page_progress import Told
from components.documents.tables.new_columns import Choice, unused
from components.documents.tables.table_client import ReadTable, read_table
from components.errors import AppError
from components.messages import N_
from components.tasks.over_rows import Made, span
from components.tasks.tables.actions import ACTIONS
from components.tasks.tables.table_jobs import PREVIEW, Preview, new_columns
from components.tasks.tables.table_settings import Table, TableSettings
from components.ui import errands, notices, reading_progress, result_first, samples, uploads
from components.ui.job_progress import doing
from components.ui.language import _, ngettext, said
from components.ui.person import person
from components.ui.resources import config, jobs
from components.ui.samples import Sample
from components.ui.tables import choices, form_inputs, session
from components.ui.text import plain

TYPES = ["csv", "tsv", "tab", "txt", "xlsx", "jsonl", "ndjson", "json", "parquet"]
_READ, _PREVIEWED = "tables_read", "tables_previewed"  # in the session
HEAD, POLL_SECONDS = 5, 0.5
START, SAMPLE = "run table", "tables_sample"  # an errand: to run what is in the form; the key of the samples
_SAMPLES = ROOT / "components" / "tasks" / "tables" / "samples"
SAMPLES = {
    "Reviews": Sample(N_("Reviews"), _SAMPLES / "reviews.csv"),
    "Reviews zh": Sample("Reviews", _SAMPLES / "reviews_zh.csv", "zh"),
}


def draw(opened: str) -> None:
    """The whole form; `opened` is the id of the work that is open, empty for none."""
    with result_first.form("tables", opened, _("Another table, or something else to do")):
        action = choices.draw_action()
        if action == choices.FORM:
            form_inputs.draw()
            return
        upload: Given | None = st.file_uploader(
            _("Table"), TYPES, key="tables_upload", max_upload_size=config().upload_mb
        )
        sample = st.segmented_control(
            _("Try a sample"),
            samples.ordered(SAMPLES),
            format_func=lambda one: samples.label(SAMPLES[one]),
            key=SAMPLE,
            help=_("Written for this page"),
            persist_state="session",
        )
        if upload is None and sample:
            upload = _Sampled(SAMPLES[sample])
        if upload is None:
            st.caption(
                _("CSV, TSV, XLSX, JSONL or Parquet. The same file comes back with new columns beside.")
            )
            notices.draw()
            return
        read = _choose_table(upload)
        if read is None:
            return
        table, rows = read
        _draw_facts(upload.name, rows)
        settings = choices.draw(action, table, rows)
        _draw_buttons(upload, rows, settings)


class Given(Protocol):
    """A table as bytes: an upload, or a sample."""

    name: str
    file_id: str

    def getvalue(self) -> bytes: ...


class _Sampled:
    """A sample in the place of an upload; nobody's limits count it."""

    def __init__(self, sample: Sample) -> None:
        self._path = sample.path
        self.name, self.file_id = sample.path.name, f"sample {sample.path.name}"

    def getvalue(self) -> bytes:
        return self._path.read_bytes()


def _choose_table(upload: Given) -> tuple[Table, ReadTable] | None:
    """The file's table, with what is chosen of it; None where it can't be read."""
    sheet, header = f"tables_sheet_{upload.file_id}", f"tables_header_{upload.file_id}"
    choice = Choice(st.session_state.get(sheet) or "", bool(st.session_state.get(header, True)))
    try:
        if isinstance(upload, UploadedFile):
            uploads.count(upload)
        rows = _read(upload, choice)
    except AppError as error:
        st.error(plain(said(error.message)), icon=":material/error:")
        return None
    if rows.format not in ("JSONL", "Parquet"):
        with st.container(horizontal=True, vertical_alignment="center"):
            if len(rows.sheets) > 1:
                st.selectbox(_("Sheet"), list(rows.sheets), rows.sheets.index(rows.sheet), key=sheet)
            st.checkbox(_("The first row has the titles"), True, key=header)
    return Table(upload.name, rows.format, rows.columns, choice), rows


def _read(upload: Given, choice: Choice) -> ReadTable:
    """The rows, read once for each choice. Raises the reason why they can't be."""
    data, name, limits = upload.getvalue(), upload.name, Limits.from_config(config())

    def work(told: Told, stopped: Callable[[], bool]) -> ReadTable:
        return read_table(data, name, choice, limits, stopped)

    return reading_progress.once(_READ, (upload.file_id, choice.sheet, str(choice.header)), name, work)


def _draw_facts(name: str, rows: ReadTable) -> None:
    count = len(rows.rows)
    text = ngettext("{name}: {count} row, {format}.", "{name}: {count:,} rows, {format}.", count)
    st.caption(":material/table: " + text.format(name=plain(name), count=count, format=rows.format))
    for note in rows.notes:
        st.caption(f":material/info: {plain(said(note))}")
    st.dataframe(pd.DataFrame(list(rows.rows[:HEAD]), columns=list(rows.columns)), hide_index=True)


def _draw_buttons(upload: Given, rows: ReadTable, settings: TableSettings) -> None:
    with result_first.choices():
        if st.button(_("See five rows first"), icon=":material/visibility:"):
            with notices.shown():
                _preview(rows, settings)
        run = st.button(_("Run"), type="primary", icon=":material/play_arrow:")
    if run or errands.take(START):
        with notices.shown():
            session.open_work(session.tables().start(upload.getvalue(), rows, settings))
            st.rerun()
    notices.draw()
    kept = st.session_state.get(_PREVIEWED)
    if kept and kept[1] == settings:
        _draw_preview(kept[0], rows, settings)


def _preview(rows: ReadTable, settings: TableSettings) -> None:
    tables = session.tables()
    job = jobs().start(PREVIEW, person(), lambda job: tables.preview(rows, settings, job))
    st.session_state[_PREVIEWED] = job.id, settings


@st.fragment(run_every=POLL_SECONDS)
def _follow(job_id: str) -> None:
    job = jobs().get(job_id)
    if job is None or not job.running:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Stop"), key="stop_preview", icon=":material/stop_circle:", on_click=job.cancel)
        st.caption(doing(job))


def _draw_preview(job_id: str, rows: ReadTable, settings: TableSettings) -> None:
    job = jobs().get(job_id)
    if job is None:
        return
    if job.running:
        _follow(job_id)
    elif job.state == "failed":
        st.error(plain(said(job.error)), icon=":material/error:")
    elif isinstance(job.result, Preview):
        _draw_previewed(job.result, rows, settings)


def _draw_previewed(preview: Preview, rows: ReadTable, settings: TableSettings) -> None:
    if not preview.rows:
        st.warning(_("There is nothing in these rows to work on. Choose another column."))
        return
    columns = [column.title for column in new_columns(settings, ACTIONS[settings.action])]
    [noted] = unused([_("Note")], [*columns, *rows.columns])
    made: list[dict[str, Any]] = []
    for number, outcome in preview.rows:
        values: Sequence[Any] = outcome.value if isinstance(outcome, Made) else [None] * len(columns)
        note = outcome.note if isinstance(outcome, Made) else outcome.message
        row = dict(zip(rows.columns, rows.rows[number], strict=True))
        made.append(row | dict(zip(columns, map(shown, values), strict=True)) | {noted: said(note)})
    st.dataframe(pd.DataFrame(made)[[*columns, noted, *rows.columns]], hide_index=True)
    count = preview.different
    text = ngettext(
        "All rows: {count} to do, {time}, about {tokens} tokens.",
        "All rows: {count:,} to do, since equal ones are done once; {time}, about {tokens} tokens.",
        count,
    )
    tokens = preview.read_tokens + preview.written_tokens
    time = said(span(preview.seconds))
    st.caption(":material/timer: " + text.format(count=count, time=plain(time), tokens=f"{tokens:,}"))


def shown(value: Any) -> str:
    """A value as a cell on the page shows it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict | list):
        import json

        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)
