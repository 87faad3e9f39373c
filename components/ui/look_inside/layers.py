"""Layer by layer: what the model would say if it ended earlier, and where its answer appears."""

import altair as alt
import pandas as pd
import streamlit as st

from components.jobs import Job
from components.models.engine import Engine
from components.models.looks import Layers, LayersFound
from components.ui import charts
from components.ui.language import _
from components.ui.look_inside import inputs, look_job

PLACES = 16


def draw(given: inputs.Given) -> None:
    st.markdown(
        _(
            "What would be said if the model ended at an earlier layer (logit lens): each layer's state "
            "goes through the last norm and the output, as if no layer came after it. Early layers are no "
            "answers, since the model wasn't trained to end there."
        )
    )
    st.latex(r"p^{(\ell)}=\text{softmax}\bigl(W_U\,\text{norm}(h^{(\ell)})\bigr)")
    if not inputs.has_text(given):
        return

    def work(engine: Engine, job: Job) -> LayersFound:
        found: LayersFound = engine.look(Layers(given.scored, PLACES), job.cancelled)
        return found

    found = look_job.at("layers", given.key, given.spec.id, work)
    if found is not None:
        _draw_grid(found)
        _draw_place(found)


def _draw_grid(found: LayersFound) -> None:
    read, layer, said, chance = _("Token that was read"), _("Layer"), _("Says next"), _("Probability")
    names = charts.numbered(found.tokens)
    table = pd.DataFrame(
        [
            {
                layer: number,
                read: names[at],
                said: charts.visible(row[at]),
                chance: float(found.chances[number, at]),
            }
            for number, row in enumerate(found.said)
            for at in range(len(names))
        ]
    )
    fields = charts.Fields(table)
    base = alt.Chart(fields.data).encode(
        x=fields.x(read, "O", sort=names, axis=charts.axis(labelAngle=-40, labelLimit=120)),
        y=fields.y(layer, "O", sort="descending"),
    )
    shade = alt.Scale(scheme="teals", domain=[0, 1])
    cells = base.mark_rect().encode(
        color=fields.color(chance, "Q", scale=shade, legend=alt.Legend(format="%")),
        tooltip=[
            fields.tip(read),
            fields.tip(layer),
            fields.tip(said),
            fields.tip(chance, "Q", format=".1%"),
        ],
    )
    words = base.mark_text(fontSize=charts.unless_narrow(10), limit=60).encode(
        text=fields.text(said),
        color=alt.condition(f"{fields.datum(chance)} > 0.5", alt.value("white"), alt.value("#10201c")),
    )
    charts.draw(alt.layer(cells, words).properties(height=18 * len(found.said) + 90), table, "layers")


def _draw_place(found: LayersFound) -> None:
    """One place: from which layer on what follows is the likeliest, and how its chance grows."""
    names = charts.numbered(found.tokens)
    at = st.selectbox(
        _("After the token"), range(len(names)), index=len(names) - 1, format_func=lambda one: names[one]
    )
    if at is None or at >= len(names):
        return
    follows = charts.visible(found.following[at])
    firsts = [row[at] == found.following[at] for row in found.said]
    # The first layer from which on it stays the likeliest.
    since = next((n for n in range(len(firsts)) if all(firsts[n:])), None)
    if at == len(names) - 1:
        text = _(
            "After the text the model goes on with **{word}**: the likeliest from layer {layer} of "
            "{layers} on."
        )
        st.markdown(text.format(word=f"`{follows}`", layer=since, layers=len(firsts) - 1))
    elif since is None:
        st.markdown(
            _("The text goes on with **{word}**, which the model never finds the likeliest.").format(
                word=f"`{follows}`"
            )
        )
    else:
        text = _("The text goes on with **{word}**: the likeliest from layer {layer} of {layers} on.")
        st.markdown(text.format(word=f"`{follows}`", layer=since, layers=len(firsts) - 1))
    layer, chance = _("Layer"), _("Probability of what follows")
    table = pd.DataFrame({layer: range(len(firsts)), chance: found.right[:, at].astype(float)})
    fields = charts.Fields(table)
    chart = (
        alt.Chart(fields.data)
        .mark_line(point=True)
        .encode(
            x=fields.x(layer, "Q", scale=alt.Scale(nice=False)),
            y=fields.y(chance, "Q", axis=alt.Axis(format="%")),
            tooltip=[fields.tip(layer, "Q"), fields.tip(chance, "Q", format=".1%")],
        )
        .properties(height=240)
    )
    charts.draw(chart, table, "layer_of_answer")
