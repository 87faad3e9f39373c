"""Texts that a person should look at: whose labels look wrong, and which to label next. Knows no engine."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from components.tasks.classify.classifier import Classifier
from components.tasks.classify.classify_jobs import Request
from components.tasks.classify.examples import Examples
from components.tasks.classify.learner import relabelled
from components.tasks.classify.quality import Report
from components.ui import notices
from components.ui.classify import session
from components.ui.language import _

OPEN = 20  # texts without a label that are shown at a time


def draw_suspicious(found: Report, examples: Examples, classifier: Classifier) -> None:
    """Examples whose own label the others contradict."""
    doubts = [one for one in found.suspicious if one.row < len(examples.rows)]
    if not doubts:
        st.caption(_("No label is clearly contradicted by the others."))
        return
    st.caption(
        _(
            "What was learned from the other examples says something else of these, and is sure of it. "
            "Correct what is wrong, and train again."
        )
    )
    rows = [
        {
            _("Text"): examples.rows[one.row].text,
            _("Label"): one.given,
            _("Suggested"): one.other,
            _("Certainty"): one.certainty,
        }
        for one in doubts
    ]
    _draw_editor(rows, examples, classifier, "suspicious")


def draw_next(found: Report, examples: Examples, classifier: Classifier) -> None:
    """Texts without a label first, then the examples that are the hardest to tell."""
    if examples.open:
        st.caption(
            _(
                "Rows of the table without a label, the hardest to tell first: these teach the most. Label "
                "some and train again; the others are put in order by what is learned then."
            )
        )
        rows = [{_("Text"): text, _("Label"): ""} for text in examples.open[:OPEN]]
        _draw_editor(rows, examples, classifier, "open")
        return
    st.caption(_("The examples that are the hardest to tell: more like these would help the most."))
    hard = [at for at in found.doubtful if at < len(examples.rows)]
    if not hard:
        st.caption(_("There is none."))
        return
    rows = [
        {_("Text"): examples.rows[at].text, _("Label"): "; ".join(examples.rows[at].labels)} for at in hard
    ]
    _draw_editor(rows, examples, classifier, "doubtful")


def _draw_editor(
    rows: Sequence[Mapping[str, object]], examples: Examples, classifier: Classifier, key: str
) -> None:
    """The rows with labels that can be changed, and the button that learns from them."""
    label, certainty = _("Label"), _("Certainty")
    config = {certainty: st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1)}
    if not classifier.several:
        config[label] = st.column_config.SelectboxColumn(options=list(classifier.names))
    fixed = [name for name in rows[0] if name != label]
    edited = st.data_editor(
        pd.DataFrame(rows), hide_index=True, disabled=fixed, column_config=config, key=f"edit_{key}"
    )
    if st.button(_("Train again"), icon=":material/refresh:", key=f"again_{key}"):
        with notices.shown():
            given = list(zip(edited[_("Text")], edited[label].fillna(""), strict=True))
            session.start(Request(examples=relabelled(examples, given), labels=classifier.labels))
        st.rerun()
