"""Models: what is loaded and who waits for it, servers, and what can be loaded, downloaded or deleted."""

import streamlit as st

from components.ui import navigation
from components.ui.language import _
from components.ui.models import listing, servers, work

navigation.guard()

st.title(_("Models"))

st.subheader(_("Loaded"))
listing.draw_loaded()

st.subheader(_("Servers"))
servers.draw()

st.subheader(_("Catalogue"))
listing.draw_catalogue()

work.draw()
