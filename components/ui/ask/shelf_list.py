"""Your documents: the shelf as a list to search, name, sort into collections, delete with undo."""

import streamlit as st

from components.messages import N_, Message, Said
from components.retrieval.shelf import Entry
from components.tasks.ask.indexer import progress_of
from components.ui import notices
from components.ui.kept_list import KeptList, delete_button
from components.ui.language import _, said
from components.ui.resources import indexing, shelf
from components.ui.text import plain

POLL_SECONDS = 1.0
STATES = {
    "stopped": N_("Stopped: what was read until then can be asked."),
    "interrupted": N_("Interrupted: the app ended while it was read."),
    "failed": N_("It could not be read."),
    "running": N_("Interrupted: the app ended while it was read."),
    "locked": N_(
        "It is protected with a password. The field for it is below the uploader; upload the file again if "
        "it isn't there."
    ),
}


def _restore(document_id: str) -> None:
    shelf().restore(document_id)


LIST = KeptList("shelf", lambda one: None, _restore)


def draw() -> None:
    """The whole shelf, folded; what is being read is shown above it with its progress."""
    entries = shelf().listed()
    reading = [entry for entry in entries if indexing().job(entry)]
    if reading:
        _draw_reading()
    title = _("Your documents ({number})").format(number=f"{len(entries):,}")
    with st.expander(title, icon=":material/shelves:", key="ask_shelf"):
        wanted = st.text_input(
            _("Search your documents"),
            placeholder=_("Search your documents"),
            label_visibility="collapsed",
            icon=":material/search:",
            key="shelf_wanted",
        )
        LIST.draw_undo()
        found = shelf().listed(wanted or "")
        for entry in found[: LIST.shown]:
            _draw_entry(entry)
        LIST.draw_end(len(found), _("Documents that you add are kept here."), bool(wanted))


@st.fragment(run_every=POLL_SECONDS)
def _draw_reading() -> None:
    """What is being read now, each with Stop."""
    reading = [(entry, job) for entry in shelf().listed() if (job := indexing().job(entry))]
    if not reading:
        st.rerun()
    for entry, job in reading:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(job.share or 0.0, text=plain(f"{entry.name}: {said(progress_of(entry, job))}"))
            st.button(_("Stop"), key=f"stop_{entry.id}", icon=":material/stop_circle:", on_click=job.cancel)


def _draw_entry(entry: Entry) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        size = plain(said(progress_of(entry, None)))
        about = " · ".join(one for one in (plain(entry.collection), size) if one)
        st.markdown(f":material/description: {plain(entry.name)} :gray[{about}]", width="stretch")
        with st.popover(_("Change"), icon=":material/edit:", type="tertiary", key=f"change_{entry.id}"):
            name = st.text_input(_("Name"), entry.name, key=f"name_{entry.id}", max_chars=200)
            collection = st.text_input(
                _("Collection"), entry.collection, key=f"collection_{entry.id}", max_chars=100
            )
            st.button(_("Save"), key=f"save_{entry.id}", on_click=_save, args=(entry.id, name, collection))
        what = _("Delete “{title}”").format(title=plain(entry.name))
        delete_button(f"delete_document_{entry.id}", what, _delete, entry)
    if entry.state != "done" and not indexing().job(entry):
        _draw_unread(entry)
    elif entry.note:
        st.caption(f":material/info: {plain(said(entry.note))}")


def _draw_unread(entry: Entry) -> None:
    """Why a document isn't whole, and the way on."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if entry.state == "locked":  # its field is below the uploader, where the file is
            st.caption(f":material/lock: {plain(_(STATES[entry.state]))}")
            return
        st.caption(f":material/error: {plain(said(why(entry)))}")
        st.button(
            _("Resume"), key=f"again_{entry.id}", icon=":material/play_arrow:", on_click=_again, args=(entry,)
        )


def why(entry: Entry) -> Message:
    """Why a document isn't whole."""
    return entry.note or Said(STATES[entry.state])


def _save(document_id: str, name: str, collection: str) -> None:
    if name.strip():
        shelf().update(document_id, name=name.strip(), collection=collection.strip())


def _delete(entry: Entry) -> None:
    indexing().delete(entry.id)
    LIST.deleted(entry.id, entry.name)


def _again(entry: Entry) -> None:
    with notices.shown():
        indexing().again(entry)
