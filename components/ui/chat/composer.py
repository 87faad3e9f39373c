"""Where a person writes: the chat box with attachments, Stop, mode, comparison and suggestions."""

import hashlib
from collections.abc import Callable

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.documents import PasswordNeeded
from components.documents.page_progress import Told
from components.errors import AppError, BadInput
from components.messages import N_, counted
from components.store import Conversation
from components.tasks.attachments import attach
from components.tasks.conversation import Setup, second_side
from components.ui import errands, notices, reading_progress, uploads
from components.ui.chat import locked_message, model_picker, sampling, tab, thread
from components.ui.chat import unsent as unsent
from components.ui.chat.locked_message import Draft
from components.ui.language import _
from components.ui.resources import config, store

KEY = "message"  # of the box, which each conversation has for itself
DRAFT = "draft_message"  # a message that could not be sent goes back into the box of its conversation
FIRST = "first message"  # an errand: what to say in a new conversation, and with which settings
LAST = "last_compare"  # whether the last new conversation compared
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
    st.segmented_control(
        _("Mode"),
        modes,
        format_func=_,
        key="mode",
        required=True,
        on_change=change,
        label_visibility="collapsed",
    )
    if kind == "complete":
        return False
    key = f"compare:{tab.slot(conversation)}"
    compared = bool(second_side(conversation)) if conversation else st.session_state.get(LAST, False)
    compare = st.toggle(_("Compare"), compared, key=key, persist_state="session")
    if not conversation:
        st.session_state[LAST] = compare
    return compare


def draw_second(kind: str, conversation: Conversation | None) -> Setup | None:
    """Model and settings of the second answer."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(_("Compared with"), width="content")
        stored = second_side(conversation) if conversation else {}
        spec = model_picker.draw(
            _("Compare with"), kind, conversation, "second_model", stored.get("model_id")
        )
        if spec is None:
            return None
        numbers = sampling.draw_second(spec, conversation, stored)
        key = f"system:{tab.slot(conversation)}"
        return Setup(spec.id, numbers | {"system": st.session_state.get(key, "")})


def draw_suggestions(setup: Setup | None, second: Setup | None) -> None:
    """What to say first, for an empty conversation."""
    if setup is None:
        return
    if found := errands.take(FIRST):
        text, settings = found
        _send(None, Draft(text), Setup(setup.model_id, {**setup.settings, **settings}), None)
    st.markdown("#### " + _("What would you like to talk about?"))
    spec = model_picker.known(setup.model_id)
    foreign = bool(spec and spec.languages and model_picker.interface_language() not in spec.languages)
    if spec and foreign:
        st.caption(model_picker.made_for(spec))
    # In a language that the model was made for: in another one, its answer would make no sense.
    for number, text in enumerate(SUGGESTIONS if foreign else map(_, SUGGESTIONS)):
        if st.button(text, key=f"suggestion_{number}", icon=":material/lightbulb:"):
            _send(None, Draft(text), setup, second)


def keep(conversation: Conversation, setup: Setup, second: Setup | None) -> None:
    """Keeps with the conversation what was chosen in this tab. What another tab has chosen since stays."""
    settings = dict(setup.settings)
    if second:
        numbers = {name: value for name, value in second.settings.items() if name != "system"}
        settings["second"] = {"model_id": second.model_id, **numbers}
    chosen, key = (setup.model_id, settings), f"kept:{conversation.id}"
    if st.session_state.get(key, (conversation.model_id, dict(conversation.settings))) != chosen:
        store().change(conversation.id, model_id=setup.model_id, settings=settings)
    st.session_state[key] = chosen


def draw(conversation: Conversation | None, kind: str, setup: Setup | None, second: Setup | None) -> None:
    """Stop while an answer is written, and the chat box below it."""
    if conversation and thread.live_jobs(conversation):
        with st.bottom:
            st.button(
                _("Stop"),
                key="stop",
                icon=":material/stop_circle:",
                type="primary",
                on_click=tab.conversing().stop,
                args=(conversation,),
            )
    if kind == "complete":
        return
    _draw_waiting(conversation, setup, second)
    slot = tab.slot(conversation)
    key, draft = f"{KEY}:{slot}", f"{DRAFT}:{slot}"
    if draft in st.session_state:
        st.session_state[key] = st.session_state.pop(draft)
    with st.bottom:
        notices.draw()  # beside the box: the page's beginning may be far above
        kept = st.container()
    # Files of any kind: what the browser refuses, it drops in silence when the message is sent.
    said = st.chat_input(
        _("Message"),
        key=key,
        accept_file="multiple",
        max_upload_size=config().upload_mb,
        disabled=setup is None,
    )
    with kept:
        unsent.keep(conversation, said.text if said and said.files else "")
    if said and setup:
        _send(conversation, Draft(said.text, said.files), setup, second)


def _draw_waiting(conversation: Conversation | None, setup: Setup | None, second: Setup | None) -> None:
    """A message that lacks a password: sent with it, or given up, which brings its text back into the box."""
    waiting = locked_message.draw(tab.slot(conversation), setup is not None)
    if waiting and setup and waiting.send:
        _send(conversation, waiting, setup, second)
    elif waiting:
        st.session_state[f"{DRAFT}:{tab.slot(conversation)}"] = waiting.text
        st.rerun()


def _send(conversation: Conversation | None, message: Draft, setup: Setup, second: Setup | None) -> None:
    """Sends a message; what can't be sent comes back into the box with the reason, or with a field for the
    password that it lacks.
    """
    files, attachments = message.files, list[dict[str, str]]()
    draft = f"{DRAFT}:{tab.slot(conversation)}"
    st.session_state[draft] = message.text  # should a click, as on Stop, end this while a file is read
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
            attachments.append(_read(file, password))
        setups = [setup, second] if second else [setup]
        conversation_id = conversation.id if conversation else None
        opened = tab.conversing().ask(conversation_id, message.text, setups, attachments)
    except PasswordNeeded as error:
        del st.session_state[draft]
        locked_message.hold(tab.slot(conversation), message, error.message, len(attachments))
    except AppError as error:
        notices.later(error.message, "error")
    else:
        del st.session_state[draft]
        tab.created(opened)
    st.rerun()


def _read(file: UploadedFile, password: str | None) -> dict[str, str]:
    """An attached file as a message keeps it. Raises what `attach` raises."""
    data, settings = file.getvalue(), config()

    def work(told: Told, stopped: Callable[[], bool]) -> dict[str, str]:
        return attach(file.name, data, settings, password, told, stopped)

    key = ("attached", hashlib.sha256(data).hexdigest(), file.name, password or "")
    return reading_progress.followed(file.name, key, work)
