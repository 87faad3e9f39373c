"""Models from nothing measured: bits per character after some minutes, beside plain torch and two n-grams.

    python -m benchmarks.from_scratch --text FILE --out FILE.json [--minutes 2 5 10] [--steps N]

The baseline is nanoGPT's small setting for a CPU (4 layers of 128, 4 heads, context 64, batch 12, learning
rate 1e-3, https://github.com/karpathy/nanoGPT) written in plain torch here, on the same pieces of the same
text, with the same schedule, step by step in turn with the app's loop. `--steps` ends both early.
"""

import argparse
import json
import math
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from torch import nn

from benchmarks import new_file
from components.config import Config
from components.training.design import Design, dimensions, divided, settings_for
from components.training.folder import RunFolder
from components.training.hyperparameters import TrainingSettings
from components.training.ngrams import NGrams, bits
from components.training.program import scratch
from components.training.program.scratch_parts import make_model
from components.training.program.scratch_text import Text, design_of, read, window_losses
from components.training.run_plan import fill_from_nothing

BLOCK = 20  # steps that each of the two makes before it is the other's turn
LAYERS, WIDTH, HEADS, CONTEXT, BATCH, RATE = 4, 128, 4, 64, 12, 1e-3


class Block(nn.Module):
    """nanoGPT's block: attention and a layer of four times the width, each after a norm."""

    def __init__(self) -> None:
        super().__init__()
        self.before, self.between = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.attention, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.inner = nn.Sequential(nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(), nn.Linear(4 * WIDTH, WIDTH))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows, length, _ = x.shape
        parts = self.attention(self.before(x)).split(WIDTH, dim=2)
        q, k, v = (one.view(rows, length, HEADS, -1).transpose(1, 2) for one in parts)
        read = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(read.transpose(1, 2).reshape(rows, length, WIDTH))
        return x + self.inner(self.between(x))


class Plain(nn.Module):
    """nanoGPT, as short as it can be said."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.tokens, self.places = nn.Embedding(vocabulary, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.blocks = nn.Sequential(*(Block() for _ in range(LAYERS)))
        self.last = nn.LayerNorm(WIDTH)
        self.apply(self._begin)
        for name, one in self.named_parameters():
            if name.endswith(("out.weight", "inner.2.weight")):
                nn.init.normal_(one, std=0.02 / math.sqrt(2 * LAYERS))

    def _begin(self, module: nn.Module) -> None:
        if isinstance(module, nn.Linear | nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)
        if isinstance(module, nn.Linear):
            nn.init.zeros_(module.bias)

    def forward(self, input_ids: torch.Tensor) -> Any:
        x = self.tokens(input_ids) + self.places(torch.arange(input_ids.shape[1]))
        logits = self.last(self.blocks(x)) @ self.tokens.weight.T
        return type("Said", (), {"logits": logits})


def plain_steps(model: Any, optimizer: Any, text: Text, settings: TrainingSettings, steps: range) -> None:
    """Plain torch's loop."""
    for step in steps:
        for group in optimizer.param_groups:
            group["lr"] = scratch.rate_at(settings, step, settings.max_steps)
        read_ids, said = scratch.batch_at(text.train_ids, settings, step)
        logits = model(read_ids).logits
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), said.flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), settings.clip)
        optimizer.step()
        optimizer.zero_grad()


def held_out(model: Any, text: Text) -> float:
    """Bits per character of all of the held-out text."""
    found = window_losses(model, text.valid_ids, CONTEXT)
    return bits([nats for nats, _ in found], len(text.valid))


def measure(given: argparse.Namespace, folder: RunFolder) -> dict[str, Any]:
    plan = folder.plan()
    settings = plan.settings
    text = read(plan, folder)
    size = dimensions(design_of(plan), len(text.tokenizer), CONTEXT)
    model = make_model(design_of(plan), len(text.tokenizer), CONTEXT, settings.seed)
    torch.manual_seed(settings.seed)
    plain = Plain(len(text.tokenizer))
    accelerator = Accelerator(cpu=True)
    prepared, optimizer = accelerator.prepare(model, scratch.optimizer_of(model, settings))
    loop = scratch.Loop(plan, folder, text, accelerator, prepared, optimizer)
    own = scratch.optimizer_of(plain, settings)
    spent = {"app": 0.0, "plain": 0.0}
    marks, rows = sorted(given.minutes), []
    done = 0
    while done < settings.max_steps and marks:
        until = min(done + BLOCK, settings.max_steps)
        began = time.perf_counter()
        while loop.step < until:
            loop.learn(settings)
            loop.tell(settings)
        spent["app"] += time.perf_counter() - began
        began = time.perf_counter()
        plain_steps(plain, own, text, settings, range(done, until))
        spent["plain"] += time.perf_counter() - began
        done = until
        if spent["app"] >= 60 * marks[0] or done >= settings.max_steps:
            rows.append(
                {
                    "minutes": round(spent["app"] / 60, 2),
                    "steps": done,
                    "bits, app": held_out(model, text),
                    "bits, plain torch": held_out(plain, text),
                    "speed, app over plain": spent["plain"] / spent["app"],
                }
            )
            marks.pop(0)
    grams = {order: bits(NGrams(text.train, order).losses(text.valid), len(text.valid)) for order in (3, 5)}
    weights = {
        name: sum(one.numel() for one in m.parameters()) for name, m in (("app", model), ("plain", plain))
    }
    return {"size": vars(size), "weights": weights, "rows": rows, "3-gram": grams[3], "5-gram": grams[5]}


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--out", type=new_file, required=True)
    parser.add_argument("--minutes", type=float, nargs="+", default=[2.0, 5.0, 10.0])
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args(argv)
    torch.set_num_threads(given.threads)
    about = Design(parameters=LAYERS * 12 * WIDTH * WIDTH)
    settings = settings_for(about, given.steps)
    settings = replace(settings, batch=BATCH, length=CONTEXT, learning_rate=RATE, warmup=0.05)
    with tempfile.TemporaryDirectory() as place:
        folder = RunFolder(Path(place) / "run")
        folder.path.mkdir()
        sides = divided(given.text.read_text("utf-8"))
        fill_from_nothing(folder, sides, about, "benchmark", given.text.name, settings, Config())
        found = measure(given, folder)
    given.out.write_text(json.dumps(found, indent=1), "utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
