"""The app's side of the engine process: start it, talk to it, notice when it dies.

Knows requests, answers and processes; nothing about torch.
"""

import copy
import itertools
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from components import lifeline, telemetry
from components.config import ROOT
from components.errors import Cancelled, EngineFailed, Unavailable
from components.messages import N_, Message
from components.models.adapters import WEIGHTS
from components.models.engine import Vectors
from components.models.heartbeat import Heartbeat
from components.models.looks import Found, Look
from components.models.options import EngineInfo, GenerationOptions, Prompt, Usage
from components.models.scores import Scored, Scores, TokenScore
from components.models.translation import Translated, TranslationOptions

HOST = "components.models.engines.host"
ENVIRONMENT = {
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # A thread that waits for the others yields its core. On two cores, with the browser on one of
    # them, spinning instead halved the speed.
    "OMP_WAIT_POLICY": "PASSIVE",
    # But for some microseconds: to sleep at each of thousands of short waits costs a third of the speed.
    "GOMP_SPINCOUNT": "10000",
}
CRASHED = N_(
    "The engine stopped unexpectedly, most likely because the machine ran out of memory. What was written "
    "is kept, and the next request starts it again."
)
SILENT = N_(
    "The engine didn't answer any more and was ended. What was written is kept, and the next request starts "
    "it again."
)
POLL_SECONDS = 0.02  # how soon a cancel is passed on while nothing comes
PING = 0  # the number of the heartbeat's requests
LOADING = ("load", "open", "adapt", "unload")  # verbs during which it may be silent for long


@dataclass(frozen=True)
class _Request:
    """One that waits for answers."""

    process: "subprocess.Popen[bytes]"
    verb: str
    replies: "queue.SimpleQueue[tuple[str, Any]]"


class EngineProcess:
    """One child process with all loaded models; started at the first use, and again after a crash."""

    def __init__(self, threads: int | None = None, program: str = HOST) -> None:
        self._threads, self._program = threads or 0, program
        self._lock = threading.Lock()  # guards _process and _requests
        # Guards writing to the child. Not the same lock: the reader must go on while a write waits.
        self._writing = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._requests: dict[int, _Request] = {}
        self._numbers = itertools.count(1)
        self.starts = 0  # engines of an earlier start are dead
        self._prepared = False  # whether it has imported what it needs
        self.why_ended = CRASHED  # the last time

    @property
    def pid(self) -> int | None:
        process = self._process
        return process.pid if process and process.poll() is None else None

    def call(self, verb: str, *arguments: Any, cancelled: Callable[[], bool] | None = None) -> Any:
        """One request, one answer. Raises the AppError that the engine reports, or Cancelled."""
        number, replies = self.send(verb, *arguments)
        try:
            kind, payload = self._answer(number, replies, cancelled) if cancelled else replies.get()
        finally:
            self.forget(number)
        if kind == "error":
            raise payload
        return payload

    def _answer(
        self, number: int, replies: "queue.SimpleQueue[tuple[str, Any]]", cancelled: Callable[[], bool]
    ) -> tuple[str, Any]:
        while True:
            if cancelled():
                self.tell("cancel", number)
                raise Cancelled("Stopped.")
            try:
                return replies.get(timeout=POLL_SECONDS)
            except queue.Empty:
                continue

    def send(self, verb: str, *arguments: Any) -> tuple[int, "queue.SimpleQueue[tuple[str, Any]]"]:
        """Sends a request; its answers arrive in the queue, until `forget`."""
        number = next(self._numbers)
        replies: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        with self._lock:
            process = self._running()
            self._requests[number] = _Request(process, verb, replies)
        self._write(process, (number, verb, arguments))
        return number, replies

    def tell(self, verb: str, number: int) -> None:
        """Something about a request already sent ("cancel", "resume"); no answer comes."""
        process = self._process
        if process and process.poll() is None:
            self._write(process, (number, verb, ()))

    def forget(self, number: int) -> None:
        with self._lock:
            self._requests.pop(number, None)

    def close(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            process = self._process = lifeline.start(
                [sys.executable, "-m", self._program, str(self._threads)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=ROOT,
                env=ENVIRONMENT | os.environ,
            )
            self.starts += 1
            self._prepared = False
            heartbeat = Heartbeat(process, lambda: self._ping(process), self._is_loading)
            threading.Thread(target=self._read, args=(process, heartbeat), daemon=True).start()
            heartbeat.start()
        return self._process

    def _ping(self, process: "subprocess.Popen[bytes]") -> None:
        """Asks for a sign of life. A write in progress is as good: the process has to read it."""
        assert process.stdin is not None
        if self._writing.acquire(blocking=False):
            try:
                pickle.dump((PING, "ping", ()), process.stdin)
                process.stdin.flush()
            except (OSError, ValueError):
                pass  # it has ended, which the reader says
            finally:
                self._writing.release()

    def _is_loading(self) -> bool:
        with self._lock:
            return not self._prepared or any(one.verb in LOADING for one in self._requests.values())

    def _write(self, process: "subprocess.Popen[bytes]", message: Any) -> None:
        assert process.stdin is not None
        try:
            with self._writing:
                pickle.dump(message, process.stdin)
                process.stdin.flush()
        except OSError as error:
            raise EngineFailed(self.why_ended) from error

    def _read(self, process: "subprocess.Popen[bytes]", heartbeat: Heartbeat) -> None:
        """Hands answers to the waiting callers; when the process ends, tells all of them."""
        assert process.stdout is not None
        while True:
            try:
                number, kind, payload = pickle.load(process.stdout)
            except (EOFError, OSError, pickle.UnpicklingError):
                break
            heartbeat.heard()
            with self._lock:
                if number == PING:
                    self._prepared = bool(payload)
                waiting = self._requests.get(number)
            if waiting:
                waiting.replies.put((kind, payload))
        process.wait()
        self.why_ended = SILENT if heartbeat.ended else CRASHED
        with self._lock:
            if self._process is process:
                self._process = None
            # Only its own: the next process may have been started, and asked, in the meantime.
            mine = {number: one for number, one in self._requests.items() if one.process is process}
            for number in mine:
                del self._requests[number]
        for one in mine.values():
            one.replies.put(("error", EngineFailed(self.why_ended)))


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
        self._cancelled: Callable[[], bool] | None = None  # of the lease
        self.recent: deque[Usage] = deque(maxlen=5)
        self._adapting = threading.Lock()  # guards _adapted
        self._adapted: dict[tuple[str, int], ProcessEngine] = {}

    @property
    def alive(self) -> bool:
        return self._process.starts == self._start and self._process.pid is not None

    def count(self, prompts: Sequence[Prompt]) -> list[int]:
        """Tokens of each prompt as the model would read it, chat template included."""
        self._require()
        return self._process.call("count", self._key, list(prompts), cancelled=self._cancelled)

    def generate(
        self, prompt: Prompt, options: GenerationOptions, cancelled: Callable[[], bool]
    ) -> "ProcessGeneration":
        self._require()
        return ProcessGeneration(self, prompt, options, cancelled)

    def scores(
        self,
        texts: Sequence[Scored],
        top: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
        on_done: Callable[[int], None] = lambda done: None,
    ) -> list[Scores]:
        """How likely each text is, in their order. Raises NoScores where this engine can't tell."""
        self._require()
        found: list[Scores] = []
        for kind, payload in self._events(cancelled, "scores", list(texts), top):
            if kind == "scored":
                found.append(Scores(payload, self.info.engine, self.info.dtype))
                on_done(len(found))
        if len(found) < len(texts):
            raise Cancelled("Stopped while the text was being read.")
        return found

    def look(self, asked: Look, cancelled: Callable[[], bool] = lambda: False) -> Found:
        """What a look into the model finds. Raises Unavailable without a view of it, Cancelled."""
        self._require()
        found = [payload for kind, payload in self._events(cancelled, "look", asked) if kind == "looked"]
        if not found:
            raise Cancelled("Stopped.")
        return found[0]

    def embed(
        self,
        texts: Sequence[str],
        cancelled: Callable[[], bool] = lambda: False,
        on_done: Callable[[int], None] = lambda done: None,
    ) -> Vectors:
        """One vector of length 1 for each text of any length; `on_done` is told how many are ready.

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

        Raises Cancelled once `cancelled` is true, after yielding what was done until then.
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
            adapted = copy.copy(self._adapted[version])
            adapted._cancelled = self._cancelled
            return adapted

    def leased(self, cancelled: Callable[[], bool], on_wait: Callable[[Message], object]) -> "ProcessEngine":
        twin = copy.copy(self)  # which shares all that changes
        twin._cancelled = cancelled
        return twin

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
            raise EngineFailed(self._process.why_ended)


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
        self.read = self.written = 0
        self.scores: list[TokenScore] = []

    def __iter__(self) -> Iterator[str]:
        for kind, payload in self._engine._events(self._cancelled, "generate", *self._request):
            match kind:
                case "text":
                    yield payload
                case "read":
                    self.read = payload
                case "wrote":
                    self.written = payload
                case "scores":
                    self.scores += payload
                case "end":
                    self.usage = payload
                    self._engine.recent.append(payload)
                    name = self._engine.model_id
                    telemetry.METRICS.used(name, payload.prompt_tokens, payload.new_tokens)
