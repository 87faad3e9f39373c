"""What a report asks of one of two models: losses of rows, answers to prompts. Knows torch, no verdict."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from components.training.measures import Losses
from components.training.program.batches import Collator, Example
from components.training.program.row_tokens import NOT_TRAINED
from components.training.program.watch import answers

SHOWN, NEW_TOKENS = 12, 96  # answers side by side; tokens of an answer at most
BATCH_TOKENS = 2048
GENERAL = Path(__file__).parent / "general.txt"


class Subject:
    """What is asked of one of the two models."""

    def __init__(self, model: Any, tokenizer: Any, seq2seq: bool) -> None:
        self._model, self._tokenizer, self._seq2seq = model, tokenizer, seq2seq
        self._collator = Collator(tokenizer.pad_token_id, seq2seq)
        self._known: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[float, float]] = {}

    def losses(self, examples: Sequence[Example]) -> Losses:
        """The loss of each row's trained tokens, the same in any batch. None is read twice."""
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


def general_examples(tokenizer: Any) -> list[Example]:
    """The paragraphs of the general text."""
    paragraphs = [one.strip() for one in GENERAL.read_text(encoding="utf-8").split("\n\n") if one.strip()]
    ids = [tokenizer(one)["input_ids"] for one in paragraphs]
    return [Example(one, list(one)) for one in ids if len(one) > 1]
