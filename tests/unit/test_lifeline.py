"""No child survives the process that started it, whatever either of them is doing."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from components.config import ROOT

PARENT = """
import subprocess, sys, threading, time
from components import lifeline
child = "from components import lifeline; lifeline.hold(); print('held', flush=True)\\n{what}"
def start():
    started = lifeline.start([sys.executable, "-c", child], stdout=subprocess.PIPE)
    started.stdout.readline()
    print(started.pid, flush=True)
thread = threading.Thread(target=start)  # which ends before the child does
thread.start()
thread.join()
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("what", "stopped"), [("import time; time.sleep(60)", True), ("while True: pass", False)]
)
def test_a_killed_parent_takes_its_child_along(what: str, stopped: bool):
    command = [sys.executable, "-c", PARENT.replace("{what}", what)]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    time.sleep(0.3)
    assert child.is_running()  # though the thread that started it has ended
    if stopped:
        os.kill(child.pid, signal.SIGSTOP)
    parent.kill()
    parent.wait()
    child.wait(10)


def test_a_program_that_was_started_by_hand_goes_on():
    code = "from components import lifeline; lifeline.hold(); print('here')"
    env = {name: value for name, value in os.environ.items() if name != "WORDBENCH_PARENT"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, env=env)
    assert done.stdout == b"here\n"
