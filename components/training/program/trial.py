"""A short timed trial: what one pass of this model over these rows takes, measured on this machine.

Runs in the training program. Small passes come first and the largest is never tried: what a larger batch
needs follows from two small ones, so that the trial itself doesn't run out of memory.
"""

import contextlib
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import torch

from components.kept import Kept

TIMED = 2  # passes whose time counts


@dataclass(frozen=True)
class Measured(Kept):
    """What the trial found. Bytes and seconds."""

    base: int  # with the model loaded and one update made
    per_token: float  # bytes that one more token in a pass takes
    seconds_per_token: float  # forth and back
    seconds_per_token_read: float  # an evaluation only reads
    update_seconds: float
    longest: int  # tokens of the longest row
    train_tokens: int  # in one epoch
    valid_tokens: int  # in one evaluation
    rows: int  # that are trained on
    learning: int  # weights that learn
    weights: int  # all weights


def measure(
    model: Any,
    collator: Callable[[Sequence[Any]], dict[str, Any]],
    train: Sequence[Any],
    valid: Sequence[Any],
    batch: int,
    counts: tuple[int, int],
    loss_of: Callable[[Any, dict[str, Any]], Any] = lambda model, inputs: model(**inputs).loss,
) -> Measured:
    """`collator` makes a batch of rows, `loss_of` what is learned from it. Raises what torch raises where
    even one row doesn't fit.
    """
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-9)
    by_length = sorted(train, key=lambda one: -one.length)
    longest = by_length[0]
    middle = by_length[len(by_length) // 2 : len(by_length) // 2 + batch] or by_length[:1]

    def run(rows: Sequence[Any], learn: bool = True) -> float:
        inputs = {name: value.to(model.device) for name, value in collator(rows).items()}
        started = time.perf_counter()
        with torch.set_grad_enabled(learn):
            loss = loss_of(model, inputs)
            if learn:
                loss.backward()
        _wait(model)
        return time.perf_counter() - started

    model.train()
    run(middle[:1])
    began = time.perf_counter()
    optimizer.step()
    optimizer.zero_grad()
    _wait(model)
    update = time.perf_counter() - began
    base = used_bytes()
    peaks = []
    for rows in ([longest], [longest] * 2):
        reset_peak()
        run(rows)
        optimizer.zero_grad(set_to_none=False)
        peaks.append(peak_bytes())
    per_token = max(peaks[1] - peaks[0], 0) / max(longest.length, 1)
    tokens = sum(row.length for row in middle)
    seconds = min(run(middle) for _ in range(TIMED))
    reading = run(middle, learn=False)
    return Measured(
        base=max(base, int(peaks[0] - per_token * longest.length)),
        per_token=per_token,
        seconds_per_token=seconds / tokens,
        seconds_per_token_read=reading / tokens,
        update_seconds=update,
        longest=longest.length,
        train_tokens=sum(row.length for row in train),
        valid_tokens=sum(row.length for row in valid),
        rows=len(train),
        learning=counts[0],
        weights=counts[1],
    )


def _wait(model: Any) -> None:
    if model.device.type == "cuda":
        torch.cuda.synchronize()


def used_bytes() -> int:
    if torch.cuda.is_available():
        return int(torch.cuda.memory_allocated())
    return int(psutil.Process().memory_info().rss)


def reset_peak() -> None:
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
        return
    with contextlib.suppress(
        OSError
    ):  # not Linux, or not allowed: the peak since the start is an upper bound
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_bytes() -> int:
    """The most memory that this process took since `reset_peak`."""
    if torch.cuda.is_available():
        return int(torch.cuda.max_memory_allocated())
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="ignore")
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        kilo = 1 if psutil.MACOS else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilo
