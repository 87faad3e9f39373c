"""Starts the reading process for one document, watches it, and turns its answer into a Document.

Knows nothing about formats: bytes go in, JSON comes back, and whatever happens there is an AppError here.
"""

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO, Any

import psutil

from components.config import ROOT
from components.documents import errors
from components.documents.document import Document
from components.documents.limits import MB, Limits
from components.errors import BadInput, Cancelled

log = logging.getLogger(__name__)

WORKER = ("-m", "components.documents.worker")
POLL = 0.02  # seconds between two looks at the reading process
CHUNK = 1 << 16
KEPT_STDERR = 4_000  # bytes of what the reader printed, for the log
# What a Python process needs to start; nothing else of the app's environment is handed on.
PASSED_ON = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")

# Guards how many documents are read at the same time, so that many uploads can't take all memory.
_slots = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))


def read_document(
    data: bytes,
    name: str,
    *,
    password: str | None = None,
    limits: Limits | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    worker: Iterable[str] = WORKER,
) -> Document:
    """The document in `data`, whose type is told from the bytes; `name` is for messages and titles.

    Blocks until it is read, at most `limits.seconds`. `worker` is for tests. Raises PasswordNeeded or
    WrongPassword for an encrypted file, Cancelled when `cancelled()` turns true, and another kind of
    `components.documents.errors` when the file can't be read or takes more than `limits` allow.
    """
    limits = limits or Limits()
    shown = shown_name(name)
    if not data:
        raise errors.empty(shown, "is empty")
    if len(data) > limits.file_bytes:
        raise errors.TooLarge(
            f'"{shown}" is {len(data) / MB:.1f} MB; a file may be at most {limits.file_bytes / MB:g} MB. '
            "Split it into smaller files, or paste the part that you need."
        )
    header = {"name": shown, "password": password, "limits": limits.to_json()}
    while not _slots.acquire(timeout=POLL):
        if cancelled():
            raise Cancelled(f'Reading "{shown}" was stopped.')
    try:
        answer = _run(
            _Reader(shown, limits, tuple(worker)), json.dumps(header).encode() + b"\n", data, cancelled
        )
    finally:
        _slots.release()
    return _document(answer, shown)


def shown_name(name: str) -> str:
    """The file's name as it may stand in a sentence: no folders, no control signs, not too long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if c.isprintable()).strip() or "document"
    return kept if len(kept) <= 100 else f"{kept[:60]}…{kept[-35:]}"


@dataclass
class _Reader:
    """One reading process and what has come out of it."""

    name: str
    limits: Limits
    worker: tuple[str, ...]
    process: subprocess.Popen[bytes] = field(init=False)
    answer: bytearray = field(default_factory=bytearray)
    printed: bytearray = field(default_factory=bytearray)
    peak: int = 0  # bytes of resident memory, the most that was seen

    def __post_init__(self) -> None:
        env = {key: os.environ[key] for key in PASSED_ON if key in os.environ}
        # Numeric libraries reserve memory per thread, which would count against the limit.
        env |= {
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
        env |= {"PYTHONHASHSEED": "0"}  # the same document always gives the same result
        self.process = subprocess.Popen(
            [sys.executable, *self.worker],
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
        return self.peak > self.limits.memory_bytes


def _run(reader: _Reader, header: bytes, data: bytes, cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Feeds the process, waits for it within the limits, and ends it in every case."""
    process = reader.process
    threads = [
        threading.Thread(target=_feed, args=(process.stdin, header, data), daemon=True),
        threading.Thread(
            target=_drain, args=(process.stdout, reader.answer, reader.limits.unpacked_bytes), daemon=True
        ),
        threading.Thread(target=_drain, args=(process.stderr, reader.printed, KEPT_STDERR), daemon=True),
    ]
    try:
        for thread in threads:
            thread.start()
        _watch(reader, time.monotonic() + reader.limits.seconds, cancelled)
    finally:
        process.kill()
        process.wait()
        for thread in threads:
            thread.join()
    return _answer(reader)


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


def _watch(reader: _Reader, deadline: float, cancelled: Callable[[], bool]) -> None:
    """Returns when the process has ended by itself; raises when a limit is reached before."""
    while True:
        try:
            reader.process.wait(POLL)
            return
        except subprocess.TimeoutExpired:
            pass
        if cancelled():
            raise Cancelled(f'Reading "{reader.name}" was stopped.')
        if time.monotonic() > deadline:
            raise errors.took_too_long(reader.name, reader.limits.seconds)
        if reader.over_memory():
            raise errors.too_much_memory(reader.name, reader.limits.memory_bytes)
        if len(reader.answer) > reader.limits.unpacked_bytes:
            raise errors.too_much_unpacked(reader.name, reader.limits.unpacked_bytes)


def _answer(reader: _Reader) -> dict[str, Any]:
    """The JSON object that the process wrote; without one, the error that fits how it ended."""
    code = reader.process.returncode
    try:
        answer = json.loads(reader.answer)
        if code == 0 and isinstance(answer, dict):
            return answer
    except ValueError:
        pass
    if len(reader.answer) > reader.limits.unpacked_bytes:
        raise errors.too_much_unpacked(reader.name, reader.limits.unpacked_bytes)
    log.warning("reader ended with %s: %s", code, reader.printed.decode("utf-8", "replace")[-KEPT_STDERR:])
    if reader.peak > 0.7 * reader.limits.memory_bytes or b"MemoryError" in reader.printed:
        raise errors.too_much_memory(reader.name, reader.limits.memory_bytes)
    raise errors.reader_failed(reader.name)


def _document(answer: dict[str, Any], name: str) -> Document:
    if kind := answer.get("error"):
        if kind not in errors.KINDS:
            log.warning("reader failed: %s", answer.get("detail", ""))
        raise errors.KINDS.get(kind, BadInput)(answer["message"])
    try:
        return Document.from_json(answer["document"])
    except (KeyError, TypeError, ValueError) as error:
        raise errors.reader_failed(name) from error
