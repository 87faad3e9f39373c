"""Models: what is loaded and who waits for it, servers, and what can be loaded, downloaded or deleted."""

import streamlit as st

from components.ui import model_list, navigation, server_list, work
from components.ui.language import _

navigation.guard()

st.title(_("Models"))

st.subheader(_("Loaded"))
model_list.draw_loaded()

st.subheader(_("Servers"))
server_list.draw()

st.subheader(_("Catalogue"))
model_list.draw_catalogue()

work.draw()
