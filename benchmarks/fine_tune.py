"""Fine-tuning measured: loss, task measure, speed and memory, beside plain peft with the same settings.

    python -m benchmarks.fine_tune --train FILE --valid FILE --out FILE.json [--steps N] [--shuffle]

Everything runs as it does in the app: the files go through the doctor, the run is trained by the program
under `accelerate launch` with the defaults, and compared with its base by the same report. Plain peft makes
the same steps in turn with it, four at a time, so that a change in the machine's speed affects both alike.
`--shuffle` mixes up the answers of both files: the report must then say that the model is not better.
`--steps` ends the run early when time is short. `--resume FOLDER` continues a run that was cut off.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks import new_file
from components.config import ROOT, Config
from components.errors import AppError
from components.messages import from_json
from components.models import memory
from components.models.catalog import CATALOGUE, Catalog
from components.models.library import Library
from components.training import bases, preflight
from components.training.doctor import checks
from components.training.doctor.checks import Upload
from components.training.folder import RunFolder
from components.training.hyperparameters import TrainingSettings
from components.training.launcher import ENVIRONMENT, ProgramLauncher, Task
from components.training.measures import in_words
from components.training.preflight import Trial
from components.training.rows import kind_of
from components.training.run_plan import make_plan

BLOCK = 4  # steps that each of the two makes before the other's turn


def shuffled(rows: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """The same rows with their answers shuffled."""
    rows = [row for row in rows if kind_of(row) == "chat"]
    answers = [row["messages"][-1] for row in rows]
    random.Random(seed).shuffle(answers)
    return [
        row | {"messages": [*row["messages"][:-1], answer]} for row, answer in zip(rows, answers, strict=True)
    ]


def prepare(given: argparse.Namespace, config: Config, folder: RunFolder) -> None:
    spec = Catalog(None).get(given.model)
    library = Library(config)
    base = library.prepare(spec, lambda text, share: None)
    uploads = [Upload(path.name, path.read_bytes()) for path in (given.train, given.valid)]
    request = bases.request(spec, library, lambda text, share: None)
    check = checks.start(config, "benchmark", uploads, request, spec.id)
    prepared = checks.prepare(config, check, ())
    settings = TrainingSettings().suited_to(prepared.train_rows)
    settings = replace(settings, max_steps=given.steps or 0, threads=given.threads)
    folder.path.mkdir(parents=True, exist_ok=True)
    for name, source in (("train", prepared.train), ("valid", prepared.valid)):
        rows = [json.loads(line) for line in source.read_text("utf-8").splitlines()]
        if given.shuffle:
            rows = shuffled(rows, 1)
        (folder.path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    folder.write_plan(make_plan("benchmark", "benchmark", spec, base, prepared, settings, config))


class PlainPeft:
    """`benchmarks.plain_peft` on the same folder, a step whenever it is told to."""

    def __init__(self, folder: RunFolder) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.plain_peft", str(folder.path)],
            cwd=ROOT,
            env=os.environ | ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.steps: list[dict[str, Any]] = []
        self.turns: set[int] = set()  # the first step of each turn
        self._found = self._hear()  # the loss before

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._program.kill()

    def _hear(self) -> dict[str, Any]:
        assert self._program.stdout
        line = self._program.stdout.readline()
        if not line:
            raise SystemExit("The baseline ended early.")
        found: dict[str, Any] = json.loads(line)
        return found

    def follow(self, steps: int) -> None:
        """As many steps as the run has made."""
        assert self._program.stdin
        missing = steps - len(self.steps)
        self.turns.add(len(self.steps))
        self._program.stdin.write("\n" * missing)
        self._program.stdin.flush()
        self.steps += [self._hear() for _ in range(missing)]

    def end(self) -> dict[str, Any]:
        """Its loss before and after, and its peak memory in bytes."""
        assert self._program.stdin
        self._program.stdin.close()
        return self._found | self._hear()


def run(folder: RunFolder, task: Task, plain: PlainPeft | None = None) -> None:
    """A program of the app to its end, in turn with the baseline."""
    process = ProgramLauncher().start(folder, task)
    try:
        while process.returncode() is None:
            time.sleep(0.2)
            if plain and (made := len(steps_of(folder))) >= len(plain.steps) + BLOCK:
                process.send(signal.SIGSTOP)
                plain.follow(made)
                process.send(signal.SIGCONT)
    finally:
        process.kill()
    if errors := [event for event in folder.log().read() if event["kind"] == "error"]:
        raise SystemExit(str(from_json(errors[-1]["text"])))


def steps_of(folder: RunFolder) -> list[dict[str, Any]]:
    return [event for event in folder.log().read() if event["kind"] == "step"]


def speed(steps: Sequence[dict[str, Any]], turns: set[int]) -> float:
    """Tokens a second. The first step of a turn isn't counted: the wait for it may be in its time."""
    counted = [step for number, step in enumerate(steps) if number not in turns] or steps
    return float(sum(step["tokens"] for step in counted) / sum(step["seconds"] for step in counted))


def fit(folder: RunFolder, alone: bool) -> None:
    """The timed trial, as before every run: batch and length fitted to the memory that is free."""
    run(folder, "trial")
    plan = folder.plan()
    trial = Trial.from_json([event for event in folder.log().read() if event["kind"] == "trial"][-1])
    free = memory.ram().free // (1 if alone else 2)
    settings, said = preflight.fit(trial, plan.settings, free, plan.processes)
    for sentence in said:
        print(sentence, flush=True)
    folder.write_plan(replace(plan, settings=settings))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--valid", type=Path, required=True)
    parser.add_argument("--out", type=new_file, required=True)
    parser.add_argument("--model", default=CATALOGUE[0].id)
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--shuffle", action="store_true")
    parser.add_argument("--no-baseline", action="store_true")
    parser.add_argument("--data-dir", type=Path, default=None, help="keeps the converted model between runs")
    parser.add_argument("--resume", type=Path, default=None)
    given = parser.parse_args()
    work = given.data_dir or Path(tempfile.mkdtemp())
    folder = RunFolder(given.resume or work / "training" / f"benchmark-{os.getpid()}")
    if not given.resume:
        prepare(given, Config(data_dir=work), folder)
    print(f"The run is in {folder.path}", flush=True)
    if folder.last_checkpoint() is None:
        fit(folder, given.no_baseline)
    baseline = None
    with nullcontext() if given.no_baseline else PlainPeft(folder) as plain:
        if folder.result is None:
            run(folder, "train", plain)
        if plain:
            plain.follow(len(steps_of(folder)))
            baseline = plain.end() | {"tokens_per_second": speed(plain.steps, plain.turns)}
    if folder.report is None:
        run(folder, "evaluate")
    report = folder.report
    if report is None:
        raise SystemExit("The report was not written.")
    print(from_json(report["sentence"]), flush=True)
    found = summary(folder, report, plain.turns if plain else set()) | {"plain_peft": baseline}
    given.out.write_text(json.dumps(found, indent=1), "utf-8")
    print(table(found))


def summary(folder: RunFolder, report: dict[str, Any], turns: set[int]) -> dict[str, Any]:
    end = [event for event in folder.log().read() if event["kind"] == "end"][-1]
    steps, change = steps_of(folder), report["change"]
    fell, low, high = (
        None if change[name] is None else -100 * change[name] for name in ("value", "high", "low")
    )
    return {
        "verdict": report["verdict"],
        "sentence": str(from_json(report["sentence"])),
        "base_loss": report["base"]["loss"],
        "tuned_loss": report["tuned"]["loss"],  # None where it is not a number any more
        "fell_percent": fell,
        "interval": [low, high],
        "metric": report["metric"],
        "general": report["general"],
        "steps": len(steps),
        "tokens_per_second": speed(steps, turns),
        "peak_bytes": end["memory"],
        "settings": folder.plan().settings.to_json(),
    }


def table(found: dict[str, Any]) -> str:
    other = found["plain_peft"] or {}
    rows = [
        ("held-out loss, base", found["base_loss"], other.get("base_loss")),
        ("held-out loss, tuned", found["tuned_loss"], other.get("tuned_loss")),
        ("tokens/s", found["tokens_per_second"], other.get("tokens_per_second")),
        ("peak memory, GB", found["peak_bytes"] / 1e9, other.get("peak_bytes", 0) / 1e9),
    ]
    lines = ["| | Wordbench | plain peft | ratio |", "|---|---|---|---|"]
    for name, mine, theirs in rows:
        ratio = f"{mine / theirs:.2f}" if mine is not None and theirs else ""
        lines.append(f"| {name} | {in_words(mine, 2)} | {in_words(theirs or None, 2)} | {ratio} |")
    if metric := found["metric"]:
        lines.append(
            f"| {metric['name']}, base to tuned | {metric['base']:.1f} to {metric['tuned']:.1f} | | |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    try:
        main()
    except AppError as error:
        raise SystemExit(str(error)) from error
