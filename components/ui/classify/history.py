"""The classifiers that a person keeps, in the sidebar: new, search, open, delete with undo."""

from components.ui.classify import session
from components.ui.kept_list import KeptList, Row
from components.ui.language import _
from components.ui.resources import classifiers

LIST = KeptList("classifiers", session.open_classifier, lambda one: classifiers().restore(one))


def draw(current: session.Current | None) -> None:
    """The whole list; `current` is marked."""
    search = LIST.draw_top(_("New classifier"), _("Search classifiers"))
    headings = classifiers().headings(search)
    kinds = {one.id for one in classifiers().headings(search, kinds=True)}
    rows = [
        Row(
            one.id,
            title(one.name, one.version),
            ":material/ink_highlighter:" if one.id in kinds else ":material/category:",
        )
        for one in headings
    ]
    LIST.draw_rows(rows, current.id if current else "", classifiers().delete)
    LIST.draw_end(len(headings), _("Classifiers that you keep will be listed here."), bool(search))


def title(name: str, version: int) -> str:
    """A name and, from the second on, its version."""
    return _("{name} (version {version})").format(name=name, version=version) if version > 1 else name
