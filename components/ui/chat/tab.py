"""What belongs to one browser tab of the Chat page: its open conversation, and what a click asks for."""

import uuid
from typing import Any

import streamlit as st

from components.store import Conversation, Kind
from components.tasks.conversation import Conversing, Setup
from components.ui import notices
from components.ui.language import _
from components.ui.opened import Opened
from components.ui.person import person
from components.ui.resources import jobs, manager, store

OPENED = Opened("conversation_id", "c")


def conversing() -> Conversing:
    return Conversing(store(), jobs(), manager(), person())


def current() -> Conversation | None:
    """The open conversation: from the URL, or the one open before another page was visited."""
    return OPENED.find(
        lambda one: store().conversation(one),
        _("This conversation doesn't exist any more. Here is a new one."),
    )


def slot(conversation: Conversation | None) -> str:
    """Names the widgets of a conversation. It stays the same when a new one gets its id.

    Otherwise a box would be replaced under the hands of the person who types in it.
    """
    if conversation:
        return st.session_state.get("slots", {}).get(conversation.id, conversation.id)
    return st.session_state.setdefault("new_slot", uuid.uuid4().hex)


def created(conversation_id: str) -> None:
    """Opens a conversation that was made from the widgets of the new one."""
    if st.session_state.get(OPENED.key) != conversation_id:
        st.session_state.setdefault("slots", {})[conversation_id] = slot(None)
        del st.session_state["new_slot"]
    open_conversation(conversation_id)


def wish(action: str, *arguments: Any) -> None:
    """Notes what a button asks for, an action of Conversing, until the settings have been drawn.

    A callback runs before the page: it would act with the settings of the run before, and a number that
    was typed just before the click would be ignored.
    """
    st.session_state["wish"] = (action, arguments)


def fulfil(setup: Setup) -> None:
    """Does what was wished for, with the settings as they are now."""
    if "wish" not in st.session_state:
        return
    action, arguments = st.session_state.pop("wish")
    with notices.shown():
        opened = getattr(conversing(), action)(*arguments, setup)
        st.session_state.pop("editing", None)
        if isinstance(opened, str):
            created(opened)
    st.rerun()


def begin(kind: Kind) -> None:
    """A new conversation, of one of the two kinds."""
    open_conversation(None)
    st.session_state["new_kind"] = kind


def open_conversation(conversation_id: str | None) -> None:
    """Opens a conversation, or a new one."""
    OPENED.open(conversation_id)
