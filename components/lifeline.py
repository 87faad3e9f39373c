"""Children that end with the process that started them, even if it is killed or they are busy or stopped.

Knows processes only. Linux kills such a child when the *thread* that started it ends, so one lasting thread
starts them all. Other systems have nothing of the kind: there the child looks for its parent once a second.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

PARENT = "WORDBENCH_PARENT"  # a child's environment: the process whose end is its end
SECONDS = 1.0  # between two looks
_PR_SET_PDEATHSIG = 1

_starter = ThreadPoolExecutor(1, thread_name_prefix="lifeline")


def start(
    command: Sequence[str], env: Mapping[str, str] | None = None, **how: Any
) -> "subprocess.Popen[bytes]":
    """As subprocess.Popen, for one of the project's programs, which calls `hold` first of all."""
    given = dict(os.environ if env is None else env) | {PARENT: str(os.getpid())}
    return _starter.submit(lambda: subprocess.Popen(command, env=given, **how)).result()


def hold() -> None:
    """From now on this process ends with its parent. Does nothing in a program that was started by hand."""
    parent = int(os.environ.get(PARENT) or 0)
    if not parent:
        return
    if not _killed_with_parent():
        threading.Thread(target=_look, args=(parent,), daemon=True).start()
    if not _is_there(parent):  # it ended while this process was starting
        os._exit(1)


def _killed_with_parent() -> bool:
    if sys.platform != "linux":
        return False
    try:
        return ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) == 0
    except (OSError, AttributeError):
        return False


def _look(parent: int) -> None:
    while _is_there(parent):
        time.sleep(SECONDS)
    os._exit(1)


def _is_there(parent: int) -> bool:
    if os.name == "posix":
        return os.getppid() == parent
    import psutil

    return psutil.pid_exists(parent)
