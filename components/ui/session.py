"""What belongs to one browser tab: who it is, and which conversation it has open.

The open conversation's id is in the URL, so that a refresh or a bookmark comes back to it.
"""

import uuid

import streamlit as st

from components.store import Conversation
from components.tasks.conversing import Conversing
from components.ui import notices
from components.ui.resources import jobs, manager, store

_OPEN = "conversation_id"
_PARAMETER = "c"


def owner() -> str:
    """Stands for the person, for fair turns."""
    return st.session_state.setdefault("owner", uuid.uuid4().hex)


def conversing() -> Conversing:
    return Conversing(store(), jobs(), manager(), owner())


def current() -> Conversation | None:
    """The open conversation: from the URL, or the one open before another page was visited."""
    wanted = st.query_params.get(_PARAMETER) or st.session_state.get(_OPEN)
    if not wanted:
        return None
    conversation = store().conversation(wanted)
    if conversation is None:
        notices.later("This conversation doesn't exist any more. Here is a new one.")
    open_conversation(conversation.id if conversation else None)
    return conversation


def slot(conversation: Conversation | None) -> str:
    """Names the widgets of a conversation. It stays the same when a new one gets its id.

    Otherwise a box would be replaced under the hands of the person who types in it.
    """
    if conversation:
        return st.session_state.get("slots", {}).get(conversation.id, conversation.id)
    return st.session_state.setdefault("new_slot", uuid.uuid4().hex)


def created(conversation_id: str) -> None:
    """Opens a conversation that was made from the widgets of the new one."""
    if st.session_state.get(_OPEN) != conversation_id:
        st.session_state.setdefault("slots", {})[conversation_id] = slot(None)
        del st.session_state["new_slot"]
    open_conversation(conversation_id)


def open_conversation(conversation_id: str | None) -> None:
    """Opens a conversation, or a new one."""
    st.session_state[_OPEN] = conversation_id
    if conversation_id:
        if st.query_params.get(_PARAMETER) != conversation_id:
            st.query_params[_PARAMETER] = conversation_id
    elif _PARAMETER in st.query_params:
        del st.query_params[_PARAMETER]
