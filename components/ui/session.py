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


def open_conversation(conversation_id: str | None) -> None:
    """Opens a conversation, or a new one."""
    st.session_state[_OPEN] = conversation_id
    if conversation_id:
        if st.query_params.get(_PARAMETER) != conversation_id:
            st.query_params[_PARAMETER] = conversation_id
    elif _PARAMETER in st.query_params:
        del st.query_params[_PARAMETER]
