"""Attention: from which tokens each token takes; of a translation model, its alignment with the source."""

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from components.jobs import Job
from components.models.engine import Engine
from components.models.looks import Attention, AttentionFound
from components.models.scores import Scored
from components.models.translation import TranslationOptions
from components.tasks.inside import flow
from components.ui import charts
from components.ui.language import _, language_name
from components.ui.look_inside import inputs, look_job

TOKENS = 48
LANGUAGES = ("en", "zh", "pt", "de", "fr", "es", "it", "nl", "ru", "ja", "ko", "ar")


def draw(given: inputs.Given) -> None:
    translates = given.spec.task == "translate"
    _say(translates)
    if not inputs.has_text(given):
        return
    found = _of_translation(given) if translates else _of_text(given)
    if found is not None:
        _draw_found(found, translates)


def _say(translates: bool) -> None:
    """What is seen here, and how it is computed."""
    if translates:
        st.markdown(
            _(
                "From which tokens of its source each token of a translation takes what it needs: the "
                "nearest that this kind of model has to an alignment of the two. Attention is not a reason, "
                "and a head may read somewhere else than at the word that it translates."
            )
        )
    else:
        st.markdown(
            _(
                "From which earlier tokens each token takes what it needs, by layer and head. Attention is "
                "not a reason: it shows where a head reads, not why the model says something; *What caused "
                "it* tests that."
            )
        )
    st.latex(r"A=\text{softmax}\!\left(\frac{QK^{\top}}{\sqrt{d}}\right)")
    if not translates:
        st.latex(r"\text{rollout}=\prod_\ell \tfrac12\,(\bar A_\ell+I)")


def _of_text(given: inputs.Given) -> AttentionFound | None:
    def work(engine: Engine, job: Job) -> AttentionFound:
        found: AttentionFound = engine.look(Attention(given.scored, TOKENS), job.cancelled)
        return found

    return look_job.at("attention", given.key, given.spec.id, work)


def _of_translation(given: inputs.Given) -> AttentionFound | None:
    """The text is translated first, unless the prompt's box has its source."""
    left, right = st.columns(2)
    names: Any = language_name
    source = left.selectbox(_("From"), LANGUAGES, format_func=names, key="inside_from")
    target = right.selectbox(_("To"), LANGUAGES, index=2, format_func=names, key="inside_to")

    def work(engine: Engine, job: Job) -> AttentionFound:
        original, made = given.prompt.strip() or given.text, given.text
        if not given.prompt.strip():
            [one] = engine.translate([original], TranslationOptions(source, target), job.cancelled)
            made = one.texts[0]
        asked = Attention(Scored(made), TOKENS, original, (source, target))
        found: AttentionFound = engine.look(asked, job.cancelled)
        return found

    asked = (given.key, source, target)
    return look_job.at("alignment", asked, given.spec.id, work, _("Show the alignment"))


def _draw_found(found: AttentionFound, translates: bool) -> None:
    layers, heads = found.weights.shape[:2]
    kinds = {"head": _("One head"), "mean": _("Mean of all"), "rollout": _("Rollout")}
    if translates:
        kinds.pop("rollout")
    columns = st.columns(3, vertical_alignment="bottom")
    kind = columns[0].segmented_control(
        _("Show"),
        list(kinds),
        default="mean",
        format_func=lambda one: kinds[one],
        key="inside_attention_kind",
    )
    values = flow.mean(found.weights)
    if kind == "head":
        layer = columns[1].slider(_("Layer"), 1, layers, layers // 2 + 1, key="inside_layer")
        head = columns[2].slider(_("Head"), 1, heads, 1, key="inside_head")
        values = found.weights[layer - 1, head - 1]
    elif kind == "rollout":
        values = flow.rollout(found.weights)
    looks, at, share = _("Token that looks"), _("Token that is looked at"), _("Share")
    rows, of = charts.numbered(found.to), charts.numbered(found.of)
    table = pd.DataFrame(
        [
            {looks: rows[i], at: of[j], share: float(values[i, j])}
            for i in range(len(rows))
            for j in range(len(of))
            if translates or j <= i
        ]
    )
    fields = charts.Fields(table)
    shade = alt.Scale(scheme="teals", type="sqrt")  # the small shares are most of them
    chart = (
        alt.Chart(fields.data)
        .mark_rect()
        .encode(
            x=fields.x(
                at,
                "O",
                sort=of,
                axis=charts.axis(labelAngle=-50, labelLimit=110, labelFontSize=charts.unless_narrow(11)),
            ),
            y=fields.y(looks, "O", sort=rows, axis=charts.axis(labelLimit=110)),
            color=fields.color(share, "Q", scale=shade, legend=alt.Legend(format="%")),
            tooltip=[fields.tip(looks), fields.tip(at), fields.tip(share, "Q", format=".1%")],
        )
        .properties(height=16 * len(rows) + 110)
    )
    charts.draw(chart, table, "attention")
    if translates:
        st.caption(
            _("Many heads rest on the end of the source where there is nothing to take; that means nothing.")
        )
    else:
        st.caption(
            _("Most heads rest on the first token where there is nothing to take; that means nothing.")
        )
