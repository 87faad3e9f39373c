"""A program: is the tuned model better than its base? Measures both on the held-out rows and writes a report.

    python -m components.training.program.examining FOLDER

FOLDER is a run's. Knows torch; the measures and the verdict are in `scoring`.
"""

import gc
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from components.training import scoring
from components.training.folder import Plan, RunFolder, write_json
from components.training.program.building import base_arguments, is_seq2seq, load_base
from components.training.program.feeding import Collator, Example, examples_of, prompt_of, spread
from components.training.program.tokenizer import load_tokenizer
from components.training.program.train import NICE, asked, instruction_for, reporting
from components.training.program.watching import answers
from components.training.rendering import NOT_TRAINED
from components.training.rows import kind_of, normalised, question_and_answer
from components.training.scoring import METRICS, Losses

SHOWN, SCORED = 12, 24  # answers side by side, and those that the task's measure is taken of
NEW_TOKENS = 96  # at most, of an answer
MATCHED = 100  # rows whose answers are also read after another row's question
BATCH_TOKENS = 2048
GENERAL = Path(__file__).parent / "general.txt"


def main(argv: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if argv is None else argv)
    folder = RunFolder(Path(given[0]))
    return reporting(folder, int(given[2]) if given[1:2] == ["--nice"] else NICE, report)


def report(plan: Plan, folder: RunFolder) -> None:
    write_json(folder.path / "report.json", examine(plan, folder))
    folder.log().write("report", time=time.time())


class Subject:
    """What is asked of one of the two models."""

    def __init__(self, model: Any, tokenizer: Any, seq2seq: bool) -> None:
        self._model, self._tokenizer, self._seq2seq = model, tokenizer, seq2seq
        self._collator = Collator(tokenizer.pad_token_id, seq2seq)
        self._known: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[float, float]] = {}

    def losses(self, examples: Sequence[Example]) -> Losses:
        """The loss of each row's trained tokens, whatever batch it was in. None is read twice."""
        keys = [(tuple(one.input_ids), tuple(one.labels)) for one in examples]
        new = [one for one, key in zip(examples, keys, strict=True) if key not in self._known]
        for batch in _batches(new):
            self._read([new[i] for i in batch])
        found = [self._known[key] for key in keys]
        return Losses(np.array([total for total, _ in found]), np.array([count for _, count in found]))

    @torch.no_grad()
    def _read(self, batch: Sequence[Example]) -> None:
        inputs = {name: value.to(self._model.device) for name, value in self._collator(batch).items()}
        labels = inputs.pop("labels")
        if self._seq2seq:
            inputs["labels"] = labels
        logits = self._model(**inputs).logits
        if not self._seq2seq:
            logits, labels = logits[:, :-1], labels[:, 1:]
        # Flat: on a CPU, four times as fast as with the vocabulary in the middle
        lost = torch.nn.functional.cross_entropy(
            logits.flatten(0, 1).float(), labels.flatten(), ignore_index=NOT_TRAINED, reduction="none"
        ).view(labels.shape)
        learnt = (labels != NOT_TRAINED).sum(dim=1)
        for at, one in enumerate(batch):
            self._known[tuple(one.input_ids), tuple(one.labels)] = float(lost[at].sum()), float(learnt[at])

    def answers(self, prompts: Sequence[Sequence[int]], new_tokens: int) -> list[str]:
        said: list[str] = [""] * len(prompts)
        order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
        for start in range(0, len(order), 8):
            some = order[start : start + 8]
            made = answers(
                self._model, self._tokenizer, [prompts[i] for i in some], new_tokens, self._seq2seq
            )
            for number, text in zip(some, made, strict=True):
                said[number] = text
        return said


def _batches(examples: Sequence[Example]) -> list[list[int]]:
    """Indices of rows of similar length, each batch within the token budget."""
    batches: list[list[int]] = []
    for index in sorted(range(len(examples)), key=lambda i: -examples[i].length):
        widest = examples[batches[-1][0]].length if batches else 0
        if batches and (len(batches[-1]) + 1) * widest <= BATCH_TOKENS:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches


def examine(plan: Plan, folder: RunFolder) -> dict[str, Any]:
    started = time.time()
    tokenizer, seq2seq = load_tokenizer(plan.base_folder), is_seq2seq(plan.base_folder)
    length, instruction = plan.settings.length, instruction_for(tokenizer, plan, seq2seq)
    rows = folder.rows("valid")
    examples = examples_of(rows, tokenizer, length, seq2seq, instruction)
    own, other = _pairs(rows, examples, tokenizer, length, seq2seq, instruction)
    scored = spread([one for one in examples if kind_of(rows[one.row]) != "text"], SCORED)
    shown = scored or spread(examples, SHOWN)
    prompts = [prompt_of(one, seq2seq) for one in shown]
    wanted = [_wanted(rows[one.row], one, tokenizer) for one in shown]
    new_tokens = min(max(len(tokenizer(text)["input_ids"]) for text in wanted) + 8, NEW_TOKENS)
    general = [] if seq2seq else _general(tokenizer)

    def ask(subject: Subject) -> dict[str, Any]:
        return {
            "held": subject.losses(examples),
            "own": subject.losses(own) if own else None,
            "other": subject.losses(other) if other else None,
            "general": subject.losses(general) if general else None,
            "answers": subject.answers(prompts, new_tokens),
        }

    base, tuned = _ask_both(plan, folder, tokenizer, seq2seq, ask)
    name = scoring.metric_for(str((plan.options or {}).get("purpose", "")), wanted) if scored else ""
    return _report(plan, folder, base, tuned, name, wanted, shown, rows, tokenizer) | {
        "seconds": round(time.time() - started, 1)
    }


def _ask_both(
    plan: Plan, folder: RunFolder, tokenizer: Any, seq2seq: bool, ask: Callable[[Subject], dict[str, Any]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The base, then what was made of it: on the same loaded model where that is an adapter."""
    model = load_base(plan).eval()
    base = ask(Subject(model, tokenizer, seq2seq))
    if folder.result == folder.adapter:
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, str(folder.adapter)).eval()
    else:
        from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM

        del model
        gc.collect()
        kind = AutoModelForSeq2SeqLM if seq2seq else AutoModelForCausalLM
        model = kind.from_pretrained(folder.model, **base_arguments(plan)).eval()
    return base, ask(Subject(model, tokenizer, seq2seq))


def _pairs(
    rows: Sequence[dict[str, Any]],
    examples: Sequence[Example],
    tokenizer: Any,
    length: int,
    seq2seq: bool,
    instruction: str,
) -> tuple[list[Example], list[Example]]:
    """Last answers after their own questions, and the same answers after another row's question."""
    usable = spread([one for one in examples if kind_of(rows[one.row]) != "text"], MATCHED)
    asked_in_words = "" if seq2seq else instruction  # an encoder-decoder model's stands before any source
    asks = [question_and_answer(rows[one.row], asked_in_words) for one in usable]
    texts = [normalised("\n".join(m["content"] for m in before)) for before, _ in asks]
    own: list[Example] = []
    other: list[Example] = []
    for number, (before, answer) in enumerate(asks):
        away = (number + len(asks) // 2) % len(asks)
        tries = [(away + step) % len(asks) for step in range(len(asks))]
        found = next((i for i in tries if texts[i] != texts[number]), None)
        if found is None:
            continue
        said = {"role": "assistant", "content": answer}
        both = [{"messages": [*before, said]}, {"messages": [*asks[found][0], said]}]
        made = examples_of(both, tokenizer, length, seq2seq, instruction)
        if len(made) == 2:
            own.append(_last_only(made[0], seq2seq))
            other.append(_last_only(made[1], seq2seq))
    return own, other


def _last_only(example: Example, seq2seq: bool) -> Example:
    """Only the last answer counts."""
    if seq2seq:
        return example
    start = len(prompt_of(example, seq2seq))
    labels = [NOT_TRAINED] * start + example.labels[start:]
    return Example(example.input_ids, labels, example.row)


def _wanted(row: dict[str, Any], example: Example, tokenizer: Any) -> str:
    if kind_of(row) == "text":
        start = len(prompt_of(example, False))
        return str(tokenizer.decode(example.input_ids[start : start + NEW_TOKENS], skip_special_tokens=True))
    return question_and_answer(row)[1]


def _general(tokenizer: Any) -> list[Example]:
    """The paragraphs of the general text."""
    paragraphs = [one.strip() for one in GENERAL.read_text(encoding="utf-8").split("\n\n") if one.strip()]
    ids = [tokenizer(one)["input_ids"] for one in paragraphs]
    return [Example(one, list(one)) for one in ids if len(one) > 1]


def _report(
    plan: Plan,
    folder: RunFolder,
    base: dict[str, Any],
    tuned: dict[str, Any],
    name: str,
    wanted: Sequence[str],
    shown: Sequence[Example],
    rows: Sequence[dict[str, Any]],
    tokenizer: Any,
) -> dict[str, Any]:
    seed = plan.settings.seed
    change = scoring.loss_change(base["held"], tuned["held"], seed)
    metric: tuple[str, float, float, scoring.Interval] | None = None
    if name:
        before, after = (
            [METRICS[name](said, want) for said, want in zip(one["answers"], wanted, strict=True)]
            for one in (base, tuned)
        )
        metric = (
            name,
            float(np.mean(before)),
            float(np.mean(after)),
            scoring.mean_change(before, after, seed),
        )
    asks = None
    if base["own"] is not None and len(base["own"].sums) > 1:
        asks = scoring.attention((base["own"], base["other"]), (tuned["own"], tuned["other"]), seed)
    general = tuple(one["general"].mean if one["general"] else 0.0 for one in (base, tuned))
    judged = scoring.judge(
        base["held"], tuned["held"], change, metric, asks, (general[0], general[1]), _best_last(folder)
    )
    return {
        "verdict": judged.verdict,
        "sentence": judged.sentence,
        "next": judged.next,
        "rows": len(base["held"].sums),
        "base": {"loss": base["held"].mean, "perplexity": base["held"].perplexity},
        "tuned": {"loss": tuned["held"].mean, "perplexity": tuned["held"].perplexity},
        "change": change.to_json(),
        "metric": metric
        and {
            "name": metric[0],
            "rows": len(wanted),
            "base": metric[1],
            "tuned": metric[2],
            "change": metric[3].to_json(),
        },
        "question": asks and {"base": asks.base.to_json(), "tuned": asks.tuned.to_json()},
        "general": {"base": general[0], "tuned": general[1]} if general[0] else None,
        "answers": [
            {
                "asked": asked(rows[one.row])
                or tokenizer.decode(prompt_of(one, False), skip_special_tokens=True),
                "wanted": wanted[i],
                "base": base["answers"][i],
                "tuned": tuned["answers"][i],
            }
            for i, one in spread(list(enumerate(shown)), SHOWN)
        ],
        "versions": dict(plan.versions or {}),
    }


def _best_last(folder: RunFolder) -> bool:
    """Whether the best validation loss was the last one."""
    losses = [e["loss"] for e in folder.log().read() if e["kind"] == "evaluation" and "loss" in e]
    return len(losses) > 1 and losses[-1] == min(losses)


if __name__ == "__main__":
    sys.exit(main())
