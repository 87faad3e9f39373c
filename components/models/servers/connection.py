"""The way to one OpenAI-compatible server: an event loop on a thread of its own, and the openai client.

Knows addresses, keys, retries and time limits; nothing about prompts. The openai package is imported at
the first use, so that pages are drawn without it.
"""

import asyncio
import concurrent.futures
import math
import random
import re
import threading
from base64 import b64encode
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

from components import outgoing
from components.config import ServerSettings
from components.errors import AppError, BadInput
from components.messages import Message, Said, counted
from components.models.servers import failures

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0  # for a small question: which models, how many tokens
TRIES = 5  # for a server that is too busy to begin
AGAIN = (429, 502, 503)  # what a busy or restarting server says
LONGEST_WAIT = 60.0  # seconds; a server that asks for more is reported instead
_ENDPOINT = re.compile(r"/(?:chat/completions|completions|models)$")  # of the API, copied with the URL
LOOPBACK = ("localhost", "127.0.0.1", "::1")

T = TypeVar("T")


class Connection:
    """One server, for the life of the process. Safe to use from any thread."""

    def __init__(
        self,
        name: str,
        settings: ServerSettings,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.name, self.settings, self._sleep = name, settings, sleep
        self._lock = threading.Lock()  # guards the two fields below
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: Any = None

    @property
    def address(self) -> Message:
        """The URL as a page may show it, without user, password and query."""
        try:
            parts = urlsplit(self.settings.url.strip())
            host = parts.netloc.rpartition("@")[2]
        except ValueError:
            return Said("its URL")
        return f"{parts.scheme}://{host}{parts.path}".rstrip("/") if host else Said("its URL")

    @property
    def base(self) -> str:
        """The URL that the API's paths are below. Raises BadInput for what is no URL."""
        parts = self._parts()
        path = _ENDPOINT.sub("", parts.path.rstrip("/")) or "/v1"
        host = parts.netloc.rpartition("@")[2]  # a name and password are sent as a header: URLs are logged
        return parts._replace(netloc=host, path=path, query="", fragment="").geturl()

    @property
    def root(self) -> str:
        """The address of a server's paths that OpenAI's API doesn't have."""
        return self.base.removesuffix("/v1")

    def _parts(self) -> SplitResult:
        try:
            parts = urlsplit(self.settings.url.strip())
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a port that is no number
            good = False
        if not good:
            raise BadInput(
                "The URL of the server {name} can't be used. It must be like http://host:8000/v1: "
                "correct servers.{name}.url in the settings.",
                name=self.name,
            )
        return parts

    def start(self, work: Coroutine[Any, Any, T]) -> "concurrent.futures.Future[T]":
        """Runs `work` in the background; cancelling what comes back closes its request."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                name = f"server {self.name}"
                threading.Thread(target=self._loop.run_forever, name=name, daemon=True).start()
            return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, T], seconds: float = ANSWER_SECONDS) -> T:
        """Waits for `work`, at most so long. Raises the AppError that says what went wrong."""
        future = self.start(work)
        try:
            return future.result(seconds)
        except concurrent.futures.TimeoutError as error:
            future.cancel()
            raise self.failure(TimeoutError(), seconds) from error
        except Exception as error:  # noqa: BLE001 - every failure of a request becomes a sentence
            raise self.failure(error, seconds) from None  # the cause may hold the key

    def close(self) -> None:
        """Ends its thread. A question that is still open runs into its time limit."""
        with self._lock:
            loop, self._loop, self._client = self._loop, None, None
        if loop:
            loop.call_soon_threadsafe(loop.stop)

    def failure(self, error: BaseException, seconds: float | None = None) -> AppError:
        """What a person reads about it. Neither the key nor a password is ever in it."""
        limit = self.settings.timeout if seconds is None else seconds
        return failures.explain(error, failures.Server(self.name, self.address, limit, self._secrets()))

    def client(self) -> Any:
        """The openai client. Call on the loop's thread only."""
        if self._client is None:
            import openai

            base, parts = self.base, self._parts()
            self._client = openai.AsyncOpenAI(
                base_url=base,
                # Never empty: the client would send the OPENAI_API_KEY of the environment instead.
                api_key=self.settings.key or "none",
                max_retries=0,  # done here, where Stop is heard
                timeout=openai.Timeout(self.settings.timeout, connect=CONNECT_SECONDS),
                default_headers=self._basic(parts),
                http_client=openai.DefaultAsyncHttpxClient(
                    trust_env=parts.hostname not in LOOPBACK, event_hooks={"request": [outgoing.note]}
                ),
            )
        return self._client

    async def get(self, path: str) -> Any:
        """The JSON at a path of the API, or at a whole URL."""
        return await self._small("GET", path, None)

    async def post(self, path: str, body: Any) -> Any:
        return await self._small("POST", path, body)

    async def _small(self, method: str, path: str, body: Any) -> Any:
        client = self.client()
        options: Any = {"timeout": ANSWER_SECONDS}
        if method == "GET":
            return await client.get(path, cast_to=object, options=options)
        return await client.post(path, cast_to=object, body=body, options=options)

    async def patiently(
        self, ask: Callable[[], Awaitable[T]], on_wait: Callable[[Message], object] = lambda said: None
    ) -> T:
        """`ask`, again after a pause while the server says that it is too busy, of which `on_wait` is told.

        Once more at once where a connection was used again that the server had just given up.
        """
        import openai

        for attempt in range(TRIES):
            try:
                return await ask()
            except openai.APIStatusError as error:
                pause = pause_before(attempt, error.response.headers)
                last = attempt == TRIES - 1 or pause > LONGEST_WAIT
                if error.status_code not in AGAIN or last:
                    raise
                on_wait(self._busy(pause))
            except openai.APIConnectionError as error:
                if attempt or not failures.hung_up(error):
                    raise
                pause = 0.0
            await self._sleep(pause)
            on_wait(Said("Asking the server {name} again", name=self.name))
        raise AssertionError("unreachable")

    def _busy(self, pause: float) -> Said:
        return counted(
            "The server {name} is busy: it is asked again in {count} second, at {time}",
            "The server {name} is busy: it is asked again in {count} seconds, at {time}",
            max(math.ceil(pause), 1),
            name=self.name,
            time=failures.clock_after(pause),
        )

    def _basic(self, parts: SplitResult) -> dict[str, str]:
        """The header for a name and password in the URL; a key goes before them."""
        if self.settings.key or not parts.username:
            return {}
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}

    def _secrets(self) -> tuple[str, ...]:
        try:
            parts = urlsplit(self.settings.url)
            return (self.settings.key, parts.password or "", parts.query)
        except ValueError:
            return (self.settings.key, self.settings.url)


def pause_before(attempt: int, headers: Any) -> float:
    """Seconds: what the server asks for, else 0.5, 1, 2, 4 give or take a quarter."""
    asked = failures.pause_asked_for(headers)
    return 0.5 * 2**attempt * random.uniform(0.75, 1.25) if asked is None else asked
