"""What one page asks another to do as soon as that is drawn: kept in the session, done once."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

_KEY = "errands"
ASK = "ask_documents"  # for the page Ask: documents to keep and to ask, or their ids on the shelf
ASK_FILES = "ask_files"  # for the same: files, each a `File`
QUESTION = "ask_question"  # for the same: a question that is asked at once
SUMMARIZE = "summarize_files"  # for the page Summarize: files to be summarized at once, each a `File`
PAIRS = "rated_pairs"  # for the page Fine-tune: the pairs of one's ratings and votes
SUMMARIZE_READ = "summarize_documents"  # for the same: documents that are read already


@dataclass(frozen=True)
class File:
    """A file that was uploaded on another page."""

    name: str
    data: bytes
    password: str = ""


def leave(name: str, what: Any = True) -> None:
    """Leaves an errand for the page that takes `name`."""
    st.session_state.setdefault(_KEY, {})[name] = what


def waits(name: str) -> bool:
    """Whether something was left under a name."""
    return name in st.session_state.get(_KEY, {})


def take(name: str) -> Any:
    """What was left under a name, once; None if nothing was."""
    return st.session_state.get(_KEY, {}).pop(name, None)


def forget() -> None:
    """Nothing that was left waits any more."""
    st.session_state.pop(_KEY, None)
