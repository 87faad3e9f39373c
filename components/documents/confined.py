"""A program of ours in a process of its own: bytes go in, JSON comes back, within limits that are watched.

Knows nothing about formats. No matter what happens in the process, the caller gets an answer or an AppError;
the program's side is `confinement`.
"""

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any

import psutil

from components import lifeline
from components.config import ROOT
from components.documents import errors
from components.documents.limits import MB, PATIENCE, Limits
from components.documents.page_progress import Phase, Told
from components.errors import BadInput, Cancelled
from components.messages import Said, from_json

log = logging.getLogger(__name__)

POLL = 0.02  # seconds between two checks of the process
CHUNK = 1 << 16
PAGE = b'{"page": '  # how a line begins that the program says of a page
PHASE = b'{"phase": '  # and one of the part of its work that it is at
LINE = 200  # bytes of what the program says of a page, at most
KEPT_STDERR = 4_000  # bytes of the program's error output, for the log
# What a Python process needs to start; nothing else of the app's environment is handed on.
PASSED_ON = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")

# Guards how many such programs run at the same time, so that many uploads can't take all memory.
_slots = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))


def ask(
    program: tuple[str, ...],
    header: dict[str, Any],
    data: bytes,
    limits: Limits,
    cancelled: Callable[[], bool] = lambda: False,
    more: bytes = b"",
    told: Told = lambda done, of: None,
    phase: Phase = lambda number, share: None,
) -> dict[str, Any]:
    """The program's answer to a file; `header["name"]` is the file's name, `more` follows its bytes.

    Blocks until it is there: the program may compute for `limits.seconds` after its turn, and for pages that
    are read from pictures `limits.ocr_seconds` each; the clock ends it after PATIENCE times as long. `told`
    hears how many of those pages are done, `phase` which part of its work the program is at. Raises Cancelled
    when `cancelled()` turns true, and a kind of `components.documents.errors` where the file can't be used
    within the limits.
    """
    name = header["name"]
    if not data:
        raise errors.empty(name, Said("is empty"))
    if len(data) > limits.file_bytes:
        raise errors.TooLarge(
            '"{name}" is {data:.1f} MB; a file may be at most {file_bytes:g} MB. Split it into '
            "smaller files, or paste the part that you need.",
            name=name,
            data=len(data) / MB,
            file_bytes=limits.file_bytes / MB,
        )
    line = json.dumps(header | {"limits": limits.to_json(), "size": len(data)}).encode() + b"\n"
    while not _slots.acquire(timeout=POLL):
        if cancelled():
            raise Cancelled('Reading "{name}" was stopped.', name=name)
    try:
        answer = _run(_Program(name, limits, program, told, phase), line, data + more, cancelled)
    finally:
        _slots.release()
    if kind := answer.get("error"):
        if kind not in errors.KINDS:
            log.warning("reader failed: %s", answer.get("detail", ""))
        raise errors.KINDS.get(kind, BadInput)(from_json(answer["message"]))
    return answer


def shown_name(name: str) -> str:
    """The file's name for use in a sentence: no folders, no control characters, not too long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if c.isprintable()).strip() or "document"
    return kept if len(kept) <= 100 else f"{kept[:60]}…{kept[-35:]}"


@dataclass
class _Program:
    """One process and its output so far."""

    name: str
    limits: Limits
    command: tuple[str, ...]
    told: Told
    phase: Phase
    process: subprocess.Popen[bytes] = field(init=False)
    answer: bytearray = field(default_factory=bytearray)
    printed: bytearray = field(default_factory=bytearray)
    peak: int = 0  # bytes of resident memory, the most that was seen
    slow: int = 0  # how often it said that it reads pictures
    allowed: float = field(init=False)  # seconds of computing, from its start
    deadline: float = field(init=False)  # when it is ended, no matter how little it computed

    def __post_init__(self) -> None:
        self.allowed = self.limits.seconds
        self.deadline = time.monotonic() + PATIENCE * self.limits.seconds
        env = {key: os.environ[key] for key in PASSED_ON if key in os.environ}
        # Numeric libraries reserve memory per thread, which would count against the limit.
        env |= {
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
        env |= {"PYTHONHASHSEED": "0"}  # the same document always gives the same result
        self.process = lifeline.start(
            [sys.executable, *self.command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=env,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def over_memory(self) -> bool:
        try:
            self.peak = max(self.peak, psutil.Process(self.process.pid).memory_info().rss)
        except psutil.Error:
            return False
        return self.peak > self.memory

    @property
    def memory(self) -> int:
        """Bytes that it may take up now."""
        few, many = self.limits.memory_bytes, self.limits.ocr_memory_bytes
        return max(few, many) if self.slow else few

    @property
    def computed(self) -> float:
        """The seconds of a core that it has taken."""
        try:
            times = psutil.Process(self.process.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

    @property
    def overdue(self) -> bool:
        return self.computed > self.allowed or time.monotonic() > self.deadline

    def hear(self) -> None:
        """Takes what it says of its pages off the answer: each page gives time for the next."""
        while self.answer.startswith((PAGE, PHASE)) and (end := self.answer.find(b"\n", 0, LINE)) >= 0:
            line = bytes(self.answer[:end])
            del self.answer[: end + 1]
            with contextlib.suppress(ValueError, KeyError, TypeError):
                said = json.loads(line)
                if "phase" in said:
                    self.phase(int(said["phase"]), float(said["share"]))
                    continue
                self.told(int(said["page"]), int(said["of"]))
            self.slow += 1
            if self.slow <= self.limits.ocr_pages + 1:
                more = self.limits.ocr_seconds
                self.allowed = max(self.allowed, self.computed + more)
                self.deadline = max(self.deadline, time.monotonic() + PATIENCE * more)


def _run(program: _Program, header: bytes, data: bytes, cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Feeds the process, waits for it within the limits, and ends it in every case."""
    process = program.process
    threads = [
        threading.Thread(target=_feed, args=(process.stdin, header, data), daemon=True),
        threading.Thread(
            target=_drain, args=(process.stdout, program.answer, program.limits.unpacked_bytes), daemon=True
        ),
        threading.Thread(target=_drain, args=(process.stderr, program.printed, KEPT_STDERR), daemon=True),
    ]
    try:
        for thread in threads:
            thread.start()
        _watch(program, cancelled)
    finally:
        process.kill()
        process.wait()
        for thread in threads:
            thread.join()
    program.hear()
    return _answer(program)


def _feed(pipe: IO[bytes], header: bytes, data: bytes) -> None:
    try:
        with pipe:
            pipe.write(header)
            pipe.write(data)
    except OSError:
        pass  # the process ended before it took everything; its exit says why


def _drain(pipe: IO[bytes], kept: bytearray, limit: int) -> None:
    """Reads to the end, so that the process never blocks; keeps one byte more than the limit."""
    with pipe:
        while chunk := pipe.read1(CHUNK):  # type: ignore[attr-defined]
            kept += chunk[: max(0, limit + 1 - len(kept))]


def _watch(program: _Program, cancelled: Callable[[], bool]) -> None:
    """Returns when the process has ended by itself; raises when a limit is reached before."""
    while True:
        try:
            program.process.wait(POLL)
            return
        except subprocess.TimeoutExpired:
            pass
        if cancelled():
            raise Cancelled('Reading "{name}" was stopped.', name=program.name)
        program.hear()
        if program.overdue:
            raise errors.took_too_long(program.name, round(program.allowed, 1))
        if program.over_memory():
            raise errors.too_much_memory(program.name, program.memory)
        if len(program.answer) > program.limits.unpacked_bytes:
            raise errors.too_much_unpacked(program.name, program.limits.unpacked_bytes)


def _answer(program: _Program) -> dict[str, Any]:
    """The JSON object that the process wrote; without one, raises the error that fits how it ended."""
    code = program.process.returncode
    try:
        answer = json.loads(program.answer)
        if code == 0 and isinstance(answer, dict):
            return answer
    except ValueError:
        pass
    if len(program.answer) > program.limits.unpacked_bytes:
        raise errors.too_much_unpacked(program.name, program.limits.unpacked_bytes)
    log.warning("reader ended with %s: %s", code, program.printed.decode("utf-8", "replace")[-KEPT_STDERR:])
    if program.peak > 0.7 * program.memory or b"MemoryError" in program.printed:
        raise errors.too_much_memory(program.name, program.memory)
    raise errors.reader_failed(program.name)
