"""Smaller: the same model in fewer bits or with fewer weights, and what that costs."""

import altair as alt
import pandas as pd
import streamlit as st

from components.config import GB
from components.documents.limits import MB
from components.jobs import Job
from components.messages import Said
from components.models.engine import Engine
from components.models.looks import Smaller, SmallerFound
from components.models.options import GenerationOptions
from components.tasks.inside.variants import VARIANTS, measured_speed
from components.ui import charts
from components.ui.language import _, said
from components.ui.look_inside import inputs, look_job
from components.ui.resources import manager
from components.ui.text import plain

ANSWER = 40  # tokens
LARGEST = 1_000_000_000  # weights: each variant is a copy in float32


def draw(given: inputs.Given) -> None:
    st.markdown(
        _(
            "The same model with its weights rounded to 8 and 4 bits (as llama.cpp's Q8_0 and Q4_0 round), "
            "and with the smallest weights set to zero. Fewer bits are a smaller file that is read faster; "
            "what is lost shows in the perplexity of the text above and in the answers to the prompt."
        )
    )
    st.latex(r"\hat w = s\cdot\text{round}(w/s),\quad s \text{ of 32 weights}")
    st.latex(r"\hat w=0\ \text{if}\ |w|\le q")
    if given.spec.task not in ("chat", "complete"):
        st.info(_("Choose a model that writes."), icon=":material/edit:")
        return
    if not inputs.has_text(given):
        return
    if given.spec.parameters > LARGEST:
        st.info(
            _("Each variant is a copy of the model: choose one of at most 1 billion weights."),
            icon=":material/info:",
        )
        return
    names = {name: said(label) for name, (label, _weights, _share) in VARIANTS.items()}
    chosen = st.multiselect(
        _("Variants"),
        list(names),
        default=["float32", "8 bits", "4 bits", "pruned 30"],
        format_func=lambda one: names[one],
        key="inside_variants",
    )
    manage, spec = manager(), given.spec

    def work(engine: Engine, job: Job) -> list[tuple[str, SmallerFound]]:
        found = []
        with manage.reserve(
            Said("Smaller copies of {title}", title=spec.title),
            5 * spec.parameters,
            cancelled=job.cancelled,
            on_wait=job.say,
        ):
            for at, name in enumerate(chosen):
                _label, weights, share = VARIANTS[name]
                job.say(Said("Measuring {name}", name=_label), at / len(chosen))
                asked = Smaller(weights, share, given.scored, given.question, ANSWER)
                found.append((name, engine.look(asked, job.cancelled)))
        return found

    found = look_job.at("smaller", (given.key, tuple(chosen)), given.spec.id, work, _("Measure"))
    if found:
        _draw_found(given, found, names)


def _draw_found(given: inputs.Given, found: list[tuple[str, SmallerFound]], names: dict[str, str]) -> None:
    small = max(one.bytes for _name, one in found) < GB  # as a model from nothing
    unit = MB if small else GB
    variant, size, loss = _("Variant"), _("Size (MB)") if small else _("Size (GB)"), _("Perplexity")
    table = pd.DataFrame(
        [
            {
                variant: names[name],
                size: round(one.bytes / unit, 3),
                loss: round(one.perplexity, 2),
                _("Tokens/s in float32 arithmetic"): round(1 / one.seconds, 1) if one.seconds else None,
            }
            for name, one in found
        ]
    )
    order = list(table[variant])
    fields = charts.Fields(table)
    names_axis = fields.y(variant, "N", sort=order, axis=charts.axis(labelLimit=200))
    bars = alt.Chart(fields.data).mark_bar(stroke="#5b6561", strokeWidth=0.5).encode(y=names_axis)
    height = 26 * len(order) + 20
    chart = alt.vconcat(  # below each other: beside each other they are wider than a phone
        *(
            bars.encode(x=fields.x(one, "Q"), tooltip=[fields.tip(variant), fields.tip(one, "Q")]).properties(
                height=height, width=260
            )
            for one in (size, loss)
        )
    )
    charts.draw(chart, table, "smaller", unfolded=True)
    _draw_speed(given)
    st.subheader(_("Answers to the same prompt"))
    for column, (name, one) in zip(st.columns(len(found)), found, strict=True):
        with column:
            st.markdown(f"**{plain(names[name])}**")
            st.text(one.answer or "–")


def _draw_speed(given: inputs.Given) -> None:
    """How fast the engine that answers in the chat is, which computes with the small weights themselves."""
    st.caption(
        _(
            "All variants compute in float32 here, so differences in speed are chance. The engine that "
            "answers in the chat computes with the small weights themselves:"
        )
    )

    def work(engine: Engine, job: Job) -> tuple[str, str, float]:
        options = GenerationOptions(temperature=0, max_new_tokens=ANSWER)
        return measured_speed(engine, given.question, options, job.cancelled)

    found = look_job.at(
        "smaller_speed", given.key, given.spec.id, work, _("Measure its speed"), on_torch=False
    )
    if found:
        engine, precision, speed = found
        text = _("{engine}, {precision}: {rate} tokens/s")
        st.markdown(text.format(engine=plain(engine), precision=plain(precision), rate=f"{speed:.1f}"))
