"""Two texts in two languages, piece beside piece: which sentences of one say what which of the other say.

Knows lengths and vectors of meaning; not documents or models.

A translation is about as long as its source, piece by piece (Gale and Church 1993), and near to it in meaning
where vectors can be had. The cheapest way through both texts is found by dynamic programming: at each place
one piece goes with one, one with two, two with one, or one is left out:

    one    The mill is old. | It stands by the river. | Come and see it!
    other  Die Mühle ist alt und steht am Fluss. | Seht sie euch an!
    gives  (0, 1) with (0,), and (2,) with (1,)
"""

import math
from collections.abc import Sequence
from typing import Any

Pieces = tuple[int, ...]
# How often pieces go together so, in the texts that Gale and Church looked at.
STEPS = {(1, 1): 0.89, (1, 0): 0.0099, (0, 1): 0.0099, (2, 1): 0.089, (1, 2): 0.089}
VARIANCE = 6.8  # of the other's characters for each of one's, by the same
MEANING = 8.0  # what it costs that two pieces have nothing in common
BAND = 60  # pieces to both sides of the diagonal that are looked at


def align(
    one: Sequence[str], other: Sequence[str], likeness: Any | None = None
) -> list[tuple[Pieces, Pieces]]:
    """Which pieces go together, in order; a side is empty for what is only in the other text.

    `likeness`: (len(one), len(other)), cosine of the pieces' vectors, or None.
    """
    costs: dict[tuple[int, int], tuple[float, Pieces, Pieces]] = {(0, 0): (0.0, (), ())}
    ratio = max(sum(map(len, other)), 1) / max(sum(map(len, one)), 1)
    slope, band = len(other) / max(len(one), 1), BAND + abs(len(one) - len(other))
    for i in range(len(one) + 1):
        middle = round(i * slope)
        for j in range(max(middle - band, 0), min(middle + band, len(other)) + 1):
            tries = []
            for (back, beside), share in STEPS.items():
                before = costs.get((i - back, j - beside))
                if before is None:
                    continue
                mine, theirs = tuple(range(i - back, i)), tuple(range(j - beside, j))
                lengths = (sum(len(one[n]) for n in mine) * ratio, sum(len(other[n]) for n in theirs))
                cost = before[0] - math.log(share) + _by_length(*lengths)
                if likeness is not None and mine and theirs:
                    alike = sum(float(likeness[m, n]) for m in mine for n in theirs)
                    cost += MEANING * (1 - alike / (len(mine) * len(theirs)))
                tries.append((cost, mine, theirs))
            if tries:
                costs[i, j] = min(tries)
    return _way(costs, len(one), len(other))


def _by_length(one: float, other: float) -> float:
    """How unlikely two lengths are for a text and its translation; nothing for what is left out."""
    if not one or not other:
        return 0.0
    away = abs(one - other) / math.sqrt(VARIANCE * (one + other) / 2)
    return -math.log(max(math.erfc(away / math.sqrt(2)), 1e-300))


def _way(
    costs: dict[tuple[int, int], tuple[float, Pieces, Pieces]], i: int, j: int
) -> list[tuple[Pieces, Pieces]]:
    found: list[tuple[Pieces, Pieces]] = []
    while i or j:
        _, mine, theirs = costs[i, j]
        found.append((mine, theirs))
        i, j = i - len(mine), j - len(theirs)
    return found[::-1]
