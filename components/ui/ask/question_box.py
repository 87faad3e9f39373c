"""The box for a question, and which model answers in its own words."""

import streamlit as st

from components.models.catalog import ModelSpec
from components.results import Result
from components.ui import errands, notices
from components.ui.ask import session
from components.ui.language import _

NONE = ""


def draw(result: Result | None, chosen: list[str]) -> None:
    """Asks what is typed, or what another page or a sample left to be asked."""
    writer = _draw_writer()
    typed = st.chat_input(_("Ask your documents"), key="ask_box", max_chars=2_000)
    question = typed or errands.take(errands.QUESTION)
    if not question:
        return
    with notices.shown():
        going_on = result.id if result and not session.asking().job(result) else ""
        session.open_answer(session.asking().ask(str(question), chosen, session.tools(writer), going_on))
    st.rerun()


def _draw_writer() -> ModelSpec | None:
    """A model for an answer in its own words, where one is here that can."""
    specs = {spec.id: spec for spec in session.writers()}
    if not specs:
        return None
    chosen = st.selectbox(
        _("Answer in own words"),
        [*specs, NONE],
        format_func=lambda one: specs[one].title if one in specs else _("No, only quotes"),
        key="ask_writer",
        persist_state="session",
        width=360,
    )
    return specs.get(chosen or NONE)
