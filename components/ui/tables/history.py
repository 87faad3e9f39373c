"""The tables that were worked on, in the sidebar: new, search, open, delete with undo."""

from components.row_work import Work
from components.tasks.forms.form_jobs import KIND as FORM
from components.tasks.tables.table_jobs import KIND
from components.ui.kept_list import KeptList, Row, work_icons
from components.ui.language import _
from components.ui.resources import over_rows, row_work
from components.ui.tables import session

ICONS = work_icons(":material/table:")
LIST = KeptList("tables", session.open_work, lambda one: row_work().restore(one))


def draw(current: Work | None) -> None:
    """The whole list; `current` is marked."""
    search = LIST.draw_top(_("New table"), _("Search tables"))
    headings = [*row_work().headings(KIND, search), *row_work().headings(FORM, search)]
    headings.sort(key=lambda one: -one.updated_at)
    rows = [Row(one.id, one.title, ICONS[one.state]) for one in headings]
    LIST.draw_rows(rows, current.id if current else "", over_rows().delete)
    LIST.draw_end(len(headings), _("Your tables will be listed here."), bool(search))
