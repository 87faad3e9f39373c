"""What caused it: from which words of the prompt a sentence of the answer came."""

from collections.abc import Mapping

import altair as alt
import pandas as pd
import streamlit as st

from components.jobs import Job
from components.messages import N_
from components.models.engine import Engine
from components.models.looks import Causes, CausesFound, Method
from components.tasks.inside.word_values import sentence_places, word_values
from components.ui import charts
from components.ui.language import _
from components.ui.look_inside import inputs, look_job

METHODS: Mapping[Method, str] = {"ablation": N_("Leave tokens out (ablation)"), "gradients": N_("Gradients")}


def draw(given: inputs.Given) -> None:
    st.markdown(
        _(
            "Which words of the prompt the text came from: by ablation, how much likelier the text is with "
            "a word than without it; by gradients, how the text's probability changes with the word. Words "
            "that only matter together can both seem unimportant."
        )
    )
    st.latex(
        r"\begin{aligned}\text{effect}(w)=&\;\log p(\text{text}\mid \text{prompt})\\"
        r"&-\log p(\text{text}\mid \text{prompt}\setminus w)\end{aligned}"
    )
    if given.spec.task not in ("chat", "complete"):
        st.info(_("Choose a model that writes."), icon=":material/edit:")
        return
    if not given.prompt.strip() or not given.text.strip():
        st.info(_("Write a prompt and an answer above, or let the model answer."), icon=":material/edit:")
        return
    method = (
        st.segmented_control(
            _("Method"),
            list(METHODS),
            default="ablation",
            format_func=lambda one: _(METHODS[one]),
            key="inside_method",
        )
        or "ablation"
    )

    def trial(engine: Engine, job: Job) -> CausesFound:
        found: CausesFound = engine.look(
            Causes(given.question, given.text, method, trial=True), job.cancelled
        )
        return found

    expected = look_job.at("causes_trial", (given.key, method), given.spec.id, trial)
    if expected is None:
        return
    st.caption(
        _(
            "On this machine that takes about {seconds} s, as one pass that was measured just now says."
        ).format(seconds=f"{max(expected.seconds, 0.1):.1f}")
    )

    def work(engine: Engine, job: Job) -> CausesFound:
        found: CausesFound = engine.look(Causes(given.question, given.text, method), job.cancelled)
        return found

    found = look_job.at("causes", (given.key, method), given.spec.id, work, _("Trace it"))
    if found is not None:
        _draw_found(found)


def _draw_found(found: CausesFound) -> None:
    sentences = sentence_places(found.targets)
    at = 0
    if len(sentences) > 1:
        at = (
            st.selectbox(
                _("Sentence of the answer"), range(len(sentences)), format_func=lambda one: sentences[one][0]
            )
            or 0
        )
    text, first, last = sentences[min(at, len(sentences) - 1)]
    words = word_values(found.sources, found.values[first:last].sum(axis=0))
    word, effect = _("Word of the prompt"), _("Effect on the answer (ln p)")
    names = charts.numbered([one for one, value in words])
    table = pd.DataFrame({word: names, effect: [value for one, value in words]})
    fields = charts.Fields(table)
    sides = alt.condition(f"{fields.datum(effect)} >= 0", alt.value("#1a8571"), alt.value("#b4530f"))
    chart = (
        alt.Chart(fields.data)
        .mark_bar(stroke="#5b6561", strokeWidth=0.5)
        .encode(
            x=fields.x(effect, "Q"),
            y=fields.y(word, "N", sort=names, axis=charts.axis(labelLimit=180)),
            color=sides,
            tooltip=[fields.tip(word), fields.tip(effect, "Q", format=".3f")],
        )
        .properties(height=18 * len(names) + 110, title=text)  # of all of it, title and axis too
    )
    charts.draw(chart, table, "causes")
    st.caption(_("Measured in {seconds} s.").format(seconds=f"{found.seconds:.1f}"))
