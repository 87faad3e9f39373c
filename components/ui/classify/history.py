"""The classifiers that a person keeps, in the sidebar: new, search, open, delete with undo."""

import streamlit as st

from components.classifiers import ClassifierHeading
from components.ui.classify import session
from components.ui.kept_list import KeptList, delete_button
from components.ui.language import _
from components.ui.resources import classifiers
from components.ui.text import plain

LIST = KeptList("classifiers", session.open_classifier, lambda one: classifiers().restore(one))


def draw(current: session.Current | None) -> None:
    """The whole list; `current` is marked."""
    search = LIST.draw_top(_("New classifier"), _("Search classifiers"))
    headings = classifiers().headings(search)
    for heading in headings[: LIST.shown]:
        _draw_row(heading, bool(current and current.id == heading.id))
    LIST.draw_end(len(headings), _("Classifiers that you keep will be listed here."), bool(search))


def title(name: str, version: int) -> str:
    """A name and, from the second on, its version."""
    return _("{name} (version {version})").format(name=name, version=version) if version > 1 else name


def _draw_row(heading: ClassifierHeading, current: bool) -> None:
    shown = title(heading.name, heading.version)
    with st.container(horizontal=True, gap=None, wrap=False, vertical_alignment="center"):
        LIST.draw_entry(heading.id, heading.id, shown, ":material/category:", current)
        what = _("Delete “{title}”").format(title=plain(shown))
        delete_button(f"delete_{heading.id}", what, _delete, heading, current)


def _delete(heading: ClassifierHeading, current: bool) -> None:
    classifiers().delete(heading.id)
    LIST.deleted(heading.id, title(heading.name, heading.version))
    if current:
        session.open_classifier(None)
