"""Which names this server answers to, and to which pages: the first of all that a request passes.

Without it, a page at http://evil.example whose name is made to point to 127.0.0.1 (DNS rebinding) could read
every conversation: to the browser both are one site. Knows requests, nothing about pages.
"""

import ipaddress
import socket
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import net_util

from components.errors import AppError
from components.ui.compression import Compressed
from components.ui.server_config import config
from components.ui.upload_limit import UploadLimit, count, largest_adapter, largest_file, waiting

LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
# No other site frames a page, and no page loads a picture or sound from one, whatever a text may say.
POLICY = b"frame-ancestors 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:"
WRONG_NAME = (
    "This server doesn't answer to the name {name}. If it is called so, add it to the setting hosts "
    "(wordbench.toml or WORDBENCH_HOSTS) and start the server again."
)
WRONG_ORIGIN = "Pages of another site can't use this server."


def middleware() -> list[Middleware]:
    """For `st.App`. Streamlit itself no longer asks an outside address what this machine is called."""
    net_util.get_external_ip = lambda: None
    return [
        Middleware(Guard, names=names, addresses=lambda: _mode() != "local"),
        Middleware(Compressed),
        Middleware(
            UploadLimit, largest=largest_file, held=waiting, counted=count, largest_adapter=largest_adapter
        ),
    ]


@cache
def names() -> frozenset[str]:
    """What this server is called beside the names of the machine's own loopback."""
    own = {urlsplit(_redirect_uri()).hostname or ""}
    if _mode() != "local":
        own.add(socket.gethostname().lower())
    with suppress(AppError):  # the page says what is wrong with the settings
        own.update(name.lower() for name in config().hosts)
    return frozenset(own - LOOPBACK - {""})  # a setting doesn't make other ports of this machine this server


class Guard:
    """Answers requests to a known name, from this server's own pages, and says what they may load."""

    def __init__(
        self, app: ASGIApp, names: Callable[[], frozenset[str]], addresses: Callable[[], bool]
    ) -> None:
        self._app, self._names, self._addresses = app, names, addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif not (why := self.refusal(scope)):
            await self._app(scope, receive, _guarded(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": why[:120]})
        else:
            await PlainTextResponse(why, status_code=403)(scope, receive, send)

    def refusal(self, scope: MutableMapping[str, Any]) -> str:
        """Why a request isn't answered; empty where it is."""
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        origins = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
        host = hosts[0].lower() if len(hosts) == 1 else ""
        if not self._is_called(_hostname(f"//{host}")):
            return WRONG_NAME.format(name=host[:100] or "that was given")
        for origin in origins:
            # Another port of localhost is another program; a proxy may pass on another host than the browser.
            if origin.lower().partition("://")[2] != host and _hostname(origin) not in self._names():
                return WRONG_ORIGIN
        return ""

    def _is_called(self, name: str) -> bool:
        if name in LOOPBACK or name in self._names():
            return True
        return self._addresses() and _is_address(name)  # no name of somebody else's can be an address


def _guarded(send: Send) -> Send:
    async def with_header(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), (b"content-security-policy", POLICY)]
        await send(message)

    return with_header


def _hostname(url: str) -> str:
    """The name in an address, lower case; empty where it isn't one."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return "" if parts.username is not None else (parts.hostname or "").rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _mode() -> str:
    try:
        return config().mode
    except AppError:
        return "local"


def _redirect_uri() -> str:
    try:
        return str(st.secrets.get("auth", {}).get("redirect_uri", ""))
    except (FileNotFoundError, AttributeError, st.errors.StreamlitSecretNotFoundError):
        return ""
