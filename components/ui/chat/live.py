"""Answers while they are written: what is finished of them (whole paragraphs) is drawn once, their ends again
and again, as often as is worth what it costs on the wire. Knows jobs and texts, not conversations.

A run of a part of the page costs kilobytes before it has drawn anything. So one run looks for some seconds,
and sends only what has changed of a text; the browser asks for the next one meanwhile.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.jobs import Job
from components.store import StoredMessage
from components.ui import heartbeat, job_progress
from components.ui.answer_view import Growing, beginning, blocks, reasoned, show, split_reasoning
from components.ui.language import _
from components.ui.resources import jobs, store
from components.ui.text import plain

AVATAR = ":material/smart_toy:"
START, TURN = 0.2, 8.0  # seconds until the first run that looks again and again, and that each of them looks
OFTEN, SELDOM = 0.2, 1.6  # seconds between two times that something is drawn: at least, and at most
LOOK, TOKEN, LETTERS = 250, 500, 4  # bytes of a look besides its text, wanted per token; bytes of a token
LONG = 1_500  # letters of an end from which what is finished of it is drawn for good
TOLD = 1.0  # seconds between two times that the speed is told


@dataclass(frozen=True)
class Drawn:
    """One answer as the page has it: drawn for good up to `done`; `place` is where the rest is drawn."""

    message_id: int
    place: DeltaGenerator
    hidden: int  # length of its reasoning
    done: int


@dataclass
class Followed:
    """The answers that a page has, and whether a run has begun to follow them."""

    answers: Sequence[Drawn]
    begun: bool = False


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
            drawn.append(Drawn(message.id, st.container(), reasoned(text), done))
    _follow(Followed(drawn))


@st.fragment
def _follow(followed: Followed) -> None:
    """Draws the ends: with the page once, since there is more below it; then for some seconds each time."""
    again = followed.begun
    followed.begun = True
    heartbeat.draw("live", TURN if again else START)
    found = [(one, store().message(one.message_id)) for one in followed.answers]
    ends = [_End(one, message) for one, message in found if message]
    until = time.monotonic() + (heartbeat.LATEST * TURN if again else 0)
    while True:
        written = [end.look() for end in ends]
        if not any(written):
            st.rerun()  # the whole page, with what is to be said and done about a finished answer
        if time.monotonic() >= until:
            return
        time.sleep(OFTEN / 2)
        st.session_state.get("live")  # where it is asked for something, Streamlit hears a click


@dataclass
class _End:
    """The end of one answer, in one run: what of it has been drawn, and when."""

    drawn: Drawn
    message: StoredMessage
    _size: int = 0  # bytes of its text
    _looked: float = 0.0
    _told: float = 0.0
    _line: tuple[str, float | None] = ("", None)  # what is said below it, and the share that is done
    _thoughts: Growing | None = None
    _answer: Growing = field(init=False)
    _said: DeltaGenerator = field(init=False)
    _bar: DeltaGenerator = field(init=False)

    def __post_init__(self) -> None:
        job = jobs().live(self.message.job_id)
        reasoning, answer = split_reasoning(_text(self.message, job)[self.drawn.done :])
        self._parts = bool(reasoning), bool(reasoning and answer)
        with self.drawn.place:
            if reasoning:
                label = _("Reasoning")
                folded = st.expander(label, icon=":material/psychology:", expanded=not answer)
                self._thoughts = Growing(folded)
            self._answer = Growing(st.container())
            self._said, self._bar = st.empty(), st.empty()

    def look(self) -> bool:
        """Draws what is new, where it is worth that; whether the answer is still being written.

        The whole page is drawn where reasoning begins or ends, or more of the answer is finished.
        """
        job, now = jobs().live(self.message.job_id), time.monotonic()
        text, one = _text(self.message, job), self.drawn
        reasoning, answer = split_reasoning(text[one.done :])
        hides = reasoned(text) != one.hidden and one.done
        if (
            hides
            or beginning(text) - one.done > LONG
            or (bool(reasoning), bool(reasoning and answer)) != self._parts
        ):
            st.rerun()
        size, parts = len(text.encode("utf-8", "replace")), blocks(answer or reasoning)
        repeated = len(parts[-1].text.encode("utf-8", "replace")) if parts else 0
        if size and (not self._looked or worth(size - self._size, repeated, now - self._looked)):
            if self._thoughts:
                self._thoughts.draw(blocks(reasoning))
            self._answer.draw(blocks(answer))
            self._size, self._looked = size, now
        self._draw_line(job, bool(text), now)
        return job is not None

    def _draw_line(self, job: Job | None, begun: bool, now: float) -> None:
        line = ""
        share: float | None = None
        if job and (job.note or not begun):
            line, share = f":material/hourglass_top: {job_progress.doing(job)}…", job.share
        elif job and now - self._told >= TOLD:
            self._told, line = now, speed(job, self.message)
        elif job:
            return
        before, self._line = self._line, (line, share)
        if line != before[0]:
            self._said.caption(line) if line else self._said.empty()
        if share is None and before[1] is not None:
            self._bar.empty()
        elif share is not None and share != before[1]:
            self._bar.progress(share)


def worth(new: int, repeated: int, seconds: float) -> bool:
    """Whether `new` bytes of an answer are drawn now, so many seconds after the last time.

    They cost a message, and what is `repeated` of the block that they end: a slow answer is drawn less often,
    so that a token of it costs no more than that of a quick one.
    """
    if new <= 0 or seconds < OFTEN:
        return False
    return seconds >= SELDOM or (LOOK + repeated) * LETTERS <= TOKEN * new


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


def _text(message: StoredMessage, job: Job | None) -> str:
    return job.text if job else message.text
