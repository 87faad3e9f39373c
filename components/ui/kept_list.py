"""A list of what a person keeps: new, search, entries to open and to delete, undo, more. Knows neither chats
nor summaries: each list says what its things are called and what happens to them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.search import around
from components.ui.language import _
from components.ui.text import plain

PAGE = 15  # entries shown before "Show more"
_WORK = {
    "running": ":material/hourglass_top:",
    "stopped": ":material/stop_circle:",
    "failed": ":material/error:",
    "interrupted": ":material/sync_problem:",
}


def work_icons(done: str) -> dict[str, str]:
    """The icon of each state of long work; `done`: that of work which ended well."""
    return _WORK | {"done": done}


@dataclass(frozen=True)
class Row:
    """An entry of a list as it is drawn."""

    id: str
    title: str
    icon: str
    text: str = ""  # what it says, of which the words that were looked for are shown


@dataclass(frozen=True)
class KeptList:
    """One list. `name` begins the keys of its state in the session."""

    name: str
    open: Callable[[Any], None]  # one of its entries, by what `draw_entry` is given; None: a new one
    restore: Callable[[Any], None]  # one that was deleted

    def draw_top(self, new: str, search: str) -> str:
        """The button for a new one and the search; returns what is searched for."""
        st.button(
            new,
            key=f"new_{self.name}",
            icon=":material/add:",
            width="stretch",
            on_click=self.open,
            args=(None,),
        )
        wanted = st.text_input(
            search,
            placeholder=search,
            label_visibility="collapsed",
            icon=":material/search:",
            key=f"{self.name}_search",
            persist_state="session",
        )
        self.draw_undo()
        return wanted or ""

    @property
    def shown(self) -> int:
        """How many entries are shown now."""
        shown: int = st.session_state.setdefault(f"{self.name}_shown", PAGE)
        return shown

    def draw_entry(
        self, entry: Any, key: str, title: str, icon: str, current: bool, told: str | None = None
    ) -> None:
        """The button that opens one; `told` is what is said of it on top."""
        st.button(
            plain(title),
            key=f"open_{key}",
            icon=icon,
            type="secondary" if current else "tertiary",
            width="stretch",
            wrap=False,
            help=told,
            on_click=self.open,
            args=(entry,),
        )

    def draw_rows(
        self, rows: Sequence[Row], current_id: str, delete: Callable[[str], object], search: str = ""
    ) -> None:
        """Entries that are opened by their ids, each with the button that deletes it beside it."""
        for row in rows[: self.shown]:
            current = row.id == current_id
            with st.container(horizontal=True, gap=None, wrap=False, vertical_alignment="center"):
                self.draw_entry(row.id, row.id, row.title, row.icon, current)
                what = _("Delete “{title}”").format(title=plain(row.title))
                delete_button(f"delete_{row.id}", what, self._delete, row.id, row.title, current, delete)
            draw_found(row.text, search)

    def draw_end(self, number: int, nothing: str, searched: bool, counted: bool = True) -> None:
        """What is below the entries: none, or the way to more. `counted`: `number` is of all."""
        if not number:
            st.caption(_("Nothing found.") if searched else nothing)
        if number > self.shown:
            if counted:
                text = _("{shown} of {number} are shown.")
                st.caption(text.format(shown=f"{self.shown:,}", number=f"{number:,}"))
            st.button(_("Show more"), key=f"{self.name}_more", type="tertiary", on_click=self._show_more)

    def deleted(self, entry: Any, title: str) -> None:
        """Offers to bring back what was just deleted."""
        st.session_state[f"{self.name}_deleted"] = entry, title

    def draw_undo(self) -> None:
        """What was just deleted, and the way back."""
        if f"{self.name}_deleted" not in st.session_state:
            return
        entry, title = st.session_state[f"{self.name}_deleted"]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(_("Deleted “{title}”.").format(title=plain(title)))
            st.button(
                _("Undo"), type="tertiary", icon=":material/undo:", on_click=self._restore, args=(entry,)
            )

    def _delete(self, entry_id: str, title: str, current: bool, delete: Callable[[str], object]) -> None:
        delete(entry_id)
        self.deleted(entry_id, title)
        if current:
            self.open(None)

    def _restore(self, entry: Any) -> None:
        self.restore(entry)
        st.session_state.pop(f"{self.name}_deleted", None)

    def _show_more(self) -> None:
        st.session_state[f"{self.name}_shown"] *= 2  # a thousand are reached in seven clicks


def draw_found(text: str, search: str) -> None:
    """The words that were looked for with what is around them, where the text has them."""
    before, found, after = around(text, search) if search else ("", "", "")
    if found:
        st.caption(f"{_edge(before)}:orange-background[{plain(found)}]{_edge(after)}")


def _edge(text: str) -> str:
    """What is beside a word that was found, with its blank."""
    left, right = (" " if end.isspace() else "" for end in (text[:1], text[-1:]))
    return f"{left}{plain(text)}{right}" if text.strip() else left


def delete_button(key: str, what: str, delete: Callable[..., None], *given: Any) -> None:
    """The small one beside an entry; `what` says what it does, to a screen reader too (see `window`).

    `key` begins with "delete_".
    """
    st.button(
        what, key=key, icon=":material/delete:", type="tertiary", help=what, on_click=delete, args=given
    )
