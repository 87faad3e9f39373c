"""Which summary this tab has open, and what is shared for making one. Its id is in the URL."""

from functools import partial

import streamlit as st

from components.documents import Document
from components.models.catalog import ModelSpec
from components.results import Result
from components.tasks.summarize.summarizer import Tools
from components.tasks.summarize.summary_jobs import Summarizing, documents_of
from components.ui.language import _
from components.ui.opened import Opened
from components.ui.person import person
from components.ui.resources import jobs, library, manager, results

OPENED = Opened("summary_id", "s")


def summarizing() -> Summarizing:
    return Summarizing(jobs(), results(), person())


def tools(writer: ModelSpec | None) -> Tools:
    specs = manager().catalog.all()
    ready = tuple(spec for spec in specs if spec.task == "translate" and library().folder(spec))
    return Tools(partial(manager().lease, long=True), embedder(), writer, person(), ready)


def embedder() -> ModelSpec | None:
    """The first embedding model that is installed."""
    specs = (spec for spec in manager().catalog.all() if spec.task == "embed")
    return next((spec for spec in specs if library().folder(spec)), None)


def current() -> Result | None:
    """The open summary: from the URL, or the one open before another page was visited."""
    return OPENED.find(
        lambda one: results().get(one, documents=False),
        _("This summary doesn't exist any more. You can make a new one."),
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def documents(result_id: str) -> list[Document]:
    """What a summary was made of. It never changes, and a book takes a while to unpack."""
    result = results().get(result_id)
    return documents_of(result) if result else []


def open_summary(result_id: str | None) -> None:
    """Opens a summary, or none."""
    OPENED.open(result_id)
