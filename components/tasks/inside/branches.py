"""Continuations of one text as a tree: what they have in common is one branch.

Knows texts of tokens with their chances; neither engines nor pages.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from components.models.scores import TokenScore


@dataclass(frozen=True)
class Continuation:
    kind: str  # "greedy", "sampled" or "beam"
    tokens: tuple[TokenScore, ...]

    @property
    def text(self) -> str:
        return "".join(one.text for one in self.tokens)

    @property
    def logprob(self) -> float:
        return sum(one.logprob or 0.0 for one in self.tokens)


@dataclass(frozen=True)
class Node:
    id: int
    parent: int  # -1: the text itself
    depth: int
    row: float  # where it is drawn; the first continuation is on top
    text: str  # of this token
    path: str  # from the text on, this token included
    chance: float  # of this token


def tree(continuations: Sequence[Continuation], most: int) -> list[Node]:
    """The nodes of the first `most` tokens of each; equal beginnings are one branch."""
    nodes: dict[tuple[int, ...], Node] = {}
    rows = 0
    for one in continuations:
        key: tuple[int, ...] = ()
        path, new = "", False
        for depth, token in enumerate(one.tokens[:most]):
            parent, key = nodes[key].id if key else -1, (*key, token.id)
            path += token.text
            if key not in nodes:
                new = True
                chance = math.exp(token.logprob) if token.logprob is not None else 0.0
                nodes[key] = Node(len(nodes), parent, depth, rows, token.text, path, chance)
        rows += new
    return list(nodes.values())
