"""An OpenAI-compatible server on loopback that does what a test tells it: stream, fail, hang, break off."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Handler"], None]


class FakeServer:
    """`answers` are used one after another for generations, the last one for all that follow."""

    def __init__(self) -> None:
        self.answers: list[Answer] = [stream("Hello", " there", ".")]
        self.paths: dict[str, Any] = {
            "/v1/models": {"object": "list", "data": [{"id": "m", "max_model_len": 900}]}
        }
        self.requests: list[dict[str, Any]] = []  # bodies of generations
        self.headers: list[dict[str, str]] = []
        self.gone = threading.Event()  # a client left in the middle of a stream
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"fake": self}))
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeServer

    def do_GET(self) -> None:
        self.fake.headers.append(dict(self.headers))
        self.say(self.path)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.fake.headers.append(dict(self.headers))
        if "completions" not in self.path or self.path in self.fake.paths:
            return self.say(self.path, body)
        self.fake.requests.append(body)
        answer = self.fake.answers[0]
        if len(self.fake.answers) > 1:
            self.fake.answers.pop(0)
        answer(self)

    def say(self, path: str, body: Any = None) -> None:
        known = self.fake.paths.get(path)
        known = known(body) if callable(known) else known
        if isinstance(known, tuple):  # a status and what is said with it
            return self.send_json(known[1], known[0])
        self.send_json(
            known if known is not None else {"error": "no such path"}, 200 if known is not None else 404
        )

    def send_json(self, said: Any, status: int = 200, **headers: str) -> None:
        data = said.encode() if isinstance(said, str) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if isinstance(said, str) else "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def event(self, payload: Any) -> None:
        data = payload if isinstance(payload, str) else json.dumps(payload)
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def chunk(self, text: str = "", finish: str | None = None, **delta: str) -> None:
        if self.path.endswith("/chat/completions"):
            choice = {"index": 0, "delta": {"content": text, **delta}, "finish_reason": finish}
        else:
            choice = {"index": 0, "text": text, "finish_reason": finish}
        self.event({"id": "1", "object": "x", "created": 1, "model": "m", "choices": [choice]})

    def log_message(self, *args: Any) -> None:
        pass


def stream(*pieces: str, finish: str | None = "stop", usage: bool = True, pause: float = 0.0) -> Answer:
    """An answer in pieces; without `finish` it ends in the middle."""

    def answer(handler: Handler) -> None:
        handler.begin()
        try:
            for piece in pieces:
                handler.chunk(piece)
                time.sleep(pause)
            if finish:
                handler.chunk("", finish)
                if usage:
                    said = {
                        "prompt_tokens": 7,
                        "completion_tokens": len(pieces),
                        "total_tokens": 7 + len(pieces),
                    }
                    handler.event(
                        {"id": "1", "object": "x", "created": 1, "model": "m", "choices": [], "usage": said}
                    )
                handler.event("[DONE]")
        except OSError:
            handler.fake.gone.set()

    return answer


def refuse(status: int, said: Any = None, **headers: str) -> Answer:
    body = {"error": {"message": f"status {status}"}} if said is None else said
    return lambda handler: handler.send_json(body, status, **headers)


def events(*payloads: Any) -> Answer:
    """A stream of exactly these."""

    def answer(handler: Handler) -> None:
        handler.begin()
        for payload in payloads:
            handler.event(payload)

    return answer


def deltas(*found: dict[str, Any], finish: str | None = None) -> Answer:
    """A whole answer of these pieces, whatever is in them."""
    choices = [{"index": 0, "delta": delta, "finish_reason": None} for delta in found]
    choices += [{"index": 0, "delta": {}, "finish_reason": finish}] if finish else []
    return events(*({"id": "1", "choices": [choice]} for choice in choices), "[DONE]")


def hang(seconds: float) -> Answer:
    return lambda handler: time.sleep(seconds)


@contextmanager
def running() -> Iterator[FakeServer]:
    fake = FakeServer()
    threading.Thread(target=fake.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield fake
    finally:
        fake.http.shutdown()
        fake.http.server_close()
