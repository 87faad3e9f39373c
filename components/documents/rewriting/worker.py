"""The reading process of translation: a request and a file come in, a JSON answer goes out.

The same confinement as for reading: no network, no other process, no file, limits of memory and time.
"""

import base64
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from components.documents import errors
from components.documents.limits import Limits
from components.documents.rewriting.units import Options, Placed
from components.documents.worker import _as_answer, _confine, _private_stdout
from components.errors import AppError
from components.priority import step_aside


def main() -> None:
    step_aside()
    answers = _private_stdout()
    header = json.loads(sys.stdin.buffer.readline())
    limits = Limits.from_json(header["limits"])
    _confine(limits)
    data = sys.stdin.buffer.read(header["size"])
    placed = json.loads(sys.stdin.buffer.read() or b"null")
    answer = _guarded(lambda: _answer(header, data, placed, limits), header["name"], limits)
    answers.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    answers.flush()
    os._exit(0)


def _answer(header: dict[str, Any], data: bytes, placed: Any, limits: Limits) -> dict[str, Any]:
    from components.documents.rewriting import opening

    options = Options(tuple(header["options"]["columns"]), header["options"]["bilingual"])
    if placed is None:
        opened = opening.open_file(data, header["name"], options, limits)
        return vars(opened) | {"units": [unit.to_json() for unit in opened.units]}
    translations = [None if one is None else Placed.from_json(one) for one in placed]
    written = opening.write_file(data, header["name"], options, translations, limits)
    return vars(written) | {"data": base64.b64encode(written.data).decode("ascii")}


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
