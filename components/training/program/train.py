"""A program: trains one run, started under `accelerate launch`; or tries it for a moment with --trial.

    accelerate launch -m components.training.program.train FOLDER [--trial]

FOLDER is a run's (see `folder`). It goes on from the last whole checkpoint, if there is one. The app reads
the run's log; this program knows nothing of the app. A crash in here costs the steps since the last
checkpoint, not the app.
"""

import argparse
import errno
import faulthandler
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.errors import AppError, BadInput
from components.messages import Message, Said, to_json
from components.training import design, label_rows
from components.training.folder import Plan, RunFolder
from components.training.language_pair import tell_languages
from components.training.row_lengths import Shortened
from components.training.rows import Row, kind_of, question_and_answer

NICE = 10  # the people who chat meanwhile come first
SAMPLES, SAMPLE_TOKENS = 3, 32
OUT_OF_MEMORY = Said(
    "The training ran out of memory. Choose a smaller batch (and more accumulation), a shorter length or "
    "gradient checkpointing; Estimate fits them to what is free."
)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--trial", action="store_true", help="measure a few steps, train nothing")
    parser.add_argument("--nice", type=int, default=NICE, help="how much lower its priority is")
    given = parser.parse_args(argv)
    faulthandler.enable()
    folder = RunFolder(given.folder)
    return reporting(folder, given.nice, try_out if given.trial else train)


def reporting(folder: RunFolder, nice: int, work: Callable[[Plan, RunFolder], None]) -> int:
    """Does a run's work at low priority; a failure ends in the run's log. Returns the exit status."""
    try:
        plan = folder.plan()
        be_modest(plan, nice)
        work(plan, folder)
    except AppError as error:
        folder.log().write("error", text=to_json(error.message), time=time.time())
        return 1
    except Exception as error:  # noqa: BLE001 - the last line of a program: its log must say why it ended
        traceback.print_exc()
        folder.log().write("error", text=to_json(why_of(error)), time=time.time())
        return 1
    return 0


def why_of(error: Exception) -> Message:
    """Why the program ended, for a person."""
    from components.models.engines.causal import is_out_of_memory

    if is_out_of_memory(error):
        return OUT_OF_MEMORY
    if _is_disk_full(error):
        return Said("The disk is full, so the run was stopped. Free some space and press Resume.")
    return Said("The training program failed: {kind}: {why}", kind=type(error).__name__, why=str(error)[:500])


def _is_disk_full(error: BaseException | None) -> bool:
    """safetensors says so in words; torch's writer says only that it could not write what it had to."""
    while error is not None:
        text = str(error)
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            return True
        if "os error 28" in text or "inline_container" in text or "PytorchStreamWriter" in text:
            return True
        error = error.__cause__ or error.__context__
    return False


def be_modest(plan: Plan, nice: int) -> None:
    """Low priority, its own number of threads, and the first to go when the machine's memory ends."""
    import torch

    threads = plan.settings.threads or max((os.cpu_count() or 1) // plan.processes, 1)
    torch.set_num_threads(threads)
    try:
        os.nice(nice)
        Path("/proc/self/oom_score_adj").write_text("800", encoding="ascii")
    except OSError:
        pass  # not on this system


def _prepare(plan: Plan, folder: RunFolder) -> tuple[Any, list[Any], list[Any], bool, list[Any]]:
    """Tokenizer, examples to train on, examples held out, whether it is an encoder-decoder model, and what
    the length did to the rows of both sides.
    """
    from components.training.program.batches import examples_of, pack, shortened
    from components.training.program.model_builder import is_seq2seq
    from components.training.program.tokenizer import load_limited

    tokenizer, seq2seq = load_limited(plan.base_folder), is_seq2seq(plan.base_folder)
    settings = plan.settings
    instruction = instruction_for(tokenizer, plan, seq2seq)
    rows, held = folder.rows("train"), folder.rows("valid")
    train = examples_of(rows, tokenizer, settings.length, seq2seq, instruction)
    valid = examples_of(held, tokenizer, settings.length, seq2seq, instruction)
    cut = [shortened(rows, train, seq2seq), shortened(held, valid, seq2seq)]
    if not train or not valid:
        which = Said("training") if not train else Said("validation")
        raise BadInput(
            "No {which} row has an answer left within {length} tokens. Choose a larger length.",
            which=which,
            length=settings.length,
        )
    if settings.packing and not seq2seq:
        train = pack(train, settings.length)
    return tokenizer, train, valid, seq2seq, cut


def instruction_for(tokenizer: Any, plan: Plan, seq2seq: bool) -> str:
    """What goes before a pair's source; encoder-decoder models are told the languages in their own way."""
    options = {name: str(value) for name, value in (plan.options or {}).items()}
    if not seq2seq:
        return options.get("instruction", "")
    return tell_languages(tokenizer, options.get("source_language", ""), options.get("target_language", ""))


def try_out(plan: Plan, folder: RunFolder) -> None:
    from components.training.program.batches import Collator, spread
    from components.training.program.model_builder import build, trainable
    from components.training.program.trial import measure

    if plan.kind == "preference":
        from components.training.program import preference

        preference.try_out(plan, folder)
        return
    if plan.kind == design.KIND:
        from components.training.program import scratch

        scratch.try_out(plan, folder)
        return
    if plan.kind == label_rows.KIND:
        from components.training.program import labels

        labels.try_out(plan, folder)
        return
    tokenizer, train, valid, seq2seq, _ = _prepare(plan, folder)
    model = build(plan)
    collator = Collator(tokenizer.pad_token_id, seq2seq, plan.settings.packing and not seq2seq)
    looked_at = spread(valid, plan.settings.evaluate_rows)
    found = measure(model, collator, train, looked_at, plan.settings.batch, trainable(model))
    folder.log().write("trial", **found.to_json())


@dataclass(frozen=True)
class Made:
    """A trainer that can begin or go on, and what the log is told of it."""

    trainer: Any
    tokenizer: Any
    watch: Any
    examples: int
    cut: Shortened


def _made(plan: Plan, folder: RunFolder) -> Made:
    from components.training.program.batches import spread
    from components.training.program.model_builder import build
    from components.training.program.trainer import make_trainer
    from components.training.program.watch import Unfreeze, Watch

    if plan.kind == "preference":
        from components.training.program import preference

        on_pairs, found, watch = preference.make(plan, folder)
        return Made(on_pairs, found.tokenizer, watch, len(found.train), found.cut)
    if plan.kind == label_rows.KIND:
        from components.training.program import labels

        on_labels, ready, watch = labels.make(plan, folder)
        return Made(on_labels, ready.tokenizer, watch, len(ready.train), ready.cut)
    tokenizer, train, valid, seq2seq, cut = _prepare(plan, folder)
    model = build(plan)
    watch = Watch(folder, plan.settings, _samples(plan, folder, model, tokenizer, valid, seq2seq))
    callbacks: list[Any] = [watch]
    if plan.settings.method == "freeze":
        callbacks.append(Unfreeze(model, plan.settings))
    looked_at = spread(valid, plan.settings.evaluate_rows)
    trainer = make_trainer(plan, folder, model, tokenizer, train, looked_at, callbacks)
    watch.trainer = trainer
    return Made(trainer, tokenizer, watch, len(train), cut[0] + cut[1])


def train(plan: Plan, folder: RunFolder) -> None:
    from components.training.program.model_builder import trainable

    if plan.kind == design.KIND:
        from components.training.program import scratch

        scratch.train(plan, folder)
        return
    log, started = folder.log(), time.time()
    first = int(os.environ.get("RANK", "0")) == 0
    os.environ["TENSORBOARD_LOGGING_DIR"] = str(folder.path / "tensorboard")
    made = _made(plan, folder)
    trainer, watch = made.trainer, made.watch
    learning, weights = trainable(trainer.model)
    checkpoint = folder.last_checkpoint()
    at = int(checkpoint.name.rsplit("-", 1)[1]) if checkpoint else 0
    if checkpoint:
        trainer.args.eval_on_start = False
        if first:
            log.write("resume", step=at, time=started)
    elif first:
        log.write(
            "start",
            step=0,
            steps=trainer.args.max_steps,
            examples=made.examples,
            learning=learning,
            weights=weights,
            cut=made.cut.to_json(),
            time=started,
        )
    if checkpoint and at >= trainer.args.max_steps:
        trainer.take_up(checkpoint)
    else:
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if watch.ended != "stop":
        trainer.accelerator.wait_for_everyone()
        if first:
            save(trainer.model, made.tokenizer, plan, folder)
    if first:
        log.write(
            "end",
            why=watch.ended,
            step=trainer.state.global_step,
            best=trainer.state.best_global_step,
            best_loss=trainer.state.best_metric,
            tokens=trainer.tokens * trainer.args.world_size,
            memory=_peak(),
            time=time.time(),
        )


def _peak() -> int:
    from components.training.program.trial import peak_bytes

    return peak_bytes()


def _samples(
    plan: Plan, folder: RunFolder, model: Any, tokenizer: Any, valid: Sequence[Any], seq2seq: bool
) -> Any:
    """The fixed prompts: the first held-out rows that differ in what they ask."""
    from components.training.program.batches import prompt_of
    from components.training.program.watch import sampler

    rows, prompts = folder.rows("valid"), dict[str, list[int]]()
    for example in valid:
        ids = prompt_of(example, seq2seq)
        shown = question_of(rows[example.row]) or tokenizer.decode(ids, skip_special_tokens=True)
        prompts.setdefault(shown, ids)
        if len(prompts) == SAMPLES:
            break
    return sampler(model, tokenizer, list(prompts.items()), SAMPLE_TOKENS, seq2seq)


def question_of(row: Row) -> str:
    """The question of a row, as a person reads it; empty for plain text."""
    if kind_of(row) == "text":
        return ""
    before, _ = question_and_answer(row)
    return before[-1]["content"] if before else ""


def save(model: Any, tokenizer: Any, plan: Plan, folder: RunFolder) -> None:
    """What was learned, in one step: an adapter in PEFT's format, or the whole model."""
    import json
    import shutil

    if plan.kind == label_rows.KIND:
        from components.training.program import labels

        labels.save(model, tokenizer, folder)
        return
    adapter = plan.settings.method in ("lora", "qlora")
    part = folder.path / ".part"
    shutil.rmtree(part, ignore_errors=True)
    model.config.use_cache = True  # it was off for the training only
    model.save_pretrained(part)
    if adapter:
        config = part / "adapter_config.json"
        read = json.loads(config.read_text(encoding="utf-8"))
        read["base_model_name_or_path"] = plan.base_id  # not a path on this machine
        config.write_text(json.dumps(read, indent=2), encoding="utf-8")
        (part / "README.md").unlink(missing_ok=True)  # the app writes a card of its own
    else:
        tokenizer.save_pretrained(part)
    into = folder.adapter if adapter else folder.model
    shutil.rmtree(into, ignore_errors=True)
    os.replace(part, into)


if __name__ == "__main__":
    sys.exit(main())
