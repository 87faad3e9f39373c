"""Summarize: documents or pasted text, all of it read, every sentence with its source."""

import streamlit as st

from components.ui import navigation
from components.ui.language import _
from components.ui.summarize import history, inputs, session, view

navigation.guard()
result = session.current()
if result:
    navigation.name_tab(result.title)

with st.sidebar:
    history.draw(result)

st.title(_("Summarize"))
inputs.draw(result)
if result:
    view.draw(result)
