"""The Translate page's documents: upload, choices, progress, receipt, download."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from components.documents import Limits
from components.documents.rewriting.running import OpenedFile, open_file
from components.documents.rewriting.units import Options
from components.errors import AppError, BadInput
from components.jobs import Job
from components.models.languages import language_name
from components.tasks.translate.documents import DocumentRequest
from components.tasks.translate.glossary import Term
from components.tasks.translate.routes import routes
from components.translations import Translation
from components.ui import notices, translate_setup, uploads
from components.ui.person import person
from components.ui.resources import config, document_translator, jobs, translations
from components.ui.text import plain
from components.ui.translate_setup import Setup

TYPES = [
    *("docx", "pptx", "xlsx", "csv", "tsv", "html", "htm", "md", "markdown", "srt", "vtt", "txt"),
    *("json", "po", "pot", "properties", "pdf", "epub", "odt", "rtf"),
]
UPLOAD, OPEN, COLUMNS, BILINGUAL = "document_upload", "document_open", "document_columns", "document_both"
POLL_SECONDS = 0.5
FORMATS = (
    "Word, PowerPoint, Excel, CSV, HTML, Markdown, subtitles, plain text, JSON, PO and .properties come "
    "back in the same format. PDF, EPUB, ODT and RTF come back as Markdown."
)
PASTED = "pasted text.txt"
SEGMENTS = ("segments", "translated", "retried", "flagged", "skipped", "same", "from memory")
EARLIER = 20  # documents that are listed
_ICONS = {"done": ":material/check:", "running": ":material/hourglass_top:"}
SAMPLE = 3000  # characters that the language is detected from
_PARAMETER = "document"


def restore() -> None:
    """Opens the document that the URL names."""
    wanted = st.query_params.get(_PARAMETER)
    if not wanted and OPEN in st.session_state:  # back from another page
        st.query_params[_PARAMETER] = st.session_state[OPEN]
    if wanted and OPEN not in st.session_state:
        found = translations().get(wanted)
        if found and found.kind == "document":
            st.session_state[OPEN] = found.id
        else:
            notices.later("This document isn't here any more. Upload it again.")
            del st.query_params[_PARAMETER]


def draw_upload() -> OpenedFile | None:
    """The uploader and the file's choices; returns what is in a file that is waiting to be translated."""
    upload = st.file_uploader("Document", TYPES, key=UPLOAD, max_upload_size=config().upload_mb)
    st.caption(FORMATS)
    if upload is None or st.session_state.get("document_started") == upload.file_id:
        return None
    try:
        uploads.count(upload)
        with st.spinner("Reading the document", show_time=False):
            opened = _opened(upload.getvalue(), upload.name, Limits.from_config(config()))
    except AppError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None
    st.caption(
        f":material/description: {plain(upload.name)}: {len(opened.units):,} texts. Press Translate to begin."
    )
    for note in opened.notes:
        st.info(plain(note), icon=":material/info:")
    if opened.header:
        titles = [title or f"Column {number + 1}" for number, title in enumerate(opened.header)]
        st.multiselect(
            "Columns", titles, key=COLUMNS, placeholder="All columns with text", persist_state="session"
        )
    st.checkbox("Bilingual: the source above its translation", key=BILINGUAL, persist_state="session")
    return opened


@st.cache_data(max_entries=8, show_spinner=False)
def _opened(data: bytes, name: str, limits: Limits) -> OpenedFile:
    return open_file(data, name, Options(), limits)


def sample(opened: OpenedFile) -> str:
    """Text to tell the language from."""
    found = ""
    for unit in opened.units:
        found += unit.text + "\n"
        if len(found) > SAMPLE:
            break
    return found


def start(setup: Setup, terms: list[Term]) -> None:
    """Begins to translate the uploaded file."""
    upload = st.session_state.get(UPLOAD)
    if upload is not None and _start(upload.getvalue(), upload.name, setup, terms):
        st.session_state["document_started"] = upload.file_id


def start_pasted(text: str, setup: Setup, terms: list[Term]) -> None:
    """A pasted text that is too long to be shown sentence by sentence is translated like a file."""
    _start(text.encode("utf-8", "replace"), PASTED, setup, terms)


def _start(data: bytes, name: str, setup: Setup, terms: list[Term]) -> bool:
    with notices.shown():
        if setup.source == setup.target:
            raise BadInput(
                f"This document is already in {language_name(setup.target)}. Choose another language "
                "under To."
            )
        if setup.route is None:
            raise BadInput("No model on this machine does these languages. Download one on the Models page.")
        settings = {
            "source": setup.source,
            "target": setup.target,
            "route": setup.route.id,
            "columns": list(st.session_state.get(COLUMNS, [])) if name != PASTED else [],
            "bilingual": bool(st.session_state.get(BILINGUAL)),
        }
        found = document_translator().add(data, name, person(), settings)
        st.session_state[OPEN] = found
        st.query_params[_PARAMETER] = found
        _begin(found, settings, terms)
        return True
    return False


def _begin(translation_id: str, settings: dict[str, Any], terms: list[Term]) -> None:
    known = routes(translate_setup.ready_models(), settings["source"], settings["target"])
    route = next((one for one in known if one.id == settings["route"]), None)
    if route is None:
        raise BadInput(
            "The engine of this document isn't on this machine any more. Choose another, and upload again."
        )
    options = Options(tuple(settings["columns"]), settings["bilingual"], settings["target"])
    request = DocumentRequest(
        translation_id, settings["source"], settings["target"], route, person(), terms, options
    )
    document_translator().start(request)


def running() -> Job | None:
    found = translations().get(st.session_state.get(OPEN, ""))
    job = jobs().get(found.job_id) if found and found.job_id else None
    return job if job and job.running else None


def draw(terms: list[Term]) -> None:
    """The open document: its progress while it is translated, afterwards its receipt."""
    found = translations().get(st.session_state.get(OPEN, ""))
    if found is None:
        return
    st.subheader(plain(found.name))
    pair = f"{language_name(found.settings['source'])} to {language_name(found.settings['target'])}"
    st.caption(f"{pair}. This page can be closed: the address brings you back to it.")
    if running():
        _draw_progress(found.id)
    elif found.state == "done":
        _draw_done(found)
    else:
        _draw_resume(found, terms)


@st.fragment(run_every=POLL_SECONDS)
def _draw_progress(translation_id: str) -> None:
    found = translations().get(translation_id)
    job = jobs().get(found.job_id) if found else None
    if job is None or not job.running:
        st.rerun()
    st.progress(job.share or 0.0, text=plain(job.note or "Starting"))


def _draw_resume(found: Translation, terms: list[Term]) -> None:
    kind = st.error if found.state == "failed" else st.info
    reasons = {"interrupted": "The app ended while this was translated. What was done is kept."}
    kind(plain(found.note or reasons.get(found.state, "Not finished. What was done is kept.")))

    def resume() -> None:
        with notices.shown():
            _begin(found.id, dict(found.settings), terms)

    st.button("Resume", icon=":material/resume:", on_click=resume, type="primary")


def _draw_done(found: Translation) -> None:
    body = found.body
    data = document_translator().result(found.id)
    if data is None:
        st.error("The translated file isn't here any more. Upload the document again.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download",
            data,
            output_name(body["output"], found.settings["target"]),
            icon=":material/download:",
            type="primary",
            on_click="ignore",
        )
        st.download_button(
            "Download the report",
            report(found),
            f"{found.name}.report.md",
            "text/markdown",
            on_click="ignore",
        )
    for note in body["notes"]:
        st.info(plain(note), icon=":material/info:")
    _draw_receipt(body)


def draw_earlier() -> None:
    """The person's documents, to open again or to delete."""
    found = translations().recent(person(), "document", EARLIER)
    if not found:
        return
    with st.expander(f"Earlier documents ({len(found)})", icon=":material/folder:"):
        for one in found:
            with st.container(horizontal=True, vertical_alignment="center"):
                pair = f"{language_name(one.settings['source'])} to {language_name(one.settings['target'])}"
                st.button(
                    f"{plain(one.name)} ({pair})",
                    key=f"open_document_{one.id}",
                    icon=_ICONS.get(one.state, ":material/pause_circle:"),
                    type="tertiary",
                    on_click=_open,
                    args=(one.id,),
                )
                st.button(
                    "",
                    key=f"delete_document_{one.id}",
                    icon=":material/delete:",
                    type="tertiary",
                    help=f"Delete “{plain(one.name)}” and its translation",
                    on_click=_delete,
                    args=(one.id,),
                )


def _open(translation_id: str) -> None:
    st.session_state[OPEN] = translation_id
    st.query_params[_PARAMETER] = translation_id


def _delete(translation_id: str) -> None:
    document_translator().delete(translation_id)
    if st.session_state.get(OPEN) == translation_id:
        del st.session_state[OPEN]
        st.query_params.pop(_PARAMETER, None)


def output_name(name: str, target: str) -> str:
    stem, dot, end = name.rpartition(".")
    return f"{stem}.{target}{dot}{end}" if dot else f"{name}.{target}"


def _draw_receipt(body: Mapping[str, Any]) -> None:
    with st.container(horizontal=True, gap="large"):
        for name in SEGMENTS:
            st.metric(name.capitalize(), f"{body.get(name, 0):,}", width="content")
    st.caption(
        "Skipped: nothing to translate in it. Same: a word that both languages share. Flagged: see below."
    )
    st.dataframe(counts(body), hide_index=True)
    if body["marked"]:
        with st.expander(f"Marked segments ({len(body['marked'])})", icon=":material/flag:"):
            shown = [
                {
                    "Place": one["place"],
                    "Why": " ".join(one["findings"]),
                    "Source": one["source"],
                    "Translated": one["target"],
                }
                for one in body["marked"]
            ]
            st.dataframe(pd.DataFrame(shown), hide_index=True)


def counts(body: Mapping[str, Any]) -> pd.DataFrame:
    """What was counted in the source and in the translated file."""
    rows = []
    for name in sorted({*body["before"], *body["after"]}):
        before, after = body["before"].get(name, 0), body["after"].get(name, 0)
        verdict = "equal" if before == after else f"{after - before:+d}"
        rows.append({"What": name, "Source": before, "Translated": after, "Difference": verdict})
    return pd.DataFrame(rows, columns=["What", "Source", "Translated", "Difference"])


def report(found: Translation) -> str:
    """The receipt as a file."""
    body = found.body
    lines = [f"# Translation of {found.name}", ""]
    lines += [f"- {name}: {body.get(name, 0)}" for name in SEGMENTS]
    lines += ["", "| What | Source | Translated | Difference |", "| --- | --- | --- | --- |"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in counts(body).itertuples(index=False)]
    lines += ["", *(f"{note}" for note in body["notes"])]
    if body["marked"]:
        lines += ["", "## Marked segments", ""]
    for one in body["marked"]:
        lines += [
            f"- {one['place']}: {' '.join(one['findings'])}",
            f"  - {one['source']}",
            f"  - {one['target']}",
        ]
    return "\n".join(lines) + "\n"
