"""Servers that an administrator added in the page, with their keys, in a file that only the server reads.

Knows files and who may change them; asks no server.
"""

import re
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from components.access import Scoped, require_administrator
from components.config import ServerSettings, server_settings
from components.errors import AppError, BadInput
from components.files import read_json, replace_json

FILE = "added_servers.json"  # below the data folder


class AddedServers(Scoped):
    """Open once per process and safe to use from any thread. Only an administrator adds and removes."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE
        self._lock = threading.Lock()  # guards the file

    def all(self) -> dict[str, ServerSettings]:
        """By name. What can't be understood any more is left out."""
        found = {}
        for name, raw in read_json(self._path).items():
            try:
                found[name] = server_settings(name, raw if isinstance(raw, dict) else {})
            except AppError:
                continue
        return found

    def add(self, name: str, settings: ServerSettings) -> None:
        """Raises NotAllowed, or Unavailable where the file can't be written."""
        kept: dict[str, Any] = {"url": settings.url, "key": settings.key, "models": list(settings.models)}
        if settings.context:
            kept["context"] = settings.context
        self._change(name, kept)

    def remove(self, name: str) -> None:
        self._change(name, None)

    def _change(self, name: str, kept: dict[str, Any] | None) -> None:
        require_administrator(self._person)
        with self._lock:
            everything = read_json(self._path)
            everything.pop(name, None)
            if kept:
                everything[name] = kept
            replace_json(self._path, everything, private=True)


def typed(name: str, url: str, key: str, context: int | None, models: str) -> ServerSettings:
    """What was typed into the form. Raises BadInput with a sentence."""
    name, url = name.strip(), url.strip()
    if not re.fullmatch(r"[\w.-]+", name):
        raise BadInput("Give the server a short name of letters, digits, points, - and _.")
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        good = False
    if not good:
        raise BadInput("This is no address of a server. It must be like http://host:8000/v1.")
    raw: dict[str, Any] = {"url": url, "key": key.strip(), "models": models}
    return server_settings(name, raw | ({"context": context} if context else {}))
