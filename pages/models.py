"""Models: what is loaded and who waits for it, servers, and what can be loaded, downloaded or deleted."""

import streamlit as st

from components.ui import navigation
from components.ui.language import _
from components.ui.models import catalogue, loaded_list, model_form, server_form, servers, work

navigation.guard()

st.title(_("Models"))

loaded_list.draw_figures()

st.header(_("Loaded"))
loaded_list.draw_loaded()

st.header(_("Catalogue"))
catalogue.draw()
model_form.draw()

st.header(_("Servers"))
servers.draw()
server_form.draw()

work.draw()
