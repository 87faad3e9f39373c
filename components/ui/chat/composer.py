"""Where a person writes: the chat box with attachments, Stop, mode, comparison and suggestions."""

import streamlit as st

from components.documents import PasswordNeeded
from components.errors import AppError, BadInput
from components.messages import N_, counted
from components.store import Conversation
from components.tasks.conversation import Setup, second_side
from components.ui import errands, notices, uploads
from components.ui.chat import (
    locked_message,
    model_picker,
    outbox,
    prompts,
    sampling,
    tab,
    thread,
    too_long,
    unsent,
)
from components.ui.chat.locked_message import Draft
from components.ui.chat.outbox import Outcome
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
    slot, place = tab.slot(None), st.empty()
    if outbox.busy(None) or too_long.waits(slot) or locked_message.waits(slot):
        return  # what is being sent is seen in their place
    with place.container():
        st.markdown("## " + _("What would you like to talk about?"))
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
        files = bool(said and said.files)
        text = said.text if said and files else outbox.text(conversation)
        unsent.keep(conversation, text, files or outbox.busy(conversation))
    if said and setup:
        _send(conversation, Draft(said.text, said.files), setup, second)
    if outcome := outbox.follow(conversation):
        _ended(conversation, outcome)


def use(
    prompt: prompts.Filled, conversation: Conversation | None, setup: Setup | None, second: Setup | None
) -> None:
    """A prompt of one's own: into the box, in place of what is there, or sent at once."""
    if prompt.send and setup:
        _send(conversation, Draft(prompt.text), setup, second)
    st.session_state[f"{DRAFT}:{tab.slot(conversation)}"] = prompt.text


def _draw_waiting(conversation: Conversation | None, setup: Setup | None, second: Setup | None) -> None:
    """A message that lacks a password, or whose files are too long: sent, or given up, which brings its text
    back into the box.
    """
    slot, ready = tab.slot(conversation), setup is not None
    waiting = locked_message.draw(slot, ready) or too_long.draw(slot, ready)
    if waiting and setup and waiting.send:
        _send(conversation, waiting, setup, second)
    elif waiting:
        st.session_state[f"{DRAFT}:{slot}"] = waiting.text
        if waiting.page:
            st.switch_page(waiting.page)
        st.rerun()


def _send(conversation: Conversation | None, message: Draft, setup: Setup, second: Setup | None) -> None:
    """Sends a message, one with files once they were read. What can't be sent comes back into the box."""
    files, setups = message.files, [setup, second] if second else [setup]
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
        if files:
            outbox.start(conversation, message, setups)
        else:
            into = conversation.id if conversation else None
            tab.created(tab.conversing().ask(into, message.text, setups))
    except AppError as error:
        _ended(conversation, Outcome("", message, error))
    st.rerun()


def _ended(conversation: Conversation | None, outcome: Outcome) -> None:
    """Opens the conversation that a message was sent into. One that wasn't sent comes back into the box, or
    with a field for the password that it lacks, or with what can be done about files that are too long.
    """
    message, error = outcome.message, outcome.error
    if outcome.opened:
        tab.created(outcome.opened)
    elif message and isinstance(error, PasswordNeeded):
        locked_message.hold(tab.slot(conversation), message, error.message, outcome.read)
    elif message and outcome.too_long:
        too_long.hold(tab.slot(conversation), message, *outcome.too_long)
    elif error:
        notices.later(error.message, "error")
        if message:
            st.session_state[f"{DRAFT}:{tab.slot(conversation)}"] = message.text
    st.rerun()
