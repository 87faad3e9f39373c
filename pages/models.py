"""Models: what is loaded and who waits for it, and what can be loaded, downloaded or deleted."""

import streamlit as st

from components.ui import model_list, navigation, work

navigation.guard()

st.title("Models")

st.subheader("Loaded")
model_list.draw_loaded()

st.subheader("Catalogue")
model_list.draw_catalogue()

work.draw()
