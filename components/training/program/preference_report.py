"""The report of a run on pairs: which answers both models prefer, what they write, what was lost.

Knows torch; the verdict is in `preference_verdict`.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from peft import PeftModel

from components.confidence import wilson
from components.training import measures
from components.training.folder import Plan, RunFolder
from components.training.measures import Losses
from components.training.preference_verdict import PairsCompared, judge
from components.training.program.batches import spread
from components.training.program.model_builder import load_base
from components.training.program.preference import Feeder, Pair, answer_logps, pairs_of
from components.training.program.subject import BATCH_TOKENS, NEW_TOKENS, SHOWN, Subject, general_examples
from components.training.program.tokenizer import load_limited
from components.training.rows import asked_in_full


@dataclass(frozen=True)
class Asked:
    """What one of the two models made of the held-out pairs."""

    chosen: np.ndarray  # log-probability of the better answer, one per pair
    rejected: np.ndarray  # of the worse one
    general: Losses  # of text that the pairs have nothing to do with
    answers: list[str]  # its own, to the pairs that are shown

    @property
    def right(self) -> np.ndarray:
        """1.0 where it finds the better answer likelier, else 0.0."""
        return (self.chosen > self.rejected).astype(float)


def examine(plan: Plan, folder: RunFolder) -> dict[str, Any]:
    started = time.time()
    tokenizer, rows = load_limited(plan.base_folder), folder.rows("valid")
    pairs = pairs_of(rows, tokenizer, plan.settings.length)
    shown = spread(pairs, SHOWN)
    model = load_base(plan).eval()
    before = _ask(model, tokenizer, pairs, shown)
    model = PeftModel.from_pretrained(model, str(folder.adapter)).eval()
    after = _ask(model, tokenizer, pairs, shown)
    asks = [asked_in_full(rows[one.row]) for one in pairs]
    moved = (after.chosen - before.chosen) > (after.rejected - before.rejected)
    found = PairsCompared(
        pairs=len(pairs),
        base=float(before.right.mean()),
        tuned=float(after.right.mean()),
        change=measures.mean_change(before.right, after.right, plan.settings.seed, asks, 1.0),
        moved=wilson(int(moved.sum()), len(pairs)),
        general=(before.general.mean, after.general.mean),
        lengths=(_tokens(before.answers, tokenizer), _tokens(after.answers, tokenizer)),
    )
    counts = np.array([float(len(one.chosen_ids)) for one in pairs])
    losses = [Losses(-side.chosen, counts) for side in (before, after)]
    change = measures.loss_change(losses[0], losses[1], plan.settings.seed, asks)
    return judge(found).to_json() | {
        "rows": len(pairs),
        "base": {"loss": losses[0].mean, "perplexity": losses[0].perplexity},
        "tuned": {"loss": losses[1].mean, "perplexity": losses[1].perplexity},
        "change": change.to_json(),
        "general": {"base": found.general[0], "tuned": found.general[1]},
        "preference": {
            "base": found.base,
            "tuned": found.tuned,
            "change": found.change.to_json(),
            "moved": found.moved.to_json(),
            "lengths": {"base": found.lengths[0], "tuned": found.lengths[1]},
        },
        "answers": [
            {
                "asked": rows[one.row]["messages"][-1]["content"],
                "wanted": rows[one.row]["chosen"],
                "base": before.answers[number],
                "tuned": after.answers[number],
            }
            for number, one in enumerate(shown)
        ],
        "versions": dict(plan.versions or {}),
        "seconds": round(time.time() - started, 1),
    }


def _ask(model: Any, tokenizer: Any, pairs: Sequence[Pair], shown: Sequence[Pair]) -> Asked:
    subject = Subject(model, tokenizer, False)
    return Asked(
        *_logps(model, tokenizer, pairs),
        general=subject.losses(general_examples(tokenizer)),
        answers=subject.answers([one.prompt_ids for one in shown], NEW_TOKENS),
    )


@torch.no_grad()
def _logps(model: Any, tokenizer: Any, pairs: Sequence[Pair]) -> tuple[np.ndarray, np.ndarray]:
    """Log-probabilities of the chosen and of the rejected answers."""
    feed = Feeder(tokenizer.pad_token_id)
    chosen, rejected = np.zeros(len(pairs)), np.zeros(len(pairs))
    order = sorted(range(len(pairs)), key=lambda number: -pairs[number].length)
    while order:
        count = max(BATCH_TOKENS // max(pairs[order[0]].length, 1), 1)
        some, order = order[:count], order[count:]
        inputs = {name: one.to(model.device) for name, one in feed([pairs[i] for i in some]).items()}
        better, worse = answer_logps(model, inputs).sum(dim=1).double().cpu().numpy().reshape(2, -1)
        chosen[some], rejected[some] = better, worse
    return chosen, rejected


def _tokens(answers: Sequence[str], tokenizer: Any) -> float:
    counts = [len(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in answers]
    return sum(counts) / max(len(counts), 1)
