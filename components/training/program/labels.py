"""An encoder that learns labels: rows as tokens, the encoder with a head, its trainer, and what it leaves.

Runs in the training program; knows torch and transformers. The head begins as a regression on what the
encoder says before it learns, so that nothing of that is lost in the first steps (Kumar et al. 2022, linear
probing, then fine-tuning: https://arxiv.org/abs/2202.10054). Vectors are made as the app's embedding engine
makes them, the mean over the tokens with length 1: what is kept is an embedding model and a matrix.
"""

import json
import os
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.utils.data import DataLoader
from transformers import AutoModel, AutoTokenizer, PrinterCallback, TrainingArguments
from transformers.modeling_outputs import SequenceClassifierOutput

from components.errors import BadInput
from components.training.folder import Plan, RunFolder
from components.training.label_rows import LONGEST, LabelFacts, LabelRow, facts_of
from components.training.program.batches import Examples, spread
from components.training.program.trainer import RunTrainer, argument_values, steps_in
from components.training.program.watch import Watch
from components.training.row_lengths import Shortened
from components.training.rows import read_rows

HEAD, WEIGHTS = "head.safetensors", "model.safetensors"
HEAD_RATE = 50.0  # times the encoder's: vectors of length 1 give the head small gradients
LOOKED_AT = 0.1  # of the rows that are learned from: which checkpoint is the best is told by these
HOLD = 10.0  # of the regression that the head begins as: what the app's own has
PROBED = 64  # rows in one pass that only reads


@dataclass(frozen=True)
class Labelled:
    """One text as tokens, with its labels."""

    input_ids: list[int]
    truth: list[int]
    cut: bool = False

    @property
    def length(self) -> int:
        return len(self.input_ids)


class LabelModel(nn.Module):
    """An encoder, and a matrix from its vectors to a score for each label."""

    def __init__(self, encoder: Any, labels: int, several: bool) -> None:
        super().__init__()
        self.encoder, self.several = encoder, several
        self.config = encoder.config
        self.head = nn.Linear(encoder.config.hidden_size, labels)
        for name, one in encoder.named_parameters():
            one.requires_grad_("pooler" not in name)  # the mean over the tokens has no use for it

    @property
    def device(self) -> torch.device:
        return self.head.weight.device

    def vectors(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state.float()
        weights = attention_mask.unsqueeze(-1).float()
        return nn.functional.normalize((states * weights).sum(1) / weights.sum(1), dim=-1)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, labels: torch.Tensor
    ) -> SequenceClassifierOutput:
        scores = self.head(self.vectors(input_ids, attention_mask))
        return SequenceClassifierOutput(loss=loss_of(scores, labels, self.several), logits=scores)


def loss_of(scores: torch.Tensor, truth: torch.Tensor, several: bool) -> torch.Tensor:
    """`truth`: rows × labels, 0 or 1."""
    if several:
        return nn.functional.binary_cross_entropy_with_logits(scores.float(), truth)
    return nn.functional.cross_entropy(scores.float(), truth.argmax(dim=1))


class Feeder:
    """Texts as one batch of tensors."""

    def __init__(self, pad: int, labels: int) -> None:
        self._pad, self._labels = pad, labels

    def __call__(self, rows: Sequence[Labelled]) -> dict[str, torch.Tensor]:
        widest = max(row.length for row in rows)
        truth = torch.zeros(len(rows), self._labels)
        for at, row in enumerate(rows):
            truth[at, row.truth] = 1.0
        return {
            "input_ids": torch.tensor([row.input_ids + [self._pad] * (widest - row.length) for row in rows]),
            "attention_mask": torch.tensor([[1] * row.length + [0] * (widest - row.length) for row in rows]),
            "labels": truth,
        }


class LabelTrainer(RunTrainer):
    """A Trainer over `Labelled`; a checkpoint has the encoder and the head in files of their own."""

    tokenizer: Any = None

    def create_optimizer(self, *given: Any, **named: Any) -> Any:
        rate = self.args.learning_rate
        encoder = [one for one in self.model.encoder.parameters() if one.requires_grad]
        groups = [
            {"params": encoder, "lr": rate, "weight_decay": self.args.weight_decay},
            {"params": list(self.model.head.parameters()), "lr": rate * HEAD_RATE, "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups)
        return self.optimizer

    def evaluate(
        self, eval_dataset: Any = None, ignore_keys: Any = None, metric_key_prefix: str = "eval"
    ) -> dict[str, float]:
        """Loss and share that is right of the rows that are looked at, exactly."""
        share = Examples(self.eval_dataset.examples[self.args.process_index :: self.args.world_size])
        loader: DataLoader[Any] = DataLoader(
            share, self.args.per_device_eval_batch_size, collate_fn=self.data_collator
        )
        sums = torch.zeros(3, device=self.args.device, dtype=torch.float64)
        self.model.eval()
        with torch.no_grad():
            for batch in loader:
                inputs = self._prepare_inputs(batch)
                with self.compute_loss_context_manager():
                    out = self.model(**inputs)
                count = len(inputs["labels"])
                right = chosen(out.logits, self.model.several) == inputs["labels"].bool()
                sums += torch.stack(
                    [out.loss.double() * count, right.all(1).double().sum(), sums.new_tensor(count)]
                )
        self.model.train()
        if self.args.world_size > 1:
            torch.distributed.all_reduce(sums)
        loss, right_ones, rows = sums.tolist()
        metrics = {
            f"{metric_key_prefix}_loss": loss / max(rows, 1),
            f"{metric_key_prefix}_accuracy": right_ones / max(rows, 1),
        }
        self.log(dict(metrics))
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        write_model(self.accelerator.unwrap_model(self.model), self.tokenizer, Path(output_dir or "."))

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        read_model(self.accelerator.unwrap_model(model or self.model), Path(resume_from_checkpoint))

    def _load_best_model(self) -> None:
        best = self.state.best_model_checkpoint
        if best:  # wherever the run's folder is by now
            self._load_from_checkpoint(str(Path(self.args.output_dir or "", Path(best).name)))


def chosen(scores: torch.Tensor, several: bool) -> torch.Tensor:
    """Which labels are found: rows × labels."""
    if several:
        return scores >= 0
    return nn.functional.one_hot(scores.argmax(dim=1), scores.shape[1]).bool()


def write_model(model: LabelModel, tokenizer: Any, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    model.encoder.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    head = {"weights": model.head.weight, "bias": model.head.bias}
    save_file({name: one.detach().float().cpu().contiguous() for name, one in head.items()}, folder / HEAD)


def read_model(model: LabelModel, folder: Path) -> None:
    model.encoder.load_state_dict(load_file(folder / WEIGHTS), strict=False)
    head = load_file(folder / HEAD)
    model.head.load_state_dict({"weight": head["weights"], "bias": head["bias"]})


@dataclass(frozen=True)
class Prepared:
    """What both the trial and the run need."""

    facts: LabelFacts
    tokenizer: Any
    train: list[Labelled]
    looked_at: list[Labelled]
    cut: Shortened


def prepare(plan: Plan, folder: RunFolder) -> Prepared:
    """The rows that are learned from, a part of them set aside to choose the best checkpoint by: those that
    are held out for the verdict choose nothing.
    """
    facts, tokenizer = facts_of(plan.options), load_tokenizer(plan.base_folder)
    rows = tokens_of(list(read_rows(folder.path / "train.jsonl", LabelRow)), tokenizer, plan.settings.length)
    random.Random(plan.settings.seed).shuffle(rows)
    aside = max(int(len(rows) * LOOKED_AT), 1)
    if len(rows) < 2:
        raise BadInput("There are too few rows to learn from. Add rows with labels.")
    cut = Shortened(len(rows), sum(row.cut for row in rows), 0)
    return Prepared(facts, tokenizer, rows[aside:], spread(rows[:aside], plan.settings.evaluate_rows), cut)


def load_tokenizer(folder: str | Path) -> Any:
    return AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)


def tokens_of(rows: Sequence[LabelRow], tokenizer: Any, length: int) -> list[Labelled]:
    """Each text between the marks that the encoder knows; one that is too long is cut at its end."""
    room = min(length, LONGEST) - 2
    ids = tokenizer([row["text"] for row in rows], add_special_tokens=False, verbose=False)["input_ids"]
    first, last = [tokenizer.cls_token_id], [tokenizer.sep_token_id]
    return [
        Labelled(first + one[:room] + last, list(row["labels"]), len(one) > room)
        for one, row in zip(ids, rows, strict=True)
    ]


def load_encoder(folder: str | Path) -> Any:
    """Whole weights learn, so they are in float32. Raises BadInput for a model that is no encoder."""
    config = json.loads(Path(folder, "config.json").read_text(encoding="utf-8"))
    if config.get("is_encoder_decoder") or config.get("is_decoder"):
        raise BadInput("This model isn't an encoder. Choose one that makes vectors of texts.")
    return AutoModel.from_pretrained(
        folder, dtype=torch.float32, local_files_only=True, trust_remote_code=False, use_safetensors=True
    )


def build(plan: Plan, facts: LabelFacts) -> LabelModel:
    torch.manual_seed(plan.settings.seed)
    model = LabelModel(load_encoder(plan.base_folder), len(facts.labels), facts.several)
    if plan.settings.checkpointing:
        model.encoder.gradient_checkpointing_enable({"use_reentrant": False})
    return model.to("cuda" if plan.device == "cuda" else "cpu")


@torch.no_grad()
def vectors_of(model: LabelModel, rows: Sequence[Labelled], feed: Feeder) -> torch.Tensor:
    """Rows × width, in their order."""
    model.eval()
    order = sorted(range(len(rows)), key=lambda at: rows[at].length)
    made = torch.zeros(len(rows), model.head.in_features)
    for start in range(0, len(order), PROBED):
        some = order[start : start + PROBED]
        inputs = {name: one.to(model.device) for name, one in feed([rows[at] for at in some]).items()}
        made[some] = model.vectors(inputs["input_ids"], inputs["attention_mask"]).cpu()
    return made


def probe(model: LabelModel, rows: Sequence[Labelled], feed: Feeder) -> None:
    """Fits the head to the encoder as it is, held in as the app's own regression is."""
    vectors, truth = vectors_of(model, rows, feed), feed(rows)["labels"]
    head = nn.Linear(vectors.shape[1], truth.shape[1])
    nn.init.zeros_(head.weight)
    nn.init.zeros_(head.bias)
    optimizer = torch.optim.LBFGS(head.parameters(), max_iter=100, line_search_fn="strong_wolfe")

    def lost() -> Any:
        optimizer.zero_grad()
        each = truth.shape[1] if model.several else 1  # of several labels, the loss is a mean over them too
        loss = loss_of(head(vectors), truth, model.several)
        loss = loss + head.weight.square().sum() / (2 * HOLD * len(rows) * each)
        loss.backward()
        return loss

    optimizer.step(lost)
    model.head.load_state_dict(head.state_dict())


def try_out(plan: Plan, folder: RunFolder) -> None:
    """The timed trial."""
    from components.training.program.model_builder import trainable
    from components.training.program.trial import measure

    found = prepare(plan, folder)
    model = build(plan, found.facts)
    feed = Feeder(found.tokenizer.pad_token_id, len(found.facts.labels))
    measured = measure(model, feed, found.train, found.looked_at, plan.settings.batch, trainable(model))
    folder.log().write("trial", **measured.to_json())


def make(plan: Plan, folder: RunFolder) -> tuple[LabelTrainer, Prepared, Watch]:
    """The trainer, ready to go on or to begin."""
    found = prepare(plan, folder)
    model, watch = build(plan, found.facts), Watch(folder, plan.settings, list)
    feed = Feeder(found.tokenizer.pad_token_id, len(found.facts.labels))
    if folder.last_checkpoint() is None:
        probe(model, found.train, feed)
    trainer = LabelTrainer(
        model=model,
        args=TrainingArguments(**argument_values(plan, folder, steps_in(plan, len(found.train)))),
        train_dataset=Examples(found.train),  # type: ignore[arg-type]
        eval_dataset=Examples(found.looked_at),  # type: ignore[arg-type]
        data_collator=feed,
        callbacks=[watch],
    )
    trainer.tokenizer = found.tokenizer
    trainer.remove_callback(PrinterCallback)  # the log says it
    watch.trainer = trainer
    return trainer, found, watch


def save(model: LabelModel, tokenizer: Any, folder: RunFolder) -> None:
    """What was learned, in one step."""
    part = folder.path / ".part"
    shutil.rmtree(part, ignore_errors=True)
    write_model(model, tokenizer, part)
    shutil.rmtree(folder.model, ignore_errors=True)
    os.replace(part, folder.model)
