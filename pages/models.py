"""Models: what is loaded and who waits for it, servers, and what can be loaded, downloaded or deleted."""

import streamlit as st

from components.ui import model_list, navigation, server_list, work

navigation.guard()

st.title("Models")

st.subheader("Loaded")
model_list.draw_loaded()

st.subheader("Servers")
server_list.draw()

st.subheader("Catalogue")
model_list.draw_catalogue()

work.draw()
