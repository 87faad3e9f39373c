"""Where a person writes: the chat box with attachments, Stop, mode, comparison and suggestions."""

import streamlit as st

from components.documents import PasswordNeeded
from components.errors import AppError, BadInput
from components.messages import N_, counted
from components.store import Conversation
from components.tasks.attachments import FILE_TYPES, attach
from components.tasks.conversing import Setup
from components.ui import notices, uploads
from components.ui.chat import locked_message, model_picker, sampling, tab, thread
from components.ui.chat.locked_message import Draft
from components.ui.language import _
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
    """Chat or Complete, and whether to compare two answers. Changing the mode starts a new conversation."""

    def change() -> None:
        chosen = (st.session_state["mode"] or kind).lower()
        st.session_state["new_kind"] = chosen
        if conversation and chosen != conversation.kind:
            tab.open_conversation(None)

    st.session_state["mode"] = kind.capitalize()
    modes = [N_("Chat"), N_("Complete")]
    st.segmented_control(_("Mode"), modes, format_func=_, key="mode", required=True, on_change=change)
    if kind == "complete":
        return False
    return st.toggle(_("Compare"), key="compare", persist_state="session")


def draw_second(kind: str, conversation: Conversation | None) -> Setup | None:
    """Model and settings of the second answer."""
    with st.container(border=True):
        spec = model_picker.draw(_("Compare with"), kind, None, "second_model")
        if spec is None:
            return None
        numbers = sampling.draw_numbers(spec, conversation, second=True)
        key = f"system:{tab.slot(conversation)}"
        return Setup(spec.id, numbers | {"system": st.session_state.get(key, "")})


def draw_suggestions(setup: Setup | None, second: Setup | None) -> None:
    """What to say first, for an empty conversation."""
    if setup is None:
        return
    st.markdown("#### " + _("What would you like to talk about?"))
    for number, text in enumerate(map(_, SUGGESTIONS)):
        if st.button(text, key=f"suggestion_{number}", icon=":material/lightbulb:"):
            _send(None, Draft(text), setup, second)


def draw(conversation: Conversation | None, kind: str, setup: Setup | None, second: Setup | None) -> None:
    """Stop while an answer is written, and the chat box below it."""
    if conversation and thread.live_jobs(conversation):
        with st.bottom:
            st.button(
                _("Stop"),
                icon=":material/stop_circle:",
                type="primary",
                on_click=tab.conversing().stop,
                args=(conversation,),
            )
    if kind == "complete":
        return
    _draw_waiting(conversation, setup, second)
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
        _send(conversation, Draft(said.text, said.files), setup, second)


def _draw_waiting(conversation: Conversation | None, setup: Setup | None, second: Setup | None) -> None:
    """A message that lacks a password: sent with it, or given up, which brings its text back into the box."""
    waiting = locked_message.draw(tab.slot(conversation), setup is not None)
    if waiting and setup and waiting.send:
        _send(conversation, waiting, setup, second)
    elif waiting:
        st.session_state[DRAFT] = waiting.text
        st.rerun()


def _send(conversation: Conversation | None, message: Draft, setup: Setup, second: Setup | None) -> None:
    """Sends a message; what can't be sent comes back into the box with the reason, or with a field for the
    password that it lacks.
    """
    files, attachments = message.files, list[dict[str, str]]()
    try:
        if len(files) > MAX_FILES:
            too_many = counted(
                "{count} file is attached; {limit} is the most for one message.",
                "{count} files are attached; {limit} is the most for one message.",
                len(files),
                limit=MAX_FILES,
            )
            raise BadInput(too_many)
        uploads.count(*files)
        for number, file in enumerate(files):
            password = message.passwords.get(number) or None
            attachments.append(attach(file.name, file.getvalue(), config(), password))
        setups = [setup, second] if second else [setup]
        conversation_id = conversation.id if conversation else None
        opened = tab.conversing().ask(conversation_id, message.text, setups, attachments)
    except PasswordNeeded as error:
        locked_message.hold(tab.slot(conversation), message, error.message, len(attachments))
    except AppError as error:
        notices.later(error.message, "error")
        st.session_state[DRAFT] = message.text
    else:
        tab.created(opened)
    st.rerun()
