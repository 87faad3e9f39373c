"""The tables that were worked on, in the sidebar: new, search, open, delete with undo."""

import streamlit as st

from components.row_work import Work, WorkHeading
from components.tasks.forms.running import KIND as FORM
from components.tasks.tables.running import KIND
from components.ui.kept_list import KeptList, delete_button
from components.ui.language import _
from components.ui.resources import over_rows, row_work
from components.ui.tables import session
from components.ui.text import plain

ICONS = {
    "running": ":material/hourglass_top:",
    "done": ":material/table:",
    "stopped": ":material/stop_circle:",
    "failed": ":material/error:",
    "interrupted": ":material/sync_problem:",
}
LIST = KeptList("tables", session.open_work, lambda one: row_work().restore(one))


def draw(current: Work | None) -> None:
    """The whole list; `current` is marked."""
    search = LIST.draw_top(_("New table"), _("Search tables"))
    headings = [*row_work().headings(KIND, search), *row_work().headings(FORM, search)]
    headings.sort(key=lambda one: -one.updated_at)
    for heading in headings[: LIST.shown]:
        _draw_row(heading, bool(current and current.id == heading.id))
    LIST.draw_end(len(headings), _("Your tables will be listed here."), bool(search))


def _draw_row(heading: WorkHeading, current: bool) -> None:
    with st.container(horizontal=True, gap=None, wrap=False, vertical_alignment="center"):
        LIST.draw_entry(heading.id, heading.id, heading.title, ICONS[heading.state], current)
        what = _("Delete “{title}”").format(title=plain(heading.title))
        delete_button(f"delete_{heading.id}", what, _delete, heading, current)


def _delete(heading: WorkHeading, current: bool) -> None:
    over_rows().delete(heading.id)
    LIST.deleted(heading.id, heading.title)
    if current:
        session.open_work(None)
