"""What was asked so far, in the sidebar: new, search, open, delete with undo."""

from components.results import Result
from components.tasks.ask.running import KIND
from components.ui.ask import session
from components.ui.kept_list import KeptList, work_icons
from components.ui.language import _
from components.ui.resources import results

ICONS = work_icons(":material/quick_reference_all:")
LIST = KeptList("answers", session.open_answer, lambda one: results().restore(one))


def draw(current: Result | None) -> None:
    """The whole list; `current` is marked."""
    search = LIST.draw_top(_("New question"), _("Search questions"))
    headings = results().headings(KIND, search)
    for heading in headings[: LIST.shown]:
        is_current = bool(current and current.id == heading.id)
        LIST.draw_row(heading.id, heading.title, ICONS[heading.state], is_current, session.asking().delete)
    LIST.draw_end(len(headings), _("Your questions will be listed here."), bool(search))
