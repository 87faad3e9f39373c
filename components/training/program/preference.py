"""Preference training in the training program: pairs as tokens, trl's DPO trainer, what it is measured by.

Knows torch and trl. LoRA's matrices learn; the reference is the same model with the adapter off, so nothing
is loaded twice. Direct preference optimization: https://arxiv.org/abs/2305.18290
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig, TaskType
from transformers import PrinterCallback
from trl import DPOConfig, DPOTrainer

from components.errors import BadInput
from components.messages import Said
from components.training.folder import Plan, RunFolder
from components.training.program.batches import WHOLE, spread
from components.training.program.model_builder import build, is_seq2seq, load_base, trainable
from components.training.program.row_tokens import NOT_TRAINED, render_all
from components.training.program.tokenizer import load_limited
from components.training.program.trainer import Halting, argument_values, steps_in
from components.training.program.watch import Watch, sampler
from components.training.row_lengths import Shortened
from components.training.rows import Row, answered

SAMPLES, SAMPLE_TOKENS = 3, 32


@dataclass(frozen=True)
class Pair:
    """Two answers to one prompt, as token ids."""

    prompt_ids: list[int]
    chosen_ids: list[int]
    rejected_ids: list[int]
    row: int  # its number among the rows
    cut: bool = False

    @property
    def length(self) -> int:
        """Tokens that are read: the prompt comes before each of the two."""
        return 2 * len(self.prompt_ids) + len(self.chosen_ids) + len(self.rejected_ids)

    def to_json(self) -> dict[str, list[int]]:
        names = ("prompt_ids", "chosen_ids", "rejected_ids")
        return {name: getattr(self, name) for name in names}


def pairs_of(rows: Sequence[Row], tokenizer: Any, length: int) -> list[Pair]:
    """Rows as tokens, as the model's chat template has them; one whose prompt leaves no room is left out.

    An answer begins where the two conversations stop being the same, or where the template says so.
    """
    better = render_all([{"messages": answered(row, "chosen")} for row in rows], tokenizer, WHOLE)
    worse = render_all([{"messages": answered(row, "rejected")} for row in rows], tokenizer, WHOLE)
    found = []
    for number, (one, other) in enumerate(zip(better, worse, strict=True)):
        begin = min(_begin(one.labels), _begin(other.labels))
        while begin and one.input_ids[:begin] != other.input_ids[:begin]:
            begin -= 1
        if 0 < begin < length:
            left = length - begin
            chosen, rejected = one.input_ids[begin:], other.input_ids[begin:]
            cut = max(len(chosen), len(rejected)) > left
            found.append(Pair(one.input_ids[:begin], chosen[:left], rejected[:left], number, cut))
    return found


def _begin(labels: Sequence[int]) -> int:
    return next((place for place, label in enumerate(labels) if label != NOT_TRAINED), 0)


def shortened(rows: Sequence[Row], pairs: Sequence[Pair]) -> Shortened:
    """What the length did to the rows."""
    lost = len(rows) - len(pairs)
    return Shortened(len(rows), sum(one.cut for one in pairs) + lost, lost, False)


class Feeder:
    """Pairs as one batch of tensors: all chosen answers, then all rejected ones, as trl has them."""

    def __init__(self, pad: int) -> None:
        self._pad = pad

    def __call__(self, pairs: Sequence[Pair | dict[str, list[int]]]) -> dict[str, torch.Tensor]:
        plain = [one.to_json() if isinstance(one, Pair) else one for one in pairs]
        both = [(one["prompt_ids"], one[name]) for name in ("chosen_ids", "rejected_ids") for one in plain]
        widest = max(len(prompt) + len(answer) for prompt, answer in both)
        ids, read, said = [], [], []
        for prompt, answer in both:
            room = widest - len(prompt) - len(answer)
            ids.append([*prompt, *answer, *[self._pad] * room])
            read.append([1] * (len(prompt) + len(answer)) + [0] * room)
            said.append([0] * len(prompt) + [1] * len(answer) + [0] * room)
        return {
            "input_ids": torch.tensor(ids),
            "attention_mask": torch.tensor(read),
            "completion_mask": torch.tensor(said),
        }


def answer_logps(model: Any, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
    """Log-probability of each answer token, 0 elsewhere: (sequences, positions - 1), natural logarithm."""
    logits = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]).logits[:, :-1]
    wanted, mask = inputs["input_ids"][:, 1:], inputs["completion_mask"][:, 1:]
    lost = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1).float(), wanted.flatten(), reduction="none"
    ).view(wanted.shape)
    return -lost * mask


class PreferenceTrainer(Halting, DPOTrainer):
    """trl's trainer on pairs that are tokens already, with exact figures of all held-out pairs."""

    args: Any
    eval_dataset: Any
    processing_class: Any
    _before: list[torch.Tensor] | None = None  # of the reference on the held-out pairs: it doesn't change

    def _prepare_dataset(self, dataset: Any, *given: Any, **named: Any) -> Any:
        return dataset  # what is trained on is what the page has shown

    def evaluate(
        self, eval_dataset: Any = None, ignore_keys: Any = None, metric_key_prefix: str = "eval"
    ) -> dict[str, float]:
        """Loss, share of pairs that training moved towards the chosen answer, margin of the rewards, and
        drift: by how much the log-probability of an answer's token differs from the reference's, on average.
        """
        size, beta = self.args.per_device_eval_batch_size, self.args.beta
        held = list(self.eval_dataset)[self.args.process_index :: self.args.world_size]
        feed = Feeder(self.processing_class.pad_token_id)
        batches = [feed(held[start : start + size]) for start in range(0, len(held), size)]
        batches = [{name: one.to(self.args.device) for name, one in batch.items()} for batch in batches]
        model = self.accelerator.unwrap_model(self.model)
        model.eval()
        with torch.no_grad():
            if self._before is None:
                with model.disable_adapter():
                    self._before = [answer_logps(model, batch) for batch in batches]
            after = [answer_logps(model, batch) for batch in batches]
        model.train()
        sums = torch.zeros(6, device=self.args.device, dtype=torch.float64)
        for batch, now, before in zip(batches, after, self._before, strict=True):
            change = now - before
            better, worse = (beta * change.double().sum(dim=1)).chunk(2)
            margin = better - worse
            sums += torch.stack(
                [
                    -torch.nn.functional.logsigmoid(margin).sum(),
                    (margin > 0).double().sum(),
                    margin.sum(),
                    torch.tensor(float(len(margin)), device=margin.device, dtype=torch.float64),
                    change.double().abs().sum(),
                    batch["completion_mask"].double().sum(),
                ]
            )
        if self.args.world_size > 1:
            torch.distributed.all_reduce(sums)
        loss, right, margins, count, drift, tokens = sums.tolist()
        metrics = {
            "loss": loss / max(count, 1),
            "accuracy": right / max(count, 1),
            "margin": margins / max(count, 1),
            "drift": drift / max(tokens, 1),
        }
        named = {f"{metric_key_prefix}_{name}": value for name, value in metrics.items()}
        self.log(dict(named))
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, named)
        return named


@dataclass(frozen=True)
class Prepared:
    """What both the trial and the run need."""

    tokenizer: Any
    train: list[Pair]
    valid: list[Pair]
    cut: Shortened


def prepare(plan: Plan, folder: RunFolder) -> Prepared:
    """Raises BadInput where a model or a length can't be used."""
    if is_seq2seq(plan.base_folder):
        raise BadInput("An encoder-decoder model can't learn from pairs here. Choose another base model.")
    tokenizer = load_limited(plan.base_folder)
    rows, held = folder.rows("train"), folder.rows("valid")
    train, valid = (pairs_of(one, tokenizer, plan.settings.length) for one in (rows, held))
    if not train or not valid:
        which = Said("training") if not train else Said("validation")
        raise BadInput(
            "No {which} row has an answer left within {length} tokens. Choose a larger length.",
            which=which,
            length=plan.settings.length,
        )
    return Prepared(tokenizer, train, valid, shortened(rows, train) + shortened(held, valid))


def try_out(plan: Plan, folder: RunFolder) -> None:
    """The timed trial: a pass of the model that learns and one of the reference, for both answers."""
    from components.training.program.trial import measure

    found = prepare(plan, folder)
    model = build(plan)
    beta = plan.settings.beta

    def loss(model: Any, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        now = answer_logps(model, inputs).sum(dim=1)
        with torch.no_grad(), model.disable_adapter():
            before = answer_logps(model, inputs).sum(dim=1)
        better, worse = (now - before).chunk(2)
        return -torch.nn.functional.logsigmoid(beta * (better - worse)).mean()

    looked_at = spread(found.valid, plan.settings.evaluate_rows)
    feed = Feeder(found.tokenizer.pad_token_id)
    batch, counts = plan.settings.batch, trainable(model)
    measured = measure(model, feed, found.train, looked_at, batch, counts, loss)
    folder.log().write("trial", **measured.to_json())


def make(plan: Plan, folder: RunFolder) -> tuple[PreferenceTrainer, Prepared, Watch]:
    """The trainer, ready to go on or to begin."""
    found, settings = prepare(plan, folder), plan.settings
    steps = steps_in(plan, len(found.train))
    watch = Watch(folder, settings, lambda: _samples(trainer, found, folder))
    trainer = PreferenceTrainer(
        model=load_base(plan),
        args=DPOConfig(
            **argument_values(plan, folder, steps),
            beta=settings.beta,
            max_length=None,
            gradient_checkpointing=settings.checkpointing,
        ),
        train_dataset=Dataset.from_list([one.to_json() for one in found.train]),
        eval_dataset=Dataset.from_list(
            [one.to_json() for one in spread(found.valid, settings.evaluate_rows)]
        ),
        processing_class=found.tokenizer,
        peft_config=LoraConfig(
            r=settings.rank,
            lora_alpha=settings.alpha,
            lora_dropout=settings.dropout,
            target_modules="all-linear",
            task_type=TaskType.CAUSAL_LM,
        ),
        callbacks=[watch],
    )
    trainer.remove_callback(PrinterCallback)  # the log says it
    watch.trainer = trainer
    return trainer, found, watch


def _samples(trainer: PreferenceTrainer, found: Prepared, folder: RunFolder) -> list[Any]:
    rows, prompts = folder.rows("valid"), dict[str, list[int]]()
    for pair in found.valid:
        prompts.setdefault(rows[pair.row]["messages"][-1]["content"], pair.prompt_ids)
        if len(prompts) == SAMPLES:
            break
    model = trainer.accelerator.unwrap_model(trainer.model)
    return list(sampler(model, found.tokenizer, list(prompts.items()), SAMPLE_TOKENS, False)())
