"""The settings of this server process, read once."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.config import Config, read_config


@st.cache_resource(show_spinner=False)
def config() -> Config:
    return read_config(secrets=_secrets())


def _secrets() -> Mapping[str, Any]:
    """The servers of Streamlit's secrets.toml, where their keys are best kept; nothing without one."""
    return st.secrets.get("servers", {}) if st.secrets.load_if_toml_exists() else {}
