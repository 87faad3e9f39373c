"""What a browser tab has open. Its id is in the URL, so that a refresh or a bookmark comes back to it, and in
the session, so that a visit to another page does. Knows ids, not what they are the ids of.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from components.errors import AppError
from components.messages import Message
from components.ui import notices

T = TypeVar("T")


@dataclass(frozen=True)
class Opened:
    """The one thing of a kind that a tab can have open."""

    key: str  # in the session
    parameter: str  # in the URL

    @property
    def id(self) -> str:
        """The id in the URL, or of what was open before another page was visited; empty: nothing is open."""
        return st.query_params.get(self.parameter) or st.session_state.get(self.key) or ""

    def open(self, id_: str | None) -> None:
        """Opens something, or nothing."""
        st.session_state[self.key] = id_
        if id_:
            if st.query_params.get(self.parameter) != id_:
                st.query_params[self.parameter] = id_
        elif self.parameter in st.query_params:
            del st.query_params[self.parameter]

    def find(self, look_up: Callable[[str], T | None], gone: Message = "") -> T | None:
        """What is open, as it is now. What can't be found is closed, and `gone` is said once."""
        if not (id_ := self.id):
            return None
        try:
            found = look_up(id_)
        except AppError as error:  # it is damaged: the page goes on without it
            found, gone = None, ""
            notices.later(error.message, "error")
        if found is None and gone:
            notices.later(gone)
        self.open(id_ if found is not None else None)
        return found
