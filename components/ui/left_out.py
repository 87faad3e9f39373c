"""The text of what was left out of a document, to be looked at. Knows documents; nothing about tasks."""

from collections.abc import Sequence

import streamlit as st

from components.documents import Document
from components.ui.language import _, said
from components.ui.text import plain


def draw_look(documents: Sequence[Document], key: str) -> None:
    """A button that shows the text of what was left out; none where there is no such text."""
    texts = [left for document in documents for left in document.left_out if left.text]
    if not texts:
        return
    with st.popover(_("Look at what was left out"), type="tertiary", icon=":material/visibility:", key=key):
        for left in texts:
            st.markdown(f"**{plain(said(left.message))}**")
            st.text(left.text)
