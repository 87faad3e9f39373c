"""The tab “From documents”: rows made of documents, each beside its passage; taken, changed or thrown out by
a key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.documents import Document, Limits, read_document
from components.errors import AppError, BadInput
from components.jobs import Job
from components.messages import N_, Message, Said, clauses
from components.models.catalog import ModelSpec
from components.models.manager import ModelManager
from components.retrieval.encoder_choice import model_across
from components.retrieval.shelf import Entry
from components.tasks import quiz, row_pairs, row_summaries
from components.tasks.ask.answer_maker import can_write
from components.tasks.quiz import Candidate
from components.tasks.summarize.summarizer import Tools
from components.training.doctor.checks import Upload
from components.ui import job_progress, notices, uploads
from components.ui.ask import session as asking
from components.ui.chat.model_picker import usable_models
from components.ui.fine_tune import session
from components.ui.language import _, ngettext, said
from components.ui.person import person
from components.ui.resources import config, jobs, manager, shelf
from components.ui.summarize import session as summaries
from components.ui.text import plain

KIND = "rows from documents"
What = Literal["questions", "summaries", "pairs"]


@dataclass(frozen=True)
class Make:
    """A kind of rows that is made of documents."""

    title: str
    about: str


MAKES: Mapping[What, Make] = {
    "questions": Make(
        N_("Questions and answers"),
        N_(
            "Questions whose answers are in your documents word for word: headings with their text, "
            "definitions, cells of tables. With a model that can write, it asks and the answer is quoted."
        ),
    ),
    "summaries": Make(
        N_("Sections and their summaries"),
        N_(
            "Each section with a summary of it: its most important sentences as they are, or, with a model "
            "that can write, sentences that the section bears out."
        ),
    ),
    "pairs": Make(
        N_("Sentences and their translations"),
        N_(
            "Two documents, one the translation of the other: their sentences side by side, by their length "
            "and, in the languages that the multilingual model knows, by their meaning."
        ),
    ),
}
TYPES = ["pdf", "docx", "odt", "pptx", "xlsx", "csv", "html", "md", "txt", "epub", "rtf"]
_JOB, _ROWS, _DONE = "document_rows_job", "document_rows", "document_rows_done"
TAKEN, OUT = "taken", "out"
ASKED = {"heading": N_("Question"), "summary": N_("Section"), "pair": N_("Sentence")}
ANSWERED = {"heading": N_("Answer"), "summary": N_("Summary"), "pair": N_("Translation")}


def draw(spec: ModelSpec | None) -> None:
    """The documents, then row by row what was made of them, then the data set."""
    what = st.segmented_control(
        _("What to make"),
        list(MAKES),
        format_func=lambda one: _(MAKES[one].title),
        default="questions",
        required=True,
        key="row_kind",
    )
    st.caption(_(MAKES[what].about))
    files, kept = _draw_documents()
    writer = _draw_writer() if what != "pairs" else None
    count = len(files) + len(kept)
    if st.button(_("Make rows"), icon=":material/quiz:", disabled=not count):
        with notices.shown():
            if what == "pairs" and count != 2:
                raise BadInput("Choose two documents: one, and its translation.")
            uploads.count(*files)
            _begin(what, [(one.name, one.getvalue()) for one in files], kept, writer)
    _follow()
    rows: list[Candidate] = st.session_state.get(_ROWS, [])
    if rows:
        _draw_rows(rows)
        _draw_end(rows, spec)


def _draw_documents() -> tuple[list[UploadedFile], list[Entry]]:
    """Uploads, and what is on the shelf."""
    left, right = st.columns(2)
    with left:
        files = st.file_uploader(
            _("Documents"),
            TYPES,
            accept_multiple_files=True,
            key="row_documents",
            max_upload_size=config().upload_mb,
        )
    on_shelf = {one.id: one for one in shelf().listed() if one.state == "done"}
    with right:
        chosen = st.multiselect(
            _("From the shelf"),
            list(on_shelf),
            format_func=lambda one: on_shelf[one].name,
            key="row_shelf",
            help=_("Documents that you keep on the page Ask."),
            disabled=not on_shelf,
        )
    return files, [on_shelf[one] for one in chosen]


def _draw_writer() -> ModelSpec | None:
    """The model that writes questions or summaries; None: rules alone."""
    writers = {one.id: one for one in usable_models("chat") if can_write(one)}
    writer = st.selectbox(
        _("Written by"),
        ["", *writers],
        format_func=lambda one: writers[one].title if one else _("Rules alone"),
        key="row_writer",
    )
    if not writers:
        st.caption(
            _("No model here can write questions well: that takes about a billion parameters, or a server.")
        )
    return writers.get(writer or "")


@dataclass(frozen=True)
class _Work:
    """What a job needs of the page that began it."""

    what: What
    writer: ModelSpec | None
    models: ModelManager
    owner: str
    tools: Tools  # of summaries
    across: Sequence[ModelSpec]  # embedding models that are installed
    several: bool  # documents

    def rows(self, documents: Sequence[Document], job: Job) -> list[Candidate]:
        """Of one document, or of a document and its translation."""
        if self.what == "pairs":
            job.say(Said("Putting sentences side by side"))
            one, other = documents
            return row_pairs.pairs(one, other, self._embed({one.language, other.language}, job))
        if self.what == "summaries":
            name, writer = documents[0].name, self.writer.id if self.writer else ""
            return row_summaries.summaries(
                documents[0],
                self.tools,
                writer,
                job.cancelled,
                lambda share: job.say(Said("Summarizing the sections of {name}", name=name), share),
            )
        return self._questions(documents[0], job)

    def _questions(self, document: Document, job: Job) -> list[Candidate]:
        """By rules, and by the model where there is one."""
        made = quiz.candidates(document, self.several)
        if self.writer is None:
            return made
        asking = Said("Asking about the passages of {name}", name=document.name)
        with self.models.lease(self.writer.id, self.owner, job.cancelled) as engine:
            asked = quiz.written(
                document, engine, self.writer, job.cancelled, lambda share: job.say(asking, share)
            )
        return [*asked, *made]

    def _embed(self, languages: set[str], job: Job) -> row_pairs.Embed | None:
        """Vectors that can be compared across both languages; None where no model has them."""
        spec = model_across(languages, self.across)
        if spec is None or not languages <= set(spec.languages):
            return None

        def embed(texts: Sequence[str]) -> Any:
            with self.models.lease(spec.id, self.owner, job.cancelled) as engine:
                return engine.embed(texts, job.cancelled)

        return embed


def _begin(
    what: What, files: Sequence[tuple[str, bytes]], kept: Sequence[Entry], writer: ModelSpec | None
) -> None:
    limits, documents = Limits.from_config(config()), shelf()
    several = len(files) + len(kept) > 1
    work = _Work(what, writer, manager(), person(), summaries.tools(writer), asking.embedders(), several)

    def make(job: Job) -> list[Candidate]:
        read: list[Document] = []
        for name, data in files:
            job.say(Said("Reading {name}", name=name))
            read.append(read_document(data, name, limits=limits, cancelled=job.cancelled))
        read += [one for entry in kept if (one := documents.content(entry.id))]
        if what == "pairs":
            return work.rows(read, job)
        return [row for document in read for row in work.rows([document], job)]

    st.session_state[_JOB] = jobs().start(KIND, work.owner, make).id
    st.session_state.pop(_ROWS, None)


def _follow() -> None:
    job = jobs().get(st.session_state.get(_JOB, ""))
    if job is None:
        return
    stop, place = st.empty(), st.empty()
    if job.running:
        stop.button(_("Stop"), icon=":material/stop_circle:", on_click=job.cancel, key="stop_rows")
    job_progress.follow(
        job, lambda: place.info(plain(job_progress.doing(job)), icon=":material/hourglass_top:"), 0.3
    )
    st.session_state.pop(_JOB, None)
    stop.empty()
    if job.state == "failed":
        place.error(plain(said(job.error)), icon=":material/error:")
        return
    place.empty()
    made = job.result or []
    unlike = {one.kind for one in made} & {"pair"}  # whose questions may well be the same
    st.session_state[_ROWS], st.session_state[_DONE] = made if unlike else quiz.checked(made), {}
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
            _(ASKED.get(row.kind, ASKED["heading"])),
            row.question,
            key=f"row_q_{number}_{row.question}",
            height="content",
        )
        answer = st.text_area(
            _(ANSWERED.get(row.kind, ANSWERED["heading"])),
            row.answer,
            key=f"row_a_{number}_{row.question}",
            height="content",
        )
        changed = _changed(row, question or "", answer or "")
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


def _changed(row: Candidate, question: str, answer: str) -> Candidate:
    """A row as it is in the boxes, looked at again where a person has changed it."""
    if (question, answer) == (row.question, row.answer):
        return row
    changed = replace(row, question=question, answer=answer)
    return replace(changed, wrong=row_pairs.wrong(changed)) if row.kind == "pair" else quiz.looked_at(changed)


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
