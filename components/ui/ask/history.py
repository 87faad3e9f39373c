"""What was asked so far, in the sidebar: new, search, open, delete with undo."""

import streamlit as st

from components.results import Heading, Result
from components.tasks.ask.running import KIND
from components.ui.ask import session
from components.ui.kept_list import KeptList, delete_button
from components.ui.language import _
from components.ui.resources import results
from components.ui.text import plain

ICONS = {
    "running": ":material/hourglass_top:",
    "done": ":material/quick_reference_all:",
    "stopped": ":material/stop_circle:",
    "failed": ":material/error:",
    "interrupted": ":material/sync_problem:",
}
LIST = KeptList("answers", session.open_answer, lambda one: results().restore(one))


def draw(current: Result | None) -> None:
    """The whole list; `current` is marked."""
    search = LIST.draw_top(_("New question"), _("Search questions"))
    headings = results().headings(KIND, search)
    for heading in headings[: LIST.shown]:
        _draw_row(heading, bool(current and current.id == heading.id))
    LIST.draw_end(len(headings), _("Your questions will be listed here."), bool(search))


def _draw_row(heading: Heading, current: bool) -> None:
    with st.container(horizontal=True, gap=None, wrap=False, vertical_alignment="center"):
        LIST.draw_entry(heading.id, heading.id, heading.title, ICONS[heading.state], current)
        what = _("Delete “{title}”").format(title=plain(heading.title))
        delete_button(f"delete_{heading.id}", what, _delete, heading, current)


def _delete(heading: Heading, current: bool) -> None:
    session.asking().delete(heading.id)
    LIST.deleted(heading.id, heading.title)
    if current:
        session.open_answer(None)
