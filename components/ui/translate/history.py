"""The translations made so far, texts and documents, in the sidebar: new, search, open, delete."""

import streamlit as st

from components.translations import Translation, TranslationHeading
from components.ui.language import _
from components.ui.person import person
from components.ui.resources import document_translator, translations
from components.ui.text import plain
from components.ui.translate import document, sides, typed_text

PAGE = 15  # translations shown before "Show more"
ICONS = {
    "running": ":material/hourglass_top:",
    "stopped": ":material/pause_circle:",
    "interrupted": ":material/pause_circle:",
    "failed": ":material/error:",
}
KINDS = {"text": ":material/translate:", "document": ":material/description:"}


def draw() -> None:
    """The whole list; what is open in the tab that is shown is marked."""
    st.button(_("New translation"), icon=":material/add:", width="stretch", on_click=_new)
    search = st.text_input(
        _("Search translations"),
        placeholder=_("Search translations"),
        label_visibility="collapsed",
        icon=":material/search:",
        key="search_translations",
        persist_state="session",
    )
    _draw_undo()
    shown = st.session_state.setdefault("translations_shown", PAGE)
    found = translations().headings(person(), search or "", shown + 1)
    for heading in found[:shown]:
        _draw_row(heading)
    if not found:
        st.caption(_("Nothing found.") if search else _("Your translations will be listed here."))
    if len(found) > shown:
        st.button(_("Show more"), key="more_translations", type="tertiary", on_click=_show_more)


def _draw_row(heading: TranslationHeading) -> None:
    current = heading.id == (typed_text.OPEN.id if sides.is_text() else document.OPEN.id)
    with st.container(horizontal=True, gap=None, wrap=False, vertical_alignment="center"):
        st.button(
            plain(heading.name),
            key=f"open_{heading.kind}_{heading.id}",
            icon=ICONS.get(heading.state, KINDS[heading.kind]),
            type="secondary" if current else "tertiary",
            width="stretch",
            wrap=False,
            help=document.languages(heading.settings),
            on_click=_open,
            args=(heading,),
        )
        st.button(
            "",
            key=f"delete_{heading.kind}_{heading.id}",
            icon=":material/delete:",
            type="tertiary",
            help=_("Delete “{name}” and its translation").format(name=plain(heading.name)),
            on_click=_delete,
            args=(heading,),
        )


def _new() -> None:
    document.OPEN.open(None)
    typed_text.show(None)


def _open(heading: TranslationHeading) -> None:
    sides.show(heading.kind)
    if heading.kind == "text":
        typed_text.show(heading.id)
    else:
        document.OPEN.open(heading.id)


def _delete(heading: TranslationHeading) -> None:
    """A text can be brought back; a document's files are gone with it."""
    if heading.kind == "document":
        document_translator().delete(heading.id)
        if document.OPEN.id == heading.id:
            document.OPEN.open(None)
        return
    st.session_state["deleted_translation"] = translations().get(heading.id)
    translations().delete(heading.id)
    if typed_text.OPEN.id == heading.id:
        typed_text.close()


def _draw_undo() -> None:
    deleted: Translation | None = st.session_state.get("deleted_translation")
    if deleted is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("Deleted “{title}”.").format(title=plain(deleted.name)))
        st.button(_("Undo"), type="tertiary", icon=":material/undo:", on_click=_restore, args=(deleted,))


def _restore(deleted: Translation) -> None:
    again = translations().create(person(), deleted.kind, deleted.name, deleted.settings, deleted.state)
    translations().update(again, body=dict(deleted.body))
    st.session_state.pop("deleted_translation", None)


def _show_more() -> None:
    st.session_state["translations_shown"] += PAGE * 2
