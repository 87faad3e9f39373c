"""Fine-tuning measured: loss, task measure, speed and memory, beside plain peft with the same settings.

    python -m benchmarks.fine_tune --train FILE --valid FILE --out FILE.json [--steps N] [--shuffle]

Everything runs as it does in the app: the files go through the doctor, the run is trained by the program
under `accelerate launch` with the defaults, and compared with its base by the same report. `--shuffle` mixes
up the answers of both files: the report must then say that the model is not better. `--steps` ends the run
early, where time is short. `--resume FOLDER` goes on with a run that was cut off.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import new_file
from components.config import ROOT, Config
from components.errors import AppError
from components.models import memory
from components.models.catalog import CATALOGUE, Catalog
from components.models.library import Library
from components.training import bases, preflight
from components.training.doctor import running
from components.training.doctor.running import Upload
from components.training.folder import RunFolder
from components.training.launching import ENVIRONMENT, ProgramLauncher
from components.training.planning import make_plan
from components.training.preflight import Trial
from components.training.rows import kind_of
from components.training.settings import TrainingSettings


def shuffled(rows: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """The same rows with their answers dealt out anew."""
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
    check = running.start(config, "benchmark", uploads, request, spec.id)
    prepared = running.prepare(config, check, ())
    settings = TrainingSettings().suited_to(prepared.train_rows)
    settings = replace(settings, max_steps=given.steps or 0, threads=given.threads)
    folder.path.mkdir(parents=True, exist_ok=True)
    for name, source in (("train", prepared.train), ("valid", prepared.valid)):
        rows = [json.loads(line) for line in source.read_text("utf-8").splitlines()]
        if given.shuffle:
            rows = shuffled(rows, 1)
        (folder.path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    folder.write_plan(make_plan("benchmark", "benchmark", spec, base, prepared, settings, config))


def run(folder: RunFolder, task: Any) -> float:
    started = time.monotonic()
    process = ProgramLauncher().start(folder, task)
    while process.returncode() is None:
        time.sleep(0.5)
    if errors := [event for event in folder.log().read() if event["kind"] == "error"]:
        raise SystemExit(errors[-1]["text"])
    return time.monotonic() - started


def fit(folder: RunFolder) -> None:
    """The timed trial, as before every run: batch and length fitted to the memory that is free."""
    run(folder, "trial")
    plan = folder.plan()
    trial = Trial.from_event([event for event in folder.log().read() if event["kind"] == "trial"][-1])
    settings, said = preflight.fit(trial, plan.settings, memory.ram().free, plan.processes)
    print(*said, sep="\n", flush=True)
    folder.write_plan(replace(plan, settings=settings))


def plain(folder: RunFolder) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.plain_peft", str(folder.path)]
    out = subprocess.run(
        command, cwd=ROOT, env=os.environ | ENVIRONMENT, stdout=subprocess.PIPE, check=True, text=True
    )
    found: dict[str, Any] = json.loads(out.stdout.strip().splitlines()[-1])
    return found


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
    if folder.result is None:
        fit(folder)
        run(folder, "train")
    if folder.report is None:
        run(folder, "evaluate")
    report = folder.report
    if report is None:
        raise SystemExit("The report was not written.")
    print(report["sentence"], flush=True)
    found = summary(folder, report, None if given.no_baseline else plain(folder))
    given.out.write_text(json.dumps(found, indent=1), "utf-8")
    print(table(found))


def summary(folder: RunFolder, report: dict[str, Any], baseline: dict[str, Any] | None) -> dict[str, Any]:
    events = folder.log().read()
    steps = [event for event in events if event["kind"] == "step"]
    end = [event for event in events if event["kind"] == "end"][-1]
    return {
        "verdict": report["verdict"],
        "sentence": report["sentence"],
        "base_loss": report["base"]["loss"],
        "tuned_loss": report["tuned"]["loss"],
        "fell_percent": -100 * report["change"]["value"],
        "interval": [-100 * report["change"]["high"], -100 * report["change"]["low"]],
        "metric": report["metric"],
        "general": report["general"],
        "steps": len(steps),
        "tokens_per_second": sum(e["tokens"] for e in steps) / sum(e["seconds"] for e in steps),
        "peak_bytes": end["memory"],
        "plain_peft": baseline,
        "settings": folder.plan().settings.to_json(),
    }


def table(found: dict[str, Any]) -> str:
    other = found["plain_peft"] or {}
    rows = [
        ("held-out loss, base", found["base_loss"], other.get("base_loss")),
        ("held-out loss, tuned", found["tuned_loss"], other.get("tuned_loss")),
        ("tokens/s", found["tokens_per_second"], other.get("tokens_per_second")),
        ("peak memory, GB", found["peak_bytes"] / 1e9, other.get("peak_bytes", 0) / 1e9 or None),
    ]
    lines = ["| | Wordbench | plain peft | ratio |", "|---|---|---|---|"]
    for name, mine, theirs in rows:
        rest = f"{theirs:.2f} | {mine / theirs:.2f}" if theirs else "|"
        lines.append(f"| {name} | {mine:.2f} | {rest} |")
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
