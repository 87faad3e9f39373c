"""The data sets of this person, in the sidebar: new, open, delete."""

import streamlit as st

from components.training.doctor import checks
from components.training.doctor.checks import Check, Listed
from components.ui.fine_tune import session
from components.ui.language import _, ngettext
from components.ui.person import person
from components.ui.resources import config
from components.ui.text import plain

SHOWN = 30


def draw(current: Check | None) -> None:
    st.button(
        _("New data set"),
        icon=":material/add:",
        width="stretch",
        on_click=session.open_data,
        args=(None,),
    )
    found = checks.everything(config(), person())
    if not found:
        st.caption(_("Your data sets will be listed here."))
    for one in found[:SHOWN]:
        _draw_row(one, bool(current and current.id == one.id))


def _draw_row(one: Listed, current: bool) -> None:
    with st.container(horizontal=True, gap=None, wrap=False, vertical_alignment="center"):
        st.button(
            plain(one.name),
            key=f"open_data_{one.id}",
            icon=":material/dataset:" if one.ready else ":material/rule:",
            type="secondary" if current else "tertiary",
            width="stretch",
            wrap=False,
            on_click=session.open_data,
            args=(one.id,),
        )
        removes = _("Delete “{name}”").format(name=plain(one.name))
        with st.popover(
            removes, icon=":material/delete:", type="tertiary", help=removes, key=f"delete_ask_{one.id}"
        ):
            if one.ready:
                text = ngettext("{name}: {rows} row, ready", "{name}: {rows} rows, ready", one.rows)
            else:
                text = ngettext(
                    "{name}: {rows} row, not ready yet", "{name}: {rows} rows, not ready yet", one.rows
                )
            st.caption(text.format(name=plain(one.name), rows=f"{one.rows:,}"))
            st.button(
                _("Delete the data set"),
                key=f"delete_data_{one.id}",
                icon=":material/delete:",
                on_click=session.delete,
                args=(one.id,),
            )
