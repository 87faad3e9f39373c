"""The files of a message: their text, and the ways to keep one on the shelf and to have all of it used.

Knows messages and the shelf; neither how files are read nor how questions are answered.
"""

from collections.abc import Callable, Mapping

import streamlit as st

from components.documents import Document, Limits
from components.documents.page_progress import Told
from components.messages import Said, from_text
from components.store import Conversation, StoredMessage
from components.tasks.attachments import document_of
from components.ui import errands, notices, reading_progress
from components.ui.language import _, said
from components.ui.resources import config, indexing
from components.ui.text import plain

SHOWN = 20_000  # characters of a file's text


def draw(message: StoredMessage) -> None:
    """Each file of a message, folded."""
    for number, file in enumerate(message.attachments):
        with st.expander(plain(file["name"]), icon=":material/attach_file:"):
            st.text(file["text"][:SHOWN], width="stretch")
            if file.get("left_out"):
                left_out = _("Left out: {what}").format(what=plain(said(from_text(file["left_out"]))))
                st.caption(f":material/info: {left_out}")
            if file.get("note"):
                st.caption(f":material/info: {plain(said(from_text(file['note'])))}")
            if len(file["text"]) > SHOWN:
                text = _("Shown: the first 20,000 of {number} characters. The model gets all.")
                st.caption(text.format(number=f"{len(file['text']):,}"))
            key = f"keep_{message.id}_{number}"
            label, about = _("Keep in your documents"), _("It can be asked and found from then on.")
            if st.button(label, key=key, type="tertiary", icon=":material/shelves:", help=about):
                with notices.shown():
                    _keep(file)
                    notices.later(Said("{name} is among your documents on the page Ask.", name=file["name"]))
                    st.rerun()


def draw_use_all(conversation: Conversation, answer: StoredMessage) -> None:
    """For an answer to some passages of files that were too long: the ways to use all of them."""
    if not isinstance(answer.usage, Mapping) or not answer.usage.get("in_passages"):
        return
    path = conversation.path(answer.id)
    files = [file for message in path for file in message.attachments]
    asked = next((one.text for one in reversed(path) if one.role == "user"), "")
    with st.popover(
        _("Use all of it"), type="tertiary", icon=":material/select_all:", key=f"all_{answer.id}"
    ):
        ask = st.button(_("Ask the whole file"), key=f"all_ask_{answer.id}", icon=":material/shelves:")
        label = _("Summarize the whole file")
        summarize = st.button(label, key=f"all_sum_{answer.id}", icon=":material/summarize:")
    if not ask and not summarize:
        return
    with notices.shown():
        if ask:
            errands.leave(errands.ASK, [_keep(file) for file in files])
            errands.leave(errands.QUESTION, asked.strip() or None)
            st.switch_page("pages/ask.py")
        errands.leave(errands.SUMMARIZE_READ, [_document(file) for file in files])
        st.switch_page("pages/summarize.py")


def _keep(file: Mapping[str, str]) -> str:
    """The id of an attached file on the shelf."""
    return indexing().add_document(_document(file), digest=file.get("digest", ""))


def _document(file: Mapping[str, str]) -> Document:
    limits = Limits.from_config(config())

    def work(told: Told, stopped: Callable[[], bool]) -> Document:
        return document_of(file, limits, stopped)

    return reading_progress.followed(file["name"], ("kept", file["name"], str(hash(file["text"]))), work)
