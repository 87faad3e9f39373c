"""Loads the default model in the background, once per process, after the first page has been drawn.

The first answer in a demo is then not the slow one, and no page waits for it.
"""

import threading

import streamlit as st

from components.errors import AppError
from components.ui.resources import config, library, shared_manager, shared_training

PAINT_SECONDS = 0.5  # lets the first page reach the browser before the processor gets busy


@st.cache_resource(show_spinner=False)
def start() -> None:
    timer = threading.Timer(PAINT_SECONDS, _load)
    timer.daemon = True
    timer.start()


def _load() -> None:
    shared_training()  # goes on with the queue that an earlier server left
    try:
        spec = shared_manager().catalog.get(config().default_model)
        if spec.source == "server" or library().here(spec):
            shared_manager().load(spec.id)
    except AppError:
        return  # no default model: the pages say so, and how to get one
