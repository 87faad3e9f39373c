"""The report of a run on labels: what the tuned encoder finds in the held-out rows, beside the other ways.

Knows torch; the verdict is in `label_verdict`. Texts are read by the app's own embedding engine, window by
window, as they will be once it is used.
"""

import time
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file
from transformers import AutoModel

from components.models.engines.embedder import EmbeddingEngine
from components.training.folder import Plan, RunFolder
from components.training.label_rows import LabelRow, facts_of
from components.training.label_verdict import change, judge, measured, worth
from components.training.program.labels import HEAD, load_tokenizer
from components.training.rows import read_rows

HELD_OUT = "held_out.safetensors"  # the scores of the held-out rows: rows × labels


def examine(plan: Plan, folder: RunFolder) -> dict[str, Any]:
    started, facts = time.time(), facts_of(plan.options)
    rows = list(read_rows(folder.path / "valid.jsonl", LabelRow))
    scores = scores_of(folder, [row["text"] for row in rows])
    save_file({"scores": scores}, folder.path / HELD_OUT)
    found = (
        [np.flatnonzero(row >= 0).tolist() for row in scores]
        if facts.several
        else [[int(row.argmax())] for row in scores]
    )
    truth, labels, seed = [row["labels"] for row in rows], len(facts.labels), plan.settings.seed
    ways = [measured(one.name, one.found, truth, labels, one.seconds) for one in facts.ways]
    ways.append(measured("tuned", found, truth, labels, trained_seconds(folder)))
    return judge(ways, seed).to_json() | {
        "rows": len(rows),
        "base": {"loss": None, "perplexity": None},
        "tuned": {"loss": None, "perplexity": None},
        "change": change(ways[-2], ways[-1], seed).to_json(),
        "labels": {"ways": [one.to_json() for one in ways], "worth": worth(ways, seed)},
        "answers": [],
        "versions": dict(plan.versions or {}),
        "seconds": round(time.time() - started, 1),
    }


def scores_of(folder: RunFolder, texts: list[str]) -> npt.NDArray[np.float32]:
    """Texts × labels: before they are made probabilities."""
    model = AutoModel.from_pretrained(folder.model, local_files_only=True, use_safetensors=True)
    engine = EmbeddingEngine(model.eval(), load_tokenizer(folder.model))
    made: dict[int, Any] = {}

    def emit(kind: str, told: Any) -> None:
        if kind == "vectors":
            made.update(zip(*told, strict=True))

    for _ in engine.embed(texts, lambda: False, emit):
        pass
    head = load_file(folder.model / HEAD)
    vectors = np.stack([made[at] for at in range(len(texts))]).astype(np.float32)
    scores: npt.NDArray[np.float32] = vectors @ head["weights"].T + head["bias"]
    return scores


def trained_seconds(folder: RunFolder) -> float:
    """Of all steps that count, also where the run was stopped and resumed."""
    return float(sum(event["seconds"] for event in folder.log().read() if event["kind"] == "step"))
