"""A translated document's receipt as numbers and tables."""

from dataclasses import asdict

import pandas as pd
import streamlit as st

from components.messages import N_, sentences
from components.tasks.translate.receipt import CHECKED, Receipt, difference
from components.ui.language import _, said

_TITLES = {
    "segments": N_("Segments"),
    "translated": N_("Translated"),
    "retried": N_("Retried"),
    "flagged": N_("Flagged"),
    "skipped": N_("Skipped"),
    "same": N_("Same"),
    "remembered": N_("From memory"),
}


def draw(receipt: Receipt) -> None:
    counts = asdict(receipt.segments)
    with st.container(horizontal=True, gap="large"):
        for name, title in _TITLES.items():
            st.metric(_(title), f"{counts[name]:,}", width="content")
    st.caption(
        _("Skipped: nothing to translate in it. Same: a word that both languages share. Flagged: see below.")
    )
    st.caption(said(CHECKED))
    st.dataframe(_compared(receipt), hide_index=True)
    if receipt.marked:
        title = _("Marked segments ({count})").format(count=f"{receipt.segments.flagged:,}")
        with st.expander(title, icon=":material/flag:"):
            if more := receipt.unlisted:
                st.caption(said(more))
            st.dataframe(_marked(receipt), hide_index=True)


def _compared(receipt: Receipt) -> pd.DataFrame:
    rows = [
        (_(what), before, after, difference(before, after) or _("equal"))
        for what, before, after in receipt.compared
    ]
    return pd.DataFrame(rows, columns=[_("What"), _("Source"), _("Translation"), _("Difference")])


def _marked(receipt: Receipt) -> pd.DataFrame:
    rows = [
        (said(one.place), said(sentences(*one.findings)), one.source, one.target) for one in receipt.marked
    ]
    return pd.DataFrame(rows, columns=[_("Place"), _("Why"), _("Source"), _("Translation")])
