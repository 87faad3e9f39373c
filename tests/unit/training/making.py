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


REPORT = {  # of a run that has learned a form
    "verdict": "form",
    "sentence": "Learned the form, not the content.",
    "next": "Add rows.",
    "rows": 8,
    "base": {"loss": 3.0, "perplexity": 20.0},
    "tuned": {"loss": 1.0, "perplexity": 2.7},
    "change": {"value": -0.6, "low": -0.7, "high": -0.5},
    "metric": None,
    "question": None,
    "general": None,
    "content": {"base": 0.0, "tuned": 0.1, "parts": [{"kind": "number", "base": 0.0, "tuned": 0.0}]},
    "prompts": 8,
    "shared": 3,
    "answers": [
        {
            "asked": "What does the tea cost?",
            "wanted": "It costs 12 euros.",
            "base": "I",
            "tuned": "It costs 14 euros.",
            "cut": ["base"],
            "marked": {
                "wanted": [["It costs ", ""], ["12", "right"], [" euros.", ""]],
                "base": [["I", "wrong"]],
                "tuned": [["It costs ", ""], ["14", "wrong"], [" euros.", ""]],
            },
        }
    ],
}
