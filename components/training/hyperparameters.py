"""How a model is trained: every setting, its range, and a sentence that explains it to a person.

Plain data that crosses from the app to the training program; knows neither torch nor pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from components.errors import BadInput
from components.kept import Kept
from components.messages import N_, Said

Method = Literal["lora", "qlora", "full", "freeze"]
Schedule = Literal["cosine", "linear", "constant"]

METHODS: Mapping[Method, str] = {
    "lora": N_("LoRA: small matrices beside every linear layer learn, the model itself stays as it is."),
    "qlora": N_("QLoRA: LoRA on a model kept in 4 bits. Needs an NVIDIA card and the bitsandbytes package."),
    "full": N_("Full: every weight learns. Needs four times the model's memory, and forgets more."),
    "freeze": N_("Freeze: only the last layers learn, the others stay as they are."),
}
# A learning rate that suits LoRA's fresh matrices is far too high for weights that already know something.
LEARNING_RATES: Mapping[Method, float] = {"lora": 1e-3, "qlora": 5e-4, "full": 5e-5, "freeze": 1e-4}

PREFERENCE_RATE = 1e-4  # a pair pulls at two whole answers at once
ON_PAIRS: tuple[Method, ...] = ("lora", "qlora")  # the reference is the adapter turned off


@dataclass(frozen=True)
class TrainingSettings(Kept):
    """All that decides what a run does, beside the model and the data."""

    method: Method = "lora"
    rank: int = 16  # of LoRA's matrices
    alpha: int = 32  # LoRA's scale is alpha / rank
    dropout: float = 0.0  # of LoRA's inputs; on a CPU, drawing it takes an eighth of the time
    beta: float = 0.1  # of pairs: how strongly the model is held to its base
    last_layers: int = 4  # freeze: how many learn
    gradual: bool = True  # freeze: begin with the last one, then one more at a time
    learning_rate: float = 1e-3
    epochs: float = 1.0
    max_steps: int = 0  # 0: as many as the epochs have
    batch: int = 4  # rows in one pass; twice as many take twice the memory and are hardly faster on a CPU
    accumulation: int = 2  # passes before one update
    length: int = 512  # tokens; longer rows are cut
    packing: bool = False
    schedule: Schedule = "cosine"
    warmup: float = 0.05  # share of the steps
    weight_decay: float = 0.01
    clip: float = 1.0  # largest norm of the gradient
    patience: int = 3  # evaluations without a better validation loss; 0: never stop early
    evaluate_every: int = 0  # steps; 0: about six times in a run
    evaluate_rows: int = 48  # held-out rows that are looked at while training; the report takes all
    checkpointing: bool = False  # recompute activations: less memory, a third slower
    seed: int = 42
    threads: int = 0  # 0: one per core

    def with_method(self, method: Method) -> "TrainingSettings":
        return replace(self, method=method, learning_rate=LEARNING_RATES[method])

    def suited_to(self, rows: int) -> "TrainingSettings":
        """With as many epochs as data of this size needs: little data is read more often."""
        epochs = next(
            epochs for least, epochs in ((1000, 1.0), (300, 2.0), (100, 3.0), (0, 5.0)) if rows >= least
        )
        return replace(self, epochs=epochs)

    def check(self, context: int = 0) -> None:
        """Raises BadInput naming the first setting that can't be used, and what it can be.

        `context`: tokens that the base model reads; 0: not known.
        """
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise BadInput(
                    "{title} is {value:g}; it can be {low:g} to {high:g}.",
                    title=Said(TITLES[name]),
                    value=value,
                    low=low,
                    high=high,
                )
        if context and self.length > context:
            raise BadInput(
                "The length is {length:,} tokens, and this model reads {context:,} at most. Choose a "
                "shorter length.",
                length=self.length,
                context=context,
            )
        if self.method not in METHODS:
            raise BadInput(
                "The method {method} is not known. Known: {methods}.",
                method=repr(self.method),
                methods=list(METHODS),
            )
        if self.schedule not in get_args(Schedule):
            raise BadInput(
                "The schedule {schedule} is not known. Known: {schedules}.",
                schedule=repr(self.schedule),
                schedules=list(get_args(Schedule)),
            )


TITLES: Mapping[str, str] = {
    "method": N_("Method"),
    "rank": N_("Rank"),
    "alpha": N_("Alpha"),
    "dropout": N_("Dropout"),
    "beta": N_("Beta"),
    "last_layers": N_("Layers that learn"),
    "gradual": N_("Unfreeze one layer at a time"),
    "learning_rate": N_("Learning rate"),
    "epochs": N_("Epochs"),
    "max_steps": N_("Maximum steps"),
    "batch": N_("Batch"),
    "accumulation": N_("Accumulation"),
    "length": N_("Length"),
    "packing": N_("Packing"),
    "schedule": N_("Schedule"),
    "warmup": N_("Warm-up"),
    "weight_decay": N_("Weight decay"),
    "clip": N_("Gradient clipping"),
    "patience": N_("Patience"),
    "evaluate_every": N_("Steps between evaluations"),
    "evaluate_rows": N_("Rows of an evaluation"),
    "checkpointing": N_("Gradient checkpointing"),
    "seed": N_("Seed"),
    "threads": N_("Threads"),
}
RANGES: Mapping[str, tuple[float, float]] = {
    "rank": (1, 512),
    "alpha": (1, 1024),
    "dropout": (0, 0.9),
    "beta": (0.001, 10),
    "last_layers": (1, 1000),
    "learning_rate": (1e-8, 1.0),
    "epochs": (0.01, 1000),
    "max_steps": (0, 10_000_000),
    "batch": (1, 1024),
    "accumulation": (1, 1024),
    "length": (16, 1_000_000),
    "warmup": (0, 0.9),
    "weight_decay": (0, 1),
    "clip": (0, 1000),
    "patience": (0, 1000),
    "evaluate_every": (0, 1_000_000),
    "evaluate_rows": (1, 100_000),
    "seed": (0, 2**32 - 1),
    "threads": (0, 1024),
}
EXPLAINED: Mapping[str, str] = {
    "rank": N_("How much LoRA can learn: the width of its matrices. More takes more memory."),
    "alpha": N_("How strongly what was learned counts: alpha / rank. Twice the rank is usual."),
    "dropout": N_("The share of LoRA's inputs that is left out at random, against learning by heart."),
    "beta": N_("Of pairs: how strongly the model is held to its base. Less lets it drift further."),
    "last_layers": N_("How many of the model's last layers learn."),
    "gradual": N_("The last layer learns first, then one more at a time: the model forgets less."),
    "learning_rate": N_("How large a step is. Too high: the loss jumps or grows. Too low: it hardly falls."),
    "epochs": N_("How often every row is read. Small data: 2 to 5. More learns by heart."),
    "max_steps": N_("Ends the run after this many updates; 0: as many as the epochs have."),
    "batch": N_("Rows that are read in one pass. More is faster, if the memory is there."),
    "accumulation": N_("Passes before one update: batch x accumulation rows count for one step."),
    "length": N_("Longest row in tokens. Longer ones are cut at the end, and that is said."),
    "packing": N_(
        "Puts several short rows into one sequence, each blind to the others. Saves padding on a GPU."
    ),
    "schedule": N_("How the learning rate falls: along a cosine, in a line, or not at all."),
    "warmup": N_("The share of the steps in which the learning rate grows from 0."),
    "weight_decay": N_("Pulls weights towards 0, against learning by heart."),
    "clip": N_("A gradient longer than this is shortened: one odd row can't throw the model off. 0: off."),
    "patience": N_("Stops after this many evaluations without a better validation loss. 0: never."),
    "evaluate_every": N_("Updates between two looks at the held-out rows; 0: about six in a run."),
    "evaluate_rows": N_("Held-out rows in each of these looks. The report at the end takes all of them."),
    "checkpointing": N_("Computes parts twice instead of keeping them: less memory, a third slower."),
    "seed": N_("The same seed, data and settings give the same run."),
    "threads": N_("CPU threads of the training; 0: one per core. It runs at low priority either way."),
}
