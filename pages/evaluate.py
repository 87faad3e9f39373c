"""Evaluate: models asked the same questions, and what the difference between their answers can show."""

import streamlit as st

from components.ui import navigation, notices
from components.ui.evaluate import blind_vote, history, inputs, session, view
from components.ui.language import _

navigation.guard()
if room := st.query_params.get(blind_vote.ADDRESS):
    blind_vote.draw_room(room)
    notices.draw()
    st.stop()
work = session.current()
if work:
    navigation.name_tab(work.title)

with st.sidebar:
    history.draw(work)

st.title(_("Evaluate"))
if work is None:
    inputs.say_empty()
inputs.draw(work)
if work:
    view.draw(work)
