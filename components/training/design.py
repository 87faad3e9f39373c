"""A model that is trained from nothing: its kind, its vocabulary, its size, and the text's two sides.

Pure rules; knows neither torch nor pages.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from components.errors import BadInput
from components.kept import Kept
from components.messages import N_
from components.training.hyperparameters import TrainingSettings

Kind = Literal["gpt2", "llama", "lstm"]
Vocabulary = Literal["characters", "bpe"]

BASE = "from-scratch"  # what stands for the base of such a model
KIND = "scratch"  # of its data, in a run's plan
SIZES = (200_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000)
LEAST, LITTLE, MOST = 5_000, 100_000, 20_000_000  # characters: refused, warned about, read
HELD_OUT = 0.1  # of the text, at its end
PIECES = (256 + 64, 16_000)  # of a BPE vocabulary: bytes are always in it
KINDS: Mapping[Kind, str] = {
    "gpt2": N_("GPT (GPT-2's architecture)"),
    "llama": N_("GPT (Llama's architecture)"),
    "lstm": N_("LSTM, for comparison"),
}
VOCABULARIES: Mapping[Vocabulary, str] = {
    "characters": N_("Characters"),
    "bpe": N_("Pieces of words (BPE)"),
}


@dataclass(frozen=True)
class Design(Kept):
    """What is built before anything is learned."""

    kind: Kind = "gpt2"
    vocabulary: Vocabulary = "characters"
    pieces: int = 1_000  # of a BPE vocabulary
    parameters: int = 1_000_000  # about
    dropout: float = 0.0
    beginning: str = "Once"  # of every sample

    def check(self) -> None:
        """Raises BadInput naming what can't be used."""
        if self.kind not in get_args(Kind) or self.vocabulary not in get_args(Vocabulary):
            raise BadInput("This kind of model isn't known: {kind}.", kind=self.kind)
        if not SIZES[0] // 2 <= self.parameters <= 2 * SIZES[-1]:
            raise BadInput(
                "The size in parameters is {size:,}; it can be {low:,} to {high:,}.",
                size=self.parameters,
                low=SIZES[0],
                high=SIZES[-1],
            )
        if self.vocabulary == "bpe" and not PIECES[0] <= self.pieces <= PIECES[1]:
            raise BadInput(
                "The size of the vocabulary is {size:,}; it can be {low:,} to {high:,}.",
                size=self.pieces,
                low=PIECES[0],
                high=PIECES[1],
            )


@dataclass(frozen=True)
class Dimensions:
    """Layers, width, heads."""

    layers: int
    width: int
    heads: int


def weights_of(kind: Kind, layers: int, width: int, vocabulary: int, context: int) -> int:
    """About how many weights a model has; the embedding is also its last layer."""
    each = 8 * width * width if kind == "lstm" else 12 * width * width
    positions = context * width if kind == "gpt2" else 0
    return layers * each + vocabulary * width + positions


def dimensions(design: Design, vocabulary: int, context: int) -> Dimensions:
    """The layers and the width that come nearest to the wanted number of weights.

    Widths are multiples of 32, a head is 32 wide (64 from 512 on), and a model is 16 to 80 times as wide as
    deep, as those that are known to learn well. One million with 80 characters is 5 layers of 128.
    """
    found = min(
        (
            (
                abs(
                    math.log(weights_of(design.kind, layers, width, vocabulary, context) / design.parameters)
                ),
                layers,
                width,
            )
            for layers in range(1 if design.kind == "lstm" else 2, 13)
            for width in range(32, 1025, 32)
            if design.kind == "lstm" or 16 <= width / layers <= 80
        ),
        key=lambda one: (round(one[0], 2), abs(one[2] / one[1] - 32)),
    )
    _, layers, width = found
    return Dimensions(layers, width, width // (64 if width >= 512 and width % 64 == 0 else 32))


def divided(text: str) -> tuple[str, str]:
    """What is trained on and what is held out: the end of the text, from the beginning of a line.

    Raises BadInput for a text that is too short to learn anything from.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    if len(text) < LEAST:
        raise BadInput(
            "The text has {length:,} characters; {least:,} is the least that anything can be learned from, "
            "and 100,000 make it worthwhile.",
            length=len(text),
            least=LEAST,
        )
    text = f"{text}\n"[:MOST]
    at = int(len(text) * (1 - HELD_OUT))
    line = text.rfind("\n", 0, at) + 1
    at = line if line > at * 0.8 else at
    return text[:at], text[at:]


def settings_for(design: Design, steps: int = 1_000) -> TrainingSettings:
    """What suits models of such sizes: small ones take large steps."""
    rate = min(2e-3, 1e-3 * math.sqrt(1_000_000 / design.parameters) * (2 if design.kind == "lstm" else 1))
    return TrainingSettings(
        method="full",
        learning_rate=round(rate, 5),
        batch=16,
        accumulation=1,
        length=128,
        max_steps=steps,
        epochs=1.0,
        warmup=0.05,
        weight_decay=0.1,
        patience=0,
    )
