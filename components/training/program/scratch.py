"""A model trained from nothing: one loop that draws pieces of the text, learns, looks at the held-out text,
writes.

Knows torch and accelerate. A run is the same run as any other: the same log, the same wishes, checkpoints
that are whole or don't count. What is drawn at a step depends on the seed and the step alone, so that a run
that was killed goes on as if nothing had been.
"""

import math
import os
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator

from components.training.folder import Plan, RunFolder
from components.training.hyperparameters import TrainingSettings
from components.training.ngrams import NGrams, bits, copied
from components.training.program.scratch_parts import make_model, write
from components.training.program.scratch_report import report
from components.training.program.scratch_text import Text, design_of, loss_of, read, window_losses
from components.training.program.trainer import NotANumber
from components.training.program.trial import peak_bytes, reset_peak, used_bytes
from components.training.program.watch import left_alone, settle

SAMPLE_SECONDS, SAMPLE_TOKENS = 5.0, 120
SAMPLE_SHARE = 0.04  # of the time that goes into samples at most
STEP_SECONDS = 0.5  # between two lines of the log
EVALUATIONS = 12  # in a run, where the settings don't say
WINDOWS = 32  # of the held-out text in a look at it; the report takes all
SAVE_SECONDS = 60.0
OPTIMIZER, BEST = "optimizer.pt", "best.pt"


def batch_at(ids: torch.Tensor, settings: TrainingSettings, step: int, process: int = 0) -> Any:
    """Pieces of the text and what follows each of their tokens: (batch, length) twice."""
    chance = torch.Generator().manual_seed(settings.seed * 1_000_003 + step * 64 + process)
    length = min(settings.length, len(ids) - 2)
    starts = torch.randint(len(ids) - length - 1, (settings.batch,), generator=chance)
    read = torch.stack([ids[at : at + length] for at in starts])
    said = torch.stack([ids[at + 1 : at + 1 + length] for at in starts])
    return read, said


def rate_at(settings: TrainingSettings, step: int, steps: int) -> float:
    """The learning rate: it grows over the warm-up, then falls to a tenth."""
    warm = max(round(steps * settings.warmup), 1)
    if step < warm:
        return settings.learning_rate * (step + 1) / warm
    done = (step - warm) / max(steps - warm, 1)
    match settings.schedule:
        case "cosine":
            return settings.learning_rate * (0.1 + 0.45 * (1 + math.cos(math.pi * min(done, 1.0))))
        case "linear":
            return settings.learning_rate * (1 - 0.9 * min(done, 1.0))
        case _:
            return settings.learning_rate


def optimizer_of(model: Any, settings: TrainingSettings) -> torch.optim.Optimizer:
    """AdamW as GPTs are trained: only matrices decay."""
    every = [one for one in model.parameters() if one.requires_grad]
    groups = [
        {"params": [one for one in every if one.dim() >= 2], "weight_decay": settings.weight_decay},
        {"params": [one for one in every if one.dim() < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=settings.learning_rate, betas=(0.9, 0.99))


def try_out(plan: Plan, folder: RunFolder) -> None:
    """A few steps, timed: what a run takes on this machine."""
    text, settings = read(plan, folder), plan.settings
    model = make_model(design_of(plan), len(text.tokenizer), settings.length, settings.seed)
    optimizer = optimizer_of(model, settings)
    seconds: list[float] = []
    base = used_bytes()
    reset_peak()
    for step in range(4):
        began = time.perf_counter()
        loss_of(model, *batch_at(text.train_ids, settings, step)).backward()
        optimizer.step()
        optimizer.zero_grad()
        seconds.append(time.perf_counter() - began)
    tokens = settings.batch * settings.length
    each, weights = min(seconds[1:]) / tokens, sum(one.numel() for one in model.parameters())
    looks = min(WINDOWS, max(len(text.valid_ids) // settings.length, 1)) * settings.length
    folder.log().write(
        "trial",
        base=base,
        per_token=max(peak_bytes() - base, 0) / tokens,
        seconds_per_token=each,
        seconds_per_token_read=each / 3,
        update_seconds=0.0,
        longest=settings.length,
        train_tokens=settings.max_steps * settings.batch * settings.accumulation * settings.length,
        valid_tokens=looks,
        rows=settings.max_steps * settings.batch * settings.accumulation,
        learning=weights,
        weights=weights,
    )


@dataclass
class Loop:
    """One run as it goes on."""

    plan: Plan
    folder: RunFolder
    text: Text
    accelerator: Accelerator
    model: Any
    optimizer: Any
    step: int = 0
    best: float = math.inf
    ended: str = "done"
    tokens: int = 0
    spent: float = 0.0  # seconds in the last sample
    said_at: float = field(default_factory=time.monotonic)
    sampled_at: float = 0.0
    saved_at: float = field(default_factory=time.monotonic)
    losses: list[Any] = field(default_factory=list)

    @property
    def bare(self) -> Any:
        return self.accelerator.unwrap_model(self.model)

    @property
    def first(self) -> bool:
        return bool(self.accelerator.is_main_process)

    def run(self) -> None:
        settings = self.plan.settings
        every = settings.evaluate_every or max(settings.max_steps // EVALUATIONS, 1)
        self.bare.train()
        if self.step == 0:
            self.look()
            self.sample()
        while self.step < settings.max_steps:
            self.learn(settings)
            if self.first:
                self.tell(settings)
            wish = self.wish()
            last = self.step >= settings.max_steps or bool(wish)
            if self.step % every == 0 or last:
                self.look()
            if self.step % every == 0 or last or time.monotonic() - self.saved_at > SAVE_SECONDS:
                self.save()
            if wish:
                self.ended = wish
                return

    def learn(self, settings: TrainingSettings) -> None:
        """One update of the weights."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate_at(settings, self.step, settings.max_steps)
        for number in range(settings.accumulation):
            place = self.step * settings.accumulation + number
            read, said = batch_at(self.text.train_ids, settings, place, self.accelerator.process_index)
            loss = loss_of(self.model, read, said) / settings.accumulation
            self.accelerator.backward(loss)
            self.losses.append(loss.detach() * settings.accumulation)
            self.tokens += read.numel() * self.accelerator.num_processes
        if settings.clip:
            self.accelerator.clip_grad_norm_(self.model.parameters(), settings.clip)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step += 1

    def tell(self, settings: TrainingSettings) -> None:
        """A line of the log now and then, and a sample every few seconds."""
        now = time.monotonic()
        if now - self.said_at >= STEP_SECONDS or self.step in (1, settings.max_steps):
            loss = float(torch.stack(self.losses).mean())
            if not math.isfinite(loss):
                raise NotANumber(
                    "The loss is not a number any more at step {global_step}, so the run was stopped. "
                    "Its last good checkpoint is kept. A lower learning rate or a longer warm-up helps.",
                    global_step=self.step,
                )
            taken, count = max(now - self.said_at, 1e-3), len(self.losses) / settings.accumulation
            self.folder.log().write(
                "step",
                step=self.step,
                steps=settings.max_steps,
                loss=loss,
                rate=rate_at(settings, self.step - 1, settings.max_steps),
                norm=None,
                tokens=int(count * settings.accumulation * settings.batch * settings.length),
                seconds=round(taken, 4),
                left=round((settings.max_steps - self.step) * taken / max(count, 1), 1),
                time=time.time(),
            )
            self.losses, self.said_at = [], now
        if now - self.sampled_at > max(SAMPLE_SECONDS, self.spent / SAMPLE_SHARE):
            self.sample()

    def sample(self) -> None:
        """What the model writes from the beginning that is always the same; what is copied from the text is
        marked.
        """
        if not self.first:
            return
        began, design = time.monotonic(), design_of(self.plan)
        written = write(
            self.bare, self.text.tokenizer, design.beginning, SAMPLE_TOKENS, self.plan.settings.length, 1
        )
        marked = copied(written, self.text.train)
        one = {"prompt": design.beginning, "text": written, "copied": marked}
        self.folder.log().write("samples", step=self.step, samples=[one], time=time.time())
        self.sampled_at = time.monotonic()
        self.spent = self.sampled_at - began

    def look(self) -> None:
        """Loss and bits per character of the held-out text; the best weights so far are kept."""
        if not self.first:
            return
        found = window_losses(self.bare, self.text.valid_ids, self.plan.settings.length, WINDOWS)
        loss = sum(nats for nats, _ in found) / max(sum(count for _, count in found), 1)
        each = len(self.text.valid_ids) / max(len(self.text.valid), 1)
        self.folder.log().write(
            "evaluation", step=self.step, loss=loss, bits=loss * each / math.log(2), time=time.time()
        )
        if loss < self.best:
            self.best = loss
            torch.save({"loss": loss, "model": self.bare.state_dict()}, self.folder.path / BEST)

    def save(self) -> None:
        """A checkpoint; the two last ones stay."""
        self.saved_at = time.monotonic()
        if not self.first:
            return
        place = self.folder.checkpoints / f"checkpoint-{self.step}"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        if hasattr(self.bare, "save_pretrained"):
            self.bare.save_pretrained(place)
            self.text.tokenizer.save_pretrained(place)
        state = {"model": self.bare.state_dict(), "optimizer": self.optimizer.state_dict(), "best": self.best}
        torch.save(state | {"step": self.step, "tokens": self.tokens}, place / OPTIMIZER)
        settle(place)
        self.folder.log().write("checkpoint", step=self.step, time=time.time())
        kept = sorted(self.folder.checkpoints.glob("checkpoint-*"), key=lambda one: int(one.name[11:]))
        for old in kept[:-2]:
            shutil.rmtree(old, ignore_errors=True)

    def take_up(self, checkpoint: Path) -> None:
        state = torch.load(checkpoint / OPTIMIZER, weights_only=True)
        self.bare.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.best, self.tokens = state["step"], state["best"], state["tokens"]

    def wish(self) -> str:
        """Whether to end: asked, or left alone by the app. The same on all processes."""
        wish: list[Any] = [self.folder.asked() or ("stop" if left_alone(self.folder) else "")]
        if self.accelerator.num_processes > 1:
            torch.distributed.broadcast_object_list(wish)
        return str(wish[0])


def train(plan: Plan, folder: RunFolder) -> None:
    """The whole run, with the report at its end."""
    started, settings = time.time(), plan.settings
    accelerator = Accelerator(cpu=plan.device == "cpu")
    with accelerator.main_process_first():
        text = read(plan, folder)
    model = make_model(design_of(plan), len(text.tokenizer), settings.length, settings.seed)
    weights = sum(one.numel() for one in model.parameters())
    model, optimizer = accelerator.prepare(model, optimizer_of(model, settings))
    loop = Loop(plan, folder, text, accelerator, model, optimizer)
    checkpoint = folder.last_checkpoint()
    if checkpoint:
        loop.take_up(checkpoint)
    if loop.first:
        kind = {"step": loop.step} if checkpoint else {"step": 0, "steps": settings.max_steps}
        name = "resume" if checkpoint else "start"
        folder.log().write(name, **kind, learning=weights, weights=weights, time=started)
        if not any(event["kind"] == "baselines" for event in folder.log().read()):
            found = {str(n): bits(NGrams(text.train, n).losses(text.valid), len(text.valid)) for n in (3, 5)}
            folder.log().write("baselines", ngrams=found, time=time.time())
    loop.run()
    accelerator.wait_for_everyone()
    if not loop.first:
        return
    if loop.ended != "stop":
        keep(loop)
        report(plan, folder, loop.bare, text)
    folder.log().write(
        "end",
        why=loop.ended,
        step=loop.step,
        best_loss=loop.best,
        tokens=loop.tokens,
        memory=peak_bytes(),
        time=time.time(),
    )


def keep(loop: Loop) -> None:
    """The best weights as a model folder, in one step."""
    model, folder = loop.bare, loop.folder
    if (folder.path / BEST).exists():
        model.load_state_dict(torch.load(folder.path / BEST, weights_only=True)["model"])
    part = folder.path / ".part"
    shutil.rmtree(part, ignore_errors=True)
    model.save_pretrained(part)
    loop.text.tokenizer.model_max_length = loop.plan.settings.length
    loop.text.tokenizer.save_pretrained(part)
    shutil.rmtree(folder.model, ignore_errors=True)
    os.replace(part, folder.model)
