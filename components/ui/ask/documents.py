"""What is asked: files that are dropped, samples, the documents of the shelf, and the shelf itself."""

from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.config import ROOT
from components.messages import N_
from components.results import Result
from components.ui import errands, notices, uploads
from components.ui.ask import session, shelf_list
from components.ui.ask.session import CHOSEN
from components.ui.language import _, said
from components.ui.resources import config, indexing, shelf
from components.ui.text import plain

PICTURES = "ask_pictures"
COLLECTIONS = "ask_collections"
_ADDED = "ask_added"  # in the session: uploads that are on the shelf
_SAMPLES = ROOT / "components" / "tasks"


@dataclass(frozen=True)
class Sample:
    """A document and a question that it answers."""

    file: str
    question: str


SAMPLES = {
    N_("Report"): Sample("summarize/samples/report.md", N_("How many car trips were replaced?")),
    N_("Meeting"): Sample("summarize/samples/meeting.md", N_("Which deadlines are there?")),
    N_("Chinese library"): Sample("ask/samples/library_zh.md", "图书馆周末几点开门？"),
    N_("Invoices"): Sample("ask/samples/invoices.csv", N_("How many invoices are over 1,000?")),
}


def draw(result: Result | None) -> list[str]:
    """The ids of the documents that are asked."""
    if not result:
        st.segmented_control(
            _("Try a sample"),
            list(SAMPLES),
            format_func=_,
            key="ask_sample",
            on_change=_use_sample,
            help=_("Written for this page"),
        )
    if given := errands.take(errands.ASK):
        with notices.shown():
            session.ask_documents(given)
    left, right = st.columns(2)
    with left:
        _draw_uploader()
    with right:
        chosen = _draw_choices(result)
    shelf_list.draw()
    notices.draw()
    return chosen


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
    st.toggle(_("Read pictures inside too"), key=PICTURES, help=_(uploads.PICTURES), persist_state="session")
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
            wanted = bool(st.session_state.get(PICTURES))
            indexing().add(file.name, file.getvalue(), password=password, pictures=wanted)
            st.rerun()


def _add(file: UploadedFile, added: dict[str, str]) -> None:
    """Puts an upload on the shelf, once, and asks it from now on."""
    added[file.file_id] = ""
    uploads.count(file)
    added[file.file_id] = keep(file.name, file.getvalue())


def keep(name: str, data: bytes) -> str:
    """The id of a document on the shelf, which is chosen to be asked."""
    document_id = indexing().add(name, data, pictures=bool(st.session_state.get(PICTURES)))
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


def _use_sample() -> None:
    if name := st.session_state.get("ask_sample"):
        use_sample(name)


def use_sample(name: str) -> None:
    """Keeps the document of a sample, and leaves its question to be asked."""
    sample = SAMPLES[name]
    with notices.shown():
        path = _SAMPLES / sample.file
        st.session_state[CHOSEN] = []
        keep(path.name, path.read_bytes())
        errands.leave(errands.QUESTION, sample.question if name == "Chinese library" else _(sample.question))
