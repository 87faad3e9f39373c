"""A chat template, rendered in a process of its own: it is a program of the model's, and may never end.

Knows that process and its limits on time, not how a template works (see `template_program`).
"""

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from components import lifeline
from components.config import ROOT
from components.errors import BadInput, Cancelled
from components.models.engines.prompt_tokens import conversation
from components.models.options import Prompt

PROGRAM = "components.models.engines.template_program"
SECONDS = 5.0  # for one conversation; a usual one takes a thousandth of it
START_SECONDS = 60.0  # until the process is there, on a busy machine
POLL_SECONDS = 0.05
LEAST_LOOKS = 20


class TemplateRefused(BadInput):
    """It says itself that it can't render a conversation, or fails at it."""

    reason = ""


class ChatTemplate:
    """Of one tokenizer. Safe to use from any thread; one conversation after the other."""

    def __init__(self, tokenizer: Any, seconds: float = SECONDS) -> None:
        self._tokenizer = tokenizer
        self._lock = threading.Lock()  # guards _process
        self._process = TemplateProcess(seconds)

    def start(self) -> None:
        """Starts the process, so that the first conversation doesn't wait for it."""
        with self._lock:
            self._process.start()

    def render(self, prompt: Prompt, cancelled: Callable[[], bool] = lambda: False) -> Prompt:
        """A conversation as the text that the model reads; other prompts are returned as they are.

        Raises BadInput where the template refuses it or takes too long, Cancelled within a moment.
        """
        if not prompt.messages:
            return prompt
        request = conversation(self._tokenizer, prompt)
        with self._turn(cancelled):
            text = str(self._process.ask(request, cancelled)["text"])
        return Prompt(text=text, rendered=True, continue_last=prompt.continue_last)

    def close(self) -> None:
        """Ends the process; a conversation that is in it is refused."""
        self._process.close()

    @contextmanager
    def _turn(self, cancelled: Callable[[], bool]) -> Iterator[None]:
        while not self._lock.acquire(timeout=POLL_SECONDS):
            if cancelled():
                raise Cancelled("Stopped.")
        try:
            yield
        finally:
            self._lock.release()


class TemplateProcess:
    """Renders templates within limits, one after the other; after a failure, in another process."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._program: _Program | None = None

    def start(self) -> None:
        """Starts the process, which takes a moment."""
        self._running()

    def close(self) -> None:
        """Ends the process; what is in it is refused."""
        if program := self._program:
            program.end()

    def ask(self, request: dict[str, Any], cancelled: Callable[[], bool] = lambda: False) -> dict[str, Any]:
        """What the program answers. Raises TemplateRefused, BadInput where it takes too much, Cancelled."""
        program = self._running()
        try:
            if not program.ready:
                program.next(START_SECONDS, cancelled)
                program.ready = True
            program.send(request)
            answer = program.next(self._seconds, cancelled)
        except BaseException:
            program.end()  # nobody knows what it is doing; the next conversation starts another
            raise
        if "error" in answer:
            why = answer["error"]
            refused = TemplateRefused(
                "The model's chat template refused this conversation: {error}", error=why
            )
            refused.reason = str(why)
            raise refused
        return answer

    def _running(self) -> "_Program":
        if self._program is None or self._program.ended:
            self._program = _Program(self._seconds)
        return self._program


class _Program:
    """One process, its answers as they come."""

    def __init__(self, seconds: float) -> None:
        self.ready = False
        self._process = lifeline.start(
            [sys.executable, "-m", PROGRAM, str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()  # lines; an empty one is the end
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def send(self, request: dict[str, Any]) -> None:
        """On a thread: a process that doesn't read must not hold up the caller."""
        line = json.dumps(request, default=str).encode() + b"\n"
        threading.Thread(target=self._write, args=(line,), daemon=True).start()

    def next(self, seconds: float, cancelled: Callable[[], bool]) -> dict[str, Any]:
        """The next answer. Looks a few times even after the time is over: a step of OpenVINO's may hold up
        all threads here for longer than that, while the answer is there.
        """
        until, looks = time.monotonic() + seconds, 0
        while time.monotonic() < until or looks < LEAST_LOOKS:
            looks += 1
            if cancelled():
                raise Cancelled("Stopped.")
            try:
                line = self._answers.get(timeout=POLL_SECONDS)
            except queue.Empty:
                continue
            if not line:
                raise BadInput(
                    "The model's chat template can't be used: it needs more memory or time than it may have. "
                    "Choose another model."
                )
            return dict(json.loads(line))
        raise BadInput(
            "The model's chat template can't be used: it took more than {seconds:g} seconds. "
            "Choose another model.",
            seconds=seconds,
        )

    def end(self) -> None:
        self._process.kill()
        self._process.wait()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put(b"")

    def _write(self, line: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except (OSError, ValueError):
            pass  # it has ended, which the reader says
