"""What one page asks another to do as soon as that is drawn: kept in the session, done once."""

from typing import Any

import streamlit as st

_KEY = "errands"
ASK = "ask_documents"  # for the page Ask: the ids of documents on the shelf that are to be asked
QUESTION = "ask_question"  # and a question that is asked at once
SUMMARIZE = "summarize_documents"  # for the page Summarize: documents to summarize at once


def leave(name: str, what: Any = True) -> None:
    """Leaves an errand for the page that takes `name`."""
    st.session_state.setdefault(_KEY, {})[name] = what


def take(name: str) -> Any:
    """What was left under a name, once; None if nothing was."""
    return st.session_state.get(_KEY, {}).pop(name, None)
