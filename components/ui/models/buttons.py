"""A button of the Models page, for administrators alone, whose errors are shown on the page."""

from collections.abc import Callable

import streamlit as st

from components.access import require_administrator
from components.ui import notices
from components.ui.language import _
from components.ui.person import current


def button(label: str, key: str, icon: str, action: Callable[[], object], disabled: bool = False) -> None:
    """Not drawn for others. `label` as marked, in English; with `key` it is the button's key."""

    def act() -> None:
        with notices.shown():
            require_administrator(current())
            action()

    if current().administrator:
        st.button(_(label), key=f"{label}_{key}", icon=icon, on_click=act, disabled=disabled)
