"""The confined process of the dataset doctor: a header and uploads come in, a JSON answer goes out.

No network, no other process, no file is written; the limits of memory and time are those of documents.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from components.documents import errors
from components.documents.limits import Limits
from components.documents.worker import _as_answer, _confine, _private_stdout
from components.errors import AppError


def main() -> None:
    # Tokenizers don't need it, and its libraries alone would go over the memory limit.
    sys.modules["torch"] = None  # type: ignore[assignment]
    answers = _private_stdout()
    header = json.loads(sys.stdin.buffer.readline())
    limits = Limits.from_json(header["limits"])
    _confine(limits)
    sys.setrecursionlimit(20_000)  # jinja compiles templates by recursion
    uploads = [(one["name"], sys.stdin.buffer.read(one["size"])) for one in header["uploads"]]
    answer = _guarded(lambda: _answer(header, uploads, limits), header["name"], limits)
    answers.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    answers.flush()
    os._exit(0)


def _answer(header: dict[str, Any], uploads: list[tuple[str, bytes]], limits: Limits) -> dict[str, Any]:
    from components.training.doctor.diagnosing import Request, diagnose

    return diagnose(Request.from_json(header["request"]), uploads, limits)


def _guarded(work: Callable[[], dict[str, Any]], name: str, limits: Limits) -> dict[str, Any]:
    try:
        return {"answer": work()}
    except AppError as error:
        return _as_answer(error)
    except MemoryError:
        return _as_answer(errors.too_much_memory(name, limits.memory_bytes))
    except RecursionError:
        return _as_answer(errors.too_deep(name, limits.nesting))
    except Exception:  # noqa: BLE001 - a parser may raise anything; the person gets one sentence
        import traceback

        traceback.print_exc()
        return _as_answer(errors.reader_failed(name))


if __name__ == "__main__":
    main()
