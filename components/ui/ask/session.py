"""Which conversation with documents this tab has open, and what is shared for answering. Its id is in the
URL.
"""

from collections.abc import Sequence

import streamlit as st

from components.documents import Document
from components.models.catalog import ModelSpec
from components.results import Result
from components.tasks.ask.answering import Tools, can_write
from components.tasks.ask.running import Asking
from components.ui.chat.model_picker import usable_models
from components.ui.language import _
from components.ui.opened import Opened
from components.ui.person import person
from components.ui.resources import embedders, index, jobs, library, manager, results, shelf

OPENED = Opened("ask_id", "a")
CHOSEN = "ask_documents"  # in the session: the ids of the documents that are asked


def asking() -> Asking:
    return Asking(jobs(), results(), shelf(), index(), person())


def writers() -> list[ModelSpec]:
    """Models that are here and large enough to answer in their own words."""
    return [spec for spec in usable_models("chat") if can_write(spec)]


def tools(writer: ModelSpec | None) -> Tools:
    specs = manager().catalog.all()
    ready = tuple(spec for spec in specs if spec.task == "translate" and library().folder(spec))
    return Tools(manager().lease, embedders(), writer, ready, person())


def current() -> Result | None:
    """The open conversation: from the URL, or the one open before another page was visited."""
    return OPENED.find(
        lambda one: results().get(one), _("This answer doesn't exist any more. You can ask again.")
    )


def open_answer(result_id: str | None) -> None:
    """Opens a conversation with documents, or none."""
    OPENED.open(result_id)


def ask_documents(ids: Sequence[str]) -> None:
    """Chooses documents, which another page has put on the shelf, to be asked."""
    st.session_state[CHOSEN] = list(ids)
    open_answer(None)


def content(document_id: str) -> Document | None:
    """A document of this person, as it was read; a book takes a while to unpack."""
    return _content(person(), document_id) if shelf().get(document_id) else None


@st.cache_resource(max_entries=8, show_spinner=False)
def _content(owner: str, document_id: str) -> Document | None:
    return shelf().content(document_id)
