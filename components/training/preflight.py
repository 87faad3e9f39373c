"""What a run will need, from a short trial on this machine; batch and length fitted to what is free.

Pure rules over the trial's numbers and the free memory; knows neither torch nor how they were measured.
"""

import math
from dataclasses import dataclass, replace

from components.config import GB
from components.errors import NotEnoughMemory, Unavailable
from components.kept import Kept
from components.messages import Message, Said
from components.training.hyperparameters import TrainingSettings

MARGIN = 1.15  # over the measured memory: fragments, the evaluation, a checkpoint being written
STEP_SECONDS = 0.05  # log, optimizer and what else a step costs beside its passes
START_SECONDS = 20.0  # until the program has its imports and its model
SHORTEST = 64  # tokens; a shorter length is of no use
CHECKPOINTS = 3  # on the disk at the same time: the best, the last, and one being written
REPORT_TOKENS = 40_000  # that the report reads and writes for base and tuned together, about


@dataclass(frozen=True)
class Trial(Kept):
    """The numbers of a `trial` event (see `trial.Measured`)."""

    base: int
    per_token: float
    seconds_per_token: float
    seconds_per_token_read: float
    update_seconds: float
    longest: int
    train_tokens: int
    valid_tokens: int
    rows: int
    learning: int
    weights: int


@dataclass(frozen=True)
class Estimate(Kept):
    """What a run will take. Bytes and seconds."""

    memory: int
    seconds: float
    disk: int
    steps: int
    tokens_per_second: float


def first_guess(parameters: int, settings: TrainingSettings, precision: str) -> int:
    """What to reserve for the trial itself, before anything was measured."""
    size = {"qlora": 0.6}.get(settings.method, 2.0 if precision != "float32" else 4.0)
    copies = {"full": 4.0, "freeze": 2.0}.get(settings.method, 1.3)
    return int(parameters * size * copies + 1.5 * GB)


def estimate(trial: Trial, settings: TrainingSettings, processes: int = 1, shared: bool = True) -> Estimate:
    """`shared`: the processes share one memory, as on a CPU; cards have one each."""
    batches = math.ceil(trial.rows / (settings.batch * processes))
    per_epoch = max(math.ceil(batches / settings.accumulation), 1)
    steps = max(math.ceil(per_epoch * settings.epochs), 1)
    steps = min(steps, settings.max_steps) if settings.max_steps else steps
    epochs = steps / per_epoch
    evaluations = math.ceil(steps / settings.evaluate_every) if settings.evaluate_every else 6
    seconds = (
        START_SECONDS * 2
        + epochs * trial.train_tokens * trial.seconds_per_token / processes
        + steps * (trial.update_seconds + STEP_SECONDS)
        + (evaluations + 1) * trial.valid_tokens * trial.seconds_per_token_read
        + REPORT_TOKENS * trial.seconds_per_token_read
    )
    longest = min(trial.longest, settings.length)
    memory = (trial.base + trial.per_token * settings.batch * longest) * MARGIN
    whole = settings.method in ("full", "freeze")
    kept = (trial.weights + 2 * trial.learning if whole else 3 * trial.learning) * 4
    disk = kept * CHECKPOINTS + (trial.weights if whole else trial.learning) * 4 * 2
    speed = processes / trial.seconds_per_token if trial.seconds_per_token else 0.0
    return Estimate(int(memory * (processes if shared else 1)), seconds, disk, steps, speed)


def fit(
    trial: Trial, settings: TrainingSettings, free: int, processes: int = 1, shared: bool = True
) -> tuple[TrainingSettings, list[Message]]:
    """Settings that fit into `free` bytes, and what was changed.

    The batch goes down first, accumulation up as much, so that a step stays the same; then the length.
    Raises NotEnoughMemory where not even one short row fits.
    """
    fitted, said = settings, list[Message]()
    while estimate(trial, fitted, processes, shared).memory > free and fitted.batch > 1:
        fitted = replace(fitted, batch=fitted.batch // 2, accumulation=fitted.accumulation * 2)
    if fitted.batch != settings.batch:
        said.append(
            Said(
                "The batch is {batch} instead of {wanted}, with {passes} passes for one step: more doesn't "
                "fit into the memory that is free. What is learned stays the same.",
                batch=fitted.batch,
                wanted=settings.batch,
                passes=fitted.accumulation,
            )
        )
    while (
        estimate(trial, fitted, processes, shared).memory > free
        and min(fitted.length, trial.longest) > SHORTEST
    ):
        fitted = replace(fitted, length=max(min(fitted.length, trial.longest) // 2, SHORTEST))
    if fitted.length != settings.length:
        said.append(
            Said(
                "The length is {length} tokens instead of {wanted}: longer rows are cut.",
                length=fitted.length,
                wanted=settings.length,
            )
        )
    need = estimate(trial, fitted, processes, shared).memory
    if need > free:
        raise NotEnoughMemory(
            "Training needs {need:.1f} GB even with one row of {length} tokens at a time, and "
            "{free:.1f} GB is free. What would help: a smaller model, LoRA instead of {method}, "
            "gradient checkpointing, or closing other programs.",
            need=need / GB,
            length=fitted.length,
            free=free / GB,
            method=settings.method,
        )
    return fitted, said


def check_disk(need: int, free: int) -> None:
    """Raises Unavailable where the checkpoints won't fit on the disk."""
    if need > free:
        raise Unavailable(
            "The run's checkpoints need {need:.1f} GB on the disk and {free:.1f} GB is free. Free "
            "some space, or set WORDBENCH_DATA_DIR to a folder on a larger disk.",
            need=need / GB,
            free=free / GB,
        )
