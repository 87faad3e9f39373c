"""Three ways to sort texts under labels, side by side on the same held-out rows. Knows the report alone."""

import pandas as pd
import streamlit as st

from components.training.report_numbers import WAYS
from components.training.reported import Report
from components.ui.fine_tune import verdict_words
from components.ui.language import _, said


def draw(report: Report) -> None:
    """The verdict in words, and the numbers behind it."""
    verdict_words.draw(report)
    found = report.get("labels")
    if not found:
        return
    interval = "{low:.1%} – {high:.1%}"
    worth = found["worth"] if report["verdict"] != "unclear" else ""
    rows = [
        {
            _("Way"): said(WAYS[one["name"]]) + (" ✓" if one["name"] == worth else ""),
            _("Accuracy"): f"{one['accuracy']['value'] or 0:.1%}",
            _("95% interval"): interval.format(
                low=one["accuracy"]["low"] or 0.0, high=one["accuracy"]["high"] or 0.0
            ),
            _("Macro F1"): f"{one['macro_f1']:.1%}",
            _("Seconds of learning"): f"{one['seconds']:,.1f}",
        }
        for one in found["ways"]
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    text = _(
        "All three on the same {rows} rows, of which none was learned from. ✓: the least costly way that no "
        "costlier one is better than, beyond chance."
    )
    st.caption(text.format(rows=f"{report['rows']:,}"))
