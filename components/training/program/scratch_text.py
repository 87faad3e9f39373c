"""The text of a run from nothing: both sides, its vocabulary, how well a model predicts it. Knows torch."""

import os
import shutil
from dataclasses import dataclass
from typing import Any

import torch

from components.training.design import Design
from components.training.folder import Plan, RunFolder
from components.training.program.scratch_parts import encode, folder_of, make_tokenizer
from components.training.program.tokenizer import load_tokenizer


@dataclass
class Text:
    """Both sides of the text, as it is and as ids."""

    tokenizer: Any
    train: str
    valid: str
    train_ids: torch.Tensor
    valid_ids: torch.Tensor


def design_of(plan: Plan) -> Design:
    return Design.from_json((plan.options or {}).get("design", {}))


def read(plan: Plan, folder: RunFolder) -> Text:
    """The text, and its vocabulary: made once, the same ever after."""
    train, valid = (folder.rows(part)[0]["text"] for part in ("train", "valid"))
    place = folder_of(folder.path)
    if not (place / "tokenizer.json").exists():
        part = folder.path / f".vocabulary-{os.getpid()}"
        make_tokenizer(train + valid, design_of(plan)).save_pretrained(part)
        try:
            os.replace(part, place)
        except OSError:  # another process was faster
            shutil.rmtree(part, ignore_errors=True)
    tokenizer = load_tokenizer(place)
    return Text(tokenizer, train, valid, encode(tokenizer, train), encode(tokenizer, valid))


def loss_of(model: Any, read: torch.Tensor, said: torch.Tensor) -> torch.Tensor:
    logits = model(input_ids=read).logits
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1).float(), said.flatten())


@torch.no_grad()
def window_losses(model: Any, ids: torch.Tensor, length: int, most: int = 0) -> list[tuple[float, int]]:
    """Nats and tokens of each window of a text; with `most`, of so many from all over."""
    starts = list(range(0, max(len(ids) - 1, 1), length))
    if most and len(starts) > most:
        starts = [starts[number * len(starts) // most] for number in range(most)]
    found = []
    was = model.training
    model.eval()
    for at in starts:
        piece = ids[at : at + length + 1]
        if len(piece) < 2:
            continue
        loss = loss_of(model, piece[None, :-1], piece[None, 1:])
        found.append((float(loss) * (len(piece) - 1), len(piece) - 1))
    model.train(was)
    return found
