"""All servers of the settings: which models each has, and whether it can be reached.

A look costs nothing: the known list is returned at once, and asked for again in the background if it is old.
The last list of each server is kept in a file, so that a conversation finds its model after a restart.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from components.config import SERVER, ServerSettings
from components.errors import AppError, Unavailable
from components.messages import Message, Said, counted
from components.models.catalog import ModelSpec
from components.models.servers import probe
from components.models.servers.connection import Connection
from components.models.servers.probe import Served

OLD_SECONDS = 30.0  # a list that is older is asked for again when a page looks
FIRST_SECONDS = 0.5  # lets the first page be drawn before a package is imported
_NO_TEXT = ("embed", "rerank", "whisper", "tts")  # in the names of models that write nothing

Ask = Callable[[Connection], list[Served]]


@dataclass
class _Known:
    """What is known of one server."""

    connection: Connection
    models: list[Served] = field(default_factory=list)
    text: Message = ""  # why it can't be used; empty when it can
    asked: float | None = None  # the clock's time of the last answer or failure
    asking: bool = False


@dataclass(frozen=True)
class ServerState:
    """One line of the Models page."""

    name: str
    address: Message
    state: Literal["asking", "ready", "failed"]
    text: Message
    models: int


class Servers:
    """Shared by all sessions and safe to use from any thread."""

    def __init__(
        self,
        settings: Mapping[str, ServerSettings],
        kept: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
        ask: Ask = lambda connection: connection.run(probe.served(connection)),
        first: float = FIRST_SECONDS,
    ) -> None:
        self._kept, self._clock, self._ask, self._first = kept, clock, ask, first
        self._lock = threading.Lock()  # guards what is in _known
        self._known = {name: _Known(Connection(name, one)) for name, one in settings.items()}
        self._recall()

    def has(self, name: str) -> bool:
        with self._lock:
            return name in self._known

    def add(self, name: str, settings: ServerSettings) -> None:
        """One more, from now on; a server of the same name is replaced."""
        with self._lock:
            self._known[name] = _Known(Connection(name, settings))
        self._start(name, 0.0)

    def remove(self, name: str) -> None:
        """Forgets a server; what waits for it ends."""
        with self._lock:
            known = self._known.pop(name, None)
        if known:
            known.connection.close()
            self._keep()

    def connection(self, name: str) -> Connection:
        with self._lock:
            known = self._known.get(name)
        if known is None:
            raise Unavailable(
                "The server {name!r} is not in the settings any more. Choose another model in the Model box.",
                name=name,
            )
        return known.connection

    def served(self, name: str, model: str) -> Served:
        """What the list says about one model; nothing where it isn't listed."""
        with self._lock:
            known = self._known.get(name)
            found = known.models if known else []
            return next((one for one in found if one.id == model), Served(model))

    def specs(self) -> list[ModelSpec]:
        """The catalogue's entries for all models of all servers."""
        self._ask_old()
        with self._lock:
            return [_spec(known.connection, one) for known in self._known.values() for one in _all(known)]

    def states(self) -> list[ServerState]:
        self._ask_old()
        with self._lock:
            return [_state(known) for known in self._known.values()]

    def ask_again(self, name: str) -> None:
        """Asks a server for its models now, in the background."""
        self._start(name, 0.0)

    def _ask_old(self) -> None:
        with self._lock:
            now = self._clock()
            old = [
                (name, known.asked)
                for name, known in self._known.items()
                if known.asked is None or now - known.asked > OLD_SECONDS
            ]
        for name, asked in old:
            self._start(name, self._first if asked is None else 0.0)

    def _start(self, name: str, delay: float) -> None:
        with self._lock:
            known = self._known.get(name)
            if known is None or known.asking:
                return
            known.asking = True

        def work() -> None:
            time.sleep(delay)
            self._refresh(known)

        threading.Thread(target=work, name=f"ask server {name}", daemon=True).start()

    def _refresh(self, known: _Known) -> None:
        models: list[Served] | None = None
        text: Message = ""
        try:
            models = self._ask(known.connection)
        except AppError as error:
            text = error.message
        except Exception as error:  # noqa: BLE001 - a thread's last line: the page must hear of it
            text = known.connection.failure(error).message
        with self._lock:
            known.asking, known.asked, known.text = False, self._clock(), text
            changed = models is not None and models != known.models
            if models is not None:
                known.models = models
        if changed:
            self._keep()

    def _recall(self) -> None:
        try:
            read = json.loads(self._kept.read_text("utf-8")) if self._kept else {}
            for name, known in self._known.items():
                one = read.get(name, {})
                if one.get("url") == str(known.connection.address):
                    known.models = [Served(**model) for model in one["models"]]
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return  # the file only saves a question

    def _keep(self) -> None:
        if self._kept is None:
            return
        with self._lock:
            plain: dict[str, Any] = {
                name: {"url": str(known.connection.address), "models": [asdict(one) for one in known.models]}
                for name, known in self._known.items()
            }
        try:
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            part = self._kept.with_suffix(f".part-{os.getpid()}-{threading.get_ident()}")
            part.write_text(json.dumps(plain), "utf-8")
            os.replace(part, self._kept)
        except OSError:
            return


def _all(known: _Known) -> list[Served]:
    """What the server lists, and what the settings name beside it."""
    listed = {one.id for one in known.models}
    return [*known.models, *(Served(m) for m in known.connection.settings.models if m not in listed)]


def _state(known: _Known) -> ServerState:
    count = len(_all(known))
    state: Literal["asking", "ready", "failed"] = "ready"
    text: Message = counted(
        "It can be reached and has {count} model.", "It can be reached and has {count:,} models.", count
    )
    if known.text:
        state, text = "failed", known.text
    elif known.asked is None:
        state, text = "asking", Said("Asking for its models…")
    elif not count:
        text = Said(
            "It can be reached, but lists no models. Name them in the settings: "
            'servers.{name}.models = ["…"].',
            name=known.connection.name,
        )
    return ServerState(known.connection.name, known.connection.address, state, text, count)


def _spec(connection: Connection, model: Served) -> ModelSpec:
    name = connection.name
    short = model.id.rsplit("/", 1)[-1].removesuffix(".gguf") or model.id
    silent = any(word in short.lower() for word in _NO_TEXT)
    return ModelSpec(
        id=f"{SERVER}{name}/{model.id}",
        title=f"{short} on {name}",
        task="chat",
        source="server",
        location=model.id,
        parameters=model.parameters,
        context=connection.settings.context or model.context,
        licence=Said("licence as on the server"),
        refusal=Said("Judging by its name, this model doesn't write text.") if silent else "",
    )
