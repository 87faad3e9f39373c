"""The conversation list in the sidebar: new, search, rename, delete with undo, export, import."""

from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.errors import AppError
from components.messages import Said, counted, sentences
from components.store import Conversation, Heading
from components.tasks import transfer
from components.ui import notices, uploads
from components.ui.chat import tab
from components.ui.kept_list import KeptList
from components.ui.language import _
from components.ui.resources import manager, store

ICONS = {"chat": ":material/chat_bubble:", "complete": ":material/edit_note:"}
LIST = KeptList("conversations", tab.open_conversation, lambda one: store().restore(one))


def draw(current: Conversation | None) -> None:
    """The whole list; `current` is marked."""
    search = LIST.draw_top(_("New conversation"), _("Search conversations"))
    for heading in store().headings(search, limit=LIST.shown):
        _draw_row(heading, bool(current and current.id == heading.id))
    LIST.draw_end(store().number(search), _("Your conversations will be listed here."), bool(search))
    _draw_files(current)


def _draw_row(heading: Heading, current: bool) -> None:
    icon = ICONS.get(heading.kind, ICONS["chat"])
    LIST.draw_entry(heading.id, heading.id, heading.title, icon, current)
    if not current:
        return
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(_("Rename"), type="tertiary", icon=":material/edit_note:"):
            st.dialog(_("Rename conversation"))(_rename)(heading)
        st.button(_("Delete"), type="tertiary", icon=":material/delete:", on_click=_delete, args=(heading,))


def _delete(heading: Heading) -> None:
    tab.conversing().delete(heading.id)
    LIST.deleted(heading.id, heading.title)
    tab.open_conversation(None)


def _rename(heading: Heading) -> None:
    title = st.text_input(_("Title"), value=heading.title, max_chars=120)
    if st.button(_("Save"), type="primary"):
        if title and title.strip():
            store().change(heading.id, title=" ".join(title.split())[:120])
            st.rerun()
        st.error(_("A title needs at least one letter."))


def _draw_files(current: Conversation | None) -> None:
    with st.expander(_("Export and import"), icon=":material/import_export:"):
        if current:
            titles = {spec.id: spec.title for spec in manager().catalog.all()}
            name = "".join(c if c.isalnum() else "-" for c in current.title)[:40].strip("-") or "conversation"
            st.download_button(
                _("Export as Markdown"),
                transfer.to_markdown(current, titles),
                f"{name}.md",
                "text/markdown",
                on_click="ignore",
                icon=":material/download:",
                width="stretch",
            )
            st.download_button(
                _("Export as a web page"),
                partial(transfer.to_html, current, titles),
                f"{name}.html",
                "text/html",
                on_click="ignore",
                icon=":material/download:",
                width="stretch",
                help=_(
                    "One HTML file that opens anywhere, without scripts and without pictures of other hosts"
                ),
            )
            st.download_button(
                _("Export as JSON"),
                transfer.to_json(current),
                f"{name}.json",
                "application/json",
                on_click="ignore",
                icon=":material/download:",
                width="stretch",
            )
        generation = st.session_state.setdefault("import_generation", 0)
        files = st.file_uploader(
            _("Import conversations"),
            type=["json", "zip"],
            accept_multiple_files=True,
            key=f"import_{generation}",
            help=_("Exported here, or by ChatGPT, Claude or Open WebUI"),
        )
        if files:
            st.session_state["import_generation"] += 1  # an empty uploader next time
            for file in files:
                _import(file)
            st.rerun()


def _import(file: UploadedFile) -> None:
    """Adds the conversations of a file, opens the latest, and says how many came and what stayed behind."""
    try:
        uploads.count(file)
        brought = transfer.bring(store(), file.getvalue())
    except AppError as error:
        notices.later(Said("{name}: {reason}", name=file.name, reason=error.message), "error")
        return
    tab.open_conversation(brought.ids[-1])
    if len(brought.ids) > 1 or brought.left_out:
        came = counted(
            "{name}: {count} conversation was imported.",
            "{name}: {count:,} conversations were imported.",
            len(brought.ids),
            name=file.name,
        )
        notices.later(sentences(came, brought.left_out))
