"""What went wrong with a server, as a sentence that says what to do.

Knows the exceptions of the openai package and of HTTP; never shows a key or a password.
"""

import math
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from components.errors import AppError, BadInput, Busy, EngineFailed, Unavailable
from components.messages import Message, Said, counted, sentences

NO_REASON = Said("it gave no reason.")
LEAST_SHOWN = 30.0  # seconds that a busy server asks for; less is "a minute" anyway
DETAIL = 300  # characters of a server's own words that are shown


class CutShort(Exception):
    """A stream ended without its end."""


class Garbled(Exception):
    """A stream whose middle can't be read."""


class Reported(Exception):
    """A failure that a server reports inside of a stream, in a form that the client doesn't know."""


class NotAnApi(Exception):
    """The answer isn't that of an OpenAI-compatible server."""


@dataclass(frozen=True)
class Server:
    """What a sentence about a server names, and what it must never show."""

    name: str
    address: Message
    limit: float  # seconds that were waited for
    secrets: Sequence[str] = ()

    @property
    def where(self) -> Said:
        return Said("The server {name} ({address})", name=self.name, address=self.address)

    @property
    def setting(self) -> str:
        """The heading of its settings."""
        return f"servers.{self.name}"


def explain(error: BaseException, server: Server) -> AppError:
    """The AppError for any failure of a request to a server."""
    import openai

    if isinstance(error, AppError):
        return error
    where, setting = server.where, server.setting
    if isinstance(error, openai.APIStatusError):
        return _refused(error, where, cleaned(_said(error), server.secrets), setting)
    if isinstance(error, CutShort):
        return EngineFailed(
            "{where} ended the connection in the middle of the answer. What was written is kept.", where=where
        )
    if isinstance(error, Garbled):
        return EngineFailed(
            "{where} sent something unreadable in the middle of the answer. What was written is kept.",
            where=where,
        )
    if isinstance(error, openai.APITimeoutError | TimeoutError):
        return EngineFailed(
            "{where} said nothing for too long (the limit is {timeout:g} s). It may be loading the "
            "model or be very busy: try again later, or raise {setting}.timeout in the settings.",
            where=where,
            timeout=server.limit,
            setting=setting,
        )
    if isinstance(error, openai.APIConnectionError):
        return _unreachable(error, where, setting)
    if isinstance(error, openai.APIError | Reported):  # inside of a stream
        reason = cleaned(_reported(error), server.secrets) or NO_REASON
        return EngineFailed(
            "{where} failed while it answered: {reason} What was written is kept.", where=where, reason=reason
        )
    if isinstance(error, NotAnApi | ValueError | TypeError | AttributeError | KeyError):
        return EngineFailed(
            "{where} sent something that an OpenAI-compatible server doesn't send. Check "
            "{setting}.url in the settings: it mostly ends in /v1.",
            where=where,
            setting=setting,
        )
    return _unreachable(error, where, setting)


def lost(error: BaseException) -> bool:
    """Whether the server itself seems to be gone, or another one now."""
    import openai

    gone = openai.APIConnectionError | openai.NotFoundError | CutShort | NotAnApi | OSError
    return isinstance(error, gone)


def in_stream(error: Exception) -> Exception:
    """The failure that an exception means once an answer has begun."""
    import openai

    if isinstance(error, openai.APIConnectionError | OSError) and not isinstance(
        error, openai.APITimeoutError
    ):
        return CutShort()
    return Garbled() if isinstance(error, ValueError) else error


def hung_up(error: BaseException) -> bool:
    """Whether the server closed a connection instead of answering on it."""
    import httpx2

    kinds = (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError)
    return any(isinstance(cause, kinds) for cause in _causes(error))


def cleaned(text: str, secrets: Sequence[str]) -> str:
    """A server's own words: short, on one line, without the secrets."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "•••")
    text = " ".join(text.split())
    text = text if len(text) <= DETAIL else text[:DETAIL] + "…"
    return text if not text or text[-1] in ".!?…" else text + "."


def said_of(body: Any) -> str:
    """The message inside of an error's body, in one of the forms that servers use."""
    if isinstance(body, dict):
        if isinstance(body.get("loc"), list) and body.get("msg"):  # FastAPI's form: where, and what
            return f"{'.'.join(map(str, body['loc']))}: {body['msg']}"
        for name in ("message", "error", "detail", "msg"):
            if body.get(name):
                return said_of(body[name])
        return ""
    if isinstance(body, list):
        return "; ".join(filter(None, map(said_of, body)))
    return str(body) if body is not None else ""


def check(chunk: Any) -> None:
    """Raises Reported for a piece of a stream that is an error: vLLM's own form, and what says why alone."""
    message = getattr(chunk, "message", None)
    bare = message and not getattr(chunk, "choices", None)
    if getattr(chunk, "object", None) == "error" or bare:
        raise Reported(said_of(message))


def pause_asked_for(headers: Any) -> float | None:
    """Seconds that a busy server asks for, in the two forms of Retry-After; None: it doesn't say."""
    said = str(headers.get("retry-after") or "").strip()
    try:
        seconds = float(said)
        return max(seconds, 0.0) if math.isfinite(seconds) else None
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(said)
        now = parsedate_to_datetime(headers["date"]) if headers.get("date") else None
        return None if now is None else max((at - now).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def clock_after(seconds: float) -> str:
    """What the clock of this machine shows then."""
    try:
        return (datetime.now() + timedelta(seconds=seconds)).strftime("%H:%M:%S")
    except OverflowError:
        return "—"


def _reported(error: Any) -> str:
    """The reason: the client leaves one that is a plain text in the body."""
    if isinstance(error, Reported):
        return str(error)
    return said_of(error.body) or str(error.message)


def _said(error: Any) -> str:
    said = said_of(error.body)
    if "<html" in said.lower() or "<!doctype" in said.lower():
        return ""
    return said


def _refused(error: Any, where: Said, said: str, setting: str) -> AppError:
    code = error.status_code
    if code in (401, 403):
        return Unavailable(
            "{where} doesn't accept the key ({code}). Check {setting}.key in the settings or secrets.",
            where=where,
            code=code,
            setting=setting,
        )
    if code == 404 and said:
        return Unavailable(
            "{where} doesn't have this model or this way of asking (404). {said} Check its models "
            "on the Models page, and {setting}.url in the settings.",
            where=where,
            said=said,
            setting=setting,
        )
    if code == 404:
        return Unavailable(
            "{where} doesn't have this model or this way of asking (404). Check its models on the "
            "Models page, and {setting}.url in the settings.",
            where=where,
            setting=setting,
        )
    if code in (429, 502, 503):
        return Busy(sentences(_busy(where, code, pause_asked_for(error.response.headers)), said))
    reason = said or NO_REASON
    if code in (400, 413, 422):
        return BadInput(
            "{where} refused the request ({code}): {reason}", where=where, code=code, reason=reason
        )
    if code >= 500:
        return EngineFailed(
            "{where} failed ({code}): {reason} Try again.", where=where, code=code, reason=reason
        )
    if code == 405:
        return Unavailable(
            "{where} doesn't take this request (405). A redirect may lead there: write the address "
            "itself (https:// instead of http://, say) in {setting}.url.",
            where=where,
            setting=setting,
        )
    if not said:
        return EngineFailed("{where} answered with the status {code}.", where=where, code=code)
    return EngineFailed("{where} answered with the status {code}. {said}", where=where, code=code, said=said)


def _busy(where: Said, code: int, pause: float | None) -> Said:
    if pause is None or pause < LEAST_SHOWN:
        return Said(
            "{where} is too busy or just starting ({code}). Try again in a minute.", where=where, code=code
        )
    return counted(
        "{where} is too busy or just starting ({code}). Try again in {count} minute, at {time}.",
        "{where} is too busy or just starting ({code}). Try again in {count:,} minutes, at {time}.",
        math.ceil(pause / 60),
        where=where,
        code=code,
        time=clock_after(pause),
    )


def _unreachable(error: BaseException, where: Said, setting: str) -> AppError:
    causes = list(_causes(error))
    words = " ".join(str(cause).lower() for cause in causes)
    if any(isinstance(cause, ssl.SSLError) for cause in causes) or "certificate" in words or "[ssl" in words:
        return Unavailable(
            "{where} can't be trusted: its TLS certificate or encryption was not accepted. If it "
            "has a certificate of your own authority, name that file in SSL_CERT_FILE; if it speaks "
            "plain HTTP, write http:// in {setting}.url.",
            where=where,
            setting=setting,
        )
    if any(isinstance(cause, socket.gaierror) for cause in causes) or "name or service not known" in words:
        return Unavailable(
            "{where} can't be found: no machine has this name. Check {setting}.url.",
            where=where,
            setting=setting,
        )
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes) or "attempts failed" in words:
        return Unavailable(
            "{where} can't be reached: nothing answers there (connection refused). Start it, or "
            "check {setting}.url in the settings.",
            where=where,
            setting=setting,
        )
    return Unavailable(
        "{where} can't be reached: the connection failed. Check the network and {setting}.url.",
        where=where,
        setting=setting,
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for one in error.exceptions:
                yield from _causes(one)
        error = error.__cause__ or error.__context__
