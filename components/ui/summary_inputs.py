"""What is to be summarized and how: text, files with their passwords, samples, the settings, the button."""

import hashlib
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.config import ROOT
from components.documents import Document, Limits, PasswordNeeded, read_document
from components.errors import AppError, BadInput
from components.models.catalog import ModelSpec
from components.tasks.summarize.prompts import LANGUAGES
from components.tasks.summarize.running import PASTED
from components.tasks.summarize.settings import Method, Settings, Shape, parse_length
from components.ui import chat_settings, notices, summary_session, uploads
from components.ui.resources import config
from components.ui.text import plain

TEXT = "summarize_text"
_SAMPLES = ROOT / "components" / "tasks" / "summarize" / "samples"
MAX_FILES = 20
SAMPLES = {"News": "news.md", "Report": "report.md", "Meeting": "meeting.md"}
METHODS: dict[str, Method] = {"Both": "both", "Quote": "quote", "Write": "write"}
METHOD_HELP = (
    "Quote: the document's own most important sentences. Write: the model writes, part by part. Both: the "
    "model writes from the quotes, and every sentence that they don't support is replaced by the quote."
)
SHAPES: dict[str, Shape] = {
    "Paragraph": "paragraph",
    "Bullet points": "bullets",
    "One sentence": "sentence",
    "Key points, decisions, actions": "key points",
    "Own instruction": "own",
}
LENGTHS = ["50 words", "100 words", "150 words", "300 words", "5%", "10%", "20%"]
AS_DOCUMENT = "As the document"
_READ = "documents_read"  # in the session: what was parsed, by content and password


@dataclass(frozen=True)
class Upload:
    """One uploaded file: read, or with the reason why not."""

    name: str
    document: Document | None = None
    error: str = ""
    locked: bool = False  # a password would help


def draw() -> None:
    """The whole form. The button starts the summary and opens it."""
    st.segmented_control(
        "Try a sample", list(SAMPLES), key="sample", on_change=_use_sample, help="Written for this page"
    )
    left, right = st.columns(2)
    with left:
        text = st.text_area(
            "Text to summarize", key=TEXT, height=220, placeholder="Paste a text", persist_state="session"
        )
    with right:
        uploads = _draw_uploads()
    spec, wanted = _draw_settings(len(uploads) + bool((text or "").strip()) > 1)
    notices.draw()
    if st.button("Summarize", type="primary", icon=":material/summarize:"):
        with notices.shown():
            _start(text or "", uploads, spec, wanted)
        st.rerun()


def _use_sample() -> None:
    if name := SAMPLES.get(st.session_state.get("sample") or ""):
        st.session_state[TEXT] = (_SAMPLES / name).read_text(encoding="utf-8")


def _draw_uploads() -> list[Upload]:
    files = st.file_uploader(
        "Documents",
        accept_multiple_files=True,
        max_upload_size=config().upload_mb,
        key="summarize_files",
        help="PDF, Word, OpenDocument, PowerPoint, Excel, CSV, HTML, Markdown, RTF, EPUB, subtitles, text",
    )
    if len(files) > MAX_FILES:
        st.error(f"{len(files)} files are chosen; {MAX_FILES} is the most for one summary.")
        files = files[:MAX_FILES]
    read = []
    for number, file in enumerate(files):
        upload = _counted(file) or _upload(file.name, file.getvalue(), number)
        read.append(upload)
        if upload.document:
            _draw_facts(upload.document)
        else:
            st.error(plain(upload.error), icon=":material/error:")
    return read


def _counted(file: UploadedFile) -> Upload | None:
    """The reason, if this person has uploaded too much."""
    try:
        uploads.count(file)
    except AppError as error:
        return Upload(file.name, error=str(error))
    return None


def _upload(name: str, data: bytes, number: int) -> Upload:
    """The file, read once for each password that is tried."""
    key = hashlib.sha256(data).hexdigest() + name
    field = f"password_{number}_{key}"
    password = st.session_state.get(field) or None
    read = st.session_state.setdefault(_READ, {})
    if (key, password) not in read:
        with st.spinner(f"Reading {plain(name)}"):
            read[key, password] = _read(name, data, password)
    upload: Upload = read[key, password]
    if upload.locked:
        st.text_input(f"Password for {plain(name)}", type="password", key=field)
    return upload


def _read(name: str, data: bytes, password: str | None) -> Upload:
    try:
        limits = Limits.from_config(config())
        return Upload(name, read_document(data, name, password=password, limits=limits))
    except PasswordNeeded as error:
        return Upload(name, error=str(error), locked=True)
    except AppError as error:
        return Upload(name, error=str(error))


def _draw_facts(document: Document) -> None:
    """What was read, and what was not."""
    pages = f", {document.pages:,} page{'s' if document.pages != 1 else ''}" if document.pages else ""
    st.caption(f":material/description: {plain(document.name)}: {document.words:,} words{pages}")
    for left in document.left_out:
        st.caption(f":material/info: Left out: {plain(str(left))}")
    for note in document.notes:
        st.caption(f":material/info: {plain(note)}")


def _draw_settings(several: bool) -> tuple[ModelSpec | None, dict[str, str | bool]]:
    """Method, shape, length and the rest; as the person chose them."""
    columns = st.columns(3)
    method = columns[0].selectbox(
        "Method", list(METHODS), key="method", help=METHOD_HELP, persist_state="session"
    )
    shape = columns[1].selectbox("Shape", list(SHAPES), key="shape", persist_state="session")
    length = columns[2].selectbox(
        "Length",
        LENGTHS,
        index=2,
        key="length",
        accept_new_options=True,
        help="Choose, or write your own: “250 words” or “15%” of the document",
        persist_state="session",
    )
    spec = None if method == "Quote" else chat_settings.draw_model("Model", "chat", None, "summarize_model")
    instruction = ""
    if shape == "Own instruction":
        instruction = st.text_area(
            "Instruction",
            key="instruction",
            placeholder="For instance: only what it says about costs",
            persist_state="session",
        )
    with st.expander("Language and audience", icon=":material/tune:"):
        left, right = st.columns(2)
        language = left.selectbox(
            "Language", [AS_DOCUMENT, *LANGUAGES.values()], key="output_language", persist_state="session"
        )
        audience = right.text_input(
            "Audience",
            key="audience",
            placeholder="For instance: new colleagues",
            max_chars=200,
            persist_state="session",
        )
    overall = several and st.toggle("One summary over all documents too", key="overall")
    return spec, {
        "method": method,
        "shape": shape,
        "length": length or "",
        "instruction": instruction or "",
        "language": language,
        "audience": audience or "",
        "overall": overall,
    }


def _start(text: str, uploads: list[Upload], spec: ModelSpec | None, wanted: dict[str, str | bool]) -> None:
    """Reads the pasted text too, starts the job and opens its result."""
    failed = [upload.name for upload in uploads if upload.document is None]
    if failed:
        raise BadInput(
            f"{', '.join(failed)} could not be read, for the reason shown there. Remove the file, or give "
            "its password, and try again."
        )
    documents = [upload.document for upload in uploads if upload.document]
    if text.strip():
        name = f"{PASTED}.{'md' if _is_markdown(text) else 'txt'}"
        data = text.encode("utf-8", "replace")
        documents.insert(0, read_document(data, name, limits=Limits.from_config(config())))
    if not documents:
        raise BadInput("There is nothing to summarize yet. Paste a text, upload a document or try a sample.")
    by_name = {name: code for code, name in LANGUAGES.items()}
    settings = Settings(
        METHODS[str(wanted["method"])],
        SHAPES[str(wanted["shape"])],
        parse_length(str(wanted["length"])),
        by_name.get(str(wanted["language"]), ""),
        str(wanted["audience"]),
        str(wanted["instruction"]),
        spec.id if spec else "",
        bool(wanted["overall"]),
    )
    tools = summary_session.tools(spec)
    summary_session.open_summary(summary_session.summarizing().start(documents, settings, tools))


def _is_markdown(text: str) -> bool:
    """Whether a pasted text has Markdown headings; other signs are as likely to be text."""
    return any(line.startswith(("# ", "## ", "### ")) for line in text.splitlines())
