"""A training program that tunes an encoder at once, without torch: it leaves the files of one that did."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from components.tasks.classify.tuning import HEAD, HELD_OUT
from components.training.folder import RunFolder
from tests.unit.training.fakes import END, REPORT, STEP, TRIAL, FakeProcess

SHARE = {"value": 0.9, "low": 0.8, "high": 0.95}
WAYS = [
    {"name": name, "accuracy": SHARE, "macro_f1": 0.9, "seconds": 2.0}
    for name in ("names", "examples", "tuned")
]


class LabelLauncher:
    """In the place of `ProgramLauncher`."""

    def __init__(self, accelerate: Path | None = None) -> None:
        self.ends = True  # else it goes on until it is asked to stop

    def start(self, folder: RunFolder, task: str) -> FakeProcess:
        process = FakeProcess()
        process.code = 0
        if task == "trial":
            folder.log().write("trial", **TRIAL)
        elif task == "train":
            for step in (1, 2):
                folder.log().write("step", step=step, **STEP)
                folder.log().write("evaluation", step=step, loss=1.0 / step, accuracy=0.4 * step)
            folder.model.mkdir(exist_ok=True)
            (folder.model / "config.json").write_text("{}", "utf-8")
            head = {"weights": np.eye(3, 8, dtype=np.float32), "bias": np.zeros(3, np.float32)}
            save_file(head, folder.model / HEAD)
            folder.log().write("end", **END)
        else:
            rows = len((folder.path / "valid.jsonl").read_text("utf-8").splitlines())
            save_file(
                {"scores": np.tile(np.eye(3, dtype=np.float32), (rows, 1))[:rows]}, folder.path / HELD_OUT
            )
            told = REPORT | {"rows": rows, "labels": {"ways": WAYS, "worth": "tuned"}}
            (folder.path / "report.json").write_text(json.dumps(told), "utf-8")
            folder.log().write("report")
        return process

    def find(self, folder: RunFolder) -> None:
        return None
