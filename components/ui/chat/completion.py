"""Complete mode: one text box that is the document, and a model that goes on writing in it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.messages import N_
from components.store import Conversation
from components.tasks.conversation import Setup, document
from components.ui import errands, job_progress, notices
from components.ui.chat import live, tab, thread, written
from components.ui.language import _
from components.ui.resources import jobs, store

LABEL = N_("Text")
PLACEHOLDER = N_("Once upon a time in a faraway land,")
FIRST = "first text"  # an errand: what to continue, and with which settings
HEIGHT = 320  # pixels of the text's box


def draw(conversation: Conversation | None, titles: dict[str, str], setup: Setup | None) -> None:
    """The text box with Complete, Undo and Redo; live while the model writes."""
    running = thread.live_jobs(conversation) if conversation else []
    if conversation and running:
        _draw_live(conversation.id, running[0].id)
        return
    if setup and (found := errands.take(FIRST)):
        text, settings = found
        _begin(text, settings, setup)
    conversation = thread.settled(conversation) if conversation else None
    key = f"text:{tab.slot(conversation)}"
    text = document(conversation) if conversation else ""
    # Changed by the model, by undo or elsewhere; or dropped by Streamlit while it was not drawn.
    if key not in st.session_state or st.session_state.get(f"{key}:drawn") != text:
        st.session_state[key] = st.session_state[f"{key}:drawn"] = text
    st.text_area(
        _(LABEL),
        key=key,
        height=HEIGHT,
        placeholder=_(PLACEHOLDER),
        on_change=_save,
        args=(conversation.id if conversation else None, key, setup),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Complete"),
            type="primary",
            icon=":material/edit:",
            disabled=setup is None,
            on_click=_complete,
            args=(conversation.id if conversation else None, key),
        )
        if conversation:
            st.button(_("Undo"), icon=":material/undo:", on_click=_undo, args=(conversation,))
            st.button(_("Redo"), icon=":material/redo:", on_click=_redo, args=(conversation,))
    if conversation and (path := conversation.path()) and path[-1].role == "assistant":
        written.to_end(f"{conversation.id}:{path[-1].id}", _(LABEL))
        thread.draw_outcome(path[-1], titles)


@st.fragment(run_every=thread.POLL_SECONDS)
def _draw_live(conversation_id: str, job_id: str) -> None:
    job, conversation = jobs().live(job_id), store().conversation(conversation_id)
    if job is None or conversation is None:
        st.rerun()
    *_earlier, before, message = [None, None, *conversation.path()]
    written.draw(_(LABEL), before.text if before else "", job.text, HEIGHT)
    writing = live.speed(job, message) or _("Writing…") if message else ""
    st.caption(writing if job.text else f":material/hourglass_top: {job_progress.doing(job)}…")


def _begin(text: str, settings: Mapping[str, Any], setup: Setup) -> None:
    """Continues a text that another page has left, with some settings of its own."""
    with notices.shown():
        changed = Setup(setup.model_id, {**setup.settings, **settings})
        tab.created(tab.conversing().complete(None, text, changed))
    st.rerun()


def _save(conversation_id: str | None, key: str, setup: Setup | None) -> None:
    text = st.session_state[key] or ""
    if setup is None or (conversation_id is None and not text.strip()):
        return
    with notices.shown():
        tab.created(tab.conversing().save_text(conversation_id, text, setup))


def _complete(conversation_id: str | None, key: str) -> None:
    # Typing and then clicking fires both callbacks in one run: the first may have made the conversation.
    conversation_id = conversation_id or tab.OPENED.id or None
    tab.wish("complete", conversation_id, st.session_state[key] or "")


def _undo(conversation: Conversation) -> None:
    if not tab.conversing().undo(conversation):
        notices.later(_("There is nothing to undo: this is the first text."))


def _redo(conversation: Conversation) -> None:
    if not tab.conversing().redo(conversation):
        notices.later(_("There is nothing to redo."))
