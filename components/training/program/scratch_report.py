"""The report of a model from nothing: bits per character of all of the held-out text, beside two n-grams'.

Knows torch; the sentence is in `scratch_verdict`.
"""

import time
from typing import Any

import numpy as np

from components.training import measures
from components.training.folder import Plan, RunFolder, write_json
from components.training.measures import Losses
from components.training.ngrams import NGrams, copied
from components.training.program.scratch_parts import write
from components.training.program.scratch_text import design_of, read, window_losses
from components.training.scratch_verdict import FromNothing, judge

SHOWN, TOKENS = 3, 200


def report(plan: Plan, folder: RunFolder, model: Any, text: Any) -> None:
    write_json(folder.path / "report.json", examine(plan, model, text))


def again(plan: Plan, folder: RunFolder) -> dict[str, Any]:
    """The same of the model that the run has made."""
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(folder.model, local_files_only=True, use_safetensors=True)
    return examine(plan, model.eval(), read(plan, folder))


def examine(plan: Plan, model: Any, text: Any) -> dict[str, Any]:
    """Losses are nats per character: a character counts the same in every vocabulary."""
    started, length = time.time(), plan.settings.length
    found = window_losses(model, text.valid_ids, length)
    # The characters of each window: as many as its share of the tokens
    each = len(text.valid) / max(len(text.valid_ids) - 1, 1)
    counts = np.array([count * each for _, count in found])
    mine = Losses(np.array([nats for nats, _ in found]), counts)
    grams = {order: _of_ngrams(text, order, counts) for order in (3, 5)}
    change = measures.loss_change(grams[5], mine, plan.settings.seed)
    design = design_of(plan)
    samples = [
        write(model, text.tokenizer, design.beginning, TOKENS, length, 100 + number)
        for number in range(SHOWN)
    ]
    share = sum(end - start for one in samples for start, end in copied(one, text.train))
    judged = judge(
        FromNothing(
            windows=len(found),
            characters=len(text.train),
            mine=mine.mean,
            three=grams[3].mean,
            five=grams[5].mean,
            change=change,
            copied=share / max(sum(map(len, samples)), 1),
        )
    )
    return judged.to_json() | {
        "rows": len(found),
        "base": {"loss": grams[5].mean, "perplexity": grams[5].perplexity},
        "tuned": {"loss": mine.mean, "perplexity": mine.perplexity},
        "change": change.to_json(),
        "scratch": {"mine": mine.mean, "three": grams[3].mean, "five": grams[5].mean},
        "answers": [{"asked": design.beginning, "wanted": "", "base": "", "tuned": one} for one in samples],
        "versions": dict(plan.versions or {}),
        "seconds": round(time.time() - started, 1),
    }


def _of_ngrams(text: Any, order: int, counts: Any) -> Losses:
    """An n-gram's losses on the same windows."""
    losses = np.array(NGrams(text.train, order).losses(text.valid))
    borders = np.minimum(np.round(np.cumsum(counts)).astype(int), len(losses))
    sums = np.diff(np.concatenate([[0.0], np.cumsum(losses)])[np.concatenate([[0], borders])])
    return Losses(sums, np.maximum(np.diff(np.concatenate([[0], borders])).astype(float), 1e-9))
