"""Small runs that the tests make: a folder with a plan and rows, on a model of two layers."""

import json
from pathlib import Path
from typing import Any

from components.training.folder import Plan, RunFolder
from components.training.hyperparameters import TrainingSettings


def chat(question: str, answer: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


def sums(count: int = 40) -> list[dict[str, Any]]:
    return [chat(f"What is {i} and {i % 7}?", f"It is {i + i % 7}.") for i in range(count)]


def make_run(
    path: Path,
    base: Path,
    settings: TrainingSettings,
    rows: list[dict[str, Any]] | None = None,
    held_out: int = 8,
    **more: Any,
) -> RunFolder:
    folder, every = RunFolder(path), rows or sums()
    path.mkdir(parents=True, exist_ok=True)
    for name, part in (("train", every[held_out:]), ("valid", every[:held_out])):
        (path / f"{name}.jsonl").write_text("\n".join(json.dumps(row) for row in part), "utf-8")
    plan = Plan(
        "id",
        "Sums",
        "tiny",
        "Tiny",
        str(base),
        "",
        "chat",
        "sums",
        "",
        (len(every), held_out),
        settings,
        **more,
    )
    folder.write_plan(plan)
    return folder


def losses(folder: RunFolder) -> dict[int, float]:
    return {e["step"]: e["loss"] for e in folder.log().read() if e["kind"] == "evaluation"}
