"""Sends the app's own files compressed to browsers that take that: three megabytes of scripts become one.

Knows addresses, not what is in them. Uploads, downloads and pictures go as they are: most are compressed
already, and a part of a file that is asked for by its range has to be that part.
"""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

ENDINGS = (".js", ".css", ".svg", ".json", ".html")
SMALLEST, LEVEL = 1_000, 5  # bytes worth the trouble; how hard it is tried, of 9


class Compressed:
    """A layer of `st.App`."""

    def __init__(self, app: ASGIApp) -> None:
        self._as_it_is, self._smaller = app, GZipMiddleware(app, SMALLEST, LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        chosen = self._smaller if _is_own_file(scope) else self._as_it_is
        await chosen(scope, receive, send)


def _is_own_file(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    if any(name == b"range" for name, _value in scope["headers"]):
        return False
    last = scope["path"].rpartition("/")[2]
    page = "." not in last and "/_stcore/" not in scope["path"]
    return page or ("/static/" in scope["path"] and last.endswith(ENDINGS))
