"""Gives an idle model its second engine, when nobody waits: files first, at low priority, then memory.

Knows the shelf and the loader; not what the engines are.
"""

import threading
import time
from collections.abc import Callable

from components.errors import AppError, Cancelled
from components.messages import Said
from components.models import room
from components.models.loaded_models import Shelf
from components.models.loader import Loader
from components.models.pair import Pair
from components.models.room import Entry

IDLE_SECONDS = 8.0  # since the last request, before this begins
POLL_SECONDS = 1.0


class SecondEngines:
    """One model at a time; each loaded pair is tried once, and again where a request came between."""

    def __init__(self, shelf: Shelf, loader: Loader, clock: Callable[[], float]) -> None:
        self._shelf, self._loader, self._clock = shelf, loader, clock
        self._busy = False  # touched with the shelf's `changed` held

    def look(self) -> None:
        """Starts on the next model, if there is one and nobody waits. Returns at once."""
        with self._shelf.changed:
            entry = self._next()
            if entry is None:
                return
            assert isinstance(entry.engine, Pair)
            entry.engine.tried = self._busy = True
        threading.Thread(target=self.improve, args=(entry,), name="second engine", daemon=True).start()

    def improve(self, entry: Entry) -> None:
        pair, spec = entry.engine, entry.spec
        assert isinstance(pair, Pair)
        try:
            self._loader.make_ready(spec)
            while not self._quiet():
                time.sleep(POLL_SECONDS)
            with self._shelf.loading:
                free = room.largest(self._shelf.left_of([self._loader.main_memory()]), "cpu")
                self._loader.join(spec, pair, free, lambda: not self._quiet())
            done = Said("{title} runs on {engines}", title=spec.title, engines=pair.info.engine)
        except Cancelled:
            with self._shelf.changed:
                pair.tried = False
            return
        except AppError as error:
            pair.explain(Said("there is no second engine beside it: {why}", why=error))
            done = Said("{title} has no second engine: {why}", title=spec.title, why=error)
        finally:
            with self._shelf.changed:
                self._busy = False
        self._shelf.note(done)

    def _next(self) -> Entry | None:
        """Call with the shelf's `changed` held."""
        if self._busy or not self._calm():
            return None
        for entry in self._shelf.entries.values():
            new = entry.state == "ready" and isinstance(entry.engine, Pair) and not entry.engine.tried
            if new and self._clock() - entry.last_used >= IDLE_SECONDS:
                return entry
        return None

    def _quiet(self) -> bool:
        with self._shelf.changed:
            return self._calm()

    def _calm(self) -> bool:
        entries = self._shelf.entries.values()
        return not self._shelf.reservations and all(e.state != "loading" and not e.leases for e in entries)
