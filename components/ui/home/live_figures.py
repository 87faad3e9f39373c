"""Live figures of this server and their history: speed, memory, models, people waiting, bytes sent elsewhere.

The history is that of the process: a point every few seconds while somebody looks, kept for everybody.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import outgoing
from components.access import Person
from components.config import GB
from components.models.status import ModelStatus
from components.ui import heartbeat
from components.ui.language import _, ngettext
from components.ui.models_badge import is_busy
from components.ui.person import current
from components.ui.resources import loader, manager
from components.ui.text import plain
from components.ui.translate.route_picker import ready_models

EVERY = 5  # seconds between two points
POINTS = 60


@dataclass
class History:
    """The latest points of some figures. Safe to use from any thread."""

    clock: Callable[[], float] = time.monotonic
    _points: dict[str, deque[float]] = field(default_factory=dict)
    _at: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, **figures: float) -> None:
        """Adds a point to each, unless the last one is younger than `EVERY` seconds."""
        with self._lock:
            if self.clock() - self._at < EVERY:
                return
            self._at = self.clock()
            for name, value in figures.items():
                self._points.setdefault(name, deque(maxlen=POINTS)).append(value)

    def of(self, name: str) -> list[float]:
        with self._lock:
            return list(self._points.get(name, ()))


@st.cache_resource(show_spinner=False)
def _history() -> History:
    return History()


@st.fragment
def draw() -> None:
    """One row of figures, drawn again and again: every few seconds while something is going on."""
    models, history = manager().status(), _history()
    heartbeat.draw("home", EVERY if is_busy(models) else 2 * heartbeat.IDLE)
    devices = loader().devices_now()
    used = sum(device.total - device.free for device in devices) / GB
    waiting = sum(len(model.waiting) for model in models)
    speeds, ready, sent = recent_speeds(models), len(ready_models()), outgoing.total()
    history.note(memory=round(used, 1), waiting=waiting, ready=ready, sent=sent)
    total = sum(device.total for device in devices) / GB
    columns = st.columns([5, 6, 5, 5, 6])  # the wide ones have the longest words
    speed = _("{number} tokens/s").format(number=f"{speeds[-1]:.0f}") if speeds else "–"
    _metric(columns[0], _("Speed"), speed, _("Of the last answers"), speeds)
    memory = _("{used} of {total} GB").format(used=f"{used:.1f}", total=f"{total:.0f}") if devices else "–"
    about = _("Of this machine, by all programs")
    _metric(columns[1], _("Memory in use"), memory, about, history.of("memory"))
    about = _("They can be used without a download. Loaded now: {number}.").format(number=len(models))
    _metric(columns[2], _("Models ready"), f"{ready:,}", about, history.of("ready"))
    about = _("Of everybody who uses this server")
    _metric(columns[3], _("Requests waiting"), f"{waiting:,}", about, history.of("waiting"))
    about = _sent_where(current())
    _metric(columns[4], _("Sent to other machines"), in_bytes(sent), about, history.of("sent"))


def _metric(
    column: DeltaGenerator, label: str, value: str, about: str, history: Sequence[float] = ()
) -> None:
    chart = list(history) if len(history) > 1 else None
    column.metric(
        label, value, help=about, border=True, height="stretch", chart_data=chart, chart_type="area"
    )


def recent_speeds(models: list[ModelStatus]) -> list[float]:
    """Tokens/s of the last answers of the model that wrote most of late."""
    by_model = ([one.tokens_per_second for one in model.recent if one.tokens_per_second] for model in models)
    return max(by_model, key=len, default=[])


def in_bytes(size: int) -> str:
    """A size in the largest unit that keeps it above one: 0 bytes, 2.4 kB, 1.3 MB."""
    if size < 1000:
        return ngettext("{count} byte", "{count} bytes", size).format(count=size)
    if size < 1_000_000:
        return f"{size / 1000:.1f} kB"
    return f"{size / 1_000_000:.1f} MB"


def _sent_where(person: Person) -> str:
    """What is counted, and for an administrator to whom it went."""
    text = _("Counted by the clients of servers and of the model hub, since the app was started.")
    hosts = outgoing.by_host() if person.administrator else {}
    named = [f"{plain(host)}: {in_bytes(size)}" for host, size in hosts.items()]
    return "  \n".join([text, *named])
