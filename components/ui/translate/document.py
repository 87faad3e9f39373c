"""The Translate page's documents: upload, choices, progress, receipt, download."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.documents import Limits, PasswordNeeded
from components.documents.rewriting.running import OpenedFile, open_file
from components.documents.rewriting.units import Options
from components.errors import AppError, BadInput
from components.jobs import Job
from components.messages import N_, from_json
from components.tasks.translate.documents import DocumentRequest
from components.tasks.translate.glossary import Term
from components.tasks.translate.routes import routes
from components.translations import Translation
from components.ui import notices, uploads
from components.ui.language import _, language_name, said
from components.ui.person import person
from components.ui.resources import config, document_translator, jobs, translations
from components.ui.text import plain
from components.ui.translate import route_picker
from components.ui.translate.route_picker import Setup

TYPES = [
    *("docx", "pptx", "xlsx", "csv", "tsv", "html", "htm", "md", "markdown", "srt", "vtt", "txt"),
    *("json", "po", "pot", "properties", "pdf", "epub", "odt", "rtf"),
]
UPLOAD, OPEN, COLUMNS, BILINGUAL = "document_upload", "document_open", "document_columns", "document_both"
POLL_SECONDS = 0.5
FORMATS = N_(
    "Word, PowerPoint, Excel, CSV, HTML, Markdown, subtitles, plain text, JSON, PO and .properties come "
    "back in the same format. PDF, EPUB, ODT and RTF come back as Markdown."
)
STARTED = "document_started"  # in the session: what uploads were started with -> their translations
PASSWORDS = "document_passwords"  # in the session, nowhere else: by translation
PASTED = N_("pasted text.txt")
SEGMENTS = {
    "segments": N_("Segments"),
    "translated": N_("Translated"),
    "retried": N_("Retried"),
    "flagged": N_("Flagged"),
    "skipped": N_("Skipped"),
    "same": N_("Same"),
    "from memory": N_("From memory"),
}
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
            notices.later(_("This document isn't here any more. Upload it again."))
            del st.query_params[_PARAMETER]


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
        with st.spinner(_("Reading the document"), show_time=False):
            opened = _opened(upload.getvalue(), upload.name, password, Limits.from_config(config()))
    except AppError as error:
        locked = locked or isinstance(error, PasswordNeeded)
        st.error(plain(said(error.message)), icon=":material/error:")
    if locked:  # the field stays once it is right: what isn't drawn is forgotten
        _draw_password(upload.name, _password_key(upload))
    if opened:
        _draw_choices(upload, opened)
    return opened


def _password_key(upload: UploadedFile) -> str:
    return f"document_password_{upload.file_id}"


def _password(upload: UploadedFile) -> str:
    return str(st.session_state.get(_password_key(upload)) or "")


def _draw_password(name: str, key: str) -> None:
    st.text_input(_("Password for {name}").format(name=plain(name)), type="password", key=key)


def _draw_choices(upload: UploadedFile, opened: OpenedFile) -> None:
    facts = _("{name}: {count} texts. Press Translate to begin.")
    if not is_new():
        facts = _("{name}: {count} texts. Change a choice to translate it once more.")
    facts = facts.format(name=plain(upload.name), count=f"{len(opened.units):,}")
    st.caption(f":material/description: {facts}")
    for note in opened.notes:
        st.info(plain(said(from_json(note))), icon=":material/info:")
    if opened.header:
        numbered = [f"Column {number + 1}" for number in range(len(opened.header))]
        st.multiselect(
            _("Columns"),
            [title or number for title, number in zip(opened.header, numbered, strict=True)],
            format_func=lambda title: _column(title, numbered),
            key=COLUMNS,
            placeholder=_("All columns with text"),
            persist_state="session",
        )
    st.checkbox(_("Bilingual: the source above its translation"), key=BILINGUAL, persist_state="session")


def _column(title: str, numbered: Sequence[str]) -> str:
    """A column's own title; one that has none goes by its number."""
    return _("Column {number}").format(number=numbered.index(title) + 1) if title in numbered else title


@st.cache_data(max_entries=8, show_spinner=False)
def _opened(data: bytes, name: str, password: str, limits: Limits) -> OpenedFile:
    return open_file(data, name, Options(password=password), limits)


def sample(opened: OpenedFile) -> str:
    """Text to tell the language from."""
    found = ""
    for unit in opened.units:
        found += unit.text + "\n"
        if len(found) > SAMPLE:
            break
    return found


def start(setup: Setup, terms: list[Term]) -> None:
    """Begins to translate the uploaded file, or opens what was begun with the same choices."""
    upload = st.session_state.get(UPLOAD)
    if upload is None:
        return
    engine = route_picker.engine_key(setup.source, setup.target)
    begun = Begun(_choices(upload), engine, setup.route.id if setup.route else "", tuple(terms))
    known = st.session_state.setdefault(STARTED, {})
    if begun in known and translations().get(known[begun]):
        _open(known[begun])
        notices.later(_("This document was started with the same choices before: it is shown below."))
    elif _start(upload.getvalue(), upload.name, setup, terms, _password(upload)):
        known[begun] = st.session_state[OPEN]


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
    return (upload.file_id, *languages, tuple(state.get(COLUMNS) or ()), bool(state.get(BILINGUAL)))


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
    _start(text.encode("utf-8", "replace"), _(PASTED), setup, terms)


def _start(data: bytes, name: str, setup: Setup, terms: list[Term], password: str = "") -> bool:
    with notices.shown():
        if setup.source == setup.target:
            text = _("This document is already in {language}. Choose another language under To.")
            raise BadInput(text.format(language=language_name(setup.target)))
        if setup.route is None:
            raise BadInput(
                _("No model on this machine does these languages. Download one on the Models page.")
            )
        settings = {
            "source": setup.source,
            "target": setup.target,
            "route": setup.route.id,
            "columns": list(st.session_state.get(COLUMNS, [])) if name != _(PASTED) else [],
            "bilingual": bool(st.session_state.get(BILINGUAL)),
            "locked": bool(password),
        }
        found = document_translator().add(data, name, person(), settings)
        st.session_state.setdefault(PASSWORDS, {})[found] = password
        st.session_state[OPEN] = found
        st.query_params[_PARAMETER] = found
        _begin(found, settings, terms)
        return True
    return False


def _begin(translation_id: str, settings: dict[str, Any], terms: list[Term]) -> None:
    known = routes(route_picker.ready_models(), settings["source"], settings["target"])
    route = next((one for one in known if one.id == settings["route"]), None)
    if route is None:
        raise BadInput(
            _("The engine of this document isn't on this machine any more. Choose another, and upload again.")
        )
    password = st.session_state.get(PASSWORDS, {}).get(translation_id, "")
    options = Options(tuple(settings["columns"]), settings["bilingual"], settings["target"], password)
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
    text = _("{languages}. This page can be closed: the address brings you back to it.")
    st.caption(text.format(languages=_languages(found)))
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
    st.progress(job.share or 0.0, text=plain(said(job.note) or _("Starting")))


def _draw_resume(found: Translation, terms: list[Term]) -> None:
    kind = st.error if found.state == "failed" else st.info
    reason = _("Not finished. What was done is kept.")
    if found.state == "interrupted":
        reason = _("The app ended while this was translated. What was done is kept.")
    kind(plain(said(found.note) or reason))
    passwords, field = st.session_state.setdefault(PASSWORDS, {}), f"resume_password_{found.id}"
    wanted = found.state == "failed" or not passwords.get(found.id)  # wrong, or another session's
    if found.settings.get("locked") and wanted:
        _draw_password(found.name, field)

    def resume() -> None:
        passwords[found.id] = st.session_state.get(field) or passwords.get(found.id, "")
        with notices.shown():
            _begin(found.id, dict(found.settings), terms)

    st.button(_("Resume"), icon=":material/resume:", on_click=resume, type="primary")


def _draw_done(found: Translation) -> None:
    body = found.body
    data = document_translator().result(found.id)
    if data is None:
        st.error(_("The translated file isn't here any more. Upload the document again."))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            _("Download"),
            data,
            output_name(body["output"], found.settings["target"]),
            icon=":material/download:",
            type="primary",
            on_click="ignore",
        )
        st.download_button(
            _("Download the report"),
            report(found),
            f"{found.name}.report.md",
            "text/markdown",
            on_click="ignore",
        )
    for note in body["notes"]:
        st.info(plain(said(from_json(note))), icon=":material/info:")
    _draw_receipt(body)


def draw_earlier() -> None:
    """The person's documents, to open again or to delete."""
    found = translations().recent(person(), "document", EARLIER)
    if not found:
        return
    with st.expander(_("Earlier documents ({count})").format(count=len(found)), icon=":material/folder:"):
        for one in found:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(
                    f"{plain(one.name)} ({_languages(one)})",
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
                    help=_("Delete “{name}” and its translation").format(name=plain(one.name)),
                    on_click=_delete,
                    args=(one.id,),
                )


def _languages(translation: Translation) -> str:
    source, target = (language_name(translation.settings[side]) for side in ("source", "target"))
    return _("{source} to {target}").format(source=source, target=target)


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
        for name, title in SEGMENTS.items():
            st.metric(_(title), f"{body.get(name, 0):,}", width="content")
    st.caption(
        _("Skipped: nothing to translate in it. Same: a word that both languages share. Flagged: see below.")
    )
    st.dataframe(_shown(counts(body)), hide_index=True)
    if body["marked"]:
        title = _("Marked segments ({count})").format(count=len(body["marked"]))
        with st.expander(title, icon=":material/flag:"):
            shown = [
                {
                    _("Place"): said(from_json(one["place"])),
                    _("Why"): " ".join(said(finding) for finding in one["findings"]),
                    _("Source"): one["source"],
                    _("Translated"): one["target"],
                }
                for one in body["marked"]
            ]
            st.dataframe(pd.DataFrame(shown), hide_index=True)


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """What was counted, in the person's language; the report is the same for everybody."""
    table["What"] = table["What"].map(said)
    table["Difference"] = table["Difference"].map(said)
    return table.rename(columns=_)


def counts(body: Mapping[str, Any]) -> pd.DataFrame:
    """What was counted in the source and in the translated file."""
    rows = []
    for name in sorted({*body["before"], *body["after"]}):
        before, after = body["before"].get(name, 0), body["after"].get(name, 0)
        verdict = N_("equal") if before == after else f"{after - before:+d}"
        rows.append({"What": name, "Source": before, "Translated": after, "Difference": verdict})
    return pd.DataFrame(rows, columns=[N_("What"), N_("Source"), N_("Translated"), N_("Difference")])


def report(found: Translation) -> str:
    """The receipt as a file."""
    body = found.body
    lines = [f"# Translation of {found.name}", ""]
    lines += [f"- {name}: {body.get(name, 0)}" for name in SEGMENTS]
    lines += ["", "| What | Source | Translated | Difference |", "| --- | --- | --- | --- |"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in counts(body).itertuples(index=False)]
    lines += ["", *(str(from_json(note)) for note in body["notes"])]
    if body["marked"]:
        lines += ["", "## Marked segments", ""]
    for one in body["marked"]:
        lines += [
            f"- {from_json(one['place'])}: {' '.join(one['findings'])}",
            f"  - {one['source']}",
            f"  - {one['target']}",
        ]
    return "\n".join(lines) + "\n"
