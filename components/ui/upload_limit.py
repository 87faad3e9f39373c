"""How many bytes of uploads wait in this server's memory: checked before a byte of one is read.

A page counts the files that are used; files sent straight to the upload address pass no page, and what is
sent there stays in memory until its visit ends. Knows requests, sizes and visits, nothing about pages.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import psutil
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config as streamlit_config
from streamlit import runtime

from components.access import browser_owner
from components.errors import AppError, LimitReached
from components.ui.person import COOKIE
from components.ui.resources import quotas
from components.ui.server_config import config

MB = 1_000_000
FRAME = 20_000  # bytes of a request around its file
FILES = 8  # of the largest size that one visit may have waiting
VISITS = 2  # for how many of these one person may have waiting, in all of their visits
SHARE = 0.25  # of the machine's memory for the uploads of all
ADDRESS = "/_stcore/upload_file/"


@dataclass(frozen=True)
class Refusal:
    status: int
    why: str


TOO_LARGE = Refusal(413, "This file is larger than one may be here.")
NO_LENGTH = Refusal(411, "An upload has to say how large it is.")
TOO_MANY = Refusal(429, "This visit has too many uploads waiting. Remove some, or reload the page.")
TOO_MANY_IN_ALL = Refusal(
    429, "You have too many uploads waiting in all your tabs together. Close some, or remove files there."
)
OVER = Refusal(429, "You have uploaded as much as one person may within 24 hours. Try again later.")
FULL = Refusal(503, "This server has as many uploads waiting as it can hold. Try again later.")


@dataclass
class UploadLimit:
    """A layer of `st.App`. `largest` is the size of one file in bytes, 0: not limited."""

    app: ASGIApp
    largest: Callable[[], int]
    held: Callable[[], Mapping[str, int]]  # bytes that wait, by visit
    counted: Callable[[Mapping[str, str], str, str, int], bool]  # cookies, visit, upload, size -> allowed
    room: int = int(psutil.virtual_memory().total * SHARE)
    largest_adapter: Callable[[], int] = lambda: 0  # bytes of one, where it may be larger than other files
    _coming: dict[str, int] = field(default_factory=dict)  # bytes that are being sent, by visit
    _senders: dict[str, str] = field(default_factory=dict)  # whose visit it is: a person, or an address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        limited = scope["type"] == "http" and scope["method"] in ("PUT", "POST") and ADDRESS in path
        largest = await run_in_threadpool(self.largest) if limited else 0
        if not largest:
            await self.app(scope, receive, send)
            return
        visit, _, upload = path.partition(ADDRESS)[2].partition("/")
        size = _length(scope)
        refusal = self._refusal(visit, _sender(scope), size, largest)
        if not refusal:
            allowed = await run_in_threadpool(self.counted, Request(scope).cookies, visit, upload, size)
            # A first file that is over the limit of a person gets through to the page, which says why.
            refusal = None if allowed or not self.held().get(visit) else OVER
        if refusal:
            await PlainTextResponse(refusal.why, refusal.status)(scope, receive, send)
            return
        self._coming[visit] = self._coming.get(visit, 0) + size
        try:
            await self.app(scope, receive, send)
        finally:
            self._coming[visit] -= size
            if not self._coming[visit]:
                del self._coming[visit]

    def _refusal(self, visit: str, sender: str, size: int, largest: int) -> Refusal | None:
        if size < 0:
            return NO_LENGTH
        adapter = self.largest_adapter()
        if size > max(largest, adapter) + FRAME:
            return TOO_LARGE
        held = self.held()
        most = max(FILES * largest, adapter) + FILES * FRAME
        if held.get(visit, 0) + self._coming.get(visit, 0) + size > most:
            return TOO_MANY
        there = held.keys() | self._coming.keys()
        self._senders = {one: whose for one, whose in self._senders.items() if one in there} | {visit: sender}
        theirs = [one for one, whose in self._senders.items() if whose == sender]
        waiting = sum(held.get(one, 0) + self._coming.get(one, 0) for one in theirs)
        if waiting + size > VISITS * most:
            return TOO_MANY_IN_ALL
        if sum(held.values()) + sum(self._coming.values()) + size > self.room:
            return FULL
        return None


def largest_file() -> int:
    """The most bytes of one file where many people use the server; 0, no limit, where one does."""
    try:
        return 0 if config().mode == "local" else config().upload_mb * 1024 * 1024
    except AppError:
        return 0


def largest_adapter() -> int:
    """The same of an adapter."""
    try:
        return 0 if config().mode == "local" else config().adapter_mb * 1024 * 1024
    except AppError:
        return 0


def let_in() -> None:
    """Has Streamlit take what the settings allow: it refuses by itself what is larger than its own limit,
    which is for all uploads, so that an adapter or a larger `upload_mb` would never come in.
    """
    try:
        largest = max(config().upload_mb, config().adapter_mb)
    except AppError:  # the page says why
        return
    streamlit_config.set_option("server.maxUploadSize", largest)


def count(cookies: Mapping[str, str], visit: str, upload: str, size: int) -> bool:
    """Counts an upload as the page would, for the browser or, without its cookie, for the visit."""
    try:
        quotas().upload(browser_owner(cookies.get(COOKIE) or visit), upload, size)
    except LimitReached:
        return False
    return True


def waiting() -> dict[str, int]:
    """The bytes of the uploads in memory, by visit."""
    if not runtime.exists():
        return {}
    manager = runtime.get_instance()._uploaded_file_mgr
    kept = getattr(manager, "file_storage", {})
    return {visit: sum(len(one.data) for one in list(files.values())) for visit, files in list(kept.items())}


def _sender(scope: Scope) -> str:
    """Whose upload it is: the browser's person, and without a cookie anybody who has the address."""
    if cookie := Request(scope).cookies.get(COOKIE):
        return browser_owner(cookie)
    client = scope.get("client")
    return str(client[0]) if client else ""


def _length(scope: Scope) -> int:
    """The size that a request gives itself; -1 if it doesn't."""
    given = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(given[0]) if len(given) == 1 and given[0].isdigit() else -1
