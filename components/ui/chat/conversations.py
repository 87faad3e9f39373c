"""The conversation list in the sidebar: new, search with the words that were found, folders, the archive."""

import streamlit as st

from components.messages import N_
from components.store import Conversation, Heading, View
from components.ui.chat import tab
from components.ui.kept_list import KeptList, draw_found
from components.ui.language import _
from components.ui.resources import store

ICONS = {"chat": ":material/chat_bubble:", "complete": ":material/edit_note:"}
PINNED = ":material/keep:"
LIST = KeptList("conversations", tab.open_conversation, lambda one: store().restore(one))
_VIEW = "conversations_view"
_EVERYTHING, _AWAY = N_("All conversations"), N_("Archived")


def draw(current: Conversation | None) -> None:
    """The whole list; `current` is marked."""
    search = LIST.draw_top(_("New conversation"), _("Search conversations"))
    view = _choose()
    for heading in store().headings(search, LIST.shown, view):
        _draw_row(heading, bool(current and current.id == heading.id), search)
    nothing = _("Your conversations will be listed here.") if view == View() else _("There is none here.")
    LIST.draw_end(store().number(search, view), nothing, bool(search))


def _choose() -> View:
    """Which conversations are listed; asked once there is a folder, or something that was put away."""
    views = {"": View()} | {f"folder {name}": View(folder=name) for name in store().folders()}
    if store().number(view=View(archived=True)):
        views["archived"] = View(archived=True)
    if len(views) == 1:
        return View()
    names = {"": _(_EVERYTHING), "archived": _(_AWAY)}
    if st.session_state.get(_VIEW) not in views:
        st.session_state[_VIEW] = ""
    chosen = st.selectbox(
        _("Show"),
        list(views),
        format_func=lambda one: names.get(one) or views[one].folder if one in views else one,
        key=_VIEW,
        label_visibility="collapsed",
        persist_state="session",
    )
    return views[chosen]


def _draw_row(heading: Heading, current: bool, search: str) -> None:
    icon = PINNED if heading.pinned else ICONS.get(heading.kind, ICONS["chat"])
    LIST.draw_entry(heading.id, heading.id, heading.title, icon, current)
    if search:
        draw_found(store().passage(heading.id, search), search)
