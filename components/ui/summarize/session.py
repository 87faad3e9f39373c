"""Which summary this tab has open, and what is shared for making one. Its id is in the URL."""

from functools import partial

import streamlit as st

from components.documents import Document
from components.models.catalog import ModelSpec
from components.results import Result
from components.tasks.summarize.running import Summarizing, documents_of
from components.tasks.summarize.summarizing import Tools
from components.ui import notices
from components.ui.chat import session
from components.ui.language import _
from components.ui.resources import jobs, library, manager, results

_OPEN = "summary_id"
_PARAMETER = "s"


def summarizing() -> Summarizing:
    return Summarizing(jobs(), results(), session.owner())


def tools(writer: ModelSpec | None) -> Tools:
    return Tools(partial(manager().lease, long=True), embedder(), writer, session.owner())


def embedder() -> ModelSpec | None:
    """The first embedding model that is installed."""
    specs = (spec for spec in manager().catalog.all() if spec.task == "embed")
    return next((spec for spec in specs if library().folder(spec)), None)


def current() -> Result | None:
    """The open summary: from the URL, or the one open before another page was visited."""
    wanted = st.query_params.get(_PARAMETER) or st.session_state.get(_OPEN)
    if not wanted:
        return None
    result = results().get(wanted, documents=False)
    if result is None:
        notices.later(_("This summary doesn't exist any more. You can make a new one."))
    open_summary(result.id if result else None)
    return result


@st.cache_resource(max_entries=8, show_spinner=False)
def documents(result_id: str) -> list[Document]:
    """What a summary was made of. It never changes, and a book takes a while to unpack."""
    result = results().get(result_id)
    return documents_of(result) if result else []


def open_summary(result_id: str | None) -> None:
    """Opens a summary, or none."""
    st.session_state[_OPEN] = result_id
    if result_id:
        if st.query_params.get(_PARAMETER) != result_id:
            st.query_params[_PARAMETER] = result_id
    elif _PARAMETER in st.query_params:
        del st.query_params[_PARAMETER]
