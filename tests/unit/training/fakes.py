"""Training runs on a machine that isn't there: programs that do at once what a test says."""

import json
from pathlib import Path

from components.config import Config
from components.models.adapters import AdapterFolder
from components.models.catalog import Catalog, ModelSpec
from components.models.manager import ModelManager
from components.store import Store
from components.training.folder import RunFolder
from components.training.hyperparameters import TrainingSettings
from components.training.prepared import Facts, Prepared, save
from components.training.run_records import Records
from components.training.runs import TrainingRuns
from tests.unit.models.fakes import GB, FakeWorld

TRIAL = {
    "base": GB,
    "per_token": 1e6,
    "seconds_per_token": 0.003,
    "seconds_per_token_read": 0.001,
    "update_seconds": 0.05,
    "longest": 400,
    "train_tokens": 100_000,
    "valid_tokens": 5_000,
    "rows": 1000,
    "learning": 5_000_000,
    "weights": 135_000_000,
}

# What the program writes beside the numbers that a test is about
STEP = {"steps": 2, "loss": 2.0, "rate": 1e-3, "norm": 1.0, "tokens": 100, "seconds": 0.1, "left": 0.1}
END = {"why": "done", "step": 2, "memory": GB}
BOTH = {"loss": 1.0, "perplexity": 2.7}
REPORT = {
    "verdict": "better",
    "sentence": "Better: much.",
    "next": "Chat with it.",
    "rows": 10,
    "base": BOTH,
    "tuned": BOTH,
    "change": {"value": -0.3, "low": -0.4, "high": -0.2},
    "answers": [],
}


class FakeProcess:
    def __init__(self) -> None:
        self.code: int | None = None

    def returncode(self) -> int | None:
        return self.code

    def memory(self) -> int:
        return 0

    def kill(self) -> None:
        self.code = -9


class FakeLauncher:
    """Programs that do at once what the test says: `train` is called with the folder and the process."""

    def __init__(self, adapter: Path) -> None:
        self.adapter, self.started = adapter, []
        self.alive: FakeProcess | None = None
        self.train = self.succeed

    def start(self, folder: RunFolder, task: str) -> FakeProcess:
        self.started.append((folder.path.name, task))
        process = FakeProcess()
        if task == "trial":
            folder.log().write("trial", **TRIAL)
            process.code = 0
        elif task == "evaluate":
            (folder.path / "report.json").write_text(json.dumps(REPORT))
            folder.log().write("report")
            process.code = 0
        else:
            self.train(folder, process)
        return process

    def find(self, folder: RunFolder) -> FakeProcess | None:
        return self.alive

    def succeed(self, folder: RunFolder, process: FakeProcess) -> None:
        import shutil

        for step in (1, 2):
            folder.log().write("step", step=step, **STEP | {"loss": 2.0 / step})
            folder.log().write("evaluation", step=step, loss=2.0 / step)
        shutil.copytree(self.adapter, folder.adapter, dirs_exist_ok=True)
        folder.log().write("end", **END)
        process.code = 0


class World:
    def __init__(self, tmp_path: Path, base: Path, adapter: Path) -> None:
        self.config = Config(data_dir=tmp_path / "data")
        self.base = base
        spec = ModelSpec("tiny", "Tiny", "chat", "local", str(base), 0, 512, "MIT")
        self.adapters = AdapterFolder(tmp_path / "data" / "adapters")
        self.machine = FakeWorld(total_gb=10)
        self.catalog = Catalog(None, (spec,), adapters=self.adapters)
        self.manager = ModelManager(self.catalog, self.machine, self.config, self.machine.clock)
        self.launcher = FakeLauncher(adapter)
        self.store = Store.from_config(self.config)
        self.runs = self.open()

    def open(self, store: Store | None = None) -> TrainingRuns:
        records = Records(store or self.store)
        return TrainingRuns(
            records, self.manager, self.adapters, self.config, self.launcher, lambda spec: self.base
        )

    def data(self) -> Prepared:
        row = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}
        return save(self.config, "ada", Facts("greetings", "chat"), [row] * 9, [row])

    def create(self, name: str = "mine", owner: str = "ada", **settings) -> str:
        return self.runs.create(self.data(), "tiny", name, TrainingSettings(**settings), owner)

    def get(self, run_id: str):
        return self.runs.records.get(run_id)
