"""A machine, engines and a clock that the manager's tests hold in their hands."""

import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from components.config import Config
from components.messages import Message, Said
from components.models.catalog import Catalog, ModelSpec
from components.models.manager import ModelManager
from components.models.options import EngineInfo
from components.models.placement import Device, Footprint

GB = 1_000_000_000


class Clock:
    """Goes on when a test says so. In seconds."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def spec(name: str, billions: float = 1.0) -> ModelSpec:
    return ModelSpec(name, name.upper(), "chat", "local", name, int(billions * GB), 2048, "MIT")


class FakeEngine:
    def __init__(self, world: "FakeWorld", model: ModelSpec, device: str, memory: int) -> None:
        self.world, self.model, self.alive = world, model, True
        self.info = EngineInfo(device, "float32", "none", memory, 2048, True, 0.5, at_once=world.at_once)
        self.recent: deque = deque()

    def adapted(self, folder: Path):
        return "adapted", self, folder

    def leased(self, cancelled: Callable[[], bool], on_wait: Callable[[Message], object]) -> "FakeEngine":
        return self

    def close(self) -> None:
        self.alive = False
        self.world.closed.append(self.model.id)
        if self.model.id not in self.world.leaky:
            self.world.used.pop(self.model.id, None)


class FakeWorld:
    """A machine with one device; loading takes exactly what the model says."""

    def __init__(self, total_gb: float = 10, kind: str = "cpu", cards: int = 1) -> None:
        self.total, self.kind, self.cards = int(total_gb * GB), kind, cards
        self.used: dict[str, int] = {}
        self.loads: list[str] = []
        self.closed: list[str] = []
        self.leaky: set[str] = set()  # closing these frees nothing
        self.errors: deque[Exception | None] = deque()  # what the next loads raise
        self.gate = threading.Event()
        self.gate.set()
        self.reclaim: Callable[[], object] = lambda: None
        self.now = 1000.0
        self.at_once = 0  # requests in one batch

    def clock(self) -> float:
        return self.now

    def prepare(
        self, model: ModelSpec, on_progress: Callable[[Message, float], None]
    ) -> tuple[Path, Footprint]:
        on_progress(Said("Preparing {title}", title=model.title), 0.5)
        return Path(model.id), Footprint(model.parameters, 0, 2048)

    def on_torch(self, model: ModelSpec) -> ModelSpec:
        return self.adaptable(model)

    def adaptable(self, model: ModelSpec) -> ModelSpec:
        return model

    def on_its_own(self, model: ModelSpec) -> bool:
        return False

    def beside(self, base: ModelSpec) -> list[Path]:
        return []

    def holds(self, engine: object, adapter: Path) -> bool:
        return False

    def devices(self) -> list[Device]:
        free = self.total - sum(self.used.values())
        found = [Device(self.kind, i, f"GPU {i}", self.total, free, True) for i in range(self.cards)]
        return found if self.kind == "cpu" else [*found, Device("cpu", 0, "CPU", self.total, self.total)]

    def load(self, model, folder, placement, reclaim) -> FakeEngine:
        self.gate.wait(5)
        self.reclaim = reclaim
        self.loads.append(model.id)
        if self.errors and (error := self.errors.popleft()):
            raise error
        self.used[model.id] = placement.need
        return FakeEngine(self, model, "+".join(d.label for d in placement.devices), placement.need)


def make(world: FakeWorld, *specs: ModelSpec, **settings) -> ModelManager:
    catalog = Catalog(None, specs or (spec("a"), spec("b"), spec("c")))
    return ModelManager(catalog, world, Config(**settings), world.clock)


def use(manager: ModelManager, model_id: str) -> None:
    with manager.lease(model_id):
        pass


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def use_and_hear(manager: ModelManager, model_id: str, heard: list[str]) -> None:
    with manager.lease(model_id, on_wait=lambda said: heard.append(str(said))):
        pass


def use_as(manager: ModelManager, owner: str) -> None:
    with manager.lease("a", owner=owner):
        pass


def remote(name: str) -> ModelSpec:
    return ModelSpec(f"server:box/{name}", name, "chat", "server", name, 0, 0, "")
