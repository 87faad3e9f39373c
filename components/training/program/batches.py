"""Rows as batches: rendered, packed or grouped by length, always in the same order for the same seed.

Runs in the training program. Knows torch tensors, not models.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

import torch
from torch.utils.data import Dataset, Sampler

from components.training.program.row_tokens import NOT_TRAINED, Rendered, pieces, render_all
from components.training.row_lengths import Shortened
from components.training.rows import Row, kind_of

One = TypeVar("One")
WHOLE = 1 << 30  # tokens: nothing is cut
TEXT_PROMPT = 24  # tokens of a plain text that a sample goes on from
GROUP = 16  # batches whose rows are sorted by length together


@dataclass(frozen=True)
class Example:
    """One sequence of tokens."""

    input_ids: list[int]
    labels: list[int]
    row: int = 0  # its number among the rows that were rendered
    starts: tuple[int, ...] = (0,)  # where each packed row begins
    cut: bool = False  # its row is longer than this

    @property
    def length(self) -> int:
        return max(len(self.input_ids), len(self.labels))


class Examples(Dataset[Example]):
    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = list(examples)

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, index: int) -> Example:
        return self.examples[index]

    @property
    def tokens(self) -> int:
        return sum(example.length for example in self.examples)


def examples_of(
    rows: Sequence[Row], tokenizer: Any, length: int, seq2seq: bool, instruction: str = ""
) -> list[Example]:
    """Rows as examples. A row of which nothing is trained on (its answer was cut away) is left out; a plain
    text that is too long becomes several.
    """
    found = []
    for number, rendered in _rendered(rows, tokenizer, length, seq2seq, instruction):
        learnt = rendered.labels if seq2seq else rendered.labels[1:]
        if rendered.input_ids and any(label != NOT_TRAINED for label in learnt):
            found.append(Example(rendered.input_ids, rendered.labels, number, cut=rendered.cut))
    return found


def _rendered(
    rows: Sequence[Row], tokenizer: Any, length: int, seq2seq: bool, instruction: str
) -> Iterator[tuple[int, Rendered]]:
    text = bool(rows) and not seq2seq and kind_of(rows[0]) == "text"  # a data set has one kind of rows
    limit = WHOLE if text else length
    every = render_all(rows, tokenizer, limit, instruction=instruction, seq2seq=seq2seq)
    for number, rendered in enumerate(every):
        for piece in pieces(rendered, length) if text else [rendered]:
            yield number, piece


def spread(examples: Sequence[One], most: int) -> list[One]:
    """At most so many, from all over: a file often has one kind of rows first."""
    if len(examples) <= most:
        return list(examples)
    return [examples[number * len(examples) // most] for number in range(most)]


def shortened(rows: Sequence[Row], examples: Sequence[Example], seq2seq: bool) -> Shortened:
    """What the length did to the rows that the examples were made of."""
    lost = len(rows) - len({example.row for example in examples})
    longer = len({example.row for example in examples if example.cut}) + lost
    text = bool(rows) and not seq2seq and kind_of(rows[0]) == "text"
    return Shortened(len(rows), longer, lost, text)


def prompt_of(example: Example, seq2seq: bool) -> list[int]:
    """What the model is asked in a row: all before its last answer; of plain text, the beginning."""
    if seq2seq:
        return example.input_ids
    learnt = [label != NOT_TRAINED for label in example.labels]
    end = max(i for i, one in enumerate(learnt) if one)
    start = end
    while start > 0 and learnt[start - 1]:
        start -= 1
    return example.input_ids[: start or min(TEXT_PROMPT, end)]


def pack(examples: Sequence[Example], length: int) -> list[Example]:
    """Several short rows in one sequence of at most `length`: the longest first, each where it fits best."""
    bins: list[list[Example]] = []
    room: list[int] = []
    for example in sorted(examples, key=lambda one: -one.length):
        fits = [i for i, left in enumerate(room) if left >= example.length]
        if fits:
            best = min(fits, key=lambda i: room[i])
            bins[best].append(example)
            room[best] -= example.length
        else:
            bins.append([example])
            room.append(length - example.length)
    return [_joined(parts) for parts in bins]


def _joined(parts: Sequence[Example]) -> Example:
    ids: list[int] = []
    labels: list[int] = []
    starts: list[int] = []
    for part in parts:
        starts.append(len(ids))
        ids += part.input_ids
        labels += [NOT_TRAINED, *part.labels[1:]]  # no row learns to predict the next one
    return Example(ids, labels, parts[0].row, tuple(starts))


class Order(Sampler[int]):
    """Rows of similar length in one batch, the batches in a random order, another in each epoch.

    The order follows from seed and epoch alone, so that a resumed run goes on where it was. `epoch` asks
    the trainer: its loaders don't hand the number on when they skip what was read already.
    """

    def __init__(self, lengths: Sequence[int], batch: int, seed: int, epoch: Callable[[], int]) -> None:
        self._lengths, self._batch, self._seed, self._epoch = lengths, batch, seed, epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        chance = random.Random(self._seed * 1_000_003 + self._epoch())
        indices = list(range(len(self._lengths)))
        chance.shuffle(indices)
        whole: list[list[int]] = []
        rest: list[list[int]] = []
        for start in range(0, len(indices), self._batch * GROUP):
            group = sorted(indices[start : start + self._batch * GROUP], key=lambda i: -self._lengths[i])
            for at in range(0, len(group), self._batch):
                part = group[at : at + self._batch]
                (whole if len(part) == self._batch else rest).append(part)
        chance.shuffle(whole)
        return iter([index for part in [*whole, *rest] for index in part])


@dataclass(frozen=True)
class Collator:
    """Examples as tensors, padded to the longest among them."""

    pad: int
    seq2seq: bool
    packed: bool = False

    def __call__(self, examples: Sequence[Example]) -> dict[str, torch.Tensor]:
        ids = _padded([one.input_ids for one in examples], self.pad)
        batch = {"input_ids": ids, "labels": _padded([one.labels for one in examples], NOT_TRAINED)}
        if self.packed:
            # Without a mask, transformers reads from the positions where one row ends and the next begins.
            batch["position_ids"] = _padded([_positions(one) for one in examples], 0)
            return batch
        batch["attention_mask"] = _padded([[1] * len(one.input_ids) for one in examples], 0)
        return batch


def _positions(example: Example) -> list[int]:
    borders = [*example.starts, len(example.input_ids)]
    return [at for start, stop in pairwise(borders) for at in range(stop - start)]


def _padded(rows: Sequence[Sequence[int]], value: int) -> torch.Tensor:
    widest = max(len(row) for row in rows)
    return torch.tensor([[*row, *[value] * (widest - len(row))] for row in rows])
