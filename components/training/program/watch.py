"""What a run tells while it goes on, and what it hears: steps, losses, samples, checkpoints, stop.

Callbacks of transformers' Trainer. Knows the run's log; a page reads it whenever it likes.
"""

import math
import os
import signal
import time
from collections.abc import Callable, Sequence
from typing import Any

import torch
from transformers import TrainerCallback

from components.training.folder import COMPLETE, Log, RunFolder
from components.training.hyperparameters import TrainingSettings
from components.training.program.model_builder import last_layers, unfrozen_at
from components.training.program.trainer import Halting, NotANumber

ALONE_SECONDS = 600.0  # how long a run goes on when no app looks after it
SAVE_SECONDS = 300.0  # the most that a crash may cost, where evaluations are far apart
REWARDS = {"margin": "rewards/margins", "accuracy": "rewards/accuracies"}  # what trl calls them
OF_PAIRS = ("margin", "accuracy", "drift")  # what an evaluation on pairs tells beside the loss
SKIPPED = 20  # updates in a row: its scale begins at 2**16 and is halved each time


class Watch(TrainerCallback):
    """Tells the log about every step; ends the run when it is asked to, or when it stops getting better."""

    def __init__(
        self, folder: RunFolder, settings: TrainingSettings, samples: Callable[[], list[Any]]
    ) -> None:
        self._folder, self._log, self._settings = folder, folder.log(), settings
        self._samples = samples  # the model's words on the fixed prompts, as it is now
        self.trainer: Halting | None = None
        self.ended = "done"  # why the run ended: done, stop, finish or early
        self._terminated = False
        self._skipped = 0  # updates in a row that float16's scaler left out
        self._seconds: list[float] = []  # of the last steps
        self._evaluation_seconds = 0.0
        self._began = self._saved = time.monotonic()
        self._tokens = 0
        signal.signal(signal.SIGTERM, self._terminate)

    def _terminate(self, number: int, frame: object) -> None:
        self._terminated = True

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._saved = time.monotonic()

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._began = time.monotonic()
        self._tokens = self.trainer.tokens if self.trainer else 0

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._seconds = [*self._seconds[-19:], time.monotonic() - self._began]
        wish = self._wish()
        if wish:
            self.ended = wish
            control.should_training_stop = control.should_save = True
        if wish == "finish" or state.global_step >= state.max_steps:
            control.should_evaluate = control.should_save = True
        if time.monotonic() - self._saved > SAVE_SECONDS:
            control.should_save = True

    def _wish(self) -> str | None:
        """Whether to end: asked, terminated, or left alone by the app. The same on all processes."""
        wish: str | None = self._folder.asked()
        if wish is None and (self._terminated or left_alone(self._folder)):
            wish = "stop"
        if torch.distributed.is_initialized():
            heard: list[Any] = [wish]
            torch.distributed.broadcast_object_list(heard)
            wish = heard[0]
        return wish

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        if not logs or "loss" not in logs:
            return
        norm = float(logs.get("grad_norm") or 0.0)
        self._skipped = self._skipped + 1 if self._was_skipped(norm) else 0
        if not math.isfinite(norm) and not 0 < self._skipped <= SKIPPED:
            # Before the checkpoint: the last one is good.
            raise NotANumber(
                "The gradient is not a number any more at step {global_step}, so the run was "
                "stopped. Its last good checkpoint is kept. A lower learning rate or a longer "
                "warm-up helps.",
                global_step=state.global_step,
            )
        if not state.is_world_process_zero:
            return
        seconds = self._seconds[-1] if self._seconds else 0.0
        tokens = (self.trainer.tokens - self._tokens) * args.world_size if self.trainer else 0
        self._log.write(
            "step",
            step=state.global_step,
            steps=state.max_steps,
            epoch=round(state.epoch or 0.0, 4),
            loss=float(logs["loss"]),
            rate=float(logs.get("learning_rate") or 0.0),
            norm=norm if math.isfinite(norm) else None,
            tokens=tokens,
            seconds=round(seconds, 4),
            left=round(self._left(args, state), 1),
            time=time.time(),
            **{name: float(logs[key]) for name, key in REWARDS.items() if key in logs},
        )

    def _was_skipped(self, norm: float) -> bool:
        """Whether the weights stayed as they were: in float16 the scale of the loss is found by trying."""
        accelerator = getattr(self.trainer, "accelerator", None)
        return not math.isfinite(norm) and bool(getattr(accelerator, "optimizer_step_was_skipped", False))

    def _left(self, args: Any, state: Any) -> float:
        steps = max(state.max_steps - state.global_step, 0)
        mean = sum(self._seconds) / len(self._seconds) if self._seconds else 0.0
        return steps * mean + steps / max(args.eval_steps, 1) * self._evaluation_seconds

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **_: Any) -> None:
        loss = float((metrics or {}).get("eval_loss", math.nan))
        losses = [e["eval_loss"] for e in state.log_history if "eval_loss" in e]
        patience = self._settings.patience
        if patience and len(losses) > patience and min(losses[-patience:]) > min(losses[:-patience]):
            control.should_training_stop = True
            self.ended = "early"
        if not state.is_world_process_zero:
            return
        facts = {"loss": loss} if math.isfinite(loss) else {}
        told = {name: float((metrics or {}).get(f"eval_{name}", math.nan)) for name in OF_PAIRS}
        facts |= {name: value for name, value in told.items() if math.isfinite(value)}
        self._log.write("evaluation", step=state.global_step, time=time.time(), **facts)
        if samples := self._samples():
            self._log.write("samples", step=state.global_step, samples=samples)
        self._evaluation_seconds = max(time.monotonic() - self._began - sum(self._seconds[-1:]), 0.0)

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._saved = time.monotonic()
        if state.is_world_process_zero:
            checkpoint = self._folder.checkpoints / f"checkpoint-{state.global_step}"
            settle(checkpoint)
            self._log.write("checkpoint", step=state.global_step, time=time.time())


class Unfreeze(TrainerCallback):
    """Gradual unfreezing: the last layer learns first, then one more at a time."""

    def __init__(self, model: Any, settings: TrainingSettings) -> None:
        self._layers, self._settings = last_layers(model, settings.last_layers), settings

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        count = unfrozen_at(self._settings, state.global_step, state.max_steps)
        for number, layer in enumerate(self._layers):
            layer.requires_grad_(number < count)


def left_alone(folder: RunFolder) -> bool:
    """Whether the app that started the run, and touches this file, is gone for long."""
    try:
        return time.time() - (folder.path / "watched").stat().st_mtime > ALONE_SECONDS
    except OSError:
        return False  # started by hand: nobody was to look after it


def settle(checkpoint: Any) -> None:
    """Makes sure that a checkpoint is on the disk, then marks it as whole."""
    for path in checkpoint.iterdir():
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    (checkpoint / COMPLETE).touch()


@torch.no_grad()
def answers(
    model: Any, tokenizer: Any, prompts: Sequence[Sequence[int]], new_tokens: int, seq2seq: bool
) -> list[str]:
    """The model's most likely words on each prompt (token ids), all in one batch."""
    widest = max(len(prompt) for prompt in prompts)
    pad = tokenizer.pad_token_id
    ids = [
        [*[pad] * (widest - len(p)), *p] if not seq2seq else [*p, *[pad] * (widest - len(p))] for p in prompts
    ]
    mask = [[0] * (widest - len(p)) + [1] * len(p) for p in prompts]
    if seq2seq:
        mask = [row[::-1] for row in mask]
    was_training = model.training
    model.eval()
    out = model.generate(
        input_ids=torch.tensor(ids, device=model.device),
        attention_mask=torch.tensor(mask, device=model.device),
        max_new_tokens=new_tokens,
        max_length=None,
        do_sample=False,
        num_beams=1,
        temperature=None,
        top_p=None,
        top_k=None,
        pad_token_id=pad,
        use_cache=True,
    )
    model.train(was_training)
    new = out if seq2seq else out[:, widest:]
    return [text.strip() for text in tokenizer.batch_decode(new, skip_special_tokens=True)]


def sampler(
    model: Any, tokenizer: Any, prompts: Sequence[tuple[str, list[int]]], new_tokens: int, seq2seq: bool
) -> Callable[[], list[Any]]:
    """What gives the samples of an evaluation."""

    def now() -> list[Any]:
        if not prompts:
            return []
        said = answers(model, tokenizer, [ids for _, ids in prompts], new_tokens, seq2seq)
        return [{"prompt": asked, "text": text} for (asked, _), text in zip(prompts, said, strict=True)]

    return now


__all__ = ["Log", "Unfreeze", "Watch", "answers", "sampler", "settle"]
