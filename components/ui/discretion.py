"""What only those who run a server are shown: its folders, and the addresses of the servers that it uses.

Knows the settings and who is asking; not what a text is about. Texts of libraries name folders, too, so the
finished text is looked through, not the message.
"""

import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from components.config import PREFIX, ROOT, Config
from components.errors import AppError
from components.models.servers import added_servers
from components.models.sources import added_models
from components.models.sources.folders import OLLAMA
from components.ui.person import current
from components.ui.server_config import config

HIDDEN = "…"
SHORTEST = 3  # characters that are no place by themselves, such as / or C:\\
# Where this program is, and where Python and libraries keep files.
_OF_THE_MACHINE = (str(ROOT), sys.prefix, tempfile.gettempdir(), str(Path.home()), *OLLAMA)


def discreet(text: str) -> str:
    """The text as this person may see it."""
    try:
        settings = config()
    except AppError:  # they are wrong: only who sits at this machine is told where they are
        if st.get_option("server.address") in ("127.0.0.1", "localhost", "::1"):
            return text
        places = (os.environ.get(f"{PREFIX}CONFIG", ""), *_OF_THE_MACHINE)
        return _without(text, [one for one in places if len(one) > SHORTEST])
    if settings.mode == "local":
        return text
    hidden = [one for one in hidden_from_others(settings) if one in text]
    if not hidden or current().administrator:
        return text
    return _without(text, hidden)


def _without(text: str, hidden: Sequence[str]) -> str:
    for one in hidden:
        text = text.replace(one, HIDDEN)
    return text


def hidden_from_others(config: Config) -> tuple[str, ...]:
    """Folders and addresses, the longest first."""
    folders = [str(one) for one in (config.data_dir, config.models_dir, config.accelerate_config) if one]
    folders += _OF_THE_MACHINE
    added_folders, added_urls = _added(config.data_dir, _written(config.data_dir))
    folders += added_folders
    addresses: list[str] = []
    for url in (*(server.url for server in config.servers.values()), *added_urls):
        try:
            parts = urlsplit(url.strip())
            host, name = parts.netloc.rpartition("@")[2], parts.hostname or ""
        except ValueError:
            continue
        addresses += [f"{parts.scheme}://{host}{parts.path}".rstrip("/"), f"{parts.scheme}://{host}", host]
        addresses += [name] if "." in name or ":" in name else []
    with suppress(ValueError):
        database = urlsplit(config.database_url)
        addresses.append(database.netloc.rpartition("@")[2] or database.path.replace("//", "/", 1))
        addresses += [name] if "." in (name := database.hostname or "") or ":" in name else []
    return tuple(
        sorted({one for one in (*folders, *addresses) if len(one) > SHORTEST}, key=len, reverse=True)
    )


def _written(data_dir: Path) -> tuple[float, ...]:
    """When the lists of what was added were last changed."""
    found: list[float] = []
    for name in (added_models.FILE, added_servers.FILE):
        with suppress(OSError):  # none was added
            found.append((data_dir / name).stat().st_mtime)
    return tuple(found)


@lru_cache(maxsize=2)
def _added(data_dir: Path, written: tuple[float, ...]) -> tuple[list[str], list[str]]:
    """Folders of models and URLs of servers that were added in the page."""
    servers = added_servers.AddedServers(data_dir).all()
    return (
        [str(one) for one in added_models.AddedModels(data_dir).folders()],
        [one.url for one in servers.values()],
    )
