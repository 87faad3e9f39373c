"""How many bytes the app has sent to other machines since it started, by where they went.

The clients of servers, of the model hub and of the package index report what they send; nothing else in the
app opens a connection. What goes to this machine itself (localhost) isn't counted. Counted are the request
line, the headers and the body, as they are before encryption.
"""

import ipaddress
import threading
from collections.abc import Callable
from typing import Any

_lock = threading.Lock()
_sent: dict[str, int] = {}


def add(host: str, size: int) -> None:
    """Notes that `size` bytes went to `host`."""
    if size > 0 and not is_own(host):
        with _lock:
            _sent[host] = _sent.get(host, 0) + size


def by_host() -> dict[str, int]:
    """Bytes by the name or address of the machine that got them, the most first."""
    with _lock:
        return dict(sorted(_sent.items(), key=lambda one: -one[1]))


def total() -> int:
    return sum(by_host().values())


def is_own(host: str) -> bool:
    """Whether a host name or address is this machine's own loopback."""
    host = host.strip("[]").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def size_of(request: Any) -> int:
    """Bytes of a request of httpx: its line, headers and body, whose length is as its header tells."""
    line = len(request.method) + len(request.url.raw_path) + len(b"  HTTP/1.1\r\n")
    headers = sum(len(name) + len(value) + len(b": \r\n") for name, value in request.headers.raw)
    return line + headers + len(b"\r\n") + int(request.headers.get("content-length") or 0)


def watch(client: Any, report: Callable[[str, int], object] = add) -> None:
    """Makes an httpx client report each request, redirects included; a second call changes nothing."""

    def before(request: Any) -> None:
        report(request.url.host, size_of(request))

    hooks = client.event_hooks
    if not any(hook.__qualname__ == before.__qualname__ for hook in hooks["request"]):
        client.event_hooks = {**hooks, "request": [*hooks["request"], before]}


async def note(request: Any) -> None:
    """An event hook for httpx's asynchronous client: counts a request before it is sent."""
    add(request.url.host, size_of(request))
