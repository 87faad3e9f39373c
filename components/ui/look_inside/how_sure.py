"""How sure: how likely each token of the text is to the model, and other words to go on with."""

import streamlit as st

from components.jobs import Job
from components.models.engine import Engine
from components.models.scores import Scores
from components.tasks.conversation import Conversing, Setup
from components.ui import notices
from components.ui.language import _
from components.ui.look_inside import inputs, look_job, sure
from components.ui.person import person
from components.ui.resources import jobs, manager, store
from components.ui.text import plain

CANDIDATES = 8


def draw(given: inputs.Given) -> None:
    _open()
    if not inputs.has_text(given):
        return

    def work(engine: Engine, job: Job) -> Scores:
        return engine.scores([given.scored], CANDIDATES, job.cancelled)[0]

    found = look_job.at("sure", given.key, given.spec.id, work)
    if found is None:
        return
    chosen = sure.draw(found.tokens, f"sure_{hash((given.spec.id, given.key))}")
    st.caption(
        _("Read by {engine} in {precision}; at fewer bits the numbers differ a little.").format(
            engine=plain(found.engine), precision=plain(found.dtype)
        )
    )
    _explain()
    if chosen:
        go_on(given, chosen)


def _open() -> None:
    """What is seen, in as few lines as leave the text itself in the window of a phone."""
    text = _("How likely this text is to the model: each token is coloured by its probability {formula}.")
    st.markdown(text.format(formula=r"$p(t_i\mid t_{<i})$"))


def _explain() -> None:
    """What the numbers mean, below them."""
    st.markdown(
        _(
            "The probability is what the model gave a token after all that comes before. Surprise is the "
            "negative logarithm of it; perplexity says among how many equally likely tokens the model would "
            "have had to guess on average."
        )
    )
    st.latex(r"\text{surprise}(t_i)=-\log_2 p(t_i\mid t_{<i})")
    st.latex(r"\text{perplexity}=2^{\overline{\text{surprise}}}")


def go_on(given: inputs.Given, chosen: sure.Chosen) -> None:
    """A new branch of the conversation that the text came from, or a new one; opens it in the chat."""
    source = st.session_state.get(inputs.SOURCE)
    text = chosen.before + chosen.word
    with notices.shown():
        opened = Conversing(store(), jobs(), manager(), person()).from_here(
            source[0] if source else None,
            given.prompt,
            text,
            Setup(given.spec.id),
            source[2] if source else None,
        )
        st.switch_page("pages/chat.py", query_params={"c": opened})
