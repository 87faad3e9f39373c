"""What is in memory, what is promised, and how much room that leaves.

Rules over numbers: knows neither how memory is measured nor how a model is loaded.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from components.config import GB
from components.errors import AppError
from components.messages import Message, Said
from components.models.catalog import ModelSpec
from components.models.engine import Engine
from components.models.placement import Device, Placement
from components.models.status import Outlook


@dataclass(eq=False)
class Entry:
    """One model that is being loaded, loaded, or being unloaded."""

    spec: ModelSpec
    state: Literal["loading", "ready", "unloading"] = "loading"
    stage: Message = Said("Waiting to load")  # noqa: RUF009 - frozen
    share: float = 0.0
    engine: Engine | None = None
    placement: Placement | None = None
    error: AppError | None = None
    leases: int = 0
    last_used: float = 0.0
    kind: str = ""  # of the device
    cpu_only: bool = False

    @property
    def memory(self) -> int:
        """Bytes that it takes or may come to take; 0 while it isn't loaded."""
        return self.engine.info.memory if self.engine else 0


@dataclass(eq=False)
class Reservation:
    """Memory promised to work outside of the engine: a training run."""

    need: int
    used: Callable[[], int]  # how much of it the work has taken by now: that is no longer free anyway
    kind: str

    @property
    def outstanding(self) -> int:
        return max(self.need - self.used(), 0)


def largest(devices: Iterable[Device], kind: str) -> int:
    """The largest free stretch on one device of a kind."""
    return max((device.free for device in devices if device.kind == kind), default=0)


def left_of(
    devices: list[Device], budget_gb: float | None, taken: int, promised: Sequence[Reservation]
) -> list[Device]:
    """What is free, less what is promised to others and what the settings don't let us have.

    The budget counts what models have taken and all that is promised; a device, only what is still to come.
    With 10 GB free, a budget of 8 GB, 3 GB taken and 4 GB promised, of which 1 GB is used by now: 1 GB.
    """
    if budget_gb is None and not promised:
        return devices
    left = None if budget_gb is None else max(int(budget_gb * GB) - taken - sum(r.need for r in promised), 0)
    found = []
    for device in devices:
        free = max(device.free - sum(r.outstanding for r in promised if r.kind == device.kind), 0)
        found.append(replace(device, free=free if left is None else min(free, left)))
    return found


def outlook(
    need: int, free: int, here: Sequence[Entry], pinned: Iterable[str], title: Callable[[Entry], Message]
) -> Outlook:
    """What would happen to the models on one kind of device if so much memory were reserved there."""
    movable = [entry for entry in here if entry.spec.key not in pinned]
    left, evicted = free, []
    for entry in sorted((e for e in movable if not e.leases), key=lambda e: e.last_used):
        if left >= need:
            break
        evicted.append(entry)
        left += entry.memory
    busy = [entry for entry in movable if entry.leases]
    waits = left < need and bool(busy)
    left += sum(entry.memory for entry in busy) if waits else 0
    kept = tuple(title(entry) for entry in here if entry not in evicted)
    return Outlook(free, left, kept, tuple(map(title, evicted)), waits, left >= need)
