"""How good a trained classifier is: shares with intervals, confusion whose cells show their texts, what to
label next, what looks wrong, and what a threshold costs.
"""

import pandas as pd
import streamlit as st

from components.confidence import Interval
from components.tasks.classify.classifier import Classifier
from components.tasks.classify.examples import Examples
from components.tasks.classify.quality import Report
from components.ui.classify import label_editor
from components.ui.language import _, ngettext
from components.ui.text import plain


def draw(found: Report, examples: Examples, classifier: Classifier) -> None:
    """The whole report."""
    st.subheader(_("How good it is"))
    with st.container(horizontal=True):
        draw_share(_("Accuracy"), found.accuracy)
        draw_share(_("Macro F1"), found.macro_f1)
        st.metric(_("Examples"), f"{found.texts:,}", width="content")
        st.metric(_("Labels"), f"{len(classifier.labels):,}", width="content")
    if classifier.way == "tuned" or not examples.rows:  # one that was imported has no texts with it
        st.caption(
            _("Measured on a fifth of the rows, which was held out. Below each share, its 95% interval.")
            if classifier.way == "tuned"
            else _how(found)
        )
        cells, limit = st.tabs([_("Confusion"), _("Threshold")])
        with cells:
            _draw_confusion(found, examples, classifier)
        with limit:
            _draw_threshold(found)
        return
    st.caption(_how(found))
    cells, wrong, next_ones, limit = st.tabs(
        [_("Confusion"), _("Suspicious labels"), _("Label next"), _("Threshold")]
    )
    with cells:
        _draw_confusion(found, examples, classifier)
    with wrong:
        label_editor.draw_suspicious(found, examples, classifier)
    with next_ones:
        label_editor.draw_next(found, examples, classifier)
    with limit:
        _draw_threshold(found)


def draw_share(label: str, share: Interval) -> None:
    st.metric(
        label,
        f"{share.value:.1%}",
        width="content",
        help=_("95% interval: {low} to {high}").format(low=f"{share.low:.1%}", high=f"{share.high:.1%}"),
        delta=f"{share.low:.0%} – {share.high:.0%}",
        delta_color="off",
        delta_arrow="off",
    )


def _how(found: Report) -> str:
    text = _(
        "Measured on examples that were held out: each fifth was classified by what was learned from the "
        "others. Below each share, its 95% interval."
    )
    if found.by_names >= 0:
        names = _("The labels' names alone, without an example, are right in {share} of the same texts.")
        text = " ".join((text, names.format(share=f"{found.by_names:.0%}")))
    if found.names_used:
        text = " ".join((text, _("The names were learned from, too: they helped.")))
    few = sum(count < 5 for count in found.counts)
    if few:
        least = ngettext(
            "{count} label has fewer than five examples: what is said of it is uncertain.",
            "{count} labels have fewer than five examples: what is said of them is uncertain.",
            few,
        )
        text = f"{text} {least.format(count=few)}"
    return text


def _draw_confusion(found: Report, examples: Examples, classifier: Classifier) -> None:
    """Own labels in rows, found labels in columns. A cell that is chosen shows its texts."""
    names = [label.name for label in classifier.labels]
    most = max((max(row) for row in found.confusion), default=1) or 1
    table = pd.DataFrame(found.confusion, index=names, columns=names)
    table.index.name = _("Own label ↓, found →")
    st.caption(
        _(
            "A row for each label as it was given, a column for each as it was found. Choose a cell to see "
            "its texts."
        )
        if examples.rows
        else _(
            "A row for each label as it was given, a column for each as it was found. The texts themselves "
            "didn't come with the classifier."
        )
    )

    def tinted(row: pd.Series) -> list[str]:
        own = names.index(str(row.name))
        colours = ("26, 133, 113" if at == own else "208, 90, 60" for at in range(len(row)))
        return [
            f"background-color: rgba({colour}, {0.15 + 0.6 * value / most:.2f})"
            if value
            else "color: rgba(128,128,128,.5)"
            for value, colour in zip(row, colours, strict=True)
        ]

    coloured = table.style.apply(tinted, axis=1)
    if not examples.rows:
        st.dataframe(coloured)
        return
    event = st.dataframe(coloured, on_select="rerun", selection_mode="single-cell", key="confusion")
    chosen = event["selection"]["cells"] if event else []
    if not chosen:
        return
    row, column = chosen[0]
    if column not in names:
        return
    own, other = int(row), names.index(column)
    texts = [
        example.text
        for example, best in zip(examples.rows, found.found, strict=False)
        if names[own] in example.labels and best == other
    ]
    heading = _("“{own}” found as “{other}”: {count}")
    st.markdown(heading.format(own=plain(names[own]), other=plain(column), count=f"{len(texts):,}"))
    st.dataframe(pd.DataFrame({_("Text"): texts}), hide_index=True)


def _draw_threshold(found: Report) -> None:
    percent = st.slider(_("How sure it must be"), 0, 95, 0, 5, format="%d%%", key="classify_threshold")
    step = found.steps[min(percent // 5, len(found.steps) - 1)]
    text = _(
        "{answered} of the texts get a label, and {right} of these are right. {left} get none and are left "
        "to you."
    )
    st.markdown(
        text.format(
            answered=f"{step.answered:.0%}", right=f"{step.right:.1%}", left=f"{1 - step.answered:.0%}"
        )
    )
    curve = pd.DataFrame(
        {
            _("How sure it must be"): [one.threshold for one in found.steps],
            _("Get a label"): [one.answered for one in found.steps],
            _("Right among these"): [one.right for one in found.steps],
        }
    ).set_index(_("How sure it must be"))
    st.line_chart(curve, height=220, y_label=_("Share of the texts"))
    st.caption(_("The threshold goes with the classifier when you keep it."))
