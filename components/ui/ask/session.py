"""Which conversation with documents this tab has open, and what is shared for answering. Its id is in the
URL.
"""

from collections.abc import Sequence

import streamlit as st

from components.documents import Document
from components.models.catalog import ModelSpec
from components.results import Result
from components.retrieval.shelf import Entry
from components.tasks.ask.answer_maker import Tools, can_write
from components.tasks.ask.question_jobs import Asking
from components.ui.chat.model_picker import usable_models
from components.ui.language import _
from components.ui.opened import Opened
from components.ui.person import person
from components.ui.resources import embedders, index, indexing, jobs, library, manager, results, shelf

OPENED = Opened("ask_id", "a")
CHOSEN = "ask_documents"  # in the session: the ids of the documents that are asked


def asking() -> Asking:
    return Asking(jobs(), results(), person(), shelf(), index())


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


def ask_documents(given: Sequence[Document | str]) -> None:
    """Keeps documents that were read on another page, if they aren't on the shelf by their ids already, and
    chooses them to be asked.
    """
    named = [one for one in given if isinstance(one, str) or one.text.strip()]
    ids = [one if isinstance(one, str) else indexing().add_document(one) for one in named]
    st.session_state[CHOSEN] = ids
    open_answer(None)


def content_alone() -> list[Entry]:
    """Documents that were read and have no index, as those that came with an archive."""
    waiting = [one for one in shelf().listed() if one.state == "interrupted" and one.words and not one.chunks]
    return [one for one in waiting if not indexing().job(one)]


def content(document_id: str) -> Document | None:
    """A document of this person, as it was read; a book takes a while to unpack."""
    return _content(person(), document_id) if shelf().get(document_id) else None


@st.cache_resource(max_entries=8, show_spinner=False)
def _content(owner: str, document_id: str) -> Document | None:
    return shelf().content(document_id)
