"""The program's side of `confined`: a header and a file on standard input, a JSON answer on standard output.

Knows nothing about the app. No matter what a parser does to this process, the app only sees it end.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, BinaryIO

from components import lifeline
from components.documents import errors, page_progress
from components.documents.limits import MB, PATIENCE, Limits
from components.errors import AppError
from components.messages import to_json
from components.priority import step_aside

SPARE = 600 * MB  # address space that Python and its libraries map without using it
OCR_SPARE = 4_000 * MB  # and what the models that read pictures map
GRACE = 5.0  # seconds over the limit after which the process ends by itself if the app has died
REFUSED = ("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.system", "os.exec")

Work = Callable[[dict[str, Any], bytes, bytes, Limits], dict[str, Any]]


def serve(work: Work) -> None:
    """Answers one request, and ends. `work` gets the header, the file, what follows it, and the limits."""
    lifeline.hold()
    step_aside()
    answers = private_stdout()
    header = json.loads(sys.stdin.buffer.readline())
    limits = Limits.from_json(header["limits"])
    ending = confine(limits)
    page_progress.report_to(lambda done, of: ending.later(answers, done, of))
    page_progress.report_phases_to(
        lambda number, share: _tell(answers, {"phase": number, "share": round(share, 3)})
    )
    data, more = sys.stdin.buffer.read(header["size"]), sys.stdin.buffer.read()
    answer = guarded(lambda: work(header, data, more, limits), header["name"], limits)
    answers.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    answers.flush()
    os._exit(0)  # freeing a large tree node by node can take longer than reading it


def _tell(answers: BinaryIO, what: dict[str, Any]) -> None:
    """Says something before the answer, on a line of its own."""
    answers.write(json.dumps(what).encode() + b"\n")
    answers.flush()


def private_stdout() -> BinaryIO:
    """A handle only for the answer: what a library prints goes to standard error instead."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "wb")


class Ending:
    """The end of the process in any case. A page that was read from a picture puts it off."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._timer = _ends_after(PATIENCE * limits.seconds + GRACE)

    def later(self, answers: BinaryIO, done: int, of: int) -> None:
        """Tells the app how many pages are read, and takes the time and memory for the next one."""
        _tell(answers, {"page": done, "of": of})
        self._timer.cancel()
        self._timer = _ends_after(PATIENCE * max(self._limits.seconds, self._limits.ocr_seconds) + GRACE)
        memory = max(self._limits.memory_bytes, self._limits.ocr_memory_bytes)
        used = int(time.process_time())
        _set_limits(memory + OCR_SPARE, used + int(self._limits.seconds + self._limits.ocr_seconds + GRACE))


def _ends_after(seconds: float) -> threading.Timer:
    timer = threading.Timer(seconds, os._exit, (1,))
    timer.daemon = True
    timer.start()
    return timer


def confine(limits: Limits) -> Ending:
    """No network, no other processes, no files, and an end in any case."""

    def refuse(event: str, args: object) -> None:
        if event.startswith(REFUSED):
            raise PermissionError(f"a document reader may not use {event}")

    sys.addaudithook(refuse)
    sys.setrecursionlimit(2_000)
    _set_limits(limits.memory_bytes + SPARE, int(limits.seconds + GRACE))
    return Ending(limits)


def _set_limits(memory: int, seconds: int) -> None:
    """Bytes of address space and seconds of computing, beyond which the system ends the process."""
    try:
        import resource
    except ImportError:  # Windows: the app watches memory and time from outside
        return
    wanted = {"RLIMIT_AS": memory, "RLIMIT_CPU": seconds, "RLIMIT_CORE": 0}
    for name, value in wanted.items():
        try:
            _, hard = resource.getrlimit(getattr(resource, name))
            low = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(getattr(resource, name), (low, hard))
        except (AttributeError, ValueError, OSError):  # macOS has no RLIMIT_AS that it keeps to
            continue


def guarded(work: Callable[[], dict[str, Any]], name: str, limits: Limits) -> dict[str, Any]:
    """What the work returns, or its failure as an answer."""
    try:
        return work()
    except AppError as error:
        return as_answer(error)
    except MemoryError:
        return as_answer(errors.too_much_memory(name, limits.memory_bytes))
    except RecursionError:
        return as_answer(errors.too_deep(name, limits.nesting))
    except Exception:  # noqa: BLE001 - a parser may raise anything; the person gets one sentence
        import traceback

        traceback.print_exc()
        return as_answer(errors.reader_failed(name))


def as_answer(error: AppError) -> dict[str, Any]:
    return {"error": type(error).__name__, "message": to_json(error.message)}
