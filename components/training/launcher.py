"""The training program as a process: its command line, accelerate's config, start, find again, end.

Knows processes and files, nothing about runs' states. A run's process is a session of its own: it outlives
the server that started it, and is found again by its number and the time of its start.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

import psutil

from components.config import ROOT
from components.files import read_json
from components.training.folder import Plan, RunFolder, write_json

Task = Literal["train", "trial", "evaluate"]
MODULES: Mapping[Task, tuple[str, ...]] = {
    "train": ("components.training.program.train",),
    "trial": ("components.training.program.train", "--trial"),
    "evaluate": ("components.training.program.examination",),
}
ENVIRONMENT = {
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    # A thread that waits for the others yields its core to people who chat meanwhile.
    "OMP_WAIT_POLICY": "PASSIVE",
    "TRANSFORMERS_VERBOSITY": "error",
}


class Process(Protocol):
    """A program that works on a run."""

    def returncode(self) -> int | None: ...

    def memory(self) -> int: ...

    def kill(self) -> None: ...


class Launcher(Protocol):
    """Starts programs on runs, and finds those that still work."""

    def start(self, folder: RunFolder, task: Task) -> Process: ...

    def find(self, folder: RunFolder) -> Process | None: ...


def accelerate_config(plan: Plan) -> dict[str, Any]:
    """What `accelerate launch` is told. A config of a person's own, for several machines, comes instead."""
    return {
        "compute_environment": "LOCAL_MACHINE",
        # Several processes on CPUs too: accelerate's launcher for one machine, with gloo between them.
        "distributed_type": "MULTI_GPU" if plan.processes > 1 else "NO",
        "use_cpu": plan.device == "cpu",
        "num_machines": 1,
        "num_processes": plan.processes,
        "machine_rank": 0,
        "main_process_port": 0,  # any that is free
        "mixed_precision": "no",  # the program decides
        "dynamo_backend": "NO",
        "main_training_function": "main",
    }


def to_yaml(content: Mapping[str, Any]) -> str:
    """A flat mapping as YAML."""
    import json

    return "".join(f"{name}: {json.dumps(value)}\n" for name, value in content.items())


def command(folder: RunFolder, task: Task, config: Path) -> list[str]:
    """The command line that starts a program on a run; only training takes several processes."""
    module, *options = MODULES[task]
    if task != "train":
        return [sys.executable, "-m", module, str(folder.path), *options]
    launch = [sys.executable, "-m", "accelerate.commands.launch", "--config_file", str(config)]
    return [*launch, "-m", module, str(folder.path), *options]


class ProgramLauncher:
    """Starts real processes."""

    def __init__(self, accelerate: Path | None = None) -> None:
        self._accelerate = accelerate  # a config of a person's own

    def start(self, folder: RunFolder, task: Task) -> "ProgramProcess":
        config = self._accelerate or folder.path / "accelerate.yaml"
        if not self._accelerate:
            config.write_text(to_yaml(accelerate_config(folder.plan())), encoding="utf-8")
        with (folder.path / "program.log").open("ab") as log:
            started = subprocess.Popen(
                command(folder, task, config),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env=os.environ | ENVIRONMENT,
                start_new_session=True,
            )
        process = ProgramProcess(psutil.Process(started.pid), started)
        about = {"pid": started.pid, "created": process.created, "task": task}
        write_json(folder.path / "process.json", about)
        return process

    def find(self, folder: RunFolder) -> "ProgramProcess | None":
        """The training that an earlier server started on this run, if it still works."""
        about = read_json(folder.path / "process.json")
        try:
            process = psutil.Process(int(about["pid"]))
            alive = process.is_running() and process.status() != psutil.STATUS_ZOMBIE
            if not alive or process.create_time() != about["created"] or about["task"] != "train":
                return None
        except (KeyError, TypeError, ValueError, psutil.Error):
            return None
        return ProgramProcess(process, None)


class ProgramProcess:
    """The launcher and what it started."""

    def __init__(self, process: psutil.Process, started: "subprocess.Popen[bytes] | None") -> None:
        self._process, self._started = process, started
        self.created = process.create_time()

    def returncode(self) -> int | None:
        """None while it works. Of one that another server started, only its end can be seen: 0."""
        if self._started:
            return self._started.poll()
        try:
            alive = self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            alive = False
        return None if alive else 0

    def memory(self) -> int:
        total = 0
        for process in self._all():
            try:
                total += process.memory_info().rss
            except psutil.Error:
                continue  # it ended just now
        return total

    def send(self, number: int) -> None:
        """A signal to it and all that it started."""
        for process in self._all():
            try:
                process.send_signal(number)
            except psutil.Error:
                continue

    def kill(self) -> None:
        """Ends it and all that it started, at once."""
        self.send(signal.SIGKILL)
        deadline = time.monotonic() + 10
        while self.returncode() is None and time.monotonic() < deadline:
            time.sleep(0.05)

    def _all(self) -> Sequence[psutil.Process]:
        try:
            return [self._process, *self._process.children(recursive=True)]
        except psutil.Error:
            return []
