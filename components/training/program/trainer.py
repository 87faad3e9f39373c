"""transformers' Trainer, taught what a run needs: an exact order, an exact validation loss, a halt at NaN.

Runs in the training program. Knows torch; what happens is told to the run's log by `watch`.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader, Sampler
from transformers import PrinterCallback, Trainer, TrainerState, TrainingArguments

from components.errors import AppError
from components.training.folder import Plan, RunFolder
from components.training.program.batches import Collator, Example, Examples, Order

EVALUATIONS = 6  # in a run, where the settings don't say
LEAST_BETWEEN = 10  # steps


class NotANumber(AppError):
    """The loss or the gradient is not a number any more."""


class Halting:
    """What every trainer of a run has beside transformers' own: tokens are counted, NaN ends it, and a run
    that has made all of its steps is taken up.
    """

    tokens = 0  # that this process has trained on
    state: Any

    def training_step(self, model: Any, inputs: dict[str, Any], num_items_in_batch: Any = None) -> Any:
        mask = inputs.get("attention_mask")
        self.tokens += int(mask.sum()) if mask is not None else inputs["labels"].numel()
        loss = super().training_step(model, inputs, num_items_in_batch)  # type: ignore[misc]
        if not torch.isfinite(loss):  # before the step: the weights are still good
            raise NotANumber(
                "The loss is not a number any more at step {global_step}, so the run was stopped. "
                "Its last good checkpoint is kept. A lower learning rate or a longer warm-up helps.",
                global_step=self.state.global_step + 1,
            )
        return loss

    def take_up(self, checkpoint: Path) -> None:
        """The state of a run that has made all of its steps, with its best weights: nothing is left to train.

        Transformers' own way to go on from there would make one step more.
        """
        self.state = TrainerState.load_from_json(str(checkpoint / "trainer_state.json"))
        # Beside this one, wherever the run's folder is by now.
        best = checkpoint.with_name(Path(self.state.best_model_checkpoint or checkpoint).name)
        self._load_from_checkpoint(str(best if best.is_dir() else checkpoint))  # type: ignore[attr-defined]


class RunTrainer(Halting, Trainer):
    """A Trainer over `Examples`."""

    model: Any
    train_dataset: Any
    eval_dataset: Any

    def _get_train_sampler(self, train_dataset: Any = None) -> Sampler[int]:
        lengths = [example.length for example in self.train_dataset.examples]
        return Order(
            lengths, self.args.per_device_train_batch_size, self.args.seed, lambda: int(self.state.epoch or 0)
        )

    def evaluate(
        self, eval_dataset: Any = None, ignore_keys: Any = None, metric_key_prefix: str = "eval"
    ) -> dict[str, float]:
        """The loss of a held-out token, exactly: the sum over all of them, not the mean of batches' means."""
        rows: Sequence[Example] = sorted(self.eval_dataset.examples, key=lambda one: -one.length)
        share = Examples(rows[self.args.process_index :: self.args.world_size])
        loader: DataLoader[Any] = DataLoader(
            share, self.args.per_device_eval_batch_size, collate_fn=self.data_collator
        )
        shift = 0 if getattr(self.model.config, "is_encoder_decoder", False) else 1
        sums = torch.zeros(2, device=self.args.device, dtype=torch.float64)
        self.model.eval()
        with torch.no_grad():
            for batch in loader:
                inputs = self._prepare_inputs(batch)
                count = (inputs["labels"][:, shift:] != -100).sum()
                with self.compute_loss_context_manager():
                    sums[0] += self.model(**inputs).loss.double() * count
                sums[1] += count
        self.model.train()
        if self.args.world_size > 1:
            torch.distributed.all_reduce(sums)
        metrics = {f"{metric_key_prefix}_loss": float(sums[0] / sums[1].clamp(min=1))}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics


def steps_in(plan: Plan, examples: int) -> int:
    """How many updates a run makes."""
    settings = plan.settings
    batches = math.ceil(examples / (settings.batch * plan.processes))
    per_epoch = max(math.ceil(batches / settings.accumulation), 1)
    steps = max(math.ceil(per_epoch * settings.epochs), 1)
    return min(steps, settings.max_steps) if settings.max_steps else steps


def argument_values(plan: Plan, folder: RunFolder, steps: int) -> dict[str, Any]:
    """What transformers' arguments and those of trl's trainers have in common."""
    settings = plan.settings
    every = settings.evaluate_every or max(math.ceil(steps / EVALUATIONS), min(LEAST_BETWEEN, steps))
    whole = settings.method in ("full", "freeze")
    return {
        "output_dir": str(folder.checkpoints),
        "per_device_train_batch_size": settings.batch,
        "per_device_eval_batch_size": settings.batch,
        "gradient_accumulation_steps": settings.accumulation,
        "max_steps": steps,
        "learning_rate": settings.learning_rate,
        "lr_scheduler_type": settings.schedule if settings.schedule != "constant" else "constant_with_warmup",
        "warmup_steps": round(steps * settings.warmup),
        "weight_decay": settings.weight_decay,
        "max_grad_norm": settings.clip,
        "seed": settings.seed,
        "data_seed": settings.seed,
        "use_cpu": plan.device == "cpu",
        # Weights that learn are in float32; a base in 16 bits computes in its own.
        "bf16": plan.precision == "bfloat16" and (whole or plan.device != "cpu"),
        "fp16": plan.precision == "float16",
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "eval_strategy": "steps",
        "eval_steps": every,
        "eval_on_start": True,
        "save_strategy": "steps",
        "save_steps": every,
        "save_total_limit": 2,
        "load_best_model_at_end": True,
        "metric_for_best_model": "eval_loss",
        "greater_is_better": False,
        "report_to": ["tensorboard"],
        "remove_unused_columns": False,
        "disable_tqdm": True,
        "dataloader_pin_memory": plan.device == "cuda",
        "ddp_find_unused_parameters": settings.method == "freeze" if plan.processes > 1 else None,
        "optim": "paged_adamw_8bit" if settings.method == "qlora" else "adamw_torch",
    }


def make_trainer(
    plan: Plan,
    folder: RunFolder,
    model: Any,
    tokenizer: Any,
    train: Sequence[Example],
    valid: Sequence[Example],
    callbacks: Sequence[Any],
) -> RunTrainer:
    seq2seq = bool(getattr(model.config, "is_encoder_decoder", False))
    trainer = RunTrainer(
        model=model,
        args=TrainingArguments(**argument_values(plan, folder, steps_in(plan, len(train)))),
        train_dataset=Examples(train),
        eval_dataset=Examples(valid),
        data_collator=Collator(tokenizer.pad_token_id, seq2seq, plan.settings.packing and not seq2seq),
        processing_class=tokenizer,
        callbacks=list(callbacks),
    )
    trainer.remove_callback(PrinterCallback)  # the log says it
    return trainer
