"""Summarize: documents or pasted text, all of it read, every sentence with its source."""

import streamlit as st

from components.ui import navigation, summary_history, summary_inputs, summary_session, summary_view
from components.ui.language import _

navigation.guard()
result = summary_session.current()

with st.sidebar:
    summary_history.draw(result)

st.title(_("Summarize"))
summary_inputs.draw()
if result:
    st.divider()
    summary_view.draw(result)
