"""Answers while they are written: what is finished of them (whole paragraphs) is drawn once, their ends again
and again, as often as is worth what it costs on the wire. Knows jobs and texts, not conversations.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.jobs import Job
from components.store import StoredMessage
from components.ui import job_progress
from components.ui.answer_view import beginning, reasoned, show
from components.ui.language import _
from components.ui.resources import jobs, store
from components.ui.text import plain

AVATAR = ":material/smart_toy:"
PACES = (0.2, 0.4, 0.8, 1.6)  # seconds between two looks
LOOK, TOKEN, LETTERS = 2_900, 800, 4  # bytes of a look besides its text, wanted per token; letters of a token
LONG = 1_500  # letters of an end from which what is finished of it is drawn for good
SURE = 1.5  # seconds after which the speed of an answer can be told
_PACE = "live_pace"


@dataclass(frozen=True)
class Drawn:
    """One answer as the page has it: drawn for good up to `done`; `place` is where the rest is drawn."""

    message_id: int
    place: DeltaGenerator
    length: int  # of its text at that time
    hidden: int  # length of its reasoning
    done: int


def draw(messages: Sequence[StoredMessage], titles: Mapping[str, str]) -> None:
    """Answers that are being written, side by side if there are several."""
    drawn = []
    for column, message in zip(st.columns(len(messages)), messages, strict=True):
        with column, st.chat_message("assistant", avatar=AVATAR):
            if len(messages) > 1:
                st.markdown(f"**{plain(titles.get(message.model_id, message.model_id))}**")
            text = _text(message, jobs().live(message.job_id))
            done = beginning(text)
            with st.container():
                if done:
                    show(text[:done])
            drawn.append(Drawn(message.id, st.container(), len(text), reasoned(text), done))
    pace = st.session_state.get(_PACE, PACES[0])
    st.fragment(_follow, run_every=pace)(drawn, pace, time.monotonic())


def _follow(drawn: Sequence[Drawn], pace: float, began: float) -> None:
    """Draws the ends; the whole page where an answer has ended or come far, or another pace is better."""
    found = [(one, message) for one in drawn if (message := store().message(one.message_id))]
    live = [jobs().live(message.job_id) for _one, message in found]
    if not any(live):
        st.session_state.pop(_PACE, None)
        st.rerun()
    new = ends = 0
    for (one, message), job in zip(found, live, strict=True):
        text = _text(message, job)
        new, ends = new + len(text) - one.length, ends + len(text[one.done :].encode())
        if (reasoned(text) != one.hidden and one.done) or beginning(text) - one.done > LONG:
            st.rerun()
        with one.place:
            _draw_end(text[one.done :], job, bool(text), message)
    better = pace_for(pace, new, time.monotonic() - began, ends)
    if better != pace:
        st.session_state[_PACE] = better
        st.rerun()


def _text(message: StoredMessage, job: Job | None) -> str:
    return job.text if job else message.text


def _draw_end(text: str, job: Job | None, begun: bool, message: StoredMessage) -> None:
    if text:
        show(text)
    if job and (job.note or not begun):
        st.caption(f":material/hourglass_top: {job_progress.doing(job)}…")
        if job.share is not None:
            st.progress(job.share)
    elif job and (told := speed(job, message)):
        st.caption(told)


def speed(job: Job, message: StoredMessage) -> str:
    """How fast an answer is written, and how much of what it may be long; empty where no token is counted."""
    if not job.counted or (pace := job.pace) is None:
        return ""
    told = _("{rate} tokens/s").format(rate=f"{pace:.0f}" if pace >= 10 else f"{pace:.1f}")
    most = message.settings.get("max_new_tokens")
    if isinstance(most, int) and most >= job.counted:
        so_far = _("{count} of at most {most} tokens")
        told = " · ".join([told, so_far.format(count=f"{job.counted:,}", most=f"{most:,}")])
    return f":material/speed: {told}"


def pace_for(pace: float, letters: int, seconds: float, size: int) -> float:
    """Seconds between two looks of `size` bytes of text, at `letters` that came within `seconds`.

    Each look costs `LOOK` bytes before it says anything, and repeats the end of the answer: a slow answer is
    looked at less often, so that a token of it costs no more than that of a quick one. The pace stays where
    another would be better by a little only, since a change costs a whole page.
    """
    if letters <= 0 or seconds < SURE:
        return pace
    wanted = (LOOK + size) * seconds * LETTERS / (TOKEN * letters)
    if wanted > 1.25 * pace or wanted < pace / 3:
        return next((one for one in PACES if one >= 0.8 * wanted), PACES[-1])
    return pace
