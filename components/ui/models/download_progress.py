"""A model's download on the Models page: begun, watched, paused, resumed, cancelled."""

from functools import partial

import streamlit as st

from components.config import GB
from components.jobs import Job
from components.messages import N_
from components.models.catalog import ModelSpec
from components.ui.language import _, said
from components.ui.models.buttons import button
from components.ui.person import person
from components.ui.resources import jobs, library
from components.ui.text import plain


def start(spec: ModelSpec) -> None:
    """Begins a download, or goes on with one that was paused or broke off."""

    def work(job: Job) -> None:
        library().download(spec, job.say, job.cancelled, lambda: spec.id in _paused())

    if not jobs().running(f"download {spec.id}"):
        _paused().discard(spec.id)
        jobs().start(f"download {spec.id}", person(), work)


def draw(spec: ModelSpec, download: Job) -> None:
    """One in progress."""
    st.progress(download.share or 0.0, text=plain(said(download.note) or _("Contacting the model hub")))
    with st.container(horizontal=True):
        button(N_("Pause"), spec.id, ":material/pause:", partial(_pause, spec, download))
        button(N_("Cancel"), spec.id, ":material/close:", partial(_cancel, spec, download))


def draw_paused(spec: ModelSpec, here: int) -> None:
    """One of which `here` bytes have arrived."""
    text = _("Paused: {here} of {total} GB are here.")
    st.caption(text.format(here=f"{here / GB:.2f}", total=f"{spec.download_bytes / GB:.2f}"))
    button(N_("Resume"), spec.id, ":material/play_arrow:", partial(start, spec))
    button(N_("Discard"), spec.id, ":material/close:", partial(library().discard, spec))


@st.cache_resource(show_spinner=False)
def _paused() -> set[str]:
    """The models whose download was stopped to go on with it later."""
    return set()


def _pause(spec: ModelSpec, download: Job) -> None:
    _paused().add(spec.id)
    download.cancel()


def _cancel(spec: ModelSpec, download: Job) -> None:
    _paused().discard(spec.id)
    download.cancel()
