"""What was asked so far, in the sidebar: new, search, open, delete with undo."""

from components.results import Result
from components.tasks.ask.question_jobs import KIND
from components.ui.ask import session
from components.ui.kept_list import KeptList, Row, work_icons
from components.ui.language import _
from components.ui.resources import results

ICONS = work_icons(":material/quick_reference_all:")
LIST = KeptList("answers", session.open_answer, lambda one: results().restore(one))


def draw(current: Result | None) -> None:
    """The whole list; `current` is marked."""
    search = LIST.draw_top(_("New question"), _("Search questions"))
    headings = results().headings(KIND, search)
    rows = [Row(one.id, one.title, ICONS[one.state]) for one in headings]
    LIST.draw_rows(rows, current.id if current else "", session.asking().delete)
    LIST.draw_end(len(headings), _("Your questions will be listed here."), bool(search))
