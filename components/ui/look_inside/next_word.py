"""The next word: the likeliest tokens under sampling settings, and ways on as a small tree."""

import altair as alt
import pandas as pd
import streamlit as st

from components.jobs import Job
from components.models.engine import Engine
from components.models.looks import Beams, NextWord, NextWordFound
from components.models.options import GenerationOptions
from components.tasks.inside.branches import Continuation, Node, tree
from components.tasks.inside.chances import chances
from components.ui import charts
from components.ui.language import _, ngettext
from components.ui.look_inside import inputs, look_job

SHOWN = 20
SAMPLED, BEAMS = 3, 3
LENGTH = 8  # tokens of each way on
KINDS = {"greedy": 0, "sampled": 1, "beam": 2}


def draw(given: inputs.Given) -> None:
    st.markdown(
        _(
            "What could come next, after prompt and text. The settings change how a token is drawn: "
            "temperature makes likely ones likelier or less so, top-k, top-p and min-p cut the unlikely "
            "ones off (grey)."
        )
    )
    st.latex(r"p_i=\frac{e^{z_i/T}}{\sum_{j\,\text{kept}} e^{z_j/T}}")
    if not (given.text + given.prompt).strip():
        st.info(_("Write a text above, or take a sample."), icon=":material/edit:")
        return

    def work(engine: Engine, job: Job) -> NextWordFound:
        found: NextWordFound = engine.look(NextWord(given.so_far), job.cancelled)
        return found

    found = look_job.at("next", given.key, given.spec.id, work)
    if found is None:
        return
    options = _draw_settings()
    _draw_bars(found, options)
    _draw_tree(given, options)


def _draw_settings() -> GenerationOptions:
    columns = st.columns(4)
    temperature = columns[0].slider(_("Temperature"), 0.0, 2.0, 0.7, 0.05, key="inside_temperature")
    top_k = columns[1].slider(_("Top-k (0: off)"), 0, 100, 50, key="inside_top_k")
    top_p = columns[2].slider(_("Top-p (1: off)"), 0.05, 1.0, 0.95, 0.01, key="inside_top_p")
    min_p = columns[3].slider(_("Min-p (0: off)"), 0.0, 0.5, 0.0, 0.01, key="inside_min_p")
    return GenerationOptions(
        temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p, max_new_tokens=LENGTH
    )


def _draw_bars(found: NextWordFound, options: GenerationOptions) -> None:
    under = chances(found.logits, options.temperature, options.top_k, options.top_p, options.min_p)
    names = charts.numbered(list(found.texts[:SHOWN]))
    drawn, cut, state = _("can be drawn"), _("cut"), _("Under these settings")
    rows = [
        {
            _("Token"): name,
            _("Probability"): float(under.final[at] or under.heated[at]),
            _("The model's own"): float(under.model[at]),
            state: drawn if under.final[at] > 0 else cut,
        }
        for at, name in enumerate(names)
    ]
    table = pd.DataFrame(rows)
    fields = charts.Fields(table)
    colours = alt.Scale(domain=[drawn, cut], range=["#1a8571", "#a9aaa5"])
    chart = (
        alt.Chart(fields.data)
        .mark_bar(stroke="#5b6561", strokeWidth=0.5)
        .encode(
            x=fields.x(_("Probability"), "Q", axis=alt.Axis(format="%"), scale=alt.Scale(domainMin=0)),
            y=fields.y(_("Token"), "N", sort=names, axis=charts.axis(labelLimit=220)),
            color=fields.color(
                state, "N", scale=colours, legend=alt.Legend(orient="top", symbolStrokeWidth=0.5)
            ),
            tooltip=[
                fields.tip(_("Token")),
                fields.tip(_("Probability"), "Q", format=".2%"),
                fields.tip(_("The model's own"), "Q", format=".2%"),
                fields.tip(state),
            ],
        )
        .properties(height=SHOWN * 22)
    )
    charts.draw(chart, table, "next_word")
    kept = ngettext(
        "{count} token can be drawn under these settings, of {all} in the vocabulary.",
        "{count} tokens can be drawn under these settings, of {all} in the vocabulary.",
        under.kept,
    )
    st.caption(kept.format(count=f"{under.kept:,}", all=f"{len(found.logits):,}"))


def _draw_tree(given: inputs.Given, options: GenerationOptions) -> None:
    st.subheader(_("Ways on"))
    st.markdown(
        _(
            "Greedy takes the likeliest token each time, sampling draws by the settings above, beam search "
            "keeps the continuations that are likeliest as wholes. A click on a point puts the way to it "
            "into the text."
        )
    )

    def work(engine: Engine, job: Job) -> list[Continuation]:
        ways = []
        runs = [
            ("greedy", 0.0, 0),
            *(("sampled", options.temperature or 1.0, seed) for seed in range(SAMPLED)),
        ]
        for kind, temperature, seed in runs:
            asked = GenerationOptions(
                temperature=temperature,
                top_k=options.top_k,
                top_p=options.top_p,
                min_p=options.min_p,
                max_new_tokens=LENGTH,
                seed=seed,
                scores=1,
            )
            generation = engine.generate(given.so_far, asked, job.cancelled)
            for _piece in generation:
                pass
            ways.append(Continuation(kind, tuple(generation.scores)))
        beams = engine.look(Beams(given.so_far, BEAMS, LENGTH), job.cancelled)
        return [*ways, *(Continuation("beam", tokens) for tokens in beams.texts)]

    ways = look_job.at("tree", (given.key, options), given.spec.id, work, _("Show ways on"))
    if ways:
        _draw_ways(given, ways)


def _draw_ways(given: inputs.Given, ways: list[Continuation]) -> None:
    names = {"greedy": _("greedy"), "sampled": _("sampled"), "beam": _("beam search")}
    nodes = tree(ways, LENGTH)
    table = pd.DataFrame(
        [
            {
                _("By"): names[one.kind],
                _("Continuation"): one.text,
                "ln p": round(one.logprob, 2),
            }
            for one in ways
        ]
    )
    event = charts.draw(_tree_chart(nodes), table, "ways_on", on_select=True)
    picked = _picked(event)
    if (
        picked is not None
        and picked < len(nodes)
        and st.session_state.get("inside_picked") != (given.key, picked)
    ):
        st.session_state["inside_picked"] = given.key, picked
        st.session_state["inside_written"] = given.text + nodes[picked].path
        st.rerun()
    chosen = st.selectbox(
        _("Put into the text"),
        range(len(ways)),
        index=None,
        format_func=lambda at: f"{names[ways[at].kind]}: {ways[at].text}",
        key=f"inside_way_{hash(given.key)}",
    )
    if chosen is not None:
        st.session_state["inside_written"] = given.text + ways[chosen].text
        st.rerun()


def _picked(event: object) -> int | None:
    selection = getattr(event, "selection", None)
    points = selection.get("way", []) if selection else []
    return int(points[0]["id"]) if points and "id" in points[0] else None


def _tree_chart(nodes: list[Node]) -> alt.LayerChart | alt.FacetChart:
    places = {node.id: (node.depth + 1, node.row) for node in nodes}
    root_row = nodes[0].row if nodes else 0
    lines = pd.DataFrame(
        [
            {
                "x": places.get(node.parent, (0, root_row))[0],
                "y": places.get(node.parent, (0, root_row))[1],
                "x2": places[node.id][0],
                "y2": node.row,
            }
            for node in nodes
        ]
    )
    points = pd.DataFrame(
        [
            {
                "id": node.id,
                "x": node.depth + 1,
                "y": node.row,
                "text": charts.visible(node.text),
                "p": node.chance,
            }
            for node in nodes
        ]
    )
    way = alt.selection_point("way", fields=["id"], on="click", empty=False)
    flat_x = alt.X("x:Q", axis=None)
    flat_y = alt.Y("y:Q", axis=None, scale=alt.Scale(reverse=True, padding=20))
    edges = (
        alt.Chart(lines)
        .mark_rule(opacity=0.5, color=charts.INK)
        .encode(x=flat_x, y=flat_y, x2="x2:Q", y2="y2:Q")
    )
    base = alt.Chart(points).encode(x=flat_x, y=flat_y)
    tooltip = [
        alt.Tooltip("text:N", title=_("Token")),
        alt.Tooltip("p:Q", title=_("Probability"), format=".1%"),
    ]
    dots = (
        base.mark_circle(cursor="pointer", opacity=1)
        .encode(
            size=alt.Size("p:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[40, 400])),
            tooltip=tooltip,
        )
        .add_params(way)
    )
    # Beside each other there is no room for words on a phone: there they rise from their points.
    names = base.mark_text(
        dx=charts.where_narrow(14, 0),
        dy=charts.where_narrow(-2, -14),
        angle=charts.where_narrow(315, 0),
        align=alt.ExprRef(f"width < {charts.NARROW} ? 'left' : 'center'"),
        fontSize=charts.where_narrow(11, 12),
        color=charts.INK,
    ).encode(text="text:N")
    return alt.layer(edges, dots, names).properties(height=max(60 * (len({n.row for n in nodes})), 140))
