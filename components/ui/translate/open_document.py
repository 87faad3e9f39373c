"""The Translate page's open document: progress, resume, its two sides, download and receipt."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.columns import mapping
from components.documents.rewriting.units import Options
from components.errors import BadInput
from components.jobs import Job
from components.kept import read
from components.messages import Said, sentences
from components.tasks.translate.document_jobs import DocumentRequest
from components.tasks.translate.glossary import Term
from components.tasks.translate.receipt import Receipt, exported
from components.tasks.translate.routes import made_for, routes
from components.translations import Asked, Translation
from components.ui import notices
from components.ui.language import _, language_name, said
from components.ui.opened import Opened
from components.ui.person import person
from components.ui.resources import document_translator, jobs, translations
from components.ui.text import plain
from components.ui.translate import receipt_table, route_picker
from components.ui.translate.sides import SIDES

OPEN = Opened("document_open", "document")
POLL_SECONDS = 0.5
PASSWORDS = "document_passwords"  # in the session, nowhere else: by translation
FEW, HEIGHT = 6, 360  # texts up to which all are in view, and else the height of their box in pixels
SHOWN = 40  # texts of a document that are on one page beside their translations


def restore() -> None:
    """Opens the document that the URL names."""
    fresh = OPEN.key not in st.session_state  # in this session
    found = OPEN.find(_document, Said("This document isn't here any more. Upload it again."))
    if fresh and found and (running() or "text" not in st.query_params):
        SIDES.show("document")


def _document(translation_id: str) -> Translation | None:
    found = translations().get(translation_id)
    return found if found and found.kind == "document" else None


def current() -> Translation | None:
    return _document(OPEN.id)


def _passwords() -> dict[str, str]:
    passwords: dict[str, str] = st.session_state.setdefault(PASSWORDS, {})
    return passwords


def remember_password(translation_id: str, password: str) -> None:
    _passwords()[translation_id] = password


def draw_password(name: str, key: str) -> None:
    st.text_input(_("Password for {name}").format(name=plain(name)), type="password", key=key)


def begin(translation_id: str, settings: dict[str, Any], terms: list[Term]) -> None:
    asked = read(Asked, settings)
    known = routes(route_picker.ready_models(), settings["source"], settings["target"])
    route = next((one for one in known if one.id == settings["route"]), None)
    if route is None:
        raise BadInput(
            "The engine of this document isn't on this machine any more. Choose another, and upload again."
        )
    password = _passwords().get(translation_id, "")
    options = Options(
        tuple(asked.get("columns", ())),
        asked.get("bilingual", False),
        asked["target"],
        password,
        draft=not made_for(route),
        fuzzy=asked.get("fuzzy", False),
    )
    request = DocumentRequest(
        translation_id, settings["source"], settings["target"], route, person(), terms, options
    )
    document_translator().start(request)


def running() -> Job | None:
    found = current()
    return jobs().live(found.job_id) if found else None


def draw(terms: list[Term]) -> None:
    """The open document: its progress while it is translated, afterwards its receipt."""
    found = current()
    if found is None:
        return
    st.subheader(plain(found.name))
    text = _("{languages}. This page can be closed: the address brings you back to it.")
    st.caption(text.format(languages=languages(found.settings)))
    if running():
        _draw_progress(found.id)
    elif found.state == "done":
        with notices.part():
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
    passwords, field = _passwords(), f"resume_password_{found.id}"
    wanted = found.state == "failed" or not passwords.get(found.id)  # wrong, or another session's
    if mapping(found.settings).get("locked") and wanted:
        draw_password(found.name, field)

    def resume() -> None:
        passwords[found.id] = st.session_state.get(field) or passwords.get(found.id, "")
        with notices.shown():
            begin(found.id, dict(found.settings), terms)

    st.button(_("Resume"), icon=":material/resume:", on_click=resume, type="primary")


def _draw_done(found: Translation) -> None:
    receipt = Receipt.from_json(found.body)
    data = document_translator().result(found.id)
    if data is None:
        st.error(_("The translated file isn't here any more. Upload the document again."))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            _("Download"),
            data,
            output_name(receipt.output, found.settings["target"]),
            icon=":material/download:",
            type="primary",
            on_click="ignore",
        )
        st.download_button(
            _("Download the report"),
            exported(receipt, found.name),
            f"{found.name}.report.md",
            "text/markdown",
            on_click="ignore",
        )
    for note in receipt.notes:
        st.info(plain(said(note)), icon=":material/info:")
    _draw_sides(found)
    st.subheader(_("Receipt"), anchor=False)
    receipt_table.draw(receipt)


def _draw_sides(found: Translation) -> None:
    """The document's texts, each beside its translation and why that is marked, some at a time."""
    rows = document_translator().sides(found.id)
    if not rows:  # translated before both sides were kept
        return
    pages = -(-len(rows) // SHOWN)
    page = st.session_state.get(f"sides_{found.id}", 1)
    with st.container(height=HEIGHT if len(rows) > FEW else "content", border=True):
        for row in rows[(page - 1) * SHOWN : page * SHOWN]:
            left, right = st.columns(2)
            left.text(row.source)
            right.text(row.target)
            if row.why:
                right.caption(f":material/flag: {plain(said(sentences(*row.why)))}")
    if pages > 1:
        st.pagination(pages, key=f"sides_{found.id}")


def languages(settings: Mapping[str, Any]) -> str:
    """From which language to which, of a translation's settings."""
    sides = [mapping(settings).get(side) for side in ("source", "target")]
    if not all(sides):
        return _("damaged")
    source, target = (language_name(str(side)) for side in sides)
    return _("{source} to {target}").format(source=source, target=target)


def output_name(name: str, target: str) -> str:
    stem, dot, end = name.rpartition(".")
    return f"{stem}.{target}{dot}{end}" if dot else f"{name}.{target}"
