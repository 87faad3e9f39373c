"""The page of a PDF that a passage is on, drawn with the passage marked. Knows kept files and documents; a
page that can't be drawn is left out, since its text is beside it.
"""

from collections.abc import Callable

import streamlit as st

from components.documents import Document, Limits
from components.documents.page_picture import PagePicture, draw_page
from components.errors import AppError
from components.tasks.summarize.summary import Citation
from components.ui.language import _
from components.ui.resources import config, results
from components.ui.text import plain

Draw = Callable[[Citation, Document], None]


def of(result_id: str) -> Draw:
    """Draws the page of a passage of this result, below its text."""

    def draw(source: Citation, document: Document) -> None:
        page = document.blocks[source.block].page_at(source.start)
        if document.format != "pdf" or not page or results().file(result_id, source.file) is None:
            return
        if drawn := _drawn(result_id, source.file, document.name, page, source.text):
            text = _("Page {number} of {name}") if drawn.marks else _("Page {number} of {name}, not marked")
            st.image(drawn.png, text.format(number=page, name=plain(document.name)), width="stretch")

    return draw


@st.cache_resource(max_entries=24, show_spinner=False)
def _drawn(result_id: str, file: int, name: str, page: int, passage: str) -> PagePicture | None:
    """None where it can't be drawn. What a result was made of never changes."""
    path = results().file(result_id, file)
    try:
        return (
            draw_page(path.read_bytes(), name, page, passage, Limits.from_config(config())) if path else None
        )
    except (AppError, OSError):
        return None
