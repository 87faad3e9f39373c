"""The summaries made so far, in the sidebar: new, search, open, delete with undo."""

from components.results import Result
from components.tasks.summarize.summary_jobs import KIND, texts_of
from components.ui import kept_results
from components.ui.kept_list import KeptList, work_icons
from components.ui.language import _
from components.ui.resources import results
from components.ui.summarize import session

ICONS = work_icons(":material/summarize:")
LIST = KeptList("summaries", session.open_summary, lambda one: results().restore(one))


def draw(current: Result | None) -> None:
    """The whole list; `current` is marked."""
    search = LIST.draw_top(_("New summary"), _("Search summaries"))
    rows, number = kept_results.rows_of(KIND, search, texts_of, ICONS, LIST.shown)
    LIST.draw_rows(rows, current.id if current else "", session.summarizing().delete, search)
    LIST.draw_end(number, _("Your summaries will be listed here."), bool(search))
