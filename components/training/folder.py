"""The folder of one run: what is in it, where, and how it is read and written.

    run.json         what repeats the run                      adapter/      what was learned (PEFT), or
    train.jsonl      the data, as it was                       model/        the whole model
    valid.jsonl                                                report.json   is it better?
    events.jsonl     what happened, line by line               tensorboard/  the same for TensorBoard
    checkpoints/     to go on from                             stop          asks the program to stop
    merged.zip       base and adapter as one model             gguf/         the same in GGUF files

Knows files, neither torch nor pages. A run's folder is only ever written by the app and its program:
the checkpoints hold pickles of torch's, so nothing that a person uploads is ever put here.
"""

import json
import math
import os
import re
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from components.errors import BadInput
from components.files import read_json
from components.kept import Kept, read
from components.messages import Message, Said
from components.training.events import event_of
from components.training.hyperparameters import TrainingSettings
from components.training.reported import Report
from components.training.rows import Row, read_rows

COMPLETE = "wordbench-complete"  # written last: a checkpoint without it was cut off by a crash
OF_A_STEP = ("start", "step", "evaluation", "samples", "checkpoint")  # events that come again with the steps
_ADAPTER = ("adapter_config.json", "adapter_model.safetensors")
# What a checkpoint has beside a whole model: the state of optimizer, schedule and chance. Pickles, mostly.
_STATE = ("*.pt", "*.pth", "*.bin", "trainer_state.json", "README.md", COMPLETE)
REPORT_DAMAGED = Said(
    "The report of this run is damaged on the disk. Comparing again makes a new one; nothing else is lost."
)
Wish = Literal["stop", "finish"]  # stop: to go on later; finish: take what there is
_planning = threading.Lock()  # guards reading a plan and writing it with a change
Precision = Literal["float32", "float16", "bfloat16"]


@dataclass(frozen=True)
class Plan(Kept):
    """What one run does: the content of run.json."""

    id: str
    name: str
    base_id: str
    base_title: str
    base_folder: str
    base_digest: str  # of the weight files' names, sizes and headers
    kind: str  # of the data: chat, text or pair
    data_name: str
    data_digest: str  # SHA-256 of train.jsonl and valid.jsonl
    rows: tuple[int, int]  # to train on, held out
    settings: TrainingSettings
    device: str = "cpu"  # cpu, mps or cuda
    precision: Precision = "float32"  # of the base model's weights
    processes: int = 1
    options: Mapping[str, Any] | None = None  # of rendering: languages, instruction
    versions: Mapping[str, str] | None = None
    repaired: tuple[Message, ...] = ()  # what was put right in the data
    dropped: Mapping[str, int] | None = None  # what was wrong in the data -> rows left out


@dataclass(frozen=True)
class RunFolder:
    """Paths of one run."""

    path: Path

    @property
    def events(self) -> Path:
        return self.path / "events.jsonl"

    @property
    def checkpoints(self) -> Path:
        return self.path / "checkpoints"

    @property
    def adapter(self) -> Path:
        return self.path / "adapter"

    @property
    def model(self) -> Path:
        return self.path / "model"

    @property
    def result(self) -> Path | None:
        """What the run made, if it made something."""
        if (self.adapter / "adapter_model.safetensors").exists():
            return self.adapter
        return self.model if (self.model / "config.json").exists() else None

    @property
    def merged(self) -> Path:
        """Base and adapter as one model, with the card and the report of that time."""
        return self.path / "merged.zip"

    @property
    def gguf(self) -> Path:
        """The folder of the same in GGUF files, each with how it compares."""
        return self.path / "gguf"

    def forget_exports(self) -> None:
        self.merged.unlink(missing_ok=True)
        shutil.rmtree(self.gguf, ignore_errors=True)

    @property
    def report(self) -> Report | None:
        """None before the comparison. Raises Unavailable for a damaged one."""
        path = self.path / "report.json"
        return read(Report, read_json(path), REPORT_DAMAGED) if path.exists() else None

    def plan(self) -> Plan:
        """Raises Unavailable where run.json is missing or was damaged."""
        damaged = Said("The run in {path} can't be read: its run.json is damaged.", path=self.path)
        return read(Plan, read_json(self.path / "run.json"), damaged)

    def write_plan(self, plan: Plan) -> None:
        write_json(self.path / "run.json", plan.to_json())

    def change_plan(self, **values: Any) -> None:
        """Writes the plan with other values. Raises Unavailable where there is none."""
        with _planning:
            self.write_plan(replace(self.plan(), **values))

    def rows(self, part: Literal["train", "valid"]) -> list[Row]:
        return list(read_rows(self.path / f"{part}.jsonl"))

    def ask(self, wish: Wish) -> None:
        """Asks the program to end at its next step, with a checkpoint."""
        (self.path / "stop").write_text(wish, encoding="utf-8")

    def asked(self) -> Wish | None:
        try:
            said = (self.path / "stop").read_text(encoding="utf-8").strip()
        except OSError:
            return None
        return "finish" if said == "finish" else "stop"

    def unask(self) -> None:
        (self.path / "stop").unlink(missing_ok=True)

    def last_checkpoint(self) -> Path | None:
        """The newest checkpoint that was written whole."""
        found = [path for path in self.checkpoints.glob("checkpoint-*") if (path / COMPLETE).exists()]
        return max(found, key=lambda path: int(path.name.rsplit("-", 1)[1]), default=None)

    def take_checkpoint(self) -> None:
        """Makes the last whole checkpoint what the run has made, in one step. Raises BadInput without one."""
        checkpoint, plan = self.last_checkpoint(), self.plan()
        if checkpoint is None:
            raise BadInput("This run has no whole checkpoint yet, so there is nothing to take.")
        adapter = plan.settings.method in ("lora", "qlora")
        part, into = self.path / ".part", self.adapter if adapter else self.model
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        for path in checkpoint.iterdir():
            wanted = path.name in _ADAPTER if adapter else not any(map(path.match, _STATE))
            if wanted and path.is_file():
                shutil.copyfile(path, part / path.name)
        # As at the end of a run: no path on this machine, and the cache that was off for the training only.
        name = "adapter_config.json" if adapter else "config.json"
        own: dict[str, object] = {"base_model_name_or_path": plan.base_id} if adapter else {"use_cache": True}
        read = json.loads((part / name).read_text("utf-8"))
        (part / name).write_text(json.dumps(read | own, indent=2), "utf-8")
        shutil.rmtree(into, ignore_errors=True)
        os.replace(part, into)

    def log(self) -> "Log":
        return Log(self.events)


class Log:
    """What happens in a run, one JSON object a line; readers and the writer are different processes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, kind: str, **facts: Any) -> None:
        line = json.dumps({"kind": kind} | facts, ensure_ascii=False, allow_nan=False, default=float)
        # One write of a whole line at the end of the file: no reader sees half of it mixed with another.
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(descriptor, (line + "\n").encode("utf-8"))
        finally:
            os.close(descriptor)

    def read(self) -> list[dict[str, Any]]:
        """All events in order, without the steps that a resumed run, or one begun again, repeats."""
        found: list[dict[str, Any]] = []
        for event in self._lines():
            if event["kind"] == "start":  # without a checkpoint to go on from
                found = [e for e in found if e["kind"] not in OF_A_STEP]
            if event["kind"] == "resume":
                found = [e for e in found if e.get("step", 0) <= event["step"] or e["kind"] == "resume"]
            found.append(event)
        return found

    def _lines(self) -> Iterator[dict[str, Any]]:
        try:
            text = self._path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return
        for line in text.split("\n"):  # a text may hold U+2028, which other ways take for a line's end
            if (event := event_of(line)) is not None:  # else it was cut by a crash, or is damaged
                yield event


def at_work(events: Iterable[Mapping[str, Any]]) -> str:
    """The task of the program that works on a run, as its log says; empty between programs."""
    task = ""
    for event in events:
        if event["kind"] == "launch":
            task = str(event["task"])
        elif event["kind"] in ("begin", "trial", "end", "report", "error"):
            task = ""
    return task


def slug(name: str) -> str:
    """A file name of a person's text."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.").lower()[:60] or "model"


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """In one step: a reader never sees half of it. What is no number becomes null, as JSON wants it."""
    # Not ".part", which a starting server removes: the program of a run may outlive the server before it.
    part = path.with_suffix(f".{os.getpid()}.tmp")
    text = json.dumps(_finite(content), ensure_ascii=False, indent=1, allow_nan=False)
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
