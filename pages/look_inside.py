"""Look inside: what a model sees, doubts and weighs, on a text of one's own."""

import streamlit as st

from components.ui import navigation, notices
from components.ui.language import _
from components.ui.look_inside import inputs, views

navigation.guard()

st.title(_("Look inside"))
inputs.take_errand()
inputs.take_written()
given = inputs.draw()
notices.draw()
if given:
    views.draw(given)
