"""The project's own programs that fill the model store, each in a process of its own, and what they say.

Knows pipes and lines of JSON; not what a program does.
"""

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from components import lifeline, outgoing
from components.config import ROOT
from components.errors import Cancelled, EngineFailed
from components.messages import Said


def run(command: list[str], cancelled: Callable[[], bool] = lambda: False) -> Iterator[dict[str, Any]]:
    """Runs one of the project's programs and yields its messages, and {} about 5 times a second.

    What it says of bytes that it sent, {"host", "sent"}, is noted here.

    Raises Cancelled after ending it, EngineFailed if it dies without a message.
    """
    process = lifeline.start(
        [sys.executable, "-m", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        cwd=ROOT,
    )
    lines: queue.Queue[bytes] = queue.Queue()
    assert process.stdout is not None

    def read(pipe: Any = process.stdout) -> None:
        for line in pipe:
            lines.put(line)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        while process.poll() is None or reader.is_alive() or not lines.empty():
            try:
                said = json.loads(lines.get(timeout=0.2))
                if "sent" in said:
                    outgoing.add(said["host"], said["sent"])
                    continue
                yield said
                if "error" in said:
                    return
            except queue.Empty:
                yield {}
            except ValueError:
                continue  # a library printed something of its own
            if cancelled():
                raise Cancelled("Stopped.")
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        reader.join(timeout=5)
    if process.returncode != 0:
        killed = process.returncode == -9
        reason = Said("it probably ran out of memory") if killed else Said("it stopped without a reason")
        raise EngineFailed(
            "The program {program} ended early: {reason}. Try again.",
            program=command[0].rsplit(".", 1)[-1],
            reason=reason,
        )
