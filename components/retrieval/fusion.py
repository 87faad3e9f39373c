"""One order out of several: of words, and of meaning in one or two models.

Reciprocal ranks: what is high in any of the lists comes early, what is high in several comes first.
Knows ids alone.
"""

from collections.abc import Hashable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)
CALM = 60  # how little it matters whether one is the first or the third of a list


def fused(*lists: Sequence[T]) -> list[T]:
    """All of them once, the best ones first: fused([a, b], [b, c]) begins with b."""
    scores: dict[T, float] = {}
    for one in lists:
        for rank, item in enumerate(one):
            scores[item] = scores.get(item, 0.0) + 1 / (CALM + rank)
    return sorted(scores, key=lambda item: -scores[item])
