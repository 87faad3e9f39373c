"""The chances of the next token under sampling settings: what is kept, what is cut, and how likely each is.

Knows numbers alone. The filters come in the engines' order: temperature, top-k, top-p, min-p.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Chances:
    """Of tokens in falling order of their logits."""

    model: Numbers  # what the model itself says
    heated: Numbers  # after temperature, before anything is cut
    final: Numbers  # with which each is drawn; 0: cut

    @property
    def kept(self) -> int:
        """How many tokens can be drawn."""
        return int((self.final > 0).sum())


def chances(
    logits: npt.NDArray[np.float32], temperature: float, top_k: int, top_p: float, min_p: float
) -> Chances:
    """`logits`: of the whole vocabulary, largest first. A temperature of 0 takes the likeliest alone."""
    values = logits.astype(np.float64)
    model = _softmax(values)
    if temperature == 0:
        only = np.zeros_like(model)
        only[0] = 1.0
        return Chances(model, model, only)
    heated = _softmax(values / temperature)
    kept = np.ones(len(values), bool)
    if top_k > 0:
        kept[top_k:] = False
    if top_p < 1:
        # Of what top-k left, as the engines do; the token that passes the sum is kept.
        left = np.where(kept, heated, 0.0) / heated[kept].sum()
        kept &= np.cumsum(left) - left < top_p
        kept[0] = True
    if min_p > 0:
        kept &= heated >= min_p * heated[0]
    final = np.where(kept, heated, 0.0)
    return Chances(model, heated, final / final.sum())


def _softmax(values: Numbers) -> Numbers:
    powers = np.exp(values - values.max())
    return powers / powers.sum()
