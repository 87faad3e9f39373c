"""An n-gram model of characters: what a model that learns has to beat. Pure Python, no torch.

Interpolated by Witten and Bell (1991): how much a context counts depends on how many different characters
have followed it. After "th" mostly comes "e": it counts much; after "xq" nothing ever came: the shorter
context decides.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence


class NGrams:
    """Counts of a text, for contexts of up to `order - 1` characters."""

    def __init__(self, text: str, order: int) -> None:
        self._order = order
        self._seen: list[defaultdict[str, Counter[str]]] = [defaultdict(Counter) for _ in range(order)]
        for length in range(order):
            table = self._seen[length]
            for at in range(length, len(text)):
                table[text[at - length : at]][text[at]] += 1
        self._totals = [
            {context: sum(counts.values()) for context, counts in table.items()} for table in self._seen
        ]
        self._alphabet = len(set(text)) + 1  # and one for what was never seen

    def losses(self, text: str) -> list[float]:
        """Nats of each character of another text."""
        return [
            -math.log(self._chance(text[max(at - self._order + 1, 0) : at], text[at]))
            for at in range(len(text))
        ]

    def _chance(self, context: str, character: str) -> float:
        chance = 1.0 / self._alphabet
        for length in range(min(len(context), self._order - 1) + 1):
            before = context[len(context) - length :] if length else ""
            counts = self._seen[length].get(before)
            if counts is None:
                break
            total, kinds = self._totals[length][before], len(counts)
            chance = (counts.get(character, 0) + kinds * chance) / (total + kinds)
        return chance


def bits(losses: Sequence[float], characters: int) -> float:
    """Bits per character of a sum of nats."""
    return sum(losses) / max(characters, 1) / math.log(2)


def copied(text: str, source: str, least: int = 50) -> list[tuple[int, int]]:
    """The stretches of at least so many characters that are in the source word for word: start and end.

    A sample that has learned by heart is one long stretch; one that has learned to write has none.
    """
    found: list[tuple[int, int]] = []
    at = 0
    while at + least <= len(text):
        if text[at : at + least] not in source:
            at += 1
            continue
        end = at + least
        while end < len(text) and text[at : end + 1] in source:
            end += 1
        found.append((at, end))
        at = end
    return found
