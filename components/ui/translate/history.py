"""The translations made so far, texts and documents, in the sidebar: new, search, open, delete."""

import streamlit as st

from components.errors import AppError
from components.tasks.translate import typed_texts
from components.translations import Translation, TranslationHeading
from components.ui.kept_list import KeptList, delete_button, draw_found
from components.ui.language import _
from components.ui.person import person
from components.ui.resources import document_translator, translations
from components.ui.text import plain
from components.ui.translate import open_document, typed_text
from components.ui.translate.sides import SIDES

ICONS = {
    "running": ":material/hourglass_top:",
    "stopped": ":material/pause_circle:",
    "interrupted": ":material/pause_circle:",
    "failed": ":material/error:",
}
KINDS = {"text": ":material/translate:", "document": ":material/description:"}


def draw() -> None:
    """The whole list; what is open in the tab that is shown is marked."""
    search = LIST.draw_top(_("New translation"), _("Search translations"))
    found = translations().headings(person(), search, LIST.shown + 1, typed_texts.words_of)
    for heading in found[: LIST.shown]:
        _draw_row(heading)
        if search:
            draw_found(_text(heading), search)
    LIST.draw_end(len(found), _("Your translations will be listed here."), bool(search), counted=False)


def _text(heading: TranslationHeading) -> str:
    try:
        found = translations().get(heading.id)
        return typed_texts.words_of(found.body) if found else ""
    except AppError:
        return ""  # it is damaged, which is said where it is drawn


def opened_name() -> str:
    """The name of what is open in the tab that is shown; empty: nothing."""
    try:
        found = translations().get(typed_text.OPEN.id if SIDES.shown == "text" else open_document.OPEN.id)
    except AppError:
        return ""  # it is damaged, which is said where it is drawn
    return found.name if found else ""


def _draw_row(heading: TranslationHeading) -> None:
    current = heading.id == (typed_text.OPEN.id if SIDES.shown == "text" else open_document.OPEN.id)
    with st.container(horizontal=True, gap=None, wrap=False, vertical_alignment="center"):
        key, icon = f"{heading.kind}_{heading.id}", ICONS.get(heading.state, KINDS[heading.kind])
        LIST.draw_entry(heading, key, heading.name, icon, current, open_document.languages(heading.settings))
        what = _("Delete “{name}” and its translation").format(name=plain(heading.name))
        delete_button(f"delete_{key}", what, _delete, heading)


def _open(heading: TranslationHeading | None) -> None:
    if heading is None:
        open_document.OPEN.open(None)
        typed_text.show(None)
        return
    SIDES.show(heading.kind)
    if heading.kind == "text":
        typed_text.show(heading.id)
    else:
        open_document.OPEN.open(heading.id)


def _delete(heading: TranslationHeading) -> None:
    """A text can be brought back; a document's files are gone with it."""
    if heading.kind == "document":
        document_translator().delete(heading.id)
        if open_document.OPEN.id == heading.id:
            open_document.OPEN.open(None)
        return
    if (whole := translations().get(heading.id)) is not None:
        LIST.deleted(whole, whole.name)
    translations().delete(heading.id)
    if typed_text.OPEN.id == heading.id:
        typed_text.close()


def _restore(deleted: Translation) -> None:
    again = translations().create(person(), deleted.kind, deleted.name, deleted.settings, deleted.state)
    translations().update(again, body=dict(deleted.body))


LIST = KeptList("translations", _open, _restore)
