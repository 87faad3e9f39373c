"""The verdict on a run in words: what it is, and what to do next. Knows the report alone."""

import streamlit as st

from components.training.reported import Report
from components.ui.language import said
from components.ui.text import plain


def draw(report: Report) -> None:
    sentence = plain(said(report["sentence"]))
    if report["verdict"] == "better":
        st.success(sentence, icon=":material/trending_up:")
    elif report["verdict"] == "worse":
        st.error(sentence, icon=":material/trending_down:")
    else:
        st.warning(sentence, icon=":material/trending_flat:")
    st.markdown(f":material/lightbulb: {plain(said(report['next']))}")
