"""The models in memory: each loaded once, the least recently used going first where room is needed.

Knows entries, reservations and the loader; nothing about people, queues or leases beyond their number. Shared
by all threads: `changed` guards the fields below it and the fields of the entries.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from components.config import GB, Config
from components.errors import AppError, Cancelled, EngineFailed, NotEnoughMemory
from components.messages import Message, Said
from components.models import room
from components.models.catalog import ModelSpec
from components.models.engine import Engine
from components.models.loader import Loader
from components.models.placement import Device, Footprint, Placement, place, target_kind
from components.models.room import Entry, Reservation
from components.models.status import Event

POLL_SECONDS = 0.1  # how often a waiting request looks whether it was cancelled
ROOM_SECONDS = 600.0  # how long a load waits for models in use to become idle

T = TypeVar("T")


class Shelf:
    """All models of this process. `on_ready` hears of each load that succeeded, with `changed` held."""

    def __init__(
        self,
        loader: Loader,
        config: Config,
        clock: Callable[[], float] = time.monotonic,
        on_ready: Callable[[Entry], None] = lambda entry: None,
    ) -> None:
        self._loader, self._config, self._clock, self._on_ready = loader, config, clock, on_ready
        self.changed = threading.Condition()  # guards all that follows
        self.entries: dict[str, Entry] = {}
        self.pinned = {model_id for model_id, own in config.models.items() if own.pinned}
        self.events: deque[Event] = deque(maxlen=20)
        self.reservations: list[Reservation] = []
        self.failures: dict[str, Message] = {}  # why the last load of a model failed, if it did
        # One load at a time: two that each fit alone may not fit together. Taken before `changed`.
        self.loading = threading.Lock()

    def entry(self, spec: ModelSpec) -> Entry:
        """The entry of a model, its load started if there was none. Call with `changed` held."""
        entry = self.entries.get(spec.key)
        if entry and entry.state == "ready" and entry.engine and not entry.engine.alive:
            del self.entries[spec.key]  # its process died; nothing is left to close
            entry = None
        if entry is None:
            entry = self.entries[spec.key] = Entry(spec)
            self.failures.pop(spec.key, None)
            threading.Thread(target=self._load, args=(entry,), name=f"load {spec.id}", daemon=True).start()
        return entry

    def reserve(
        self,
        what: Message,
        need: int,
        used: Callable[[], int],
        cancelled: Callable[[], bool],
        on_wait: Callable[[Message], None],
    ) -> Reservation:
        kind = target_kind(self._loader.devices(), self._config.device)

        def held(devices: list[Device]) -> Reservation:
            if need > (free := room.largest(devices, kind)):
                raise NotEnoughMemory(
                    "{what} needs {need:.1f} GB and {free:.1f} GB is free. What would help: a "
                    "smaller batch, a shorter length, or closing other programs.",
                    what=what,
                    need=need / GB,
                    free=free / GB,
                )
            made = Reservation(need, used, kind)
            with self.changed:
                self.reservations.append(made)
            return made

        while True:
            if cancelled():
                raise Cancelled("Stopped before there was memory for {what}.", what=what)
            if self.loading.acquire(timeout=POLL_SECONDS):
                try:
                    return self._evicting(kind, held, self._loader.devices, what)
                except NotEnoughMemory:
                    if not self._busy(kind):
                        raise
                finally:
                    self.loading.release()
                on_wait(Said("Waiting for memory: {what} begins when a model in use is done", what=what))
            with self.changed:
                self.changed.wait(POLL_SECONDS)

    def reclaim(self) -> int:
        """Unloads every idle model that isn't pinned, and returns how many."""
        count = 0
        while victim := self._take_idle():
            self.close(victim)
            count += 1
        return count

    def sweep(self) -> None:
        """Unloads models that have been idle for longer than the keep-alive, or whose engine died."""
        while True:
            with self.changed:
                old = next((e for e in self.entries.values() if self._expired(e)), None)
                if old is None:
                    return
                old.state = "unloading"
            self.close(old)

    def note(self, text: Message) -> None:
        """Something that was done, for the Models page."""
        with self.changed:
            self._note(text)

    def close(self, entry: Entry, room_for: Message = "") -> None:
        """Unloads an entry marked so, and notes the memory that came back, as measured."""
        assert entry.engine is not None
        title = entry.spec.title
        done: Message = Said("Unloaded {title}", title=title)
        if room_for:
            done = Said("Unloaded {title} to make room for {room_for}", title=title, room_for=room_for)
        try:
            if entry.spec.source == "server":
                entry.engine.close()
            elif entry.engine.alive:
                before = self._free(entry)
                entry.engine.close()
                freed = max(self._free(entry) - before, 0) / GB
                done = Said("{what}: {freed:.2f} GB more is free", what=done, freed=freed)
        except AppError as error:
            done = Said("{what}: {error}", what=done, error=error)
        finally:
            with self.changed:
                if self.entries.get(entry.spec.key) is entry:
                    del self.entries[entry.spec.key]
                self._note(done)

    def left_of(self, devices: list[Device]) -> list[Device]:
        """What is free for us of what is measured."""
        with self.changed:
            taken = sum(entry.memory for entry in self.entries.values())
            promised = list(self.reservations)
        return room.left_of(devices, self._config.memory_budget_gb, taken, promised)

    def _load(self, entry: Entry) -> None:
        """Runs on a thread of its own: the first person to ask may leave, the others still wait."""
        spec = entry.spec
        try:
            engine, placement = self._connect(entry) if spec.source == "server" else self._bring(entry)
            with self.changed:
                entry.engine, entry.placement, entry.state = engine, placement, "ready"
                entry.last_used = self._clock()
                self._on_ready(entry)
                self._note(
                    Said(
                        "Loaded {title} on {device} in {seconds:.1f} s",
                        title=spec.title,
                        device=engine.info.device,
                        seconds=engine.info.load_seconds,
                    )
                )
        except AppError as error:
            self._fail(entry, error)
        except Exception as error:  # noqa: BLE001 - a thread's last line: waiting requests must hear of it
            self._fail(
                entry, EngineFailed("{title} could not be loaded: {error}", title=spec.title, error=error)
            )

    def _connect(self, entry: Entry) -> tuple[Engine, Placement]:
        """A model on a server takes no memory here: it waits for no load and evicts nothing."""
        self._say(entry, Said("Asking for {title}", title=entry.spec.title), 0.5)
        return self._loader.connect(entry.spec)

    def _bring(self, entry: Entry) -> tuple[Engine, Placement]:
        """Files first, while others may load; then memory, one load at a time."""
        folder, footprint = self._loader.prepare(
            entry.spec, lambda text, share: self._say(entry, text, share)
        )
        if self.loading.locked():
            self._say(entry, Said("{title} is loaded after another model", title=entry.spec.title), 0.0)
        with self.loading:
            return self._load_with_room(entry, folder, footprint)

    def _fail(self, entry: Entry, error: AppError) -> None:
        with self.changed:
            entry.error = error
            self.failures[entry.spec.key] = error.message
            if self.entries.get(entry.spec.key) is entry:
                del self.entries[entry.spec.key]
            self._note(Said("{title} was not loaded: {error}", title=entry.spec.title, error=error))

    def _load_with_room(self, entry: Entry, folder: Path, footprint: Footprint) -> tuple[Engine, Placement]:
        spec = entry.spec
        for attempt in (1, 2):
            placement = self._make_room(entry, footprint)
            self._say(entry, Said("Loading {title}", title=spec.title), 0.9)
            try:
                return self._loader.load(spec, folder, placement, self.reclaim), placement
            except NotEnoughMemory:
                if attempt == 2:
                    raise
                self._say(entry, Said("Out of memory: making room for {title}", title=spec.title), 0.5)
                self.reclaim()
        raise AssertionError("unreachable")

    def _make_room(self, entry: Entry, footprint: Footprint) -> Placement:
        """A place for a model. Waits for models in use if need be, and shortens the context before that."""
        spec, deadline = entry.spec, time.monotonic() + ROOM_SECONDS
        entry.cpu_only = footprint.cpu_only
        kind = target_kind(self._devices(entry), "cpu" if entry.cpu_only else self._config.device)
        settings = self._config.for_model(spec.id)
        while True:

            def placed(devices: list[Device], wanted: Footprint = footprint) -> Placement:
                return place(spec.title, wanted, devices, self._config, settings)

            try:
                found = self._evicting(kind, placed, lambda: self._devices(entry), spec.title)
                entry.kind = kind
                return found
            except NotEnoughMemory:
                if shorter := footprint.shorter():
                    footprint = shorter  # better a model that remembers less than none
                    continue
                if not self._busy(kind) or time.monotonic() > deadline:
                    raise
            stage = Said("Waiting for memory: {title} loads when a model in use is done", title=spec.title)
            self._say(entry, stage, 0.0)
            with self.changed:
                self.changed.wait(POLL_SECONDS)

    def _evicting(
        self, kind: str, fit: Callable[[list[Device]], T], measure: Callable[[], list[Device]], what: Message
    ) -> T:
        """What `fit` makes of the devices as measured; while it finds too little room, idle models go.

        The least recently used goes first. Raises NotEnoughMemory when there is none left to go.
        """
        while True:
            try:
                return fit(self.left_of(measure()))
            except NotEnoughMemory:
                if (victim := self._take_idle(kind)) is None:
                    raise
                self.close(victim, what)

    def _take_idle(self, kind: str | None = None) -> Entry | None:
        """The least recently used idle model on a kind of device, marked as being unloaded."""
        with self.changed:
            idle = [
                e
                for e in self.entries.values()
                if e.state == "ready"
                and not e.leases
                and e.spec.key not in self.pinned
                and e.spec.source != "server"  # nothing would be freed
                and kind in (None, e.kind)
            ]
            if not idle:
                return None
            victim = min(idle, key=lambda e: e.last_used)
            victim.state = "unloading"
            return victim

    def _busy(self, kind: str) -> bool:
        """Whether waiting may help: a model in use, not pinned, holds memory of this kind."""
        with self.changed:
            return any(
                e.leases and e.kind == kind and e.spec.key not in self.pinned for e in self.entries.values()
            )

    def _expired(self, entry: Entry) -> bool:
        if entry.state != "ready" or entry.leases or entry.engine is None:
            return False
        idle = self._clock() - entry.last_used
        return not entry.engine.alive or (
            idle >= self._config.keep_alive and entry.spec.key not in self.pinned
        )

    def _devices(self, entry: Entry) -> list[Device]:
        """Measuring cards starts the engine process; a model that runs without one doesn't ask for them."""
        return [self._loader.main_memory()] if entry.cpu_only else self._loader.devices()

    def _free(self, entry: Entry) -> int:
        return sum(device.free for device in self._devices(entry) if device.kind == entry.kind)

    def _say(self, entry: Entry, stage: Message, share: float) -> None:
        with self.changed:
            entry.stage, entry.share = stage, share
            self.changed.notify_all()

    def _note(self, text: Message) -> None:
        """Call with `changed` held."""
        self.events.append(Event(self._clock(), text))
        self.changed.notify_all()
