"""How good learned kinds of names are: F1, precision and recall with intervals, kind by kind, and what was
read wrong.
"""

import pandas as pd
import streamlit as st

from components.tasks.classify.entities import Entity
from components.tasks.classify.marks import Span
from components.tasks.classify.tag_learner import Miss, TagReport
from components.ui.classify.marked_text import marked
from components.ui.classify.quality_report import draw_share
from components.ui.language import _, ngettext
from components.ui.text import plain

SHOWN = 10  # texts that were read wrong


def draw(found: TagReport) -> None:
    """The whole report."""
    st.subheader(_("How good it is"))
    with st.container(horizontal=True):
        draw_share(_("F1"), found.f1)
        draw_share(_("Precision"), found.precision)
        draw_share(_("Recall"), found.recall)
        st.metric(_("Marked texts"), f"{found.texts:,}", width="content")
    text = ngettext(
        "Measured on {count} text that was held out, as seqeval counts: what is found must "
        "begin and end where the "
        "mark does and be of its kind. Below each share, its 95% interval.",
        "Measured on {count:,} texts that were held out, as seqeval counts: what is found "
        "must begin and end where "
        "the mark does and be of its kind. Below each share, its 95% interval.",
        found.held_out,
    )
    st.caption(text.format(count=found.held_out))
    rows = [
        {
            _("Kind"): one.kind,
            _("F1"): one.f1,
            _("Precision"): one.precision,
            _("Recall"): one.recall,
            _("Marks held out"): one.marks,
        }
        for one in found.kinds
    ]
    percent = st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1)
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        column_config=dict.fromkeys((_("F1"), _("Precision"), _("Recall")), percent),
    )
    if found.misses:
        with st.expander(_("What was read wrong")):
            for miss in found.misses[:SHOWN]:
                st.caption(_("As it was marked, and as it was found:"))
                st.markdown(marked(miss.text, _entities(miss, miss.wanted)))
                st.markdown(marked(miss.text, _entities(miss, miss.found)))
                st.caption(_kinds(miss))


def _entities(miss: Miss, spans: tuple[Span, ...]) -> list[Entity]:
    return [Entity(one.kind, one.start, one.end, miss.text[one.start : one.end]) for one in spans]


def _kinds(miss: Miss) -> str:
    """What differs, in words."""
    differ = [one for one in (*miss.wanted, *miss.found) if (one in miss.wanted) != (one in miss.found)]
    return ", ".join(
        f"{plain(miss.text[one.start : one.end])}: {plain(one.kind)}" for one in dict.fromkeys(differ)
    )
