"""What those who run the server see of it: logs with a request's id, numbers, and whether it is ready.

Never holds anybody's text, name or file name: kinds of work, models, counts and times only.
"""

import copy
import json
import logging
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

request_id: ContextVar[str] = ContextVar("request_id", default="")
_KNOWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_log = logging.getLogger("wordbench.work")

Readiness = Callable[[], tuple[bool, str]]


class Metrics:
    """The numbers of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        given: dict[str, Any] = {"registry": self.registry}
        self.requests = Counter(
            "wordbench_requests_total", "Work that ended, by kind and end", ["kind", "state"], **given
        )
        self.seconds = Histogram(
            "wordbench_request_seconds",
            "How long work took",
            ["kind"],
            buckets=(0.1, 0.5, 1, 5, 15, 60, 300, 1800),
            **given,
        )
        self.running = Gauge("wordbench_running", "Work at this moment", ["kind"], **given)
        self.tokens = Counter(
            "wordbench_tokens_total", "Tokens read and written", ["model", "direction"], **given
        )
        self.errors = Counter(
            "wordbench_errors_total", "Work that failed, by kind of error", ["kind", "error"], **given
        )
        self.refused = Counter("wordbench_refused_total", "Work refused by a limit", ["kind"], **given)
        self.queue = Gauge("wordbench_queue", "Requests that wait for a model", ["model"], **given)
        self.loaded = Gauge(
            "wordbench_model_bytes", "Bytes that a loaded model takes or may come to take", ["model"], **given
        )
        self.free = Gauge("wordbench_free_bytes", "Free memory of a device", ["device"], **given)
        self.engine = Gauge("wordbench_engine_bytes", "Main memory of the engine process", **given)

    def began(self, kind: str) -> None:
        self.running.labels(_plain(kind)).inc()

    def ended(self, kind: str, state: str, seconds: float, error: str) -> None:
        """Work of a kind ended; `error` is the name of its error's class, if it failed."""
        kind = _plain(kind)
        self.running.labels(kind).dec()
        self.requests.labels(kind, state).inc()
        self.seconds.labels(kind).observe(max(seconds, 0.0))
        if error:
            self.errors.labels(kind, error).inc()

    def used(self, model: str, read: int, written: int) -> None:
        self.tokens.labels(model, "read").inc(read)
        self.tokens.labels(model, "written").inc(written)

    def text(self) -> bytes:
        return generate_latest(self.registry)


METRICS = Metrics()


def _plain(kind: str) -> str:
    """A download's kind has the model in it; one label for all of them is enough."""
    return kind.split(" ")[0]


def worked(kind: str, job_id: str, state: str, seconds: float, error: str) -> None:
    """One line in the log, and the numbers, for a piece of work that ended."""
    METRICS.ended(kind, state, seconds, error)
    facts = {"kind": _plain(kind), "state": state, "seconds": round(seconds, 3)} | (
        {"error": error} if error else {}
    )
    _log.info("%s %s", _plain(kind), state, extra=facts | {"request": job_id})


class JsonLines(logging.Formatter):
    """One JSON object a line: when, how bad, where, what, the request's id and the facts."""

    def format(self, record: logging.LogRecord) -> str:
        row: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{record.msecs:03.0f}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": getattr(record, "request", "") or request_id.get(),
        }
        row |= {key: value for key, value in vars(record).items() if key not in _KNOWN and key not in row}
        if record.exc_info and record.exc_info[0]:
            # The kind of error and where: an error's own words may quote a person's text.
            row["error"] = record.exc_info[0].__name__
            row["where"] = _where(record.exc_info[2])
        return json.dumps(row, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """The same for people; of an error its kind and place, as above."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(request)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        line = copy.copy(record)
        line.request = getattr(record, "request", "") or request_id.get() or "-"
        line.exc_text = None  # another handler may have kept the error's own words here
        return super().format(line)

    def formatException(self, given: Any) -> str:  # noqa: N802 - logging's own name
        return f"{given[0].__name__} at {_where(given[2])}" if given[0] else ""


def _where(trace: Any) -> str:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return " > ".join(places[-6:])


def start_logging(kind: str) -> None:
    """From now on the app's own log goes to standard error, in one of the two forms."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if kind == "json" else TextLines())
    for name in ("wordbench", "components"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.INFO)


def serve(port: int, address: str, ready: Readiness, refresh: Callable[[], None]) -> ThreadingHTTPServer:
    """/metrics for Prometheus, /ready (200 or 503, with the reason) and /live, on a port of their own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                refresh()
                self._answer(200, METRICS.text(), CONTENT_TYPE_LATEST)
            elif self.path == "/ready":
                fine, why = ready()
                body = json.dumps({"ready": fine, "why": why}).encode()
                self._answer(200 if fine else 503, body, "application/json")
            elif self.path == "/live":
                self._answer(200, b"ok", "text/plain")
            else:
                self._answer(404, b"", "text/plain")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *what: object) -> None:
            pass

    server = ThreadingHTTPServer((address, port), Handler)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
