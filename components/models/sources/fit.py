"""Whether a model fits this machine, with which context, and about how fast it would write.

Pure rules over numbers that the caller has found out: sizes, memory and its speed.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from components.config import GB
from components.messages import Message, Said

if TYPE_CHECKING:
    from components.models.gguf_header import GgufHeader

ROUGH_SHARE, ROUGH_BYTES = (
    1.1,
    500_000_000,
)  # what a model takes beside its weights, before its header is known
SHORT = 2048  # tokens; a model that fits with less only is called a tight fit
# Of the memory's speed that reading the weights reaches: llama.cpp's decoding, beside a plain copy.
REACHED = 0.7


@dataclass(frozen=True)
class Fit:
    """What is known of one variant on this machine."""

    need: int  # bytes, with `context` tokens, or with none where that isn't known
    context: int  # tokens that fit; 0: not known, or nothing fits
    fits: bool
    speed: float  # tokens per second at most; 0: not known

    @property
    def text(self) -> Message:
        """In a sentence."""
        if not self.fits:
            return Said("Too large: needs {need:.1f} GB", need=self.need / GB)
        if not self.context:
            return Said("Fits: needs about {need:.1f} GB", need=self.need / GB)
        return Said(
            "Fits with {context:,} tokens of context: {need:.1f} GB",
            context=self.context,
            need=self.need / GB,
        )


def rough(size: int, capacity: int, bandwidth: float, active_share: float = 1.0) -> Fit:
    """By the size of the files alone. `capacity`: bytes that the models of this machine may take."""
    need = int(size * ROUGH_SHARE) + ROUGH_BYTES
    return Fit(need, 0, need <= capacity, speed(size, bandwidth, active_share))


def of_gguf(
    header: "GgufHeader", size: int, capacity: int, bandwidth: float, longest: int, active_share: float = 1.0
) -> Fit:
    """By the header of one of a repository's files: its other quantizations differ in their size alone."""
    from components.models.gguf_memory import SHORTEST, fitting_context, need

    one = replace(header, size=size)
    context = fitting_context(one, capacity, longest)
    needed = need(one, context or SHORTEST)
    return Fit(needed, context, context > 0, speed(size, bandwidth, active_share))


def speed(size: int, bandwidth: float, active_share: float = 1.0) -> float:
    """Tokens per second at most: each token reads all weights once, or the share that works for it.

    5 GB at 20 GB/s, of which 70% are reached: 2.8 tokens/s. 0: the speed of the memory isn't known.
    """
    return REACHED * bandwidth / (size * active_share) if size and bandwidth else 0.0
