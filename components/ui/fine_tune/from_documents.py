"""The tab “From documents”: rows made of documents, each beside its passage; taken, changed or thrown out by
a key.
"""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from components.documents import Document, Limits, read_document
from components.errors import AppError
from components.jobs import Job
from components.messages import Message, Said, clauses
from components.models.catalog import ModelSpec
from components.models.manager import ModelManager
from components.tasks import quiz
from components.tasks.ask.answer_maker import can_write
from components.tasks.quiz import Candidate
from components.training.doctor.checks import Upload
from components.ui import job_progress, notices, uploads
from components.ui.chat.model_picker import usable_models
from components.ui.fine_tune import session
from components.ui.language import _, ngettext, said
from components.ui.person import person
from components.ui.resources import config, jobs, manager
from components.ui.text import plain

KIND = "rows from documents"
TYPES = ["pdf", "docx", "odt", "pptx", "xlsx", "csv", "html", "md", "txt", "epub", "rtf"]
_JOB, _ROWS, _DONE = "document_rows_job", "document_rows", "document_rows_done"
TAKEN, OUT = "taken", "out"


def draw(spec: ModelSpec | None) -> None:
    """The documents, then row by row what was made of them, then the data set."""
    st.caption(
        _(
            "Questions whose answers stand in your documents word by word: headings with their text, "
            "definitions, cells of tables. With a model that can write, it asks and the answer is quoted."
        )
    )
    files = st.file_uploader(
        _("Documents"),
        TYPES,
        accept_multiple_files=True,
        key="row_documents",
        max_upload_size=config().upload_mb,
    )
    writers = {one.id: one for one in usable_models("chat") if can_write(one)}
    writer = st.selectbox(
        _("Questions by"),
        ["", *writers],
        format_func=lambda one: writers[one].title if one else _("Rules alone"),
        key="row_writer",
    )
    if not writers:
        st.caption(
            _("No model here can write questions well: that takes about a billion parameters, or a server.")
        )
    if st.button(_("Make rows"), icon=":material/quiz:", disabled=not files):
        with notices.shown():
            uploads.count(*files)
            _begin([(one.name, one.getvalue()) for one in files], writers.get(writer or ""))
    _follow()
    rows: list[Candidate] = st.session_state.get(_ROWS, [])
    if rows:
        _draw_rows(rows)
        _draw_end(rows, spec)


def _begin(files: Sequence[tuple[str, bytes]], writer: ModelSpec | None) -> None:
    limits, models, owner = Limits.from_config(config()), manager(), person()

    def work(job: Job) -> list[Candidate]:
        found: list[list[Candidate]] = []
        for name, data in files:
            job.say(Said("Reading {name}", name=name))
            document = read_document(data, name, limits=limits, cancelled=job.cancelled)
            found.append(_made(document, writer, models, owner, job))
        return quiz.merged(found)

    st.session_state[_JOB] = jobs().start(KIND, owner, work).id
    st.session_state.pop(_ROWS, None)


def _made(
    document: Document, writer: ModelSpec | None, models: ModelManager, owner: str, job: Job
) -> list[Candidate]:
    """By rules, and by the model where there is one."""
    made = quiz.candidates(document)
    if writer is None:
        return made
    with models.lease(writer.id, owner, job.cancelled) as engine:
        return [
            *quiz.written(
                document,
                engine,
                writer,
                job.cancelled,
                lambda share: job.say(Said("Asking about the passages of {name}", name=document.name), share),
            ),
            *made,
        ]


def _follow() -> None:
    job = jobs().get(st.session_state.get(_JOB, ""))
    if job is None:
        return
    if job.running:
        st.button(_("Stop"), icon=":material/stop_circle:", on_click=job.cancel, key="stop_rows")
    place = st.empty()
    job_progress.follow(
        job, lambda: place.info(plain(job_progress.doing(job)), icon=":material/hourglass_top:"), 0.3
    )
    st.session_state.pop(_JOB, None)
    if job.state == "failed":
        place.error(plain(said(job.error)), icon=":material/error:")
        return
    place.empty()
    st.session_state[_ROWS], st.session_state[_DONE] = job.result or [], {}
    if not job.result:
        st.info(_("Nothing in these documents asks and answers by these rules."), icon=":material/info:")


def _draw_rows(rows: Sequence[Candidate]) -> None:
    """The next row that nobody has decided on."""
    done: dict[int, str] = st.session_state.setdefault(_DONE, {})
    waiting = [number for number in range(len(rows)) if number not in done]
    taken = sum(what == TAKEN for what in done.values())
    text = _("Taken: {taken}. Thrown out: {out}. Waiting: {waiting}.")
    st.progress(len(done) / len(rows), text.format(taken=taken, out=len(done) - taken, waiting=len(waiting)))
    if not waiting:
        return
    number = waiting[0]
    row = rows[number]
    with st.container(border=True):
        kind, where = said(quiz.KINDS[row.kind]), said(_where(row))
        st.caption(f":material/description: {plain(where)} · {plain(kind)}")
        question = st.text_area(
            _("Question"), row.question, key=f"row_q_{number}_{row.question}", height="content"
        )
        answer = st.text_area(_("Answer"), row.answer, key=f"row_a_{number}_{row.question}", height="content")
        changed = quiz.looked_at(replace(row, question=question or "", answer=answer or ""))
        if changed.wrong:
            st.warning(plain(said(clauses(*changed.wrong))).capitalize(), icon=":material/warning:")
        with st.expander(_("Passage"), icon=":material/format_quote:", expanded=True):
            st.text(row.passage[:5_000])
    with st.container(horizontal=True):
        st.button(
            _("Take"), icon=":material/check:", type="primary", shortcut="Alt+A", on_click=_decide,
            args=(number, TAKEN, changed), disabled=not (changed.question.strip() and changed.answer.strip()),
        )  # fmt: skip
        st.button(
            _("Throw out"),
            icon=":material/close:",
            shortcut="Alt+X",
            on_click=_decide,
            args=(number, OUT, row),
        )
        st.button(
            _("Back"),
            icon=":material/undo:",
            shortcut="Alt+Z",
            on_click=_back,
            disabled=not done,
            key="row_back",
        )
        st.button(_("Take all that have no mark"), icon=":material/done_all:", on_click=_take_all)


def _where(row: Candidate) -> Message:
    return Said("{document}, {place}", document=row.document, place=row.place) if row.place else row.document


def _decide(number: int, what: str, row: Candidate) -> None:
    st.session_state[_ROWS][number] = row
    st.session_state[_DONE][number] = what


def _back() -> None:
    """Takes back what was decided last."""
    if st.session_state[_DONE]:
        st.session_state[_DONE].popitem()


def _take_all() -> None:
    for number, row in enumerate(st.session_state[_ROWS]):
        if number not in st.session_state[_DONE] and not row.wrong:
            st.session_state[_DONE][number] = TAKEN


def _draw_end(rows: Sequence[Candidate], spec: ModelSpec | None) -> None:
    done: dict[int, str] = st.session_state.get(_DONE, {})
    taken = [rows[number] for number, what in sorted(done.items()) if what == TAKEN]
    text = ngettext("{count} row is used", "{count} rows are used", len(taken)).format(
        count=f"{len(taken):,}"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            _("Make a data set"),
            type="primary",
            icon=":material/dataset:",
            disabled=not taken or spec is None,
        )
        st.caption(text)
    if pressed and spec and taken:
        try:
            session.start([Upload(f"{rows[0].document}.rows.jsonl", quiz.as_file(taken))], spec, [])
        except AppError as error:
            st.error(plain(said(error.message)), icon=":material/error:")
            return
        st.rerun()
