"""What can be done with the conversation that is open: order, rename, delete, export; and import."""

from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.errors import AppError
from components.messages import Said, counted, sentences
from components.store import Conversation
from components.tasks import transfer
from components.ui import notices, uploads
from components.ui.chat import tab
from components.ui.chat.conversations import LIST
from components.ui.language import _, tag, teller
from components.ui.resources import manager, store


def draw(current: Conversation | None) -> None:
    """One button that opens all of it."""
    with st.popover(_("More"), icon=":material/more_vert:", key="chat_more"):
        if current:
            _draw_changes(current)
            _draw_folder(current)
            _draw_exports(current)
        _draw_import()


def _draw_changes(current: Conversation) -> None:
    with st.container(horizontal=True, gap="small"):
        pinned, archived = bool(current.pinned), bool(current.archived)
        label = _("Unpin") if pinned else _("Pin")
        change = partial(store().change, current.id)
        st.button(label, icon=":material/keep:", on_click=change, kwargs={"pinned": int(not pinned)})
        label = _("Take out of the archive") if archived else _("Archive")
        icon = ":material/unarchive:" if archived else ":material/archive:"
        st.button(label, icon=icon, on_click=change, kwargs={"archived": int(not archived)})
        if st.button(_("Rename"), icon=":material/edit_note:"):
            st.dialog(_("Rename conversation"))(_rename)(current)
        st.button(_("Delete"), icon=":material/delete:", on_click=_delete, args=(current,))


def _draw_folder(current: Conversation) -> None:
    """One of the folders that there are, or a new one, by its name."""
    key = f"folder:{current.id}"
    st.session_state[key] = current.folder or None
    st.selectbox(
        _("Folder"),
        sorted({*store().folders(), *filter(None, [current.folder])}),
        key=key,
        index=None,
        accept_new_options=True,
        placeholder=_("None; choose one, or type a new name"),
        on_change=_file,
        args=(current.id, key),
    )


def _file(conversation_id: str, key: str) -> None:
    name = " ".join(str(st.session_state[key] or "").split())[:60]
    store().change(conversation_id, folder=name)


def _delete(current: Conversation) -> None:
    tab.conversing().delete(current.id)
    LIST.deleted(current.id, current.title)
    tab.open_conversation(None)


def _rename(current: Conversation) -> None:
    title = st.text_input(_("Title"), value=current.title, max_chars=120)
    if st.button(_("Save"), type="primary"):
        if title and title.strip():
            store().change(current.id, title=" ".join(title.split())[:120])
            st.rerun()
        st.error(_("A title needs at least one letter."))


def _draw_exports(current: Conversation) -> None:
    titles = {spec.id: spec.title for spec in manager().catalog.all()}
    name = "".join(c if c.isalnum() else "-" for c in current.title)[:40].strip("-") or "conversation"
    tell = teller()
    page = _("One HTML file that opens anywhere, without scripts and without pictures of other hosts")
    for label, made, ending, kind, about in (
        (
            _("Export as Markdown"),
            partial(transfer.to_markdown, current, titles, tell),
            "md",
            "text/markdown",
            None,
        ),
        (
            _("Export as a web page"),
            partial(transfer.to_html, current, titles, tell, tag()),
            "html",
            "text/html",
            page,
        ),
        (_("Export as JSON"), partial(transfer.to_json, current), "json", "application/json", None),
    ):
        st.download_button(
            label,
            made,
            f"{name}.{ending}",
            kind,
            on_click="ignore",
            icon=":material/download:",
            width="stretch",
            help=about,
        )


def _draw_import() -> None:
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
    if len(brought.ids) > 1 or brought.left_out or brought.archived:
        came = counted(
            "{name}: {count} conversation was imported.",
            "{name}: {count:,} conversations were imported.",
            len(brought.ids),
            name=file.name,
        )
        put_away = counted(
            "{count} of them is in the archive, as it was.",
            "{count} of them are in the archive, as they were.",
            brought.archived,
        )
        notices.later(sentences(came, put_away if brought.archived else "", brought.left_out))
