"""A file that is being read: on a thread of its own, its pages counted where they take long, with Stop.

Knows nothing about formats. A click elsewhere on the page doesn't begin it again: it goes on meanwhile.
Progress has a place that is there in every run of the page: were it there only while a file is read, all
that is below would move up by one in the next run, be made again by the browser, and lose what is typed.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.documents.page_progress import Told
from components.errors import AppError
from components.jobs import Job
from components.messages import Said
from components.ui.language import _, said
from components.ui.person import person
from components.ui.resources import jobs
from components.ui.text import plain

KIND = "read file"  # of the job: free, since uploads are counted by their size
_READING = "files_reading"  # in the session: what is being read -> its job
SHORT, POLL = 0.8, 0.3  # seconds in which nothing is drawn, and between two looks

Read = TypeVar("Read")
Work = Callable[[Told, Callable[[], bool]], Read]  # gets what hears of each page, and what says Stop


def followed(name: str, key: tuple[str, ...], work: Work[Read], place: DeltaGenerator | None = None) -> Read:
    """What the work on a file returns. Raises the AppError that it raises: Cancelled after Stop.

    `key` tells this file, and how it is read, from others in this session. `place`: an `st.empty()` of every
    run, to draw into.
    """
    return followed_job(name, key, lambda job: work(partial(tell, job, name), job.cancelled), place)


def followed_job(
    name: str, key: tuple[str, ...], work: Callable[[Job], Read], place: DeltaGenerator | None = None
) -> Read:
    """The same for work that says itself, of its job, what it does."""
    reading = st.session_state.setdefault(_READING, {})
    job = jobs().get(reading.get(key, ""))
    if job is None:
        job = jobs().start(KIND, person(), lambda job: _outcome(job, work))
        reading[key] = job.id
    show(job, name, place)
    del reading[key]
    outcome, job.result = job.result, None  # a job is remembered for long, a document needn't be
    if isinstance(outcome, AppError):
        raise outcome
    if job.state == "failed":
        raise AppError(job.error)
    found: Read = outcome
    return found


def once(place: str, key: tuple[str, ...], name: str, work: Work[Read]) -> Read:
    """The same, kept in the session at `place` until another key comes: what was read, or why it wasn't."""
    where = st.empty()
    kept = st.session_state.get(place)
    if kept is None or kept[0] != key:
        try:
            kept = key, followed(name, (place, *key), work, where)
        except AppError as error:
            kept = key, error
        st.session_state[place] = kept
    if isinstance(kept[1], AppError):
        raise kept[1]
    found: Read = kept[1]
    return found


def _outcome(job: Job, work: Callable[[Job], Read]) -> Read | AppError:
    """What the work made, or its error, whose kind tells a page that a password is missing."""
    try:
        return work(job)
    except AppError as error:
        return error


def tell(job: Job, name: str, done: int, of: int) -> None:
    """Notes which page of a file is read from its picture."""
    page = Said(
        "Reading {name}: page {number:,} of {of:,}, from its picture",
        name=name,
        number=min(done + 1, of),
        of=of,
    )
    job.say(page, done / max(1, of))


def show(job: Job, name: str, place: DeltaGenerator | None = None) -> None:
    """Waits for the end and draws how far it is: Streamlit hears any click while it draws."""
    if job.wait(SHORT):
        return
    place, began = place or st.empty(), time.monotonic()
    with place.container():
        shown = st.empty()
        key = f"stop_reading_{job.id}"
        st.button(_("Stop reading"), icon=":material/stop_circle:", on_click=job.cancel, key=key)
    while job.running:
        what = said(job.note) if job.note else _("Reading {name}").format(name=name)
        waited = int(time.monotonic() - began)
        shown.progress(job.share or 0.0, _("{what} ({seconds} s)").format(what=plain(what), seconds=waited))
        job.wait(POLL)
    place.empty()
