"""A program: is the tuned model better than its base? Measures both on the held-out rows and writes a report.

    python -m components.training.program.examination FOLDER

FOLDER is a run's. Knows torch; the measures and the verdict are in `scoring`.
"""

import gc
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from components.training import baselines, content, design, label_rows, measures
from components.training.baselines import Baseline
from components.training.folder import Plan, RunFolder, write_json
from components.training.measures import METRICS, Losses, Metric, Score
from components.training.program import few_shot, label_report, preference_report, scratch_report
from components.training.program.batches import Example, examples_of, prompt_of, spread
from components.training.program.model_builder import base_arguments, is_seq2seq, load_base
from components.training.program.row_tokens import NOT_TRAINED
from components.training.program.subject import NEW_TOKENS, SHOWN, Subject, general_examples
from components.training.program.tokenizer import load_limited
from components.training.program.train import NICE, instruction_for, question_of, reporting
from components.training.program.windows import Window, window
from components.training.rows import (
    Row,
    asked_in_full,
    kind_of,
    normalised,
    question_and_answer,
    shared_prompts,
)
from components.training.run_plan import context_of
from components.training.verdict import Compared, judge

SCORED = 48  # answers that the task's measure is taken of
MATCHED = 100  # rows whose answers are also read after another row's question


def main(argv: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if argv is None else argv)
    folder = RunFolder(Path(given[0]))
    return reporting(folder, int(given[2]) if given[1:2] == ["--nice"] else NICE, report)


def report(plan: Plan, folder: RunFolder) -> None:
    kinds = {
        "preference": preference_report.examine,
        design.KIND: scratch_report.again,
        label_rows.KIND: label_report.examine,
    }
    write_json(folder.path / "report.json", kinds.get(plan.kind, examine)(plan, folder))
    folder.log().write("report", time=time.time())


@dataclass(frozen=True)
class Asked:
    """What both models are asked: held-out rows, answers after their own and other questions, prompts."""

    examples: Sequence[Example]
    own: Sequence[Example]
    other: Sequence[Example]
    general: Sequence[Example]
    shown: Sequence[Example]  # whose answers are compared
    questions: Sequence[str]  # of these, as a person reads them
    wanted: Sequence[str]  # their answers in the data
    prompts: Sequence[Sequence[int]]
    new_tokens: int
    scored: bool  # whether a measure is taken of the answers
    read: Sequence[str]  # all that is read before the answers, for what differs between them
    asks: Sequence[str]  # of the held-out examples: the same ones are no different rows
    chosen: Sequence[str]  # of those whose answers are compared
    windows: Sequence[Window]  # which parts of these answers
    with_rows: Sequence[Sequence[int]] = ()  # the same prompts with a few training rows before them


@dataclass(frozen=True)
class Found:
    """What one of the two models made of it."""

    held: Losses
    own: Losses | None
    other: Losses | None
    general: Losses | None
    answers: Sequence[str]
    with_rows: Sequence[str] = ()


def examine(plan: Plan, folder: RunFolder) -> dict[str, Any]:
    started = time.time()
    tokenizer, seq2seq = load_limited(plan.base_folder), is_seq2seq(plan.base_folder)
    asked = _questions(plan, folder, tokenizer, seq2seq)
    if asked.scored and not seq2seq:
        asked = replace(asked, with_rows=_with_rows(plan, folder, asked, tokenizer))
    base, tuned = _ask_both(plan, folder, tokenizer, seq2seq, asked)
    purpose = str((plan.options or {}).get("purpose", ""))
    metric = measures.metric_for(purpose, asked.wanted) if asked.scored else None
    found = _compared(base, tuned, asked, metric, plan.settings.seed)
    found = replace(
        found,
        best_last=_best_last(folder),
        content=_content(metric, asked, base, tuned, folder, plan.settings.seed) if metric else None,
        prompts=len(set(asked.asks)) if metric else None,
        shared=shared_prompts(folder.rows("train"), folder.rows("valid")) if metric else 0,
        baselines=_baselines(metric, asked, base, tuned, folder, plan.settings.seed) if metric else (),
    )
    return _report(found) | {
        "answers": _answers(asked, base, tuned, _trained(folder), tokenizer),
        "versions": dict(plan.versions or {}),
        "seconds": round(time.time() - started, 1),
    }


def _questions(plan: Plan, folder: RunFolder, tokenizer: Any, seq2seq: bool) -> Asked:
    rows = folder.rows("valid")
    length, instruction = plan.settings.length, instruction_for(tokenizer, plan, seq2seq)
    examples = examples_of(rows, tokenizer, length, seq2seq, instruction)
    own, other = _pairs(rows, examples, tokenizer, length, seq2seq, instruction)
    scored = spread([one for one in examples if kind_of(rows[one.row]) != "text"], SCORED)
    shown = scored or spread(examples, SHOWN)
    windows = _windows(rows, shown, tokenizer, folder, seq2seq)
    wanted = [one.wanted for one in windows]
    return Asked(
        examples=examples,
        own=own,
        other=other,
        general=[] if seq2seq else general_examples(tokenizer),
        shown=shown,
        questions=[
            question_of(rows[one.row]) or tokenizer.decode(prompt_of(one, False), skip_special_tokens=True)
            for one in shown
        ],
        wanted=wanted,
        prompts=[
            [*prompt_of(one, seq2seq), *part.begun_ids] for one, part in zip(shown, windows, strict=True)
        ],
        new_tokens=min(max(len(tokenizer(text)["input_ids"]) for text in wanted) + 8, NEW_TOKENS),
        scored=bool(scored),
        read=[
            f"{_read_before(rows[one.row])}\n{part.begun}" for one, part in zip(shown, windows, strict=True)
        ],
        asks=[asked_in_full(rows[one.row]) for one in examples],
        chosen=[asked_in_full(rows[one.row]) for one in shown],
        windows=windows,
    )


def _windows(
    rows: Sequence[Row],
    shown: Sequence[Example],
    tokenizer: Any,
    folder: RunFolder,
    seq2seq: bool,
) -> list[Window]:
    """What of each answer is asked for."""
    more_at_end = content.more_at_end(_trained(folder))
    found = []
    for one in shown:
        row, answer = rows[one.row], _wanted(rows[one.row], one, tokenizer)
        told = None
        if not seq2seq and kind_of(row) != "text":
            told = partial(more_at_end, _read_before(row))
        found.append(window(answer, tokenizer, NEW_TOKENS, told))
    return found


def _with_rows(plan: Plan, folder: RunFolder, asked: Asked, tokenizer: Any) -> list[list[int]]:
    """The prompts with a few training rows before them; none where they don't fit."""
    held, context = folder.rows("valid"), context_of(Path(plan.base_folder)) or plan.settings.length
    rows = [held[one.row] for one in asked.shown]
    instruction = instruction_for(tokenizer, plan, False)
    room = context - asked.new_tokens - max(len(one.begun_ids) for one in asked.windows)
    made = few_shot.prompts(rows, folder.rows("train"), tokenizer, room, instruction)
    return [[*ids, *one.begun_ids] for ids, one in zip(made, asked.windows, strict=bool(made))]


def _baselines(
    metric: Metric, asked: Asked, base: Found, tuned: Found, folder: RunFolder, seed: int
) -> tuple[Baseline, ...]:
    held = list(zip(asked.read, asked.wanted, strict=True))
    return baselines.measure(held, tuned.answers, base.with_rows, _trained(folder), metric, seed)


def _read_before(row: Row) -> str:
    """All that a model reads before the answer; of plain text nothing."""
    if kind_of(row) == "text":
        return ""
    return "\n".join(one["content"] for one in question_and_answer(row)[0])


def _ask(asked: Asked, subject: Subject) -> Found:
    return Found(
        held=subject.losses(asked.examples),
        own=subject.losses(asked.own) if asked.own else None,
        other=subject.losses(asked.other) if asked.other else None,
        general=subject.losses(asked.general) if asked.general else None,
        answers=subject.answers(asked.prompts, asked.new_tokens),
    )


def _ask_base(asked: Asked, subject: Subject) -> Found:
    """The base is also asked with a few training rows in its prompt."""
    return replace(_ask(asked, subject), with_rows=subject.answers(asked.with_rows, asked.new_tokens))


def _ask_both(
    plan: Plan, folder: RunFolder, tokenizer: Any, seq2seq: bool, asked: Asked
) -> tuple[Found, Found]:
    """The base, then what was made of it: on the same loaded model where that is an adapter."""
    model = load_base(plan).eval()
    base = _ask_base(asked, Subject(model, tokenizer, seq2seq))
    if folder.result == folder.adapter:
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, str(folder.adapter)).eval()
    else:
        from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM

        del model
        gc.collect()
        kind = AutoModelForSeq2SeqLM if seq2seq else AutoModelForCausalLM
        model = kind.from_pretrained(folder.model, **base_arguments(plan)).eval()
    return base, _ask(asked, Subject(model, tokenizer, seq2seq))


def _pairs(
    rows: Sequence[Row],
    examples: Sequence[Example],
    tokenizer: Any,
    length: int,
    seq2seq: bool,
    instruction: str,
) -> tuple[list[Example], list[Example]]:
    """Last answers after their own questions, and the same answers after another row's question."""
    usable = spread([one for one in examples if kind_of(rows[one.row]) != "text"], MATCHED)
    asked_in_words = "" if seq2seq else instruction  # an encoder-decoder model's comes before any source
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


def _wanted(row: Row, example: Example, tokenizer: Any) -> str:
    if kind_of(row) == "text":
        start = len(prompt_of(example, False))
        return str(tokenizer.decode(example.input_ids[start : start + NEW_TOKENS], skip_special_tokens=True))
    return question_and_answer(row)[1]


def _content(
    metric: Metric, asked: Asked, base: Found, tuned: Found, folder: RunFolder, seed: int
) -> content.Content | None:
    """How much of what differs between the answers is right."""
    held = list(zip(asked.read, asked.wanted, strict=True))
    return content.measure(held, (base.answers, tuned.answers), _trained(folder), metric, seed)


def _trained(folder: RunFolder) -> list[content.Pair]:
    """The rows that were trained on; none of plain text."""
    rows = [row for row in folder.rows("train") if kind_of(row) != "text"]
    return [(_read_before(row), question_and_answer(row)[1]) for row in rows]


def _compared(base: Found, tuned: Found, asked: Asked, metric: Metric | None, seed: int) -> Compared:
    attention = None
    if base.own and base.other and tuned.own and tuned.other and len(base.own.sums) > 1:
        attention = measures.attention((base.own, base.other), (tuned.own, tuned.other), seed)
    return Compared(
        partial=sum(one.cut or bool(one.begun) for one in asked.windows) if metric else 0,
        base=base.held,
        tuned=tuned.held,
        change=measures.loss_change(base.held, tuned.held, seed, asked.asks),
        score=_score(metric, base.answers, tuned.answers, asked, seed) if metric else None,
        attention=attention,
        general=(
            base.general.mean if base.general else 0.0,
            tuned.general.mean if tuned.general else 0.0,
        ),
    )


def _score(
    metric: Metric, base: Sequence[str], tuned: Sequence[str], asked: Asked, seed: int
) -> Score | None:
    """None where it says nothing: not one answer of either model has something right."""
    wanted = asked.wanted
    before, after = (
        [METRICS[metric](said, want) for said, want in zip(answers, wanted, strict=True)]
        for answers in (base, tuned)
    )
    if not any(before) and not any(after):
        return None
    change = measures.mean_change(before, after, seed, asked.chosen)
    return Score(metric, len(wanted), float(np.mean(before)), float(np.mean(after)), change)


def _report(found: Compared) -> dict[str, Any]:
    """As report.json has it."""
    help_of, general = found.attention, found.general
    return judge(found).to_json() | {
        "rows": len(found.base.sums),
        "base": {"loss": found.base.mean, "perplexity": found.base.perplexity},
        "tuned": {"loss": found.tuned.mean, "perplexity": found.tuned.perplexity},
        "change": found.change.to_json(),
        "metric": found.score and found.score.to_json(),
        "content": found.content and found.content.to_json(),
        "prompts": found.prompts,
        "shared": found.shared,
        "baselines": [one.to_json() for one in found.baselines],
        "question": help_of and {"base": help_of.base.to_json(), "tuned": help_of.tuned.to_json()},
        "general": {"base": general[0], "tuned": general[1]} if general[0] else None,
    }


def _answers(
    asked: Asked, base: Found, tuned: Found, trained: Sequence[content.Pair], tokenizer: Any
) -> list[dict[str, Any]]:
    """Some answers of both models side by side; what differs between answers is marked where it is told."""
    marker = content.Marker(trained) if asked.scored else None
    found = []
    for i in spread(range(len(asked.shown)), SHOWN):
        wanted, said = asked.wanted[i], {"base": base.answers[i], "tuned": tuned.answers[i]}
        cut = [
            name
            for name, text in said.items()
            if len(tokenizer(text, add_special_tokens=False)["input_ids"]) >= asked.new_tokens
        ]
        both = {"wanted": wanted, **said}
        if asked.windows[i].cut:
            cut.append("wanted")
        marked = (
            {name: marker.pieces(asked.read[i], wanted, text) for name, text in both.items()}
            if marker
            else {}
        )
        begun = asked.windows[i].begun
        found.append({"asked": asked.questions[i], "begun": begun, **both, "cut": cut, "marked": marked})
    return found


def _best_last(folder: RunFolder) -> bool:
    """Whether the best validation loss was the last one."""
    losses = [e["loss"] for e in folder.log().read() if e["kind"] == "evaluation" and "loss" in e]
    return len(losses) > 1 and losses[-1] == min(losses)


if __name__ == "__main__":
    sys.exit(main())
