"""The summaries made so far, in the sidebar: new, search, open, delete with undo."""

from components.results import Result
from components.tasks.summarize.running import KIND
from components.ui.kept_list import KeptList, work_icons
from components.ui.language import _
from components.ui.resources import results
from components.ui.summarize import session

ICONS = work_icons(":material/summarize:")
LIST = KeptList("summaries", session.open_summary, lambda one: results().restore(one))


def draw(current: Result | None) -> None:
    """The whole list; `current` is marked."""
    search = LIST.draw_top(_("New summary"), _("Search summaries"))
    headings = results().headings(KIND, search)
    for heading in headings[: LIST.shown]:
        is_current = bool(current and current.id == heading.id)
        LIST.draw_row(
            heading.id, heading.title, ICONS[heading.state], is_current, session.summarizing().delete
        )
    LIST.draw_end(len(headings), _("Your summaries will be listed here."), bool(search))
