"""Where a person writes: the chat box with attachments, Stop, mode, comparison and suggestions."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.errors import AppError, BadInput
from components.messages import N_
from components.store import Conversation
from components.tasks.attachments import FILE_TYPES, attach
from components.tasks.conversing import Setup
from components.ui import chat_settings, messages, notices, session, uploads
from components.ui.language import _, said
from components.ui.resources import config

KEY = "message"
DRAFT = "draft_message"  # a message that could not be sent goes back into the box
MAX_FILES = 8
SUGGESTIONS = (
    N_("Explain how a rainbow forms, in three sentences."),
    N_("Write a short, friendly e-mail that moves a meeting to Thursday."),
    N_("Give me five names for a small bakery, with a reason for each."),
    N_("What are the pros and cons of working from home?"),
)


def draw_mode(kind: str, conversation: Conversation | None) -> bool:
    """Chat or Complete, and whether to compare two answers. Changing the mode starts anew."""

    def change() -> None:
        chosen = (st.session_state["mode"] or kind).lower()
        st.session_state["new_kind"] = chosen
        if conversation and chosen != conversation.kind:
            session.open_conversation(None)

    st.session_state["mode"] = kind.capitalize()
    modes = [N_("Chat"), N_("Complete")]
    st.segmented_control(_("Mode"), modes, format_func=_, key="mode", required=True, on_change=change)
    if kind == "complete":
        return False
    return st.toggle(_("Compare"), key="compare", persist_state="session")


def draw_second(kind: str, conversation: Conversation | None) -> Setup | None:
    """Model and settings of the second answer."""
    with st.container(border=True):
        spec = chat_settings.draw_model(_("Compare with"), kind, None, "second_model")
        if spec is None:
            return None
        settings = chat_settings.draw_sampling(spec, conversation, second=True)
        key = f"system:{session.slot(conversation)}"
        return Setup(spec.id, settings | {"system": st.session_state.get(key, "")})


def draw_suggestions(setup: Setup | None, second: Setup | None) -> None:
    """What to say first, for an empty conversation."""
    if setup is None:
        return
    st.markdown(f"#### {_('What would you like to talk about?')}")
    for number, text in enumerate(map(_, SUGGESTIONS)):
        if st.button(text, key=f"suggestion_{number}", icon=":material/lightbulb:"):
            _send(None, text, [], setup, second)


def draw(conversation: Conversation | None, kind: str, setup: Setup | None, second: Setup | None) -> None:
    """Stop while an answer is written, and the chat box below it."""
    if conversation and messages.live_jobs(conversation):
        with st.bottom:
            st.button(
                _("Stop"),
                icon=":material/stop_circle:",
                type="primary",
                on_click=session.conversing().stop,
                args=(conversation,),
            )
    if kind == "complete":
        return
    if DRAFT in st.session_state:
        st.session_state[KEY] = st.session_state.pop(DRAFT)
    said = st.chat_input(
        _("Message"),
        key=KEY,
        accept_file="multiple",
        file_type=list(FILE_TYPES),
        max_upload_size=config().upload_mb,
        disabled=setup is None,
    )
    if said and setup:
        _send(conversation, said.text, said.files, setup, second)


def _send(
    conversation: Conversation | None,
    text: str,
    files: Sequence[UploadedFile],
    setup: Setup,
    second: Setup | None,
) -> None:
    """Sends a message; what can't be sent comes back into the box with the reason."""
    try:
        if len(files) > MAX_FILES:
            refusal = _("{count} files are attached; {limit} is the most for one message.")
            raise BadInput(refusal.format(count=len(files), limit=MAX_FILES))
        uploads.count(*files)
        attachments = [attach(file.name, file.getvalue(), config()) for file in files]
        setups = [setup, second] if second else [setup]
        opened = session.conversing().ask(
            conversation.id if conversation else None, text, setups, attachments
        )
    except AppError as error:
        notices.later(said(str(error)), "error")
        st.session_state[DRAFT] = text
    else:
        session.created(opened)
    st.rerun()
