"""A hook for every Python process of a server, which notes and refuses what isn't loopback."""

import os
from pathlib import Path

import pytest

HOOK = """
import errno, os, sys, traceback

NOTES = os.environ["BLOCKED_NOTES"]
HERE = ("127.", "::1", "localhost", "0.0.0.0")


def refuse(event, given):
    if event == "socket.getaddrinfo":
        host = given[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(given[1], tuple):
        host = given[1][0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host and not str(host).startswith(HERE):
        with open(NOTES, "a") as notes:
            notes.write(f"{event} {host}\\n")
        raise OSError(errno.ENETUNREACH, "Network is unreachable")


sys.addaudithook(refuse)
"""


def block(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Puts the hook into the environment of servers that are started from now on; returns the file of its notes."""
    (folder / "sitecustomize.py").write_text(HOOK)
    notes = folder / "notes"
    notes.touch()
    monkeypatch.setenv("BLOCKED_NOTES", str(notes))
    monkeypatch.setenv("PYTHONPATH", str(folder) + os.pathsep + os.environ.get("PYTHONPATH", ""))
    return notes
