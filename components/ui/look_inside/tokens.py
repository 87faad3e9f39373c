"""Tokens: how a model's tokenizer cuts the text, beside another one's."""

import pandas as pd
import streamlit as st

from components.jobs import Job
from components.models.engine import Engine
from components.models.looks import Cut, CutFound
from components.tasks.inside.pieces import sizes
from components.training.measures import words
from components.ui.charts import csv_button, visible
from components.ui.language import _, ngettext
from components.ui.look_inside import inputs, look_job
from components.ui.text import plain

COLOURS = ("green", "orange", "violet", "blue")
SHOWN = 400  # tokens drawn as stretches; the table has all


def draw(given: inputs.Given) -> None:
    st.markdown(
        _(
            "A model reads no letters and no words but tokens: pieces that were frequent in what its "
            "tokenizer learned from. Languages and characters that were rare there take more of them, and so "
            "cost more time."
        )
    )
    st.latex(r"\text{text}\to(t_1,\dots,t_n),\quad t_i\in\{0,\dots,|V|-1\}")
    if not inputs.has_text(given):
        return
    others = [None, *(one.id for one in inputs.usable() if one.id != given.spec.id)]
    titles = {one.id: one.title for one in inputs.usable()}
    second = st.selectbox(
        _("Beside the tokenizer of"),
        others,
        format_func=lambda one: titles.get(one, one) if one else _("no other model"),
        key="inside_second",
    )
    columns = st.columns(2) if second else [st.container()]
    for column, model_id in zip(columns, [given.spec.id, second], strict=False):
        with column:
            _draw_one(str(model_id), titles[str(model_id)], given.text)


def _draw_one(model_id: str, title: str, text: str) -> None:
    def work(engine: Engine, job: Job) -> CutFound:
        found: CutFound = engine.look(Cut(text), job.cancelled)
        return found

    st.markdown(f"**{plain(title)}**")
    found = look_job.at(f"tokens_{model_id}", text, model_id, work)
    if found is None:
        return
    count = len(words(text)) or 1  # of Chinese, its characters
    size = len(text.encode())
    with st.container(horizontal=True):
        st.metric(_("Tokens"), f"{len(found.ids):,}", width="content")
        st.metric(_("Tokens per word"), f"{len(found.ids) / count:.2f}", width="content")
        st.metric(_("Bytes per token"), f"{size / max(len(found.ids), 1):.2f}", width="content")
    st.markdown(
        " ".join(
            f":{COLOURS[at % len(COLOURS)]}-background[{plain(visible(text)) or '·'}]"
            for at, text in enumerate(found.texts[:SHOWN])
        )
    )
    if (left := len(found.texts) - SHOWN) > 0:
        more = ngettext("{count} more token is in the table.", "{count} more tokens are in the table.", left)
        st.caption(more.format(count=f"{left:,}"))
    table = pd.DataFrame(
        {
            "#": range(1, len(found.ids) + 1),
            _("Token"): [visible(one) if one else _("part of a character") for one in found.texts],
            "id": found.ids,
            _("Bytes"): sizes(found.texts, found.names),
            _("In the vocabulary"): found.names,
        }
    )
    with st.expander(_("The same as a table"), icon=":material/table:", expanded=len(found.ids) <= 12):
        st.dataframe(table, hide_index=True)
    csv_button(table, f"tokens_{model_id}")
