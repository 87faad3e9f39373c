"""The one model manager: load once, lease, evict what is idle, queue fairly.

Knows rules, counts and times. How a model is loaded, how memory is measured and what time it is come
in through the constructor, so that every rule is tested with fakes. The rules are those of Ollama's
scheduler: a reference count, fit before load, a bounded queue, one more try after running out.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from components.access import Person, Scoped, require_administrator
from components.config import Config
from components.errors import Busy, Cancelled
from components.messages import Message, Said
from components.models import room
from components.models.adapters import used
from components.models.catalog import Catalog, ModelSpec
from components.models.engine import Engine
from components.models.loaded_models import POLL_SECONDS, Shelf
from components.models.loader import Loader
from components.models.pace import Pace
from components.models.pair import Pair
from components.models.parts import InParts
from components.models.personal import PersonalCatalog, may_use
from components.models.placement import target_kind
from components.models.room import Entry
from components.models.second import SecondEngines
from components.models.status import Event, ModelStatus, Outlook, place_in_line, precision
from components.models.turnstile import Turnstile

SWEEP_SECONDS = 5.0  # how often idle models are looked for
ADAPTED = "+"  # after a model's key: the line of those who use it with an adapter


class ModelManager(Scoped):
    """Shared by all sessions and safe to use from any thread; a person uses it by `for_person`."""

    def __init__(
        self, catalog: Catalog, loader: Loader, config: Config, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.catalog, self._loader, self._config, self._clock = catalog, loader, config, clock
        self._shelf = Shelf(loader, config, clock, self._resize)
        self._second_engines = SecondEngines(self._shelf, loader, clock)
        self._changed = self._shelf.changed  # guards the two fields below too
        self._lines: dict[str, Turnstile] = {}
        self._paces: dict[str, Pace] = {}  # outlive the entries: a run evicts models
        self._closed = threading.Event()

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
        on_wait: Callable[[Message], None] = lambda text: None,
        long: bool = False,
        as_base: bool = False,
        on_torch: bool = False,
    ) -> Iterator[Engine]:
        """An engine that stays loaded until the block ends; loaded first if necessary.

        `owner` is the person, for fairness; `on_wait` is told what the request waits for. `long` work has
        many parts: it gives way between two of them, and leaves the last place to short requests.
        `as_base`: on the engine and in the precision in which adapters use this model. `on_torch`: on
        transformers, the one engine that can be looked into and says how likely a given text is.
        Raises Busy, Cancelled, NotEnoughMemory, Unavailable or EngineFailed.
        """
        wanted = self.catalog.get(model_id)
        if wanted.owner:
            used(Path(wanted.location))
        spec, adapted, in_turn = self._loaded_for(wanted, as_base, on_torch)

        def tell_place(position: int, seconds: float | None) -> None:
            on_wait(place_in_line(spec.title, position, seconds))

        with ExitStack() as turns:
            for line in self._lines_of(spec, in_turn):
                turn = turns.enter_context(line.turn(owner, cancelled, tell_place, long))
            entry = self._acquire(spec, cancelled, on_wait)
            try:
                assert entry.engine is not None
                engine = entry.engine
                if as_base and isinstance(engine, Pair):
                    engine = engine.first  # which adapters run on
                engine = engine.leased(cancelled, on_wait)
                engine = engine.adapted(Path(wanted.location)) if adapted else engine
                yield InParts(engine, turn) if long else engine
            finally:
                with self._changed:
                    if entry.engine and entry.engine.recent and spec.source != "server":
                        pace = self._paces.setdefault(spec.key, Pace())
                        pace.note(entry.engine.recent[-1], bool(self._shelf.reservations))
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
        on_wait: Callable[[Message], None] = lambda text: None,
    ) -> Iterator[None]:
        """Reserves memory for other work until the block ends: unloads idle models, waits for those in use.

        `used` returns how much of it that work has taken so far. Raises NotEnoughMemory or Cancelled.
        """
        held = self._shelf.reserve(what, need, used, cancelled, on_wait)
        try:
            yield
        finally:
            with self._changed:
                self._shelf.reservations.remove(held)
                self._changed.notify_all()

    def outlook(self, need: int) -> Outlook:
        """What `reserve` would do now; changes nothing."""
        devices = self._shelf.left_of(self._loader.devices())
        kind = target_kind(devices, self._config.device)
        with self._changed:
            here = [e for e in self._shelf.entries.values() if e.kind == kind and e.engine]
            return room.outlook(need, room.largest(devices, kind), here, self._shelf.pinned, self._title)

    def load(self, model_id: str) -> None:
        """Starts loading a model, if it isn't loaded; returns at once."""
        require_administrator(self._person)
        spec = self.catalog.get(model_id)
        spec, *_ = self._loaded_for(spec, as_base=False, on_torch=False)
        with self._changed:
            self._shelf.entry(spec)

    def unload(self, model_id: str) -> None:
        """Takes a model out of memory. Raises Busy while somebody uses it."""
        require_administrator(self._person)
        with self._changed:
            entry = self._shelf.entries.get(model_id)
            if entry is None:
                return
            if entry.leases or entry.state != "ready":
                raise Busy(
                    "{title} is in use. Stop the answers in progress, or wait for them.",
                    title=entry.spec.title,
                )
            entry.state = "unloading"
        self._shelf.close(entry)

    def pin(self, model_id: str, pinned: bool) -> None:
        """A pinned model is neither evicted nor unloaded for being idle."""
        require_administrator(self._person)
        with self._changed:
            (self._shelf.pinned.add if pinned else self._shelf.pinned.discard)(model_id)

    def reclaim(self) -> int:
        """Unloads every idle model that isn't pinned, and returns how many."""
        return self._shelf.reclaim()

    def sweep(self) -> None:
        """Unloads models that have been idle for longer than the keep-alive, or whose engine died."""
        self._shelf.sweep()

    def keep_sweeping(self) -> None:
        """Sweeps in the background from now on, and gives idle models their second engine."""

        def forever() -> None:
            while not self._closed.wait(SWEEP_SECONDS):
                self.sweep()
                if self._config.prepare_openvino:
                    self._second_engines.look()

        threading.Thread(target=forever, name="keep-alive", daemon=True).start()

    def close(self) -> None:
        """Ends the sweeping; what is loaded stays."""
        self._closed.set()

    def status(self) -> list[ModelStatus]:
        with self._changed:
            shown = [e for e in self._shelf.entries.values() if self._may_see(e)]
            return [self._status(entry) for entry in shown]

    def failure(self, model_id: str) -> Message:
        """Why the last load of a model failed; empty if it didn't."""
        with self._changed:
            return self._shelf.failures.get(model_id, "")

    def events(self) -> list[Event]:
        """Recent loads and unloads, the newest first. Names may be other people's."""
        if not self._person.administrator:
            return []
        with self._changed:
            return list(reversed(self._shelf.events))

    def _title(self, entry: Entry) -> Message:
        return entry.spec.title if self._may_see(entry) else Said("Another model")

    def _may_see(self, entry: Entry) -> bool:
        return self._person.administrator or may_use(entry.spec, self._person)

    def _loaded_for(self, wanted: ModelSpec, as_base: bool, on_torch: bool) -> tuple[ModelSpec, bool, bool]:
        """What is loaded for a request; whether it is the base of an adapter, shared with others; and whether
        those who use it with an adapter take turns, since none of them is in a batch (on transformers).
        """
        shared, adapted = wanted.under or (wanted if as_base else None), bool(wanted.under)
        if on_torch:
            return self._loader.on_torch(shared or wanted), adapted, adapted
        if wanted.under and self._is_beside(wanted.under, wanted):
            return wanted.under, True, False
        if shared is None or self._loader.on_its_own(wanted):  # an engine with both
            return wanted, False, False
        return self._loader.adaptable(shared), adapted, adapted

    def _is_beside(self, base: ModelSpec, wanted: ModelSpec) -> bool:
        """Whether an adapter is used in llama.cpp's process of its base: one that is loaded with it.

        A base that was loaded before the adapter was made is loaded again if nobody uses it. Else the adapter
        gets a process of its own, with the same file.
        """
        folder = Path(wanted.location)
        if folder not in self._loader.beside(base):
            return False
        with self._changed:
            entry = self._shelf.entries.get(base.key)
            if wanted.key in self._shelf.entries:
                return False
            if entry is None or (entry.engine and self._loader.holds(entry.engine, folder)):
                return True
            if entry.state != "ready" or entry.leases:
                return False
            entry.state = "unloading"
        self._shelf.close(entry)
        return True

    def _lines_of(self, spec: ModelSpec, in_turn: bool) -> list[Turnstile]:
        """The line for a request; before it, if it takes turns with others like it, theirs."""
        return [*([self._line(spec, ADAPTED)] if in_turn else []), self._line(spec)]

    def _line(self, spec: ModelSpec, part: str = "") -> Turnstile:
        with self._changed:
            return self._lines.setdefault(
                spec.key + part, Turnstile(self._config.parallel_for(spec.id), self._config.queue_limit)
            )

    def _resize(self, entry: Entry) -> None:
        """As many requests at a time as the settings say, or as a batch has places."""
        at_once = self._config.parallel_for(entry.spec.id)
        if entry.engine and entry.engine.info.at_once and entry.spec.source != "server":
            at_once = min(entry.engine.info.at_once, self._config.batch)
        self._line(entry.spec).resize(at_once)

    def _acquire(
        self, spec: ModelSpec, cancelled: Callable[[], bool], on_wait: Callable[[Message], None]
    ) -> Entry:
        """Waits until the model is loaded and counts one more user of it."""
        said: Message = ""
        with self._changed:
            entry = self._shelf.entry(spec)
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
                if entry.state == "unloading" and self._shelf.entries.get(spec.key) is not entry:
                    entry = self._shelf.entry(spec)

    def _status(self, entry: Entry) -> ModelStatus:
        engine, pinned = entry.engine, entry.spec.key in self._shelf.pinned
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
            dtype=precision(engine.info) if engine else "",
            memory=entry.memory,
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
