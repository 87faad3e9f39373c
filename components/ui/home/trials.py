"""The cards of the Home page. Each starts real work on its page, with a sample that was written for it.

A card leaves what it wants in the session under the names of the page's own widgets, and goes there; the page
then starts as if its button had been pressed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from components.messages import N_
from components.ui import errands, samples
from components.ui.ask import documents as asked_documents
from components.ui.ask import session as questions
from components.ui.chat import composer, tab
from components.ui.classify import inputs as letters
from components.ui.classify import session as classifying
from components.ui.fine_tune import inputs as training_inputs
from components.ui.fine_tune import session as training
from components.ui.fine_tune.stages import STAGES
from components.ui.language import _
from components.ui.look_inside import inputs as inside_inputs
from components.ui.look_inside import views as inside_views
from components.ui.summarize import inputs as summary_inputs
from components.ui.summarize import session as summaries
from components.ui.tables import choices as table_choices
from components.ui.tables import inputs as table_inputs
from components.ui.tables import session as tables
from components.ui.translate import typed_text

IN_A_ROW = 4


@dataclass(frozen=True)
class Trial:
    """One card. `begin` is done once, before its page is drawn."""

    page: str  # its file's name
    icon: str
    title: str
    text: str
    begin: Callable[[], None]


def _chat() -> None:
    tab.begin("chat")
    errands.leave(composer.FIRST, (composer.SUGGESTIONS[0], {}))


def begin_summary() -> None:
    """The report is summarized as soon as its page is drawn."""
    summaries.open_summary(None)
    summary_inputs.use_sample(samples.here(summary_inputs.SAMPLES, "Report"))
    errands.leave(summary_inputs.START)


def begin_translation() -> None:
    """The letter is translated as soon as its page is drawn."""
    typed_text.use_sample("Letter")  # the one for which there is a model from the start


def _fine_tune() -> None:
    training.open_data(None)
    STAGES.show("data")
    errands.leave(training_inputs.SAMPLE)


def _ask() -> None:
    questions.OPENED.open(None)
    asked_documents.use_sample(samples.here(asked_documents.SAMPLES, "Report"))


def _classify() -> None:
    classifying.OPENED.open(None)
    letters.use_sample(samples.here(letters.SAMPLES, "Letters to a shop"))
    errands.leave(letters.START)


def _tables() -> None:
    tables.OPENED.open(None)
    st.session_state[table_choices.ACTION] = "classify"
    st.session_state[table_inputs.SAMPLE] = samples.here(table_inputs.SAMPLES, "Reviews")
    errands.leave(table_inputs.START)


def _look_inside() -> None:
    inside_inputs.use_sample("A fact")
    inside_views.TABS.show("sure")


TRIALS = (
    Trial("chat", "forum", N_("Chat"), N_("Ask how a rainbow forms, and watch the answer come."), _chat),
    Trial(
        "summarize",
        "summarize",
        N_("Summarize"),
        N_("A report in the words that matter, every sentence with its source."),
        begin_summary,
    ),
    Trial(
        "translate",
        "translate",
        N_("Translate"),
        N_("A letter from English to Portuguese, sentence by sentence."),
        begin_translation,
    ),
    Trial(
        "ask",
        "quick_reference_all",
        N_("Ask"),
        N_("A question about a report, answered from its own sentences, or not at all."),
        _ask,
    ),
    Trial(
        "classify",
        "category",
        N_("Classify"),
        N_("Eight letters to a shop under four labels, without an example."),
        _classify,
    ),
    Trial(
        "tables",
        "table",
        N_("Tables"),
        N_("Twelve reviews in a table, each read and marked as good or bad."),
        _tables,
    ),
    Trial(
        "fine_tune",
        "model_training",
        N_("Fine-tune"),
        N_("96 requests to a bike shop: check them, then train a model on them in a few minutes."),
        _fine_tune,
    ),
    Trial(
        "look_inside",
        "biotech",
        N_("Look inside"),
        N_("One sentence: how sure the model is of each word, what else it thought of, and why."),
        _look_inside,
    ),
)
ALSO = {
    "evaluate": (N_("Evaluate"), "balance", N_("Which of two models does better, on your own questions")),
    "from_scratch": (N_("From scratch"), "egg", N_("A small model that learns to write while you watch")),
}


def draw() -> None:
    """The cards; the one whose button was pressed starts its work."""
    for number, trial in enumerate(TRIALS):
        if number % IN_A_ROW == 0:
            columns = st.columns(IN_A_ROW)
        with columns[number % IN_A_ROW].container(border=True, height="stretch", gap="small"):
            name = f":material/{trial.icon}: **{_(trial.title)}**"
            st.markdown(name)
            st.caption(_(trial.text))
            if st.button(_("Try it"), key=f"try_{trial.page}", icon=":material/play_arrow:", type="primary"):
                trial.begin()
                st.switch_page(f"pages/{trial.page}.py")
    with st.container(horizontal=True, gap="medium"):
        for page, (title, icon, about) in ALSO.items():
            file = f"pages/{page}.py"
            st.page_link(file, label=_(title), icon=f":material/{icon}:", help=_(about))
