"""Whether a model fits this machine, with which context, and about how fast it would write.

Pure rules over numbers that the caller has found out: sizes, memory and its speed.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from components.config import GB
from components.messages import Message, Said

if TYPE_CHECKING:
    from components.models.gguf_header import GgufHeader

# What a model takes beside its weights, before its header is known.
ROUGH_SHARE, ROUGH_BYTES = 1.1, 500_000_000
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


def active_share(header: "GgufHeader") -> float:
    """Of the weights, those that work for one token: all, or where there are experts, the chosen ones.

    Of 128 experts, 8 work for a token: if the experts have 95% of the weights, that is 5% + 95% * 8/128.
    """

    def of(name: str) -> int:
        found = header.fields.get(f"{header.architecture}.{name}")
        return found if isinstance(found, int) and found > 0 else 0

    experts, used, hidden = of("expert_count"), of("expert_used_count"), of("expert_feed_forward_length")
    if not (experts and used and hidden and header.parameters):
        return 1.0
    inside = min(header.layers * experts * 3 * header.width * hidden / header.parameters, 1.0)
    return 1.0 - inside * (1.0 - min(used / experts, 1.0))


def speed(size: int, bandwidth: float, active_share: float = 1.0) -> float:
    """Tokens per second at most: each token reads all weights once, or the share that works for it.

    5 GB at 20 GB/s, of which 70% are reached: 2.8 tokens/s. 0: the speed of the memory isn't known.
    """
    return REACHED * bandwidth / (size * active_share) if size and bandwidth else 0.0
