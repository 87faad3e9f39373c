"""Notices that a child process doesn't answer any more, stopped by a signal or hung, and ends it.

Knows processes and how often they are asked; nothing about what they do.
"""

import subprocess
import threading
import time
from collections.abc import Callable

import psutil

BEAT_SECONDS = 1.0
STOPPED_BEATS = 2  # a stopped process is ended: somebody may have continued both of us only now
SILENT_BEATS = 12
# While it starts, or loads a model: native code may keep all of its threads waiting for that long.
LOADING_BEATS = 300


class Heartbeat:
    """Of one process. `ended`: whether it was ended for its silence.

    Counts beats, not seconds: after this process was stopped itself, a child has its full time again.
    """

    def __init__(
        self, process: "subprocess.Popen[bytes]", ask: Callable[[], object], loading: Callable[[], bool]
    ) -> None:
        self._process, self._ask, self._loading = process, ask, loading
        self._asked = False
        self._silent = self._stopped = 0  # beats
        self.ended = False

    def start(self) -> None:
        threading.Thread(target=self._run, name="heartbeat", daemon=True).start()

    def heard(self) -> None:
        """Something came from the process."""
        self._asked, self._silent = False, 0

    def _run(self) -> None:
        while self._process.poll() is None:
            time.sleep(BEAT_SECONDS)
            if self.beat():
                self.ended = True
                self._process.kill()
                return

    def beat(self) -> bool:
        """One look. True: it has been silent for too long."""
        self._stopped = self._stopped + 1 if _is_stopped(self._process.pid) else 0
        if self._asked:
            self._silent += 1
        else:
            self._asked = True
            self._ask()
        limit = LOADING_BEATS if self._loading() else SILENT_BEATS
        return self._stopped > STOPPED_BEATS or self._silent > limit


def _is_stopped(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
    except psutil.Error:
        return False
