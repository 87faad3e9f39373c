"""The evaluations made so far, in the sidebar: new, search, open, delete with undo."""

from components.row_work import Work
from components.tasks.evaluate.evaluation import KIND
from components.ui.evaluate import session
from components.ui.kept_list import KeptList, Row, work_icons
from components.ui.language import _
from components.ui.resources import over_rows, row_work

ICONS = work_icons(":material/balance:")
LIST = KeptList("evaluations", session.open_evaluation, lambda one: row_work().restore(one))


def draw(current: Work | None) -> None:
    """The whole list; `current` is marked."""
    search = LIST.draw_top(_("New evaluation"), _("Search evaluations"))
    headings = row_work().headings(KIND, search)
    rows = [Row(one.id, one.title, ICONS[one.state]) for one in headings]
    LIST.draw_rows(rows, current.id if current else "", over_rows().delete)
    LIST.draw_end(len(headings), _("Your evaluations will be listed here."), bool(search))
