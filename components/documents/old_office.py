"""Old Office files (.doc, .xls, .ppt) to new ones, by LibreOffice where it is installed.

Knows nothing about what is in them. LibreOffice runs with a profile of its own in a folder that is gone
afterwards: no macros, no links to elsewhere, and within the limits of time, memory and size.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from components.documents import confined, errors
from components.documents.confined import PASSED_ON, POLL
from components.documents.limits import Limits
from components.documents.page_progress import Told
from components.errors import Cancelled

PROGRAMS = ("soffice", "libreoffice")
SETTINGS = (
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Misc", "FirstRun", "false"),
    ("Writer/Content/Update", "Link", "0"),  # never
    ("Calc/Content/Update", "Link", "1"),  # never
)
_one_at_a_time = threading.Lock()


def program() -> str | None:
    """Where LibreOffice is; None where it isn't installed."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def ask(
    worker: tuple[str, ...],
    header: dict[str, Any],
    data: bytes,
    limits: Limits,
    cancelled: Callable[[], bool],
    more: bytes = b"",
    told: Told = lambda done, of: None,
) -> tuple[dict[str, Any], bool]:
    """What a program of `confined` answers to a file, and whether LibreOffice had to convert it before.

    Raises what `confined.ask` does; for an old file also where it can't be converted.
    """
    try:
        return confined.ask(worker, header, data, limits, cancelled, more, told), False
    except errors.OldOffice as old:
        newer = converted(data, old, header["name"], limits, cancelled)
        renamed = header | {"name": f"{header['name'].rsplit('.', 1)[0]}.{old.becomes}"}
        return confined.ask(worker, renamed, newer, limits, cancelled, more, told), True


def converted(
    data: bytes, old: errors.OldOffice, name: str, limits: Limits, cancelled: Callable[[], bool]
) -> bytes:
    """The file in the new format. Raises `old` itself where that can't be had, and what ends a reading."""
    office = program()
    if office is None:
        raise old
    while not _one_at_a_time.acquire(timeout=POLL):
        if cancelled():
            raise Cancelled('Reading "{name}" was stopped.', name=name)
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            return _convert(office, data, old, name, limits, cancelled, Path(folder))
    finally:
        _one_at_a_time.release()


def _convert(
    office: str,
    data: bytes,
    old: errors.OldOffice,
    name: str,
    limits: Limits,
    cancelled: Callable[[], bool],
    folder: Path,
) -> bytes:
    _write_profile(folder / "profile" / "user")
    given, made = folder / f"file.{old.before}", folder / "made" / f"file.{old.becomes}"
    given.write_bytes(data)
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    command += ["--nolockcheck", "--convert-to", old.becomes, "--outdir", str(made.parent), str(given)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={key: os.environ[key] for key in PASSED_ON if key in os.environ} | {"HOME": str(folder)},
        start_new_session=True,
    )
    try:
        _watch(process, name, limits, cancelled)
    finally:
        _end(process)
    if not made.is_file():
        raise old
    if made.stat().st_size > limits.file_bytes:
        raise errors.too_much_unpacked(name, limits.file_bytes)
    return made.read_bytes()


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{key}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, key, value in SETTINGS
    )
    folder.mkdir(parents=True)
    (folder / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )


def _watch(
    process: subprocess.Popen[bytes], name: str, limits: Limits, cancelled: Callable[[], bool]
) -> None:
    """Returns when the process has ended by itself; raises when a limit is reached before."""
    deadline = time.monotonic() + limits.seconds
    while process.poll() is None:
        if cancelled():
            raise Cancelled('Reading "{name}" was stopped.', name=name)
        if time.monotonic() > deadline:
            raise errors.took_too_long(name, limits.seconds)
        if _memory(process.pid) > limits.memory_bytes:
            raise errors.too_much_memory(name, limits.memory_bytes)
        time.sleep(POLL)


def _memory(pid: int) -> int:
    """Resident bytes of a process and those that it started."""
    try:
        parent = psutil.Process(pid)
        return sum(one.memory_info().rss for one in (parent, *parent.children(recursive=True)))
    except psutil.Error:
        return 0


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and what it started."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except OSError:
        pass  # it has ended
    process.wait()
