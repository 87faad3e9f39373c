"""The app's side of the engine process: start it, talk to it, notice when it dies.

Knows messages and processes, nothing about torch. `EngineLoader` is what the manager uses.
"""

import itertools
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import psutil

from components import telemetry
from components.config import GB, ROOT, SERVER, Config, Wanted
from components.errors import AppError, Cancelled, EngineFailed, NotEnoughMemory, Unavailable
from components.messages import N_
from components.models import memory, runtime
from components.models.adapters import WEIGHTS
from components.models.catalog import ModelSpec
from components.models.library import Library, Progress
from components.models.loading import architecture
from components.models.options import EngineInfo, GenerationOptions, Prompt, Usage
from components.models.placement import HEADROOM_BYTES, Device, Footprint, Placement, target_kind
from components.models.runtime import Runtime
from components.models.servers.listing import Servers
from components.models.translation import Translated, TranslationOptions

WORKER = "components.models.engines.worker"
BERGAMOT = "components.models.engines.bergamot_worker"
OPENVINO = "components.models.engines.openvino_worker"
# OpenVINO keeps what it has read, to find it again, at 8 bits: so many full contexts, if they fit into what
# the manager makes room for.
CACHED_CONTEXTS = 3
ENVIRONMENT = {
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # A thread that waits for the others gives its core away. On two cores, with the browser on one of
    # them, spinning instead halved the speed.
    "OMP_WAIT_POLICY": "PASSIVE",
}
CRASHED = (
    "The engine stopped unexpectedly, most likely because the machine ran out of memory. What was written "
    "is kept, and the next request starts it again."
)


Vectors = npt.NDArray[np.float32]  # one row for each text


class Generation(Protocol):
    """Pieces of text as they come. `usage` is there once the last one has been read."""

    @property
    def usage(self) -> Usage | None: ...

    @property
    def read(self) -> int: ...  # prompt tokens so far

    def __iter__(self) -> Iterator[str]: ...


class Engine(Protocol):
    """A loaded model, wherever it runs."""

    @property
    def info(self) -> EngineInfo: ...

    @property
    def recent(self) -> deque[Usage]: ...  # of the last few requests

    @property
    def alive(self) -> bool: ...

    def count(self, prompts: Sequence[Prompt]) -> list[int]: ...

    def generate(
        self, prompt: Prompt, options: GenerationOptions, cancelled: Callable[[], bool]
    ) -> Generation: ...

    def embed(
        self,
        texts: Sequence[str],
        cancelled: Callable[[], bool] = lambda: False,
        on_done: Callable[[int], None] = lambda done: None,
    ) -> Vectors: ...

    def translate(
        self, texts: Sequence[str], options: TranslationOptions, cancelled: Callable[[], bool]
    ) -> Iterator[Translated]: ...

    def adapted(self, folder: Path) -> "Engine": ...

    def close(self) -> None: ...


class EngineProcess:
    """One child process with all loaded models; started at the first use, and again after a crash."""

    def __init__(self, threads: int | None = None, program: str = WORKER) -> None:
        self._threads, self._program = threads or 0, program
        self._lock = threading.Lock()  # guards _process and _replies
        # Guards writing to the child. Not the same lock: the reader must go on while a write waits.
        self._writing = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._replies: dict[int, tuple[subprocess.Popen[bytes], queue.SimpleQueue[tuple[str, Any]]]] = {}
        self._numbers = itertools.count(1)
        self.starts = 0  # engines of an earlier start are dead

    @property
    def pid(self) -> int | None:
        process = self._process
        return process.pid if process and process.poll() is None else None

    def call(self, verb: str, *arguments: Any) -> Any:
        """One request, one answer. Raises the AppError that the engine reports."""
        number, replies = self.send(verb, *arguments)
        kind, payload = replies.get()
        self.forget(number)
        if kind == "error":
            raise payload
        return payload

    def send(self, verb: str, *arguments: Any) -> tuple[int, "queue.SimpleQueue[tuple[str, Any]]"]:
        """Sends a request; its answers arrive in the queue, until `forget`."""
        number = next(self._numbers)
        replies: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        with self._lock:
            process = self._running()
            self._replies[number] = process, replies
        self._write(process, (number, verb, arguments))
        return number, replies

    def tell(self, verb: str, number: int) -> None:
        """Something about a request already sent ("cancel", "resume"); no answer comes."""
        process = self._process
        if process and process.poll() is None:
            self._write(process, (number, verb, ()))

    def forget(self, number: int) -> None:
        with self._lock:
            self._replies.pop(number, None)

    def close(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._program, str(self._threads)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=ROOT,
                env=ENVIRONMENT | os.environ,
            )
            self.starts += 1
            threading.Thread(target=self._read, args=(self._process,), daemon=True).start()
        return self._process

    def _write(self, process: "subprocess.Popen[bytes]", message: Any) -> None:
        assert process.stdin is not None
        try:
            with self._writing:
                pickle.dump(message, process.stdin)
                process.stdin.flush()
        except OSError as error:
            raise EngineFailed(CRASHED) from error

    def _read(self, process: "subprocess.Popen[bytes]") -> None:
        """Hands answers to whoever waits for them; at the end of the process, the news of it."""
        assert process.stdout is not None
        while True:
            try:
                number, kind, payload = pickle.load(process.stdout)
            except (EOFError, OSError, pickle.UnpicklingError):
                break
            with self._lock:
                waiting = self._replies.get(number)
            if waiting:
                waiting[1].put((kind, payload))
        process.wait()
        with self._lock:
            if self._process is process:
                self._process = None
            # Only its own: the next process may have been started, and asked, in the meantime.
            mine = {number: replies for number, (other, replies) in self._replies.items() if other is process}
            for number in mine:
                del self._replies[number]
        for replies in mine.values():
            replies.put(("error", EngineFailed(CRASHED)))


POLL_SECONDS = 0.02  # how soon a cancel is passed on while nothing comes


class ProcessEngine:
    """A model loaded in the engine process."""

    def __init__(
        self,
        process: EngineProcess,
        key: str,
        info: EngineInfo,
        reclaim: Callable[[], object],
        alone: bool = False,  # the process has no other model: it ends with this one
    ) -> None:
        self._process, self._key, self._start = process, key, process.starts
        self._alone, self.model_id = alone, key.rsplit("#", 1)[0]
        self._reclaim = reclaim
        self.info = info
        self.recent: deque[Usage] = deque(maxlen=5)
        self._adapting = threading.Lock()  # guards _adapted
        self._adapted: dict[tuple[str, int], ProcessEngine] = {}

    @property
    def alive(self) -> bool:
        return self._process.starts == self._start and self._process.pid is not None

    def count(self, prompts: Sequence[Prompt]) -> list[int]:
        """Tokens of each prompt as the model would read it, chat template included."""
        self._require()
        return self._process.call("count", self._key, list(prompts))

    def generate(
        self, prompt: Prompt, options: GenerationOptions, cancelled: Callable[[], bool]
    ) -> "ProcessGeneration":
        self._require()
        return ProcessGeneration(self, prompt, options, cancelled)

    def embed(
        self,
        texts: Sequence[str],
        cancelled: Callable[[], bool] = lambda: False,
        on_done: Callable[[int], None] = lambda done: None,
    ) -> Vectors:
        """One vector of length 1 for each text, whatever its length; `on_done` hears how many are ready.

        Raises Cancelled within one batch of the engine.
        """
        self._require()
        rows: dict[int, Any] = {}
        for kind, payload in self._events(cancelled, "embed", list(texts)):
            if kind == "vectors":
                rows |= zip(*payload, strict=True)
                on_done(len(rows))
        if len(rows) < len(texts):
            raise Cancelled("Stopped while the text was being read.")
        return np.stack([rows[i] for i in range(len(texts))]) if rows else np.zeros((0, 1), np.float32)

    def translate(
        self, texts: Sequence[str], options: TranslationOptions, cancelled: Callable[[], bool]
    ) -> Iterator[Translated]:
        """Each sentence's translations as they are done, in any order.

        Raises Cancelled once `cancelled` is true, what was made until then having been given.
        """
        self._require()
        for kind, payload in self._events(cancelled, "translate", list(texts), options):
            if kind == "translated":
                yield payload
        if cancelled():
            raise Cancelled("Stopped while translating.")

    def adapted(self, folder: Path) -> "ProcessEngine":
        """This model with the adapter in a folder, without loading the model again.

        Raises BadInput for an adapter that doesn't fit, Unavailable where the engine knows no adapters.
        """
        self._require()
        if self._alone:
            raise Unavailable("This kind of model can't be used with an adapter.")
        with self._adapting:
            version = folder.name, _changed_at(folder)
            if version not in self._adapted:
                key = f"{self._key}+{folder.name}-{version[1]}"
                self._process.call("adapt", self._key, key, folder)
                twin = ProcessEngine(self._process, key, replace(self.info, at_once=0), self._reclaim)
                twin.recent = self.recent
                self._adapted[version] = twin
            return self._adapted[version]

    def close(self) -> None:
        if self._alone:
            self._process.close()
        elif self.alive:
            self._process.call("unload", self._key)

    def _events(
        self, cancelled: Callable[[], bool], verb: str, *arguments: Any
    ) -> Generator[tuple[str, Any], None, None]:
        """What the engine reports while it works, up to and with its "end"."""
        number, replies = self._process.send(verb, self._key, *arguments)
        told = ended = False
        try:
            while not ended:
                if cancelled() and not told:
                    self._process.tell("cancel", number)
                    told = True
                try:
                    kind, payload = replies.get(timeout=POLL_SECONDS)
                except queue.Empty:
                    continue
                if kind == "error":
                    raise payload
                if payload[0] == "memory":
                    self._reclaim()
                    self._process.tell("resume", number)
                    continue
                ended = payload[0] == "end"
                yield payload
        finally:
            if not ended and not told:
                self._process.tell("cancel", number)
            self._process.forget(number)

    def _require(self) -> None:
        if not self.alive:
            raise EngineFailed(CRASHED)


def _changed_at(folder: Path) -> int:
    try:
        return (folder / WEIGHTS).stat().st_mtime_ns
    except OSError as error:
        raise Unavailable("This adapter was deleted. Choose another model.") from error


class ProcessGeneration:
    """Iterate once. Leaving the loop early, or `cancelled`, stops the engine at its next token."""

    def __init__(
        self,
        engine: ProcessEngine,
        prompt: Prompt,
        options: GenerationOptions,
        cancelled: Callable[[], bool],
    ) -> None:
        self._engine, self._request, self._cancelled = engine, (prompt, options), cancelled
        self.usage: Usage | None = None
        self.read = 0

    def __iter__(self) -> Iterator[str]:
        for kind, payload in self._engine._events(self._cancelled, "generate", *self._request):
            match kind:
                case "text":
                    yield payload
                case "read":
                    self.read = payload
                case "end":
                    self.usage = payload
                    self._engine.recent.append(payload)
                    name = self._engine.model_id
                    telemetry.METRICS.used(name, payload.prompt_tokens, payload.new_tokens)


class EngineLoader:
    """What the manager needs of the world: files, memory, and models on a device."""

    def __init__(
        self,
        config: Config,
        library: Library,
        process: EngineProcess | None = None,
        servers: Servers | None = None,
    ) -> None:
        self._config, self._library, self._threads = config, library, config.threads
        self._servers = servers or Servers(config.servers)
        self.process = process or EngineProcess(config.threads)
        self._keys = itertools.count(1)
        self._wanted: dict[str, Wanted] = {}  # what people chose, until the server ends
        self._not_exported: dict[str, str] = {}  # why, between preparing and loading

    def prepare(self, spec: ModelSpec, on_progress: Progress) -> tuple[Path, Footprint]:
        folder = self._library.prepare(spec, on_progress)
        footprint = self._library.footprint(spec, folder)
        if self._runtime(spec, folder).name == "openvino":
            try:
                self._library.export(spec, folder, on_progress)
            except AppError as error:  # it will run on transformers then, and say why
                self._not_exported[spec.id] = str(error)
        return folder, footprint

    def choose(self, model_id: str, wanted: Wanted) -> None:
        """Which engine runs a model from its next load on."""
        self._wanted[model_id] = wanted

    def wanted(self, model_id: str) -> Wanted:
        return self._wanted.get(model_id) or self._config.for_model(model_id).engine or self._config.engine

    def adaptable(self, spec: ModelSpec) -> ModelSpec:
        """The base of an adapter as it is to be loaded: on transformers, which knows adapters."""
        folder = self._library.folder(spec)
        if folder is None or self._runtime(spec, folder).name == "transformers":
            return spec
        return replace(spec, plain=True, title=f"{spec.title} for adapters")

    def _runtime(self, spec: ModelSpec, folder: Path) -> Runtime:
        if spec.task not in ("chat", "complete") or architecture(folder) != "causal":
            return Runtime("transformers", "")
        if spec.plain:
            return Runtime("transformers", N_("adapters are used with it, which OpenVINO doesn't read"))
        devices = self.devices()
        kind = target_kind(devices, self._config.device)
        free = max((device.free for device in devices if device.kind == kind), default=0)
        if (budget := self._config.memory_budget_gb) is not None:
            free = min(free, int(budget * GB))
        exported = self._library.exported(spec, folder)
        # Its weights are counted only where it isn't made ready yet: every lease of an adapter asks this.
        parameters = 0 if exported else self._library.footprint(spec, folder).parameters
        return runtime.choose(self.wanted(spec.id), kind, parameters, free, exported)

    def devices(self) -> list[Device]:
        """Cards are measured by torch, in the engine process; where there can be none it isn't started."""
        return self.process.call("devices") if memory.may_have_cards() else [memory.ram()]

    def main_memory(self) -> Device:
        return memory.ram()

    def devices_now(self) -> list[Device]:
        """Without starting the engine: then only main memory is known."""
        try:
            return self.devices() if self.process.pid else [memory.ram()]
        except EngineFailed:  # it ended just now
            return [memory.ram()]

    def process_memory(self) -> int:
        """Bytes of main memory that the engine process takes; 0 when it isn't running."""
        try:
            return psutil.Process(self.process.pid).memory_info().rss if self.process.pid else 0
        except psutil.Error:  # it ended just now
            return 0

    def connect(self, spec: ModelSpec) -> tuple[Engine, Placement]:
        """A model on a server, which takes no memory here. Raises Unavailable or EngineFailed."""
        from components.models.servers.remote import connect

        name = spec.id.removeprefix(SERVER).split("/")[0]
        listed = self._servers.served(name, spec.location)
        engine = connect(self._servers.connection(name), spec, listed, self._config.for_model(spec.id))
        return engine, Placement((), "", "none", 0, engine.info.context, engine.reason)

    def load(
        self, spec: ModelSpec, folder: Path, placement: Placement, reclaim: Callable[[], object]
    ) -> Engine:
        key = f"{spec.key}#{next(self._keys)}"
        if architecture(folder) == "bergamot":
            return self._alone(BERGAMOT, reclaim, "load", key, folder, placement, spec.task)
        chosen = self._runtime(spec, folder)
        reason = chosen.reason
        if chosen.name == "openvino":
            try:
                return self._on_openvino(spec, folder, placement, reclaim, key, reason)
            except NotEnoughMemory:
                raise
            except AppError as error:
                reason = f"OpenVINO can't run it: {error}"
        info = self.process.call("load", key, folder, placement, spec.task)
        return ProcessEngine(self.process, key, replace(info, chosen=reason), reclaim)

    def _on_openvino(
        self,
        spec: ModelSpec,
        folder: Path,
        placement: Placement,
        reclaim: Callable[[], object],
        key: str,
        reason: str,
    ) -> Engine:
        """Raises Unavailable with the reason where the model wasn't made ready for it."""
        if failed := self._not_exported.pop(spec.id, ""):
            raise Unavailable(failed)
        exported = self._library.export(spec, folder, lambda text, share: None)
        footprint = self._library.footprint(spec, folder)
        # A weight and a cached number take a byte each here.
        left = placement.need - HEADROOM_BYTES - footprint.parameters
        room = left // max(footprint.kv_values_per_token, 1)
        tokens = max(min(CACHED_CONTEXTS * placement.context, room), placement.context)
        engine = self._alone(OPENVINO, reclaim, "open", key, folder, exported, placement, tokens)
        taken = engine.info.memory + tokens * footprint.kv_values_per_token  # the cache fills bit by bit
        engine.info = replace(engine.info, memory=taken, chosen=reason)
        return engine

    def _alone(
        self, program: str, reclaim: Callable[[], object], verb: str, key: str, *what: Any
    ) -> ProcessEngine:
        """A model in a process of its own, which ends with it."""
        process = EngineProcess(self._threads, program)
        try:
            info = process.call(verb, key, *what)
        except AppError:
            process.close()
            raise
        return ProcessEngine(process, key, info, reclaim, alone=True)
