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
IDLE_BEATS = 12  # silent, and it doesn't compute either
# Silent while it computes, starts or loads a model: native code may keep all of its threads waiting so
# long. OpenVINO lets no other thread run during a step: a minute for a large model on a small CPU.
SILENT_BEATS = 300
COMPUTING = 0.05  # seconds of processor time in one beat, at least


class Heartbeat:
    """Of one process. `ended`: whether it was ended for its silence.

    Counts beats, not seconds: after this process was stopped itself, a child has its full time again.
    """

    def __init__(
        self, process: "subprocess.Popen[bytes]", ask: Callable[[], object], loading: Callable[[], bool]
    ) -> None:
        self._process, self._ask, self._loading = process, ask, loading
        self._asked = False
        self._silent = self._idle = self._stopped = 0  # beats
        self._computed = 0.0  # seconds of processor time by the last beat
        self.ended = False

    def start(self) -> None:
        threading.Thread(target=self._run, name="heartbeat", daemon=True).start()

    def heard(self) -> None:
        """Something came from the process."""
        self._asked, self._silent, self._idle = False, 0, 0

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
        computed = _computed(self._process.pid)
        busy = computed - self._computed >= COMPUTING or self._loading()
        self._computed = computed
        if self._asked:
            self._silent += 1
            self._idle = 0 if busy else self._idle + 1
        else:
            self._asked = True
            self._ask()
        return self._stopped > STOPPED_BEATS or self._idle > IDLE_BEATS or self._silent > SILENT_BEATS


def _computed(pid: int) -> float:
    """Seconds of processor time that a process has taken."""
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return times.user + times.system


def _is_stopped(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
    except psutil.Error:
        return False
