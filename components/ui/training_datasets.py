"""The data sets of this person, in the sidebar: new, open, delete."""

import streamlit as st

from components.training.doctor import running
from components.training.doctor.running import Check
from components.training.prepared import ABOUT
from components.ui import training_session
from components.ui.person import person
from components.ui.resources import config
from components.ui.text import plain

SHOWN = 30


def draw(current: Check | None) -> None:
    st.button(
        "New data set",
        icon=":material/add:",
        width="stretch",
        on_click=training_session.open_data,
        args=(None,),
    )
    found = running.everything(config(), person())
    if not found:
        st.caption("Your data sets will be listed here.")
    for check in found[:SHOWN]:
        _draw_row(check, bool(current and current.id == check.id))


def _draw_row(check: Check, current: bool) -> None:
    ready = (check.folder / ABOUT).exists()
    with st.container(horizontal=True, gap=None, wrap=False, vertical_alignment="center"):
        st.button(
            plain(check.files[0]),
            key=f"open_data_{check.id}",
            icon=":material/dataset:" if ready else ":material/rule:",
            type="secondary" if current else "tertiary",
            width="stretch",
            wrap=False,
            on_click=training_session.open_data,
            args=(check.id,),
        )
        with st.popover("", icon=":material/more_vert:", type="tertiary"):
            st.caption(f"{check.report['total']:,} rows, {'ready' if ready else 'not ready yet'}")
            st.button(
                "Delete the data set",
                key=f"delete_data_{check.id}",
                icon=":material/delete:",
                on_click=training_session.delete,
                args=(check.id,),
            )
