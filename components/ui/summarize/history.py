"""The summaries made so far, in the sidebar: new, search, open, delete with undo."""

import streamlit as st

from components.results import Heading, Result
from components.tasks.summarize.running import KIND
from components.ui.language import _
from components.ui.resources import results
from components.ui.summarize import session
from components.ui.text import plain

PAGE = 15  # summaries shown before "Show more"
ICONS = {
    "running": ":material/hourglass_top:",
    "done": ":material/summarize:",
    "stopped": ":material/stop_circle:",
    "failed": ":material/error:",
    "interrupted": ":material/sync_problem:",
}


def draw(current: Result | None) -> None:
    """The whole list; `current` is marked."""
    st.button(
        _("New summary"),
        icon=":material/add:",
        width="stretch",
        on_click=session.open_summary,
        args=(None,),
    )
    search = st.text_input(
        _("Search summaries"),
        placeholder=_("Search summaries"),
        label_visibility="collapsed",
        icon=":material/search:",
        key="search_summaries",
        persist_state="session",
    )
    _draw_undo()
    headings = results().headings(KIND, search or "")
    shown = st.session_state.setdefault("summaries_shown", PAGE)
    for heading in headings[:shown]:
        _draw_row(heading, bool(current and current.id == heading.id))
    if not headings:
        st.caption(_("Nothing found.") if search else _("Your summaries will be listed here."))
    if len(headings) > shown:
        st.button(_("Show more"), key="more_summaries", type="tertiary", on_click=_show_more)


def _draw_row(heading: Heading, current: bool) -> None:
    with st.container(horizontal=True, gap=None, wrap=False, vertical_alignment="center"):
        st.button(
            plain(heading.title),
            key=f"open_{heading.id}",
            icon=ICONS[heading.state],
            type="secondary" if current else "tertiary",
            width="stretch",
            wrap=False,
            on_click=session.open_summary,
            args=(heading.id,),
        )
        st.button(
            "",
            key=f"delete_{heading.id}",
            icon=":material/delete:",
            type="tertiary",
            help=_("Delete “{title}”").format(title=plain(heading.title)),
            on_click=_delete,
            args=(heading, current),
        )


def _delete(heading: Heading, current: bool) -> None:
    session.summarizing().delete(heading.id)
    st.session_state["deleted_summary"] = heading
    if current:
        session.open_summary(None)


def _draw_undo() -> None:
    deleted: Heading | None = st.session_state.get("deleted_summary")
    if deleted is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("Deleted “{title}”.").format(title=plain(deleted.title)))
        st.button(_("Undo"), type="tertiary", icon=":material/undo:", on_click=_restore, args=(deleted.id,))


def _restore(result_id: str) -> None:
    results().restore(result_id)
    st.session_state.pop("deleted_summary", None)


def _show_more() -> None:
    st.session_state["summaries_shown"] += PAGE * 2
