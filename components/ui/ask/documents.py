"""What is asked: files that are dropped, samples, the documents of the shelf, and the shelf itself."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.config import ROOT
from components.messages import N_
from components.results import Result
from components.ui import errands, notices, result_first, samples, uploads
from components.ui.ask import session, shelf_list
from components.ui.ask.session import CHOSEN
from components.ui.language import _, said
from components.ui.resources import config, indexing, shelf
from components.ui.samples import Sample
from components.ui.text import plain

COLLECTIONS = "ask_collections"
PICTURES = "ask_pictures"
_ADDED = "ask_added"  # in the session: uploads that are on the shelf
_SAMPLES = ROOT / "components" / "tasks"


@dataclass(frozen=True)
class Asked(Sample):
    """A document and a question that it answers, in its language."""

    question: str = ""


def _sample(name: str, file: str, question: str, language: str = "en") -> Asked:
    return Asked(name, _SAMPLES / file, language, question)


SAMPLES = {
    "Report": _sample(N_("Report"), "summarize/samples/report.md", "How many car trips were replaced?"),
    "Meeting": _sample(N_("Meeting"), "summarize/samples/meeting.md", "Which deadlines are there?"),
    "Invoices": _sample(N_("Invoices"), "ask/samples/invoices.csv", "How many invoices are over 1,000?"),
    "Report zh": _sample("Report", "summarize/samples/report_zh.md", "替代了多少次汽车出行？", "zh"),
    "Meeting zh": _sample("Meeting", "summarize/samples/meeting_zh.md", "第四版什么时候发布？", "zh"),
    "Library zh": _sample(N_("Library"), "ask/samples/library_zh.md", "图书馆周末几点开门？", "zh"),
}


def draw(result: Result | None) -> list[str]:
    """The ids of the documents that are asked."""
    if not result:
        samples.draw(SAMPLES, "ask_sample", _use_sample)
    if given := errands.take(errands.ASK):
        with notices.shown():
            session.ask_documents(given)
    if files := errands.take(errands.ASK_FILES):
        _take_files(files, result)
    with result_first.form("ask", result.id if result else "", _("Other documents, or some of them only")):
        left, right = st.columns(2)
        with left:
            _draw_uploader()
        with right:
            chosen = _draw_choices(result)
    if not result:
        _draw_unread()
    shelf_list.draw()
    notices.draw()
    return chosen


def _take_files(files: Sequence[errands.File], result: Result | None) -> None:
    """Keeps what was uploaded on another page, to be asked."""
    st.session_state[CHOSEN] = []
    for file in files:
        with notices.shown():
            keep(file.name, file.data, file.password)
    if result:  # what is open is about other documents
        session.open_answer(None)
        st.rerun()


def _draw_uploader() -> None:
    files = st.file_uploader(
        _("Documents"),
        accept_multiple_files=True,
        max_upload_size=config().upload_mb,
        key="ask_files",
        help=_(
            "PDF, Word, OpenDocument, PowerPoint, Excel, CSV, HTML, Markdown, RTF, EPUB, e-mail (EML), "
            "exported chats, subtitles, text; scans and pictures of text (PNG, JPEG, TIFF, WebP). Old Office "
            "files (DOC, XLS, PPT) where LibreOffice is installed on the server."
        ),
    )
    label = _("Read pictures inside too")
    st.toggle(label, key=PICTURES, help=_(uploads.PICTURES), persist_state="session")
    added = st.session_state.setdefault(_ADDED, {})
    for file in files:
        if file.file_id not in added:
            with notices.shown():
                _add(file, added)
        entry = shelf().get(added.get(file.file_id) or "")
        if entry and entry.state == "locked":
            _ask_password(file, said(entry.note))


def _ask_password(file: UploadedFile, why: str) -> None:
    """A field for the password of a file, which is read with it and forgets it."""
    with st.form(f"locked_{file.file_id}", clear_on_submit=True):
        st.warning(plain(why), icon=":material/lock:")
        label = _("Password for {name}").format(name=plain(file.name))
        password = st.text_input(label, type="password", key=f"password_{file.file_id}")
        opened = st.form_submit_button(_("Open"), icon=":material/lock_open:")
    if opened and password:
        with notices.shown():
            keep(file.name, file.getvalue(), password)
            st.rerun()


def _add(file: UploadedFile, added: dict[str, str]) -> None:
    """Puts an upload on the shelf, once, and asks it from now on."""
    added[file.file_id] = ""
    uploads.count(file)
    added[file.file_id] = keep(file.name, file.getvalue())


def keep(name: str, data: bytes, password: str = "") -> str:
    """The id of a document on the shelf, which is chosen to be asked."""
    pictures = bool(st.session_state.get(PICTURES))
    document_id = indexing().add(name, data, password=password or None, pictures=pictures)
    wanted = st.session_state.get(CHOSEN) or []
    st.session_state[CHOSEN] = list(dict.fromkeys([*wanted, document_id]))
    return document_id


def _draw_choices(result: Result | None) -> list[str]:
    """Collections and documents; with neither, all of them are asked."""
    entries = shelf().listed()
    names = {entry.id: entry.name for entry in entries}
    collections = st.multiselect(
        _("Collections"),
        sorted({entry.collection for entry in entries if entry.collection}),
        key=COLLECTIONS,
        placeholder=_("All"),
        persist_state="session",
    )
    if result and CHOSEN not in st.session_state:
        before = [one for one in result.settings.get("documents") or [] if one in names]
        st.session_state[CHOSEN] = before if len(before) < len(names) else []
    st.session_state[CHOSEN] = [one for one in st.session_state.get(CHOSEN) or [] if one in names]
    chosen = st.multiselect(
        _("Documents to ask"),
        list(names),
        format_func=lambda one: names.get(one, one),
        key=CHOSEN,
        placeholder=_("All of these"),
        persist_state="session",
    )
    of = [entry.id for entry in entries if entry.collection in collections]
    wanted = list(dict.fromkeys([*chosen, *of]))
    return wanted or list(names)


def _draw_unread() -> None:
    """Why nothing can be asked of a document that was chosen, or dropped just now."""
    for document_id in st.session_state.get(CHOSEN) or []:
        entry = shelf().get(document_id)
        if entry and entry.unread and entry.state != "locked" and not indexing().job(entry):
            st.error(plain(said(shelf_list.why(entry))), icon=":material/error:")


def _use_sample() -> None:
    if name := st.session_state.get("ask_sample"):
        use_sample(name)


def use_sample(name: str) -> None:
    """Keeps the document of a sample, and leaves its question to be asked."""
    sample = SAMPLES[name]
    with notices.shown():
        st.session_state[CHOSEN] = []
        keep(sample.path.name, sample.path.read_bytes())
        errands.leave(errands.QUESTION, sample.question)
