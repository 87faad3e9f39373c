"""Tables: one thing done to every row of a table, which comes back with new columns."""

import streamlit as st

from components.ui import navigation, notices
from components.ui.language import _
from components.ui.tables import history, inputs, session, view

navigation.guard()
work = session.current()
if work:
    navigation.name_tab(work.title)

with st.sidebar:
    history.draw(work)

st.title(_("Tables"))
inputs.draw(work.id if work else "")
if work:
    view.draw(work)
notices.draw()
