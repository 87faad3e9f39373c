"""The one model manager: load once, lease, evict what is idle, queue fairly.

Knows rules, counts and times. How a model is loaded, how memory is measured and what time it is come
in through the constructor, so that every rule is tested with fakes. The rules are those of Ollama's
scheduler: a reference count, fit before load, a bounded queue, one more try after running out.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from components.access import Person, Scoped, require_administrator
from components.config import GB, Config
from components.errors import AppError, Busy, Cancelled, EngineFailed, NotEnoughMemory
from components.models.catalog import Catalog, ModelSpec
from components.models.library import Progress
from components.models.options import Usage
from components.models.personal import PersonalCatalog, may_use
from components.models.placement import Device, Footprint, Placement, place, target_kind
from components.models.process import Engine
from components.models.turnstile import Turnstile

POLL_SECONDS = 0.1  # how often a waiting request looks whether it was cancelled
SWEEP_SECONDS = 5.0  # how often idle models are looked for
ROOM_SECONDS = 600.0  # how long a load waits for models in use to become idle


class Loader(Protocol):
    """What the manager asks of the world."""

    def prepare(self, spec: ModelSpec, on_progress: Progress) -> tuple[Path, Footprint]: ...

    def devices(self) -> list[Device]: ...

    def load(
        self, spec: ModelSpec, folder: Path, placement: Placement, reclaim: Callable[[], object]
    ) -> Engine: ...


@dataclass(eq=False)
class _Entry:
    """One model on its way in, loaded, or on its way out."""

    spec: ModelSpec
    state: Literal["loading", "ready", "unloading"] = "loading"
    stage: str = "Waiting to load"
    share: float = 0.0
    engine: Engine | None = None
    placement: Placement | None = None
    error: AppError | None = None
    leases: int = 0
    last_used: float = 0.0
    kind: str = ""  # of the device


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
    memory: int  # bytes of weights
    running: int
    waiting: tuple[str, ...]  # owners, next first
    pinned: bool
    idle_left: float | None  # seconds until it is unloaded; None: never, or in use
    recent: tuple[Usage, ...]
    reason: str


@dataclass(frozen=True)
class Event:
    """Something that the manager did, for the Models page."""

    at: float = field(compare=False)  # the clock's time, in seconds
    text: str = ""


class ModelManager(Scoped):
    """Shared by all sessions and safe to use from any thread; a person uses it by `for_person`."""

    def __init__(
        self, catalog: Catalog, loader: Loader, config: Config, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.catalog, self._loader, self._config, self._clock = catalog, loader, config, clock
        self._changed = threading.Condition()  # guards the fields below and the fields of the entries
        self._entries: dict[str, _Entry] = {}
        self._lines: dict[str, Turnstile] = {}
        self._pinned = {model_id for model_id, own in config.models.items() if own.pinned}
        self._events: deque[Event] = deque(maxlen=20)
        self._failures: dict[str, str] = {}  # why the last load of a model failed, if it did
        # One load at a time: two that each fit alone may not fit together. Taken before _changed.
        self._loading = threading.Lock()

    def for_person(self, person: Person) -> "ModelManager":
        """The same models, without others' own; only an administrator's loads, unloads and pins."""
        view = super().for_person(person)
        view.catalog = PersonalCatalog(self.catalog, person)
        return view

    @contextmanager
    def lease(
        self,
        model_id: str,
        owner: str = "",
        cancelled: Callable[[], bool] = lambda: False,
        on_wait: Callable[[str], None] = lambda text: None,
    ) -> Iterator[Engine]:
        """An engine that stays loaded until the block ends; loaded first if need be.

        `owner` is the person, for fairness; `on_wait` hears in words what is waited for.
        Raises Busy, Cancelled, NotEnoughMemory, Unavailable or EngineFailed.
        """
        spec = self.catalog.get(model_id)

        def in_line(position: int) -> None:
            on_wait(f"Waiting in line for {spec.title}: {_ordinal(position)}")

        with self._line(model_id).turn(owner, cancelled, in_line):
            entry = self._acquire(spec, cancelled, on_wait)
            try:
                assert entry.engine is not None
                yield entry.engine
            finally:
                with self._changed:
                    entry.leases -= 1
                    entry.last_used = self._clock()
                    self._changed.notify_all()

    def load(self, model_id: str) -> None:
        """Starts loading a model, if it isn't loaded; returns at once."""
        require_administrator(self._person)
        spec = self.catalog.get(model_id)
        with self._changed:
            self._entry(spec)

    def unload(self, model_id: str) -> None:
        """Takes a model out of memory. Raises Busy while somebody uses it."""
        require_administrator(self._person)
        with self._changed:
            entry = self._entries.get(model_id)
            if entry is None:
                return
            if entry.leases or entry.state != "ready":
                raise Busy(f"{entry.spec.title} is in use. Stop the answers in work, or wait for them.")
            entry.state = "unloading"
        self._close(entry)

    def pin(self, model_id: str, pinned: bool) -> None:
        """A pinned model is neither evicted nor unloaded for being idle."""
        require_administrator(self._person)
        with self._changed:
            (self._pinned.add if pinned else self._pinned.discard)(model_id)

    def reclaim(self) -> int:
        """Unloads every idle model that isn't pinned, and returns how many."""
        count = 0
        while victim := self._take_idle():
            self._close(victim)
            count += 1
        return count

    def sweep(self) -> None:
        """Unloads models that have been idle for longer than the keep-alive, or whose engine died."""
        while True:
            with self._changed:
                old = next((e for e in self._entries.values() if self._expired(e)), None)
                if old is None:
                    return
                old.state = "unloading"
            self._close(old)

    def keep_sweeping(self) -> None:
        """Sweeps in the background from now on."""

        def forever() -> None:
            while True:
                time.sleep(SWEEP_SECONDS)
                self.sweep()

        threading.Thread(target=forever, name="keep-alive", daemon=True).start()

    def status(self) -> list[ModelStatus]:
        with self._changed:
            shown = [e for e in self._entries.values() if self._may_see(e)]
            return [self._status(entry) for entry in shown]

    def failure(self, model_id: str) -> str:
        """Why the last load of a model failed; empty if it didn't."""
        with self._changed:
            return self._failures.get(model_id, "")

    def events(self) -> list[Event]:
        """What was loaded and unloaded lately, the newest first. Names may be other people's."""
        if not self._person.administrator:
            return []
        with self._changed:
            return list(reversed(self._events))

    def _may_see(self, entry: _Entry) -> bool:
        return self._person.administrator or may_use(entry.spec, self._person)

    def _line(self, model_id: str) -> Turnstile:
        with self._changed:
            return self._lines.setdefault(
                model_id, Turnstile(self._config.parallel, self._config.queue_limit)
            )

    def _entry(self, spec: ModelSpec) -> _Entry:
        """The entry of a model, its load started if there was none. Call with _changed held."""
        entry = self._entries.get(spec.id)
        if entry and entry.state == "ready" and entry.engine and not entry.engine.alive:
            del self._entries[spec.id]  # its process died; nothing is left to close
            entry = None
        if entry is None:
            entry = self._entries[spec.id] = _Entry(spec)
            self._failures.pop(spec.id, None)
            threading.Thread(target=self._load, args=(entry,), name=f"load {spec.id}", daemon=True).start()
        return entry

    def _acquire(
        self, spec: ModelSpec, cancelled: Callable[[], bool], on_wait: Callable[[str], None]
    ) -> _Entry:
        """Waits until the model is loaded and counts one more user of it."""
        said = ""
        with self._changed:
            entry = self._entry(spec)
            while True:
                if entry.error:
                    raise entry.error
                if entry.state == "ready":
                    entry.leases += 1
                    return entry
                if cancelled():
                    raise Cancelled("Stopped while the model was loading.")
                if entry.stage != said:
                    said = entry.stage
                    on_wait(said)
                self._changed.wait(POLL_SECONDS)
                if entry.state == "unloading" and self._entries.get(spec.id) is not entry:
                    entry = self._entry(spec)

    def _load(self, entry: _Entry) -> None:
        """Runs on a thread of its own: the first person to ask may leave, the others still wait."""
        spec = entry.spec
        try:
            folder, footprint = self._loader.prepare(spec, lambda text, share: self._say(entry, text, share))
            with self._loading:
                engine, placement = self._load_with_room(entry, folder, footprint)
            with self._changed:
                entry.engine, entry.placement, entry.state = engine, placement, "ready"
                entry.last_used = self._clock()
                self._note(f"Loaded {spec.title} on {engine.info.device} in {engine.info.load_seconds:.1f} s")
        except AppError as error:
            self._fail(entry, error)
        except Exception as error:  # noqa: BLE001 - a thread's last line: whoever waits must hear of it
            self._fail(entry, EngineFailed(f"{spec.title} could not be loaded: {error}"))

    def _fail(self, entry: _Entry, error: AppError) -> None:
        with self._changed:
            entry.error = error
            self._failures[entry.spec.id] = str(error)
            if self._entries.get(entry.spec.id) is entry:
                del self._entries[entry.spec.id]
            self._note(f"{entry.spec.title} was not loaded: {error}")

    def _load_with_room(self, entry: _Entry, folder: Path, footprint: Footprint) -> tuple[Engine, Placement]:
        spec = entry.spec
        for attempt in (1, 2):
            placement = self._make_room(entry, footprint)
            self._say(entry, f"Loading {spec.title}", 0.9)
            try:
                return self._loader.load(spec, folder, placement, self.reclaim), placement
            except NotEnoughMemory:
                if attempt == 2:
                    raise
                self._say(entry, f"Out of memory: making room for {spec.title}", 0.5)
                self.reclaim()
        raise AssertionError("unreachable")

    def _make_room(self, entry: _Entry, footprint: Footprint) -> Placement:
        """Evicts idle models, the least recently used first, until this one fits as measured."""
        spec, deadline = entry.spec, time.monotonic() + ROOM_SECONDS
        while True:
            devices = self._within_budget(self._loader.devices())
            kind = target_kind(devices, self._config.device)
            try:
                settings = self._config.for_model(spec.id)
                placement = place(spec.title, footprint, devices, self._config, settings)
                entry.kind = kind
                return placement
            except NotEnoughMemory:
                if victim := self._take_idle(kind):
                    self._close(victim, f" to make room for {spec.title}")
                    continue
                if shorter := footprint.shorter():
                    footprint = shorter  # better a model that remembers less than none
                    continue
                if not self._busy(kind) or time.monotonic() > deadline:
                    raise
            self._say(entry, f"Waiting for memory: {spec.title} loads when a model in use is done", 0.0)
            with self._changed:
                self._changed.wait(POLL_SECONDS)

    def _within_budget(self, devices: list[Device]) -> list[Device]:
        """What is free, less what the settings don't let us have."""
        if self._config.memory_budget_gb is None:
            return devices
        with self._changed:
            used = sum(e.engine.info.memory for e in self._entries.values() if e.engine)
        left = max(int(self._config.memory_budget_gb * GB) - used, 0)
        return [
            Device(d.kind, d.index, d.name, d.total, min(d.free, left), bfloat16=d.bfloat16) for d in devices
        ]

    def _take_idle(self, kind: str | None = None) -> _Entry | None:
        """The least recently used idle model on a kind of device, marked as going."""
        with self._changed:
            idle = [
                e
                for e in self._entries.values()
                if e.state == "ready"
                and not e.leases
                and e.spec.id not in self._pinned
                and kind in (None, e.kind)
            ]
            if not idle:
                return None
            victim = min(idle, key=lambda e: e.last_used)
            victim.state = "unloading"
            return victim

    def _busy(self, kind: str) -> bool:
        """Whether waiting may help: a model in use, not pinned, holds memory of this kind."""
        with self._changed:
            return any(
                e.leases and e.kind == kind and e.spec.id not in self._pinned for e in self._entries.values()
            )

    def _expired(self, entry: _Entry) -> bool:
        if entry.state != "ready" or entry.leases or entry.engine is None:
            return False
        idle = self._clock() - entry.last_used
        return not entry.engine.alive or (
            idle >= self._config.keep_alive and entry.spec.id not in self._pinned
        )

    def _close(self, entry: _Entry, why: str = "") -> None:
        """Unloads an entry marked as going, and notes the memory that came back, as measured."""
        assert entry.engine is not None
        text = f"Unloaded {entry.spec.title}{why}"
        try:
            if entry.engine.alive:
                before = self._free(entry.kind)
                entry.engine.close()
                text += f": {max(self._free(entry.kind) - before, 0) / GB:.2f} GB more is free"
        except AppError as error:
            text += f": {error}"
        finally:
            with self._changed:
                if self._entries.get(entry.spec.id) is entry:
                    del self._entries[entry.spec.id]
                self._note(text)

    def _free(self, kind: str) -> int:
        return sum(device.free for device in self._loader.devices() if device.kind == kind)

    def _say(self, entry: _Entry, stage: str, share: float) -> None:
        with self._changed:
            entry.stage, entry.share = stage, share
            self._changed.notify_all()

    def _note(self, text: str) -> None:
        """Call with _changed held."""
        self._events.append(Event(self._clock(), text))
        self._changed.notify_all()

    def _status(self, entry: _Entry) -> ModelStatus:
        engine, pinned = entry.engine, entry.spec.id in self._pinned
        line = self._lines.get(entry.spec.id)
        never = pinned or entry.leases or entry.state != "ready"
        left = self._config.keep_alive - (self._clock() - entry.last_used)
        return ModelStatus(
            id=entry.spec.id,
            title=entry.spec.title,
            state="in use" if entry.leases else entry.state,
            stage=entry.stage,
            share=entry.share,
            device=engine.info.device if engine else "",
            dtype=_precision(engine) if engine else "",
            memory=engine.info.memory if engine else 0,
            running=entry.leases,
            waiting=tuple(line.line()) if line else (),
            pinned=pinned,
            idle_left=None if never else max(left, 0.0),
            recent=tuple(engine.recent) if engine else (),
            reason=entry.placement.reason if entry.placement else "",
        )


def _precision(engine: Engine) -> str:
    info = engine.info
    return info.dtype if info.quantization == "none" else f"{info.quantization} ({info.dtype})"


def _ordinal(number: int) -> str:
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
