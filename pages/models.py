"""Models: what is loaded and who waits for it, servers, and what can be loaded, downloaded or deleted."""

import streamlit as st

from components.ui import navigation
from components.ui.language import _
from components.ui.models import adding, catalogue, listing, server_form, servers, work

navigation.guard()

st.title(_("Models"))

listing.draw_figures()

st.header(_("Loaded"))
listing.draw_loaded()

st.header(_("Catalogue"))
catalogue.draw()
adding.draw()

st.header(_("Servers"))
servers.draw()
server_form.draw()

work.draw()
