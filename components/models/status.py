"""What the manager tells of itself, for the Models page and for those who wait.

Knows plain data and words; nothing about how models are loaded.
"""

from dataclasses import dataclass, field

from components.messages import N_
from components.models.engine import Engine
from components.models.options import Usage


@dataclass(frozen=True)
class ModelStatus:
    """One line of the Models page."""

    id: str
    title: str
    state: str
    stage: str
    share: float  # of the load, 0 to 1
    device: str
    dtype: str
    memory: int  # bytes that it takes or may come to take
    running: int
    waiting: tuple[str, ...]  # owners, next first
    expected: float | None  # seconds that one more request may wait; None: nothing is known
    pinned: bool
    idle_left: float | None  # seconds until it is unloaded; None: never, or in use
    recent: tuple[Usage, ...]
    pace: float | None  # tokens/s of late; None: nothing was written
    pace_beside_training: float | None  # the same while a training run was going on
    reason: str
    engine: str  # "transformers", "OpenVINO"
    chosen: str  # why that one


@dataclass(frozen=True)
class Event:
    """Something that the manager did, for the Models page."""

    at: float = field(compare=False)  # the clock's time, in seconds
    text: str = ""


@dataclass(frozen=True)
class Outlook:
    """What would happen to the loaded models if so much memory were reserved now."""

    free: int  # bytes, before anything is unloaded
    reachable: int  # bytes, once what is evicted or waited for is gone
    kept: tuple[str, ...]  # titles
    evicted: tuple[str, ...]
    waits: bool  # for models in use
    fits: bool  # now or after waiting


def precision(engine: Engine) -> str:
    info = engine.info
    return info.dtype if info.quantization == "none" else f"{info.quantization} ({info.dtype})"


# Whole sentences, since the ending of an ordinal number is an English one.
_PLACES = {
    "st": (
        N_("Waiting in line for {title}: {number}st"),
        N_("Waiting in line for {title}: {number}st, {expected}"),
    ),
    "nd": (
        N_("Waiting in line for {title}: {number}nd"),
        N_("Waiting in line for {title}: {number}nd, {expected}"),
    ),
    "rd": (
        N_("Waiting in line for {title}: {number}rd"),
        N_("Waiting in line for {title}: {number}rd, {expected}"),
    ),
    "th": (
        N_("Waiting in line for {title}: {number}th"),
        N_("Waiting in line for {title}: {number}th, {expected}"),
    ),
}


def in_line(title: str, number: int, expected: str) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return _PLACES[ending][bool(expected)].format(title=title, number=number, expected=expected)
