"""What is to be summarized and how: text, files with their passwords, samples, the settings, the button."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.config import ROOT
from components.documents import Document, Limits, PasswordNeeded, read_document
from components.documents.page_progress import Told
from components.errors import AppError, BadInput
from components.messages import N_, Message, Said, counted
from components.models.catalog import ModelSpec
from components.results import Result
from components.tasks.summarize.prompts import LANGUAGES
from components.tasks.summarize.summary_settings import Length, Method, Settings, Shape, parse_length
from components.tasks.summarize.writer import is_small
from components.ui import errands, left_out, notices, reading_progress, result_first, samples, uploads
from components.ui.chat import model_picker
from components.ui.language import _, language_name, ngettext, said
from components.ui.resources import config, results
from components.ui.samples import Sample
from components.ui.summarize import session
from components.ui.text import plain
from components.ui.uploads import PICTURES as INSIDE

TEXT, TALL = "summarize_text", 160
PICTURES = "summarize_pictures"
START = "summarize"  # an errand: to start with what is in the form
_SAMPLES = ROOT / "components" / "tasks" / "summarize" / "samples"
MAX_FILES = 20
SAMPLES = {
    "News": Sample(N_("News"), _SAMPLES / "news.md"),
    "Report": Sample(N_("Report"), _SAMPLES / "report.md"),
    "Meeting": Sample(N_("Meeting"), _SAMPLES / "meeting.md"),
    "News zh": Sample("News", _SAMPLES / "news_zh.md", "zh"),
    "Report zh": Sample("Report", _SAMPLES / "report_zh.md", "zh"),
    "Meeting zh": Sample("Meeting", _SAMPLES / "meeting_zh.md", "zh"),
}
METHODS: dict[str, Method] = {N_("Quote"): "quote", N_("Shorten"): "both", N_("Write"): "write"}
METHOD_HELP = N_(
    "Quote: the document's own most important sentences. Shorten: the model shortens them; where it says "
    "something else than one of them, the quote stays. Write: the model writes, part by part; of a small "
    "model, only what plainly shortens a passage stays."
)
SHAPES: dict[str, Shape] = {
    N_("Paragraph"): "paragraph",
    N_("Bullet points"): "bullets",
    N_("One sentence"): "sentence",
    N_("Key points, decisions, actions"): "key points",
    N_("Own instruction"): "own",
}
LENGTHS = ["50 words", "100 words", "150 words", "300 words", "5%", "10%", "20%"]
AS_DOCUMENT = N_("As the document")
_CODES = {name: code for code, name in LANGUAGES.items()}
_READ = "documents_read"  # in the session: what was parsed, by content and password


@dataclass(frozen=True)
class Upload:
    """One uploaded file: read, or with the reason why not."""

    name: str
    document: Document | None = None
    error: Message = ""
    locked: bool = False  # a password would help
    data: bytes = b""  # of a PDF without a password, whose pages can be shown


def draw(result: Result | None) -> None:
    """The form, which starts a summary and opens it: of what is given, or of an open result's documents."""
    if read := errands.take(errands.SUMMARIZE_READ):
        with notices.shown():
            started = session.summarizing().start(read, Settings("quote"), session.tools(None))
            session.open_summary(started)
            st.rerun()
    if result and errands.waits(errands.SUMMARIZE):
        session.open_summary(None)
        st.rerun()
    if result:
        with result_first.form("summary", result.id, _("Summarize it in another way, or another text")):
            _draw_again(result)
        notices.draw()
        return
    with result_first.form("summary", "", ""):
        _draw_new()


def _draw_new() -> None:
    samples.draw(SAMPLES, "sample", _use_sample)
    left, right = st.columns(2)
    with left:
        text = st.text_area(
            _("Text to summarize"),
            key=TEXT,
            height=TALL,
            placeholder=_("Paste a text"),
            persist_state="session",
        )
    with right:
        uploads = _draw_uploads()
    place = st.container()
    several = len(uploads) + bool((text or "").strip()) > 1
    spec, wanted, pressed = _draw_settings(Settings(), several, "", _("Summarize"))
    sent = errands.take(errands.SUMMARIZE)
    if sent:
        text, uploads = "", [_sent(file) for file in sent]
    if pressed or sent or errands.take(START):
        with notices.shown():
            _start(*_given(text or "", uploads), spec, wanted)
            st.rerun()
    with place:  # above the button: below it, it could be outside of the window
        notices.draw()


def _draw_again(result: Result) -> None:
    """The same documents, with the settings that they were summarized with to start from."""
    with notices.part():
        _draw_same(result)
    st.button(
        _("Another text"), type="tertiary", icon=":material/add:", on_click=session.open_summary, args=(None,)
    )


def _draw_same(result: Result) -> None:
    """Raises Unavailable where something of it is damaged."""
    documents = session.documents(result.id)
    for number, document in enumerate(documents):
        _draw_facts(document, f"{result.id}_{number}")
    settings = Settings.from_json(result.settings)
    spec, wanted, pressed = _draw_settings(settings, len(documents) > 1, result.id, _("Summarize again"))
    if pressed:
        with notices.shown():
            _start(documents, _kept_files(result.id, len(documents)), spec, wanted)
            st.rerun()


def _kept_files(result_id: str, number: int) -> dict[int, bytes]:
    """The files of an earlier summary of the same documents."""
    found = {at: results().file(result_id, at) for at in range(number)}
    return {at: path.read_bytes() for at, path in found.items() if path}


def _use_sample() -> None:
    if sample := st.session_state.get("sample"):
        use_sample(sample)


def use_sample(sample: str) -> None:
    """Puts one of `SAMPLES` into the box for text."""
    st.session_state[TEXT] = SAMPLES[sample].text


def _draw_uploads() -> list[Upload]:
    files = st.file_uploader(
        _("Documents"),
        accept_multiple_files=True,
        max_upload_size=config().upload_mb,
        key="summarize_files",
        help=_(
            "PDF, Word, OpenDocument, PowerPoint, Excel, CSV, HTML, Markdown, RTF, EPUB, e-mail (EML), "
            "exported chats, subtitles, text; scans and pictures of text (PNG, JPEG, TIFF, WebP). Old Office "
            "files (DOC, XLS, PPT) where LibreOffice is installed on the server."
        ),
    )
    label = _("Read pictures inside too")
    inside = bool(files) and st.toggle(label, key=PICTURES, help=_(INSIDE), persist_state="session")
    if len(files) > MAX_FILES:
        text = _("{number} files are chosen; {most} is the most for one summary.")
        st.error(text.format(number=len(files), most=MAX_FILES))
        files = files[:MAX_FILES]
    read = []
    for number, file in enumerate(files):
        upload = counted_upload(file) or read_upload(file.name, file.getvalue(), number, inside)
        read.append(upload)
        if upload.document:
            _draw_facts(upload.document, f"upload_{number}")
        else:
            st.error(plain(said(upload.error)), icon=":material/error:")
    return _skipping(read)


def _sent(file: errands.File) -> Upload:
    """A file that was uploaded on another page, where it was counted."""
    key = hashlib.sha256(file.data).hexdigest() + file.name
    return _read(file.name, file.data, file.password or None, key)


def _skipping(read: list[Upload]) -> list[Upload]:
    """The files; those that can't be read as documents without text, where the person skips them."""
    failed = [upload for upload in read if upload.document is None]
    if not failed:
        return read
    label = ngettext("Skip it and go on", "Skip them and go on", len(failed))
    if not st.checkbox(label, key="skip_unreadable", help=_("The summary names what was skipped, and why")):
        return read
    skipped = [replace(one, document=Document(one.name, "", (), unread=one.error)) for one in failed]
    return [*(upload for upload in read if upload.document), *skipped]


def counted_upload(file: UploadedFile) -> Upload | None:
    """The reason, if this person has uploaded too much."""
    try:
        uploads.count(file)
    except AppError as error:
        return Upload(file.name, error=error.message)
    return None


def read_upload(name: str, data: bytes, number: int, pictures: bool = False) -> Upload:
    """The file, read once for each password that is tried, and with the pictures inside of it or without."""
    key = hashlib.sha256(data).hexdigest() + name + (PICTURES if pictures else "")
    field = f"password_{number}_{key}"
    password = st.session_state.get(field) or None
    read, place = st.session_state.setdefault(_READ, {}), st.empty()
    if (key, password) not in read:
        read[key, password] = _read(name, data, password, key, pictures, place)
    upload: Upload = read[key, password]
    if upload.locked or password:  # a field that isn't drawn is forgotten with the next click
        st.text_input(_("Password for {name}").format(name=plain(name)), type="password", key=field)
    return upload


def _read(
    name: str,
    data: bytes,
    password: str | None,
    key: str,
    pictures: bool = False,
    place: DeltaGenerator | None = None,
) -> Upload:
    limits = Limits.from_config(config())

    def work(told: Told, stopped: Callable[[], bool]) -> Document:
        return read_document(
            data,
            name,
            password=password,
            limits=limits,
            cancelled=stopped,
            told=told,
            pictures=pictures,
        )

    try:
        document = reading_progress.followed(name, (key, password or ""), work, place)
        return Upload(name, document, data=data if document.format == "pdf" and not password else b"")
    except PasswordNeeded as error:
        return Upload(name, error=error.message, locked=True)
    except AppError as error:
        return Upload(name, error=error.message)


def _draw_facts(document: Document, key: str) -> None:
    """What was read, and what was not."""
    size: Message = counted("{count:,} word", "{count:,} words", document.words)
    if document.pages:
        pages = counted("{count:,} page", "{count:,} pages", document.pages)
        size = Said("{words}, {pages}", words=size, pages=pages)
    facts = plain(said(Said("{name}: {size}", name=document.name, size=size)))
    st.caption(f":material/description: {facts}")
    for left in document.left_out:
        st.caption(":material/info: " + _("Left out: {what}").format(what=plain(said(left.message))))
    for note in document.notes:
        st.caption(f":material/info: {plain(said(note))}")
    left_out.draw_look([document], f"look_{key}")


def _draw_settings(
    start: Settings, several: bool, scope: str, label: str
) -> tuple[ModelSpec | None, dict[str, str | bool], bool]:
    """One line of choices, and whether its button was pressed. They start from `start`; `scope` is the result
    that they are of.
    """
    with result_first.choices():
        method = _choose(_("Method"), METHODS, start.method, f"method{scope}", help=_(METHOD_HELP))
        shape = _choose(_("Format"), SHAPES, start.shape, f"shape{scope}")
        length = _draw_length(str(start.length), scope)
        with st.popover(_("More choices"), icon=":material/tune:", key=f"more{scope}"):
            spec = None
            if method != "Quote":
                stored = start.model_id or None
                spec = model_picker.draw(_("Model"), "chat", None, f"summarize_model{scope}", stored)
            language = _draw_language(start, scope)
            own = spec is not None and not is_small(spec)  # quotes and passages shortened are for everybody
            audience = _draw_audience(start, scope) if own else ""
        pressed = st.button(label, type="primary", icon=":material/summarize:")
    instruction = ""
    if shape == "Own instruction":
        instruction = st.text_area(
            _("Instruction"),
            start.instruction,
            key=f"instruction{scope}",
            placeholder=_("For instance: only what it says about costs"),
            persist_state="session",
        )
    overall = several and st.toggle(
        _("One summary over all documents too"), start.overall, key=f"overall{scope}"
    )
    wanted: dict[str, str | bool] = {
        "method": method,
        "shape": shape,
        "length": length,
        "instruction": instruction or "",
        "language": language,
        "audience": audience,
        "overall": overall,
    }
    return spec, wanted, pressed


def _choose(label: str, options: Mapping[str, str], start: str, key: str, help: str | None = None) -> str:
    index = list(options.values()).index(start)
    return st.selectbox(
        label, list(options), index, format_func=_, key=key, help=help, persist_state="session"
    )


def _draw_length(start: str, scope: str) -> str:
    options = LENGTHS if start in LENGTHS else [*LENGTHS, start]
    chosen = st.selectbox(
        _("Length"),
        options,
        index=options.index(start),
        format_func=_shown_length,
        key=f"length{scope}",
        accept_new_options=True,
        help=_("Choose, or write your own: “250 words” or “15%” of the document"),
        persist_state="session",
    )
    return chosen or ""


def _draw_language(start: Settings, scope: str) -> str:
    names = [AS_DOCUMENT, *_CODES]
    now = next((name for name, code in _CODES.items() if code == start.language), AS_DOCUMENT)
    return st.selectbox(
        _("Language"),
        names,
        names.index(now),
        format_func=lambda name: language_name(_CODES[name]) if name in _CODES else _(name),
        key=f"output_language{scope}",
        persist_state="session",
    )


def _draw_audience(start: Settings, scope: str) -> str:
    """For whom a model writes."""
    audience = st.text_input(
        _("Audience"),
        start.audience,
        key=f"audience{scope}",
        placeholder=_("For instance: new colleagues"),
        max_chars=200,
        persist_state="session",
    )
    return audience or ""


def _shown_length(wanted: str) -> str:
    """Ours in the person's language; what the person wrote, as it is."""
    return length_name(parse_length(wanted)) if wanted in LENGTHS else wanted


def length_name(length: Length) -> str:
    if not length.words:
        return str(length)
    return said(counted("{count:,} word", "{count:,} words", length.words))


def _given(text: str, uploads: list[Upload]) -> tuple[list[Document], dict[int, bytes]]:
    """What is to be summarized, the pasted text read too, and the files of some of it by their numbers.

    Raises BadInput for what can't be.
    """
    failed = [upload.name for upload in uploads if upload.document is None]
    if failed:
        raise BadInput(
            "{names} could not be read, for the reason shown there. Skip it, remove it, or give its "
            "password, and try again.",
            names=failed,
        )
    documents = [upload.document for upload in uploads if upload.document]
    data = [upload.data for upload in uploads if upload.document]
    if text.strip():
        name = "text.md" if _is_markdown(text) else "text.txt"
        pasted = read_document(text.encode("utf-8", "replace"), name, limits=Limits.from_config(config()))
        documents, data = [replace(pasted, name=""), *documents], [b"", *data]
    if all(document.unread for document in documents):
        raise BadInput("There is nothing to summarize yet. Paste a text, upload a document or try a sample.")
    return documents, {number: one for number, one in enumerate(data) if one}


def _start(
    documents: list[Document],
    files: Mapping[int, bytes],
    spec: ModelSpec | None,
    wanted: dict[str, str | bool],
) -> None:
    """Starts the job and opens its result, with the files whose pages are shown beside it."""
    settings = Settings(
        METHODS[str(wanted["method"])],
        SHAPES[str(wanted["shape"])],
        parse_length(str(wanted["length"])),
        _CODES.get(str(wanted["language"]), ""),
        str(wanted["audience"]),
        str(wanted["instruction"]),
        spec.id if spec else "",
        bool(wanted["overall"]),
    )
    tools = session.tools(spec)
    result_id = session.summarizing().start(documents, settings, tools)
    for number, data in files.items():
        results().keep_file(result_id, number, data)
    session.open_summary(result_id)


def _is_markdown(text: str) -> bool:
    """Whether a pasted text has Markdown headings; other syntax is as likely to be text."""
    return any(line.startswith(("# ", "## ", "### ")) for line in text.splitlines())
