"""What was asked so far, in the sidebar: new, search, open, delete with undo."""

from components.results import Result
from components.tasks.ask.answer import texts_of
from components.tasks.ask.question_jobs import KIND
from components.ui import kept_results
from components.ui.ask import session
from components.ui.kept_list import KeptList, work_icons
from components.ui.language import _
from components.ui.resources import results

ICONS = work_icons(":material/quick_reference_all:")
LIST = KeptList("answers", session.open_answer, lambda one: results().restore(one))


def draw(current: Result | None) -> None:
    """The whole list; `current` is marked."""
    search = LIST.draw_top(_("New question"), _("Search questions"))
    rows, number = kept_results.rows_of(KIND, search, texts_of, ICONS, LIST.shown)
    LIST.draw_rows(rows, current.id if current else "", session.asking().delete, search)
    LIST.draw_end(number, _("Your questions will be listed here."), bool(search))
