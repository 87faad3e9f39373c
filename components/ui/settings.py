"""The settings of this server process, read once."""

import streamlit as st

from components.config import Config, read_config


@st.cache_resource(show_spinner=False)
def config() -> Config:
    return read_config()
