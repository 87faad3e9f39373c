"""The one model manager: load once, lease, evict what is idle, queue fairly.

Knows rules, counts and times. How a model is loaded, how memory is measured and what time it is come
in through the constructor, so that every rule is tested with fakes. The rules are those of Ollama's
scheduler: a reference count, fit before load, a bounded queue, one more try after running out.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from components.access import Person, Scoped, require_administrator
from components.config import GB, Config
from components.errors import AppError, Busy, Cancelled, EngineFailed, NotEnoughMemory
from components.messages import N_, Message
from components.models.adapters import used
from components.models.catalog import Catalog, ModelSpec
from components.models.engine import Engine
from components.models.loader import Loader
from components.models.pace import Pace
from components.models.parts import InParts
from components.models.personal import PersonalCatalog, may_use
from components.models.placement import Device, Footprint, Placement, place, target_kind
from components.models.status import Event, ModelStatus, Outlook, in_line, precision
from components.models.turnstile import Turnstile, in_words

POLL_SECONDS = 0.1  # how often a waiting request looks whether it was cancelled
SWEEP_SECONDS = 5.0  # how often idle models are looked for
ADAPTED = "+"  # after a model's key: the line of those who use it with an adapter
ROOM_SECONDS = 600.0  # how long a load waits for models in use to become idle


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
    cpu_only: bool = False


@dataclass(eq=False)
class _Reservation:
    """Memory promised to work outside of the engine: a training run."""

    need: int
    used: Callable[[], int]  # how much of it the work has taken by now: that is no longer free anyway
    kind: str

    @property
    def outstanding(self) -> int:
        return max(self.need - self.used(), 0)


class ModelManager(Scoped):
    """Shared by all sessions and safe to use from any thread; a person uses it by `for_person`."""

    def __init__(
        self, catalog: Catalog, loader: Loader, config: Config, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.catalog, self._loader, self._config, self._clock = catalog, loader, config, clock
        self._changed = threading.Condition()  # guards the fields below and the fields of the entries
        self._entries: dict[str, _Entry] = {}
        self._lines: dict[str, Turnstile] = {}
        self._paces: dict[str, Pace] = {}  # outlive the entries: a run evicts models
        self._pinned = {model_id for model_id, own in config.models.items() if own.pinned}
        self._events: deque[Event] = deque(maxlen=20)
        self._reservations: list[_Reservation] = []
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
        long: bool = False,
    ) -> Iterator[Engine]:
        """An engine that stays loaded until the block ends; loaded first if need be.

        `owner` is the person, for fairness; `on_wait` hears in words what is waited for. `long` work has
        many parts: it gives way between two, and leaves the last place to short requests.
        Raises Busy, Cancelled, NotEnoughMemory, Unavailable or EngineFailed.
        """
        wanted = self.catalog.get(model_id)
        if wanted.owner:
            used(Path(wanted.location))
        # An adapter is used with its base, which is what is loaded.
        spec = self._loader.adaptable(wanted.under) if wanted.under else wanted

        def tell_place(position: int, seconds: float | None) -> None:
            on_wait(in_line(spec.title, position, in_words(seconds)))

        with ExitStack() as turns:
            for line in self._lines_of(spec, bool(wanted.under)):
                turn = turns.enter_context(line.turn(owner, cancelled, tell_place, long))
            entry = self._acquire(spec, cancelled, on_wait)
            try:
                assert entry.engine is not None
                engine = entry.engine.adapted(Path(wanted.location)) if wanted.under else entry.engine
                yield InParts(engine, turn) if long else engine
            finally:
                with self._changed:
                    if entry.engine and entry.engine.recent and spec.source != "server":
                        pace = self._paces.setdefault(spec.key, Pace())
                        pace.note(entry.engine.recent[-1], bool(self._reservations))
                    entry.leases -= 1
                    entry.last_used = self._clock()
                    self._changed.notify_all()

    @contextmanager
    def reserve(
        self,
        what: Message,
        need: int,
        used: Callable[[], int] = lambda: 0,
        cancelled: Callable[[], bool] = lambda: False,
        on_wait: Callable[[str], None] = lambda text: None,
    ) -> Iterator[None]:
        """Keeps memory for other work until the block ends: idle models go, models in use are waited for.

        `used` says how much of it that work has taken so far. Raises NotEnoughMemory or Cancelled.
        """
        held = self._take(what, need, used, cancelled, on_wait)
        try:
            yield
        finally:
            with self._changed:
                self._reservations.remove(held)
                self._changed.notify_all()

    def outlook(self, need: int) -> Outlook:
        """What `reserve` would do now; changes nothing."""
        devices = self._within_budget(self._loader.devices())
        kind = target_kind(devices, self._config.device)
        free = left = _room(devices, kind)
        with self._changed:
            here = [e for e in self._entries.values() if e.kind == kind and e.engine]
            pinned = [e for e in here if e.spec.key in self._pinned]
            idle = sorted((e for e in here if not e.leases and e not in pinned), key=lambda e: e.last_used)
            busy = [e for e in here if e.leases and e not in pinned]
            evicted = []
            for entry in idle:
                if left >= need:
                    break
                evicted.append(entry)
                left += entry.engine.info.memory if entry.engine else 0
            waits = left < need and bool(busy)
            left += sum(e.engine.info.memory for e in busy if e.engine) if waits else 0
            kept = tuple(self._title(e) for e in here if e not in evicted)
            return Outlook(free, left, kept, tuple(self._title(e) for e in evicted), waits, left >= need)

    def _take(
        self,
        what: Message,
        need: int,
        used: Callable[[], int],
        cancelled: Callable[[], bool],
        on_wait: Callable[[str], None],
    ) -> _Reservation:
        while True:
            if cancelled():
                raise Cancelled("Stopped before there was memory for {what}.", what=what)
            if self._loading.acquire(timeout=POLL_SECONDS):
                try:
                    devices = self._within_budget(self._loader.devices())
                    kind = target_kind(devices, self._config.device)
                    free = _room(devices, kind)
                    while need > free and (victim := self._take_idle(kind)):
                        self._close(victim, what)
                        free = _room(self._within_budget(self._loader.devices()), kind)
                    if need <= free:
                        held = _Reservation(need, used, kind)
                        with self._changed:
                            self._reservations.append(held)
                        return held
                finally:
                    self._loading.release()
                if not self._busy(kind):
                    raise NotEnoughMemory(
                        "{what} needs {need:.1f} GB and {free:.1f} GB is free. What would help: a "
                        "smaller batch, a shorter length, or closing other programs.",
                        what=what,
                        need=need / GB,
                        free=max(free, 0) / GB,
                    )
                on_wait(f"Waiting for memory: {what} begins when a model in use is done")
            with self._changed:
                self._changed.wait(POLL_SECONDS)

    def load(self, model_id: str) -> None:
        """Starts loading a model, if it isn't loaded; returns at once."""
        require_administrator(self._person)
        spec = self.catalog.get(model_id)
        spec = self._loader.adaptable(spec.under) if spec.under else spec
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
                raise Busy(
                    "{title} is in use. Stop the answers in work, or wait for them.", title=entry.spec.title
                )
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

    def _title(self, entry: _Entry) -> str:
        return entry.spec.title if self._may_see(entry) else "Another model"

    def _may_see(self, entry: _Entry) -> bool:
        return self._person.administrator or may_use(entry.spec, self._person)

    def _lines_of(self, spec: ModelSpec, adapted: bool) -> list[Turnstile]:
        """Where a request stands in line. With an adapter it is in no batch: it takes turns with its like."""
        return [*([self._line(spec, ADAPTED)] if adapted else []), self._line(spec)]

    def _line(self, spec: ModelSpec, part: str = "") -> Turnstile:
        with self._changed:
            return self._lines.setdefault(
                spec.key + part, Turnstile(self._config.parallel_for(spec.id), self._config.queue_limit)
            )

    def _entry(self, spec: ModelSpec) -> _Entry:
        """The entry of a model, its load started if there was none. Call with _changed held."""
        entry = self._entries.get(spec.key)
        if entry and entry.state == "ready" and entry.engine and not entry.engine.alive:
            del self._entries[spec.key]  # its process died; nothing is left to close
            entry = None
        if entry is None:
            entry = self._entries[spec.key] = _Entry(spec)
            self._failures.pop(spec.key, None)
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
                if entry.state == "unloading" and self._entries.get(spec.key) is not entry:
                    entry = self._entry(spec)

    def _load(self, entry: _Entry) -> None:
        """Runs on a thread of its own: the first person to ask may leave, the others still wait."""
        spec = entry.spec
        try:
            engine, placement = self._connect(entry) if spec.source == "server" else self._bring(entry)
            with self._changed:
                entry.engine, entry.placement, entry.state = engine, placement, "ready"
                entry.last_used = self._clock()
                at_once = self._config.parallel_for(spec.id)
                if engine.info.at_once and spec.source != "server":
                    at_once = min(engine.info.at_once, self._config.batch)
                self._line(spec).resize(at_once)
                self._note(f"Loaded {spec.title} on {engine.info.device} in {engine.info.load_seconds:.1f} s")
        except AppError as error:
            self._fail(entry, error)
        except Exception as error:  # noqa: BLE001 - a thread's last line: whoever waits must hear of it
            self._fail(
                entry, EngineFailed("{title} could not be loaded: {error}", title=spec.title, error=error)
            )

    def _connect(self, entry: _Entry) -> tuple[Engine, Placement]:
        """A model on a server takes nothing here: it waits for no load and makes nobody go."""
        self._say(entry, f"Asking for {entry.spec.title}", 0.5)
        return self._loader.connect(entry.spec)

    def _bring(self, entry: _Entry) -> tuple[Engine, Placement]:
        """Files first, which others may load beside; then memory, one load at a time."""
        folder, footprint = self._loader.prepare(
            entry.spec, lambda text, share: self._say(entry, text, share)
        )
        with self._loading:
            return self._load_with_room(entry, folder, footprint)

    def _fail(self, entry: _Entry, error: AppError) -> None:
        with self._changed:
            entry.error = error
            self._failures[entry.spec.key] = str(error)
            if self._entries.get(entry.spec.key) is entry:
                del self._entries[entry.spec.key]
            self._note(f"{entry.spec.title} was not loaded: {error}")

    def _load_with_room(self, entry: _Entry, folder: Path, footprint: Footprint) -> tuple[Engine, Placement]:
        spec = entry.spec
        for attempt in (1, 2):
            placement = self._make_room(entry, footprint)
            self._say(entry, N_("Loading {title}").format(title=spec.title), 0.9)
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
            entry.cpu_only = footprint.cpu_only
            devices = self._within_budget(self._devices(entry))
            kind = target_kind(devices, "cpu" if entry.cpu_only else self._config.device)
            try:
                settings = self._config.for_model(spec.id)
                placement = place(spec.title, footprint, devices, self._config, settings)
                entry.kind = kind
                return placement
            except NotEnoughMemory:
                if victim := self._take_idle(kind):
                    self._close(victim, spec.title)
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
        """What is free, less what is promised to others and what the settings don't let us have."""
        with self._changed:
            used = sum(e.engine.info.memory for e in self._entries.values() if e.engine)
            held = list(self._reservations)
        if self._config.memory_budget_gb is None and not held:
            return devices
        budget = self._config.memory_budget_gb
        left = None if budget is None else max(int(budget * GB) - used - sum(r.need for r in held), 0)
        found = []
        for d in devices:
            free = max(d.free - sum(r.outstanding for r in held if r.kind == d.kind), 0)
            free = free if left is None else min(free, left)
            found.append(Device(d.kind, d.index, d.name, d.total, free, bfloat16=d.bfloat16))
        return found

    def _take_idle(self, kind: str | None = None) -> _Entry | None:
        """The least recently used idle model on a kind of device, marked as going."""
        with self._changed:
            idle = [
                e
                for e in self._entries.values()
                if e.state == "ready"
                and not e.leases
                and e.spec.key not in self._pinned
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
        with self._changed:
            return any(
                e.leases and e.kind == kind and e.spec.key not in self._pinned for e in self._entries.values()
            )

    def _expired(self, entry: _Entry) -> bool:
        if entry.state != "ready" or entry.leases or entry.engine is None:
            return False
        idle = self._clock() - entry.last_used
        return not entry.engine.alive or (
            idle >= self._config.keep_alive and entry.spec.key not in self._pinned
        )

    def _close(self, entry: _Entry, room_for: Message = "") -> None:
        """Unloads an entry marked as going, and notes the memory that came back, as measured."""
        assert entry.engine is not None
        title = entry.spec.title
        text = (
            f"Unloaded {title} to make room for {room_for}"
            if room_for
            else N_("Unloaded {title}").format(title=title)
        )
        try:
            if entry.spec.source == "server":
                entry.engine.close()
            elif entry.engine.alive:
                before = self._free(entry)
                entry.engine.close()
                freed = f"{max(self._free(entry) - before, 0) / GB:.2f}"
                text = N_("{what}: {freed} GB more is free").format(what=text, freed=freed)
        except AppError as error:
            text += f": {error}"
        finally:
            with self._changed:
                if self._entries.get(entry.spec.key) is entry:
                    del self._entries[entry.spec.key]
                self._note(text)

    def _devices(self, entry: _Entry) -> list[Device]:
        """Measuring cards starts the engine process; a model that runs without one doesn't ask for them."""
        return [self._loader.main_memory()] if entry.cpu_only else self._loader.devices()

    def _free(self, entry: _Entry) -> int:
        return sum(device.free for device in self._devices(entry) if device.kind == entry.kind)

    def _say(self, entry: _Entry, stage: str, share: float) -> None:
        with self._changed:
            entry.stage, entry.share = stage, share
            self._changed.notify_all()

    def _note(self, text: str) -> None:
        """Call with _changed held."""
        self._events.append(Event(self._clock(), text))
        self._changed.notify_all()

    def _status(self, entry: _Entry) -> ModelStatus:
        engine, pinned = entry.engine, entry.spec.key in self._pinned
        line, pace = self._lines.get(entry.spec.key), self._paces.get(entry.spec.key, Pace())
        adapted = self._lines.get(entry.spec.key + ADAPTED)
        never = pinned or entry.leases or entry.state != "ready"
        left = self._config.keep_alive - (self._clock() - entry.last_used)
        return ModelStatus(
            id=entry.spec.key,
            title=entry.spec.title,
            state="in use" if entry.leases else entry.state,
            stage=entry.stage,
            share=entry.share,
            device=engine.info.device if engine else "",
            dtype=precision(engine) if engine else "",
            memory=engine.info.memory if engine else 0,
            running=entry.leases,
            waiting=tuple(owner for one in (line, adapted) if one for owner in one.line()),
            expected=line.expected() if line else 0.0,
            pinned=pinned,
            idle_left=None if never else max(left, 0.0),
            recent=tuple(engine.recent) if engine else (),
            pace=pace.alone,
            pace_beside_training=pace.beside_training,
            reason=entry.placement.reason if entry.placement else "",
            engine=engine.info.engine if engine else "",
            chosen=engine.info.chosen if engine else "",
        )


def _room(devices: list[Device], kind: str) -> int:
    """The largest free stretch on one device of a kind."""
    return max((device.free for device in devices if device.kind == kind), default=0)
