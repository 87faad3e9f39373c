"""The settings of this server process, read once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from components.config import Config, read_config, read_toml


@st.cache_resource(show_spinner=False)
def config() -> Config:
    return read_config(secrets=_secrets())


def _secrets() -> Mapping[str, Any]:
    """The servers of Streamlit's secrets.toml, where their keys are best kept; nothing without one."""
    if st.secrets.load_if_toml_exists():
        return st.secrets.get("servers", {})
    for path in st.get_option("secrets.files"):  # there is none, or it can't be read
        if Path(path).is_file():
            read_toml(Path(path))
    return {}
