"""Starts the log and the port with metrics and readiness, once per process, for the server's operator."""

import logging

import streamlit as st

from components.errors import AppError
from components.telemetry import METRICS, serve, start_logging
from components.ui.resources import config, library, loader, shared_manager


@st.cache_resource(show_spinner=False)
def start() -> None:
    start_logging(config().log_format)
    if config().metrics_port:
        try:
            serve(config().metrics_port, config().metrics_address, ready, refresh)
        except OSError as error:
            logging.getLogger("wordbench").error(
                "The port %d for metrics can't be opened: %s", config().metrics_port, error.strerror
            )


def ready() -> tuple[bool, str]:
    """Whether a model can answer now: one is loaded, or the default model can be."""
    states = {model.id: model.state for model in shared_manager().status()}
    if any(state in ("ready", "in use") for state in states.values()):
        return True, "a model is loaded"
    if "loading" in states.values():
        return False, "a model is loading"
    try:
        spec = shared_manager().catalog.get(config().default_model)
    except AppError:
        return False, "no default model"
    if failure := shared_manager().failure(spec.id):
        return False, f"the default model could not be loaded: {failure}"
    if library().here(spec):
        return True, "the default model is loaded at the first request"
    return False, "the default model is not on this machine"


def refresh() -> None:
    """Updates the gauges, when Prometheus asks."""
    METRICS.queue.clear()
    METRICS.loaded.clear()
    for model in shared_manager().status():
        METRICS.queue.labels(model.id).set(len(model.waiting))
        METRICS.loaded.labels(model.id).set(model.memory)
    for device in loader().devices_now():
        METRICS.free.labels(device.name).set(device.free)
    METRICS.engine.set(loader().process_memory())
