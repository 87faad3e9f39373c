"""Near and far: sentences as points, and how alike each two of them are."""

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from components.documents.language_detection import detect_language
from components.jobs import Job
from components.models.engine import Engine
from components.tasks.borders import borders
from components.tasks.inside.nearness import cosines, crowded, plane
from components.ui import charts
from components.ui.language import _
from components.ui.look_inside import inputs, look_job
from components.ui.resources import library, manager

MOST = 40  # sentences
SHORT = 40  # characters of a sentence as a label


def draw(given: inputs.Given) -> None:
    st.markdown(
        _(
            "Sentences as the embedding model sees them, which search and summaries use: vectors, where "
            "near means alike in meaning. The picture keeps the two directions in which they differ most "
            "(PCA); the table has the similarities themselves."
        )
    )
    st.latex(r"\cos(a,b)=\frac{a\cdot b}{\lVert a\rVert\,\lVert b\rVert}")
    specs = [one for one in manager().catalog.all() if one.task == "embed" and library().folder(one)]
    if not specs:
        st.info(_("No embedding model is installed. Get one on the Models page."), icon=":material/download:")
        return
    titles = {one.id: one.title for one in specs}
    chosen = st.selectbox(
        _("Embedding model"), list(titles), format_func=lambda one: titles[one], key="inside_embedding"
    )
    sentences = _sentences(given.text)
    if len(sentences) < 2:
        st.info(_("Two sentences are needed. The sample *Sentences* has six."), icon=":material/edit:")
        return

    def work(engine: Engine, job: Job) -> np.ndarray:
        return engine.embed(sentences, job.cancelled)

    vectors = look_job.at("near", tuple(sentences), str(chosen), work, on_torch=False)
    if vectors is not None:
        _draw_points(sentences, vectors)
        _draw_table(sentences, vectors)


def _sentences(text: str) -> list[str]:
    found: list[str] = []
    for line in text.splitlines():
        begin = 0
        for end in borders(line, detect_language(line)):
            if said := line[begin:end].strip():
                found.append(said)
            begin = end
    return list(dict.fromkeys(found))[:MOST]


def _short(sentences: list[str]) -> list[str]:
    return [f"{at} {one if len(one) <= SHORT else one[:SHORT] + '…'}" for at, one in enumerate(sentences, 1)]


def _draw_points(sentences: list[str], vectors: np.ndarray) -> None:
    places, shares = plane(vectors)
    names = [
        _("Direction {number} ({share} of all differences)").format(number=n, share=f"{share:.0%}")
        for n, share in enumerate(shares, 1)
    ]
    table = pd.DataFrame({_("Sentence"): _short(sentences), "x": places[:, 0], "y": places[:, 1]})
    fields = charts.Fields(table.assign(below=crowded(places)))
    base = alt.Chart(fields.data).encode(
        x=fields.x("x", "Q", scale=alt.Scale(padding=60)).title(names[0]),
        y=fields.y("y", "Q", scale=alt.Scale(padding=25)).title(names[1]),
        tooltip=[fields.tip(_("Sentence"))],
    )
    below = fields.datum("below")
    names_of = {-12: f"!{below}", 20: below}  # by their distance from the point, in pixels
    words = [
        base.transform_filter(some)
        .mark_text(dy=down, limit=240, color=charts.INK)
        .encode(text=fields.text(_("Sentence")))
        for down, some in names_of.items()
    ]
    charts.draw(
        alt.layer(base.mark_circle(size=120, opacity=1), *words).properties(height=420), table, "near_and_far"
    )


def _draw_table(sentences: list[str], vectors: np.ndarray) -> None:
    st.subheader(_("Cosine similarities"))
    names = _short(sentences)
    values = pd.DataFrame(np.round(cosines(vectors), 2).astype(float), columns=names)
    values.insert(0, _("Sentence"), names)
    st.dataframe(values, hide_index=True)
    charts.csv_button(values, "cosines")
