"""The cards of the Home page. Each starts real work on its page, with a sample that was written for it.

A card leaves what it wants in the session under the names of the page's own widgets, and goes there; the page
then starts as if its button had been pressed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from components.config import ROOT
from components.messages import N_
from components.ui import errands
from components.ui.ask import documents as asked_documents
from components.ui.ask import session as questions
from components.ui.chat import composer, tab
from components.ui.evaluate import question_picker as evaluation_sources
from components.ui.evaluate import session as evaluations
from components.ui.fine_tune import inputs as training_inputs
from components.ui.fine_tune import session as training
from components.ui.fine_tune.stages import STAGES
from components.ui.language import _
from components.ui.summarize import inputs as summary_inputs
from components.ui.summarize import session as summaries
from components.ui.translate import route_picker, typed_text

_LETTER = ROOT / "components" / "tasks" / "translate" / "samples" / "letter.txt"


IN_A_ROW = 3


@dataclass(frozen=True)
class Trial:
    """One card."""

    page: str  # its file's name
    title: str
    text: str
    begin: Callable[[], None]


def _chat() -> None:
    tab.begin("chat")
    errands.leave(composer.FIRST, (composer.SUGGESTIONS[0], {}))


def begin_summary() -> None:
    """The report is summarized as soon as its page is drawn."""
    summaries.open_summary(None)
    summary_inputs.use_sample("Report")
    errands.leave(summary_inputs.START)


def begin_translation() -> None:
    """The letter is translated as soon as its page is drawn."""
    typed_text.OPEN.open(None)
    st.session_state[typed_text.TEXT] = _LETTER.read_text(encoding="utf-8")
    st.session_state[route_picker.FROM], st.session_state[route_picker.TO] = "en", "pt"
    errands.leave(typed_text.START)


def _fine_tune() -> None:
    training.open_data(None)
    STAGES.show("data")
    errands.leave(training_inputs.SAMPLE)


def _ask() -> None:
    questions.OPENED.open(None)
    asked_documents.use_sample("Report")


def _evaluate() -> None:
    evaluations.OPENED.open(None)
    st.session_state[evaluation_sources.SAMPLE] = "Instructions"


TRIALS = (
    Trial("chat", N_("Chat"), N_("Ask how a rainbow forms, and watch the answer come."), _chat),
    Trial(
        "summarize",
        N_("Summarize"),
        N_("A report in the words that matter, every sentence with its source."),
        begin_summary,
    ),
    Trial(
        "translate",
        N_("Translate"),
        N_("A letter from English to Portuguese, sentence by sentence."),
        begin_translation,
    ),
    Trial(
        "ask",
        N_("Ask"),
        N_("A question about a report, answered from its own sentences, or not at all."),
        _ask,
    ),
    Trial(
        "fine_tune",
        N_("Fine-tune"),
        N_("96 requests to a bike shop: check them, then train a model on them in a few minutes."),
        _fine_tune,
    ),
    Trial(
        "evaluate",
        N_("Evaluate"),
        N_("22 instructions whose keeping can be checked: choose models, and see which of them does better."),
        _evaluate,
    ),
)


def draw() -> None:
    """The cards; the one whose button was pressed starts its work."""
    for number, trial in enumerate(TRIALS):
        if number % IN_A_ROW == 0:
            columns = st.columns(IN_A_ROW)
        with columns[number % IN_A_ROW].container(border=True, height="stretch", gap="small"):
            st.subheader(_(trial.title), anchor=False)
            st.markdown(_(trial.text))
            if st.button(_("Try it"), key=f"try_{trial.page}", icon=":material/play_arrow:", type="primary"):
                trial.begin()
                st.switch_page(f"pages/{trial.page}.py")
