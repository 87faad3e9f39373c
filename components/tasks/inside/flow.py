"""Attention as a picture can show it: of one head, the mean of all, or its rollout over the layers.

Knows numbers alone.
"""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float32]


def mean(weights: Numbers) -> Numbers:
    """Over layers and heads. `weights`: (layers, heads, to, of)."""
    return weights.mean(axis=(0, 1))


def rollout(weights: Numbers) -> Numbers:
    """How much of each token is left in each, over all layers (Abnar and Zuidema 2020).

    A layer hands on half of what a token was, and half of what it takes from others:

        two layers, A = (attention + 1) / 2, rows normalized:  rollout = A2 · A1
    """
    layers, _, to, of = weights.shape
    if to != of:
        return mean(weights)  # of a translation: the layers below are the source's own
    flow = np.eye(to, dtype=np.float32)
    for layer in range(layers):
        own = weights[layer].mean(axis=0) + np.eye(to, dtype=np.float32)
        flow = (own / own.sum(axis=-1, keepdims=True)) @ flow
    return flow
