"""The Translate page's upload: a file, what is chosen about it, and the start of its translation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.documents import PICTURE_TYPES, Limits, PasswordNeeded
from components.documents.page_progress import Told
from components.documents.rewriting.rewriter_client import OpenedFile, open_file
from components.documents.rewriting.units import Options
from components.errors import AppError, BadInput
from components.messages import N_, Language
from components.models.languages import language_name
from components.tasks.translate.glossary import Term
from components.ui import notices, reading_progress, uploads
from components.ui.language import _, ngettext, said
from components.ui.person import person
from components.ui.resources import config, document_translator, translations
from components.ui.text import plain
from components.ui.translate import open_document, route_picker
from components.ui.translate.route_picker import Setup
from components.ui.translate.sides import SIDES

TYPES = [
    *("docx", "pptx", "xlsx", "csv", "tsv", "html", "htm", "md", "markdown", "srt", "vtt", "txt"),
    *("json", "po", "pot", "properties", "pdf", "epub", "odt", "rtf", "doc", "xls", "ppt"),
    *PICTURE_TYPES,
]
UPLOAD, COLUMNS, BILINGUAL = "document_upload", "document_columns", "document_both"
FUZZY = "document_fuzzy"
FORMATS = N_(
    "Word, PowerPoint, Excel, CSV, HTML, Markdown, subtitles, plain text, JSON, PO and .properties come "
    "back in the same format. PDF, EPUB, ODT, RTF, scans and pictures of text (PNG, JPEG, TIFF, WebP) come "
    "back as Markdown."
)
OPENED = "document_opened"  # in the session: the upload and its password, and what was read or why not
STARTED = "document_started"  # in the session: what uploads were started with -> their translations
PASTED = N_("pasted text.txt")
SAMPLE = 3000  # characters that the language is detected from


def draw_upload() -> OpenedFile | None:
    """The uploader and the file's choices; returns what is in the file."""
    upload = st.file_uploader(_("Document"), TYPES, key=UPLOAD, max_upload_size=config().upload_mb)
    st.caption(_(FORMATS))
    if upload is None:
        return None
    password = _password(upload)
    locked, opened = bool(password), None
    try:
        uploads.count(upload)
        opened = _opened(upload, password)
    except AppError as error:
        locked = locked or isinstance(error, PasswordNeeded)
        st.error(plain(said(error.message)), icon=":material/error:")
    if locked:  # the field stays once it is right: what isn't drawn is forgotten
        open_document.draw_password(upload.name, _password_key(upload))
    if opened:
        _draw_choices(upload, opened)
    return opened


def _password_key(upload: UploadedFile) -> str:
    return f"document_password_{upload.file_id}"


def _password(upload: UploadedFile) -> str:
    return str(st.session_state.get(_password_key(upload)) or "")


def _draw_choices(upload: UploadedFile, opened: OpenedFile) -> None:
    count = len(opened.units)
    texts = ngettext("{name}: {count} text.", "{name}: {count:,} texts.", count)
    facts = texts.format(name=plain(upload.name), count=count)
    todo = _("Press Translate to begin.") if is_new() else _("Change a setting to translate it again.")
    st.caption(f":material/description: {facts} {todo}")
    for note in opened.notes if is_new() else ():  # after that they are in the receipt
        st.info(plain(said(note)), icon=":material/info:")
    if opened.header:
        titles = _column_titles(opened.header)
        front = opened.format == "markdown"
        st.multiselect(
            _("Values of the front matter to translate") if front else _("Columns"),
            list(titles),
            format_func=titles.__getitem__,
            key=COLUMNS,
            placeholder=_("None") if front else _("All columns with text"),
            persist_state="session",
        )
    st.checkbox(_("Bilingual: the source above its translation"), key=BILINGUAL, persist_state="session")
    if opened.format == "po":
        st.checkbox(_("Mark new messages as fuzzy, to be reviewed"), key=FUZZY, persist_state="session")


def _column_titles(header: Sequence[str]) -> dict[str, str]:
    """How the columns are called in the file's options, and here: one without a title goes by its number."""
    titles: dict[str, str] = {}
    for number, title in enumerate(header, 1):
        shown = title or _("Column {number}").format(number=number)
        titles.setdefault(title or f"Column {number}", shown)
    return titles


def _opened(upload: UploadedFile, password: str) -> OpenedFile:
    """What is in the file, read once for each password that is tried. Raises the reason why it isn't read."""
    limits, data, name = Limits.from_config(config()), upload.getvalue(), upload.name

    def work(told: Told, stopped: Callable[[], bool]) -> OpenedFile:
        return open_file(data, name, Options(password=password), limits, stopped, told)

    return reading_progress.once(OPENED, (upload.file_id, password), name, work)


def sample(opened: OpenedFile) -> str:
    """Text to tell the language from."""
    found = ""
    for unit in opened.units:
        found += unit.text + "\n"
        if len(found) > SAMPLE:
            break
    return found


def asked(opened: OpenedFile | None, text: str) -> bool:
    """Whether the button is for the document: its tab is shown, or nothing was typed."""
    if SIDES.shown != "text":
        return True
    return opened is not None and not text.strip()


def start(setup: Setup, terms: list[Term]) -> None:
    """Begins to translate the uploaded file, or opens what was begun with the same choices."""
    upload = st.session_state.get(UPLOAD)
    if upload is None:
        notices.later(_("Choose a document first."))
        return
    engine = route_picker.engine_key(setup.source, setup.target)
    begun = Begun(_choices(upload), engine, setup.route.id if setup.route else "", tuple(terms))
    known = st.session_state.setdefault(STARTED, {})
    if begun in known and translations().get(known[begun]):
        _open(known[begun])
        notices.later(_("This document was started with the same choices before: it is shown below."))
        return
    columns = tuple(st.session_state.get(COLUMNS) or ())
    if _start(_File(upload.getvalue(), upload.name, columns, _password(upload)), setup, terms):
        known[begun] = open_document.OPEN.id


@dataclass(frozen=True)
class Begun:
    """What an upload was started with."""

    choices: tuple[Any, ...]  # the file, and what the page's fields say
    engine: str  # where the session keeps the choice of engine for these languages
    route: str
    terms: tuple[Term, ...]


def _choices(upload: UploadedFile) -> tuple[Any, ...]:
    state = st.session_state
    languages = state.get(route_picker.FROM), state.get(route_picker.TO)
    boxes = bool(state.get(BILINGUAL)), bool(state.get(FUZZY))
    return (upload.file_id, *languages, tuple(state.get(COLUMNS) or ()), *boxes)


def is_new() -> bool:
    """Whether the upload was not started yet with what is chosen now."""
    upload, known = st.session_state.get(UPLOAD), st.session_state.get(STARTED, {})
    return upload is not None and not any(
        begun.choices == _choices(upload)
        and st.session_state.get(begun.engine) in (None, begun.route)
        and translations().get(translation_id)
        for begun, translation_id in known.items()
    )


def start_pasted(text: str, setup: Setup, terms: list[Term]) -> None:
    """A pasted text that is too long to be shown sentence by sentence is translated like a file."""
    _start(_File(text.encode("utf-8", "replace"), _(PASTED)), setup, terms)


@dataclass(frozen=True)
class _File:
    """What is translated."""

    data: bytes
    name: str
    columns: tuple[str, ...] = ()
    password: str = ""


def _open(translation_id: str) -> None:
    open_document.OPEN.open(translation_id)
    if SIDES.shown == "text":
        SIDES.show("document")


def _start(file: _File, setup: Setup, terms: list[Term]) -> bool:
    with notices.shown():
        if setup.source == setup.target:
            raise BadInput(
                "This document is already in {language}. Choose another language under To.",
                language=Language(setup.target, language_name(setup.target)),
            )
        if setup.route is None:
            raise BadInput("No model on this machine does these languages. Download one on the Models page.")
        settings = {
            "source": setup.source,
            "target": setup.target,
            "route": setup.route.id,
            "columns": list(file.columns),
            "bilingual": bool(st.session_state.get(BILINGUAL)),
            "locked": bool(file.password),
            "fuzzy": bool(st.session_state.get(FUZZY)),
        }
        found = document_translator().add(file.data, file.name, person(), settings)
        open_document.remember_password(found, file.password)
        _open(found)
        open_document.begin(found, settings, terms)
        return True
    return False
