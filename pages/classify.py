"""Classify: texts under labels, by their names, by examples, or with a classifier that was kept."""

import streamlit as st

from components.ui import navigation
from components.ui.classify import history, inputs, keep_form, named, outcome, session, tuned_run
from components.ui.language import _

navigation.guard()
kept = session.current()
if kept:
    navigation.name_tab(kept.name)

with st.sidebar:
    history.draw(kept)
    keep_form.draw_import()

st.title(_("Classify"))
if kept:
    keep_form.draw_open(kept)
inputs.draw(kept)
outcome.draw(kept)
tuned_run.draw()
named.draw(kept)
