"""What the manager tells of itself, for the Models page and for people who wait.

Knows plain data and words; nothing about how models are loaded.
"""

from dataclasses import dataclass, field

from components.messages import Message, Said
from components.models.options import EngineInfo, Usage


@dataclass(frozen=True)
class ModelStatus:
    """One line of the Models page."""

    id: str
    title: str
    state: str
    stage: Message
    share: float  # of the load, 0 to 1
    device: Message
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
    reason: Message
    engine: str  # "transformers", "OpenVINO", "llama.cpp", "Bergamot", "NumPy"
    chosen: Message  # why that one


@dataclass(frozen=True)
class Event:
    """Something that the manager did, for the Models page."""

    at: float = field(compare=False)  # the clock's time, in seconds
    text: Message = ""


@dataclass(frozen=True)
class Outlook:
    """What would happen to the loaded models if so much memory were reserved now."""

    free: int  # bytes, before anything is unloaded
    reachable: int  # bytes, once what is evicted or waited for is gone
    kept: tuple[Message, ...]  # titles
    evicted: tuple[Message, ...]
    waits: bool  # for models in use
    fits: bool  # now or after waiting


def precision(info: EngineInfo) -> str:
    return info.dtype if info.quantization == "none" else f"{info.quantization} ({info.dtype})"


def place_in_line(title: str, number: int, seconds: float | None) -> Said:
    """Where a request is in line, 1 being the next, and how long that may take where it is known."""
    if expected := wait_in_words(seconds):
        return Said(
            "Waiting in line for {title}: number {number}, {expected}",
            title=title,
            number=number,
            expected=expected,
        )
    return Said("Waiting in line for {title}: number {number}", title=title, number=number)


def wait_in_words(seconds: float | None) -> Message:
    """An expected wait in words; empty if it isn't known."""
    if seconds is None:
        return ""
    if seconds < 8:
        return Said("a few seconds")
    if seconds < 95:
        return Said("about {number} seconds", number=max(round(seconds / 10), 1) * 10)
    return Said("about {number} minutes", number=round(seconds / 60))
