"""Where each sentence of a summary comes from: the passages that support it, or that none does.

Knows passages, vectors and words; nothing about who wrote the sentence. A sentence is supported when
passages close to each other in the ranking have most of its meaningful words, or when one means the same.
That isn't yet what they say: `original` finds the one passage that says it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.models.engine import Vectors
from components.tasks.facts.compression import says_the_same
from components.tasks.summarize.passages import Passage
from components.tasks.terms import contained, rarity, terms

MOST_SOURCES = 3
CANDIDATES = 12  # passages looked at closely for each sentence
WORTH_NAMING = 0.12  # of the sentence's words that a further source must add
WORDS_ENOUGH = 0.75  # share of the meaningful words that the sources have, weighted by rarity
WORDS_WITH_MEANING = 0.5  # that is enough when the meaning is near too
MEANING_NEAR, MEANING_SAME = 0.6, 0.8  # cosines


@dataclass(frozen=True)
class Source:
    """A passage that supports a sentence."""

    passage: int
    score: float  # 0 to 1: its share of the sentence's words, or the nearness of meaning


@dataclass(frozen=True)
class Support:
    """What was found for one sentence, the best source first."""

    sources: tuple[Source, ...]
    supported: bool
    share: float  # of the sentence's words that the sources have together


class Grounds:
    """A document's passages, to find support in; made once, used for every sentence."""

    def __init__(self, passages: Sequence[Passage], vectors: Vectors | None, language: str) -> None:
        self._passages, self._language, self._vectors = passages, language, vectors
        self._terms = [frozenset(terms(f"{p.speaker} {p.text}", language)) for p in passages]
        self._rarity = rarity(self._terms)
        self._unknown = max(self._rarity.values(), default=1.0)
        having: dict[str, list[int]] = {}
        for i, found in enumerate(self._terms):
            for term in found:
                having.setdefault(term, []).append(i)
        self._having = {term: np.array(where) for term, where in having.items()}

    def support(
        self, text: str, vector: "Vectors | None" = None, among: Sequence[int] | None = None
    ) -> Support:
        """The passages behind a sentence; `among`: only these may support it."""
        wanted = frozenset(terms(text, self._language))
        ranked, nearest = self._ranked(wanted, vector, among)
        sources: list[Source] = []
        covered: set[str] = set()
        share = 0.0
        for i, cosine in ranked:
            joined = covered | self._terms[i]
            now = contained(wanted, joined, self._rarity, self._unknown)
            same = cosine >= MEANING_NEAR and not sources
            if (now - share >= WORTH_NAMING or same) and len(sources) < MOST_SOURCES:
                alone = contained(wanted, self._terms[i], self._rarity, self._unknown)
                sources.append(Source(i, round(max(alone, cosine), 3)))
                covered, share = joined, now
        return Support(tuple(sources), bool(sources) and self._enough(wanted, share, nearest), share)

    def original(
        self, text: str, vector: "Vectors | None" = None, among: Sequence[int] | None = None
    ) -> int | None:
        """The one passage that says what a sentence says; None where that isn't sure. What somebody said in a
        transcript is nobody else's sentence.
        """
        wanted = frozenset(terms(text, self._language))
        for i, _ in self._ranked(wanted, vector, among)[0]:
            passage = self._passages[i]
            if not passage.speaker and says_the_same(text, passage.text, self._language):
                return i
        return None

    def _enough(self, wanted: frozenset[str], share: float, nearest: float) -> bool:
        if not wanted:
            return False
        if share >= WORDS_ENOUGH or (nearest >= MEANING_SAME and share >= WORDS_WITH_MEANING / 2):
            return True
        return share >= WORDS_WITH_MEANING and nearest >= MEANING_NEAR

    def _ranked(
        self, wanted: frozenset[str], vector: "Vectors | None", among: Sequence[int] | None
    ) -> tuple[list[tuple[int, float]], float]:
        """The passages that share most words and meaning, with their cosine; and the highest cosine."""
        shared = np.zeros(len(self._terms))
        for term in wanted:
            if (where := self._having.get(term)) is not None:
                shared[where] += self._rarity[term]
        shared /= sum(self._rarity.get(term, self._unknown) for term in wanted) or 1.0
        allowed = np.arange(len(shared)) if among is None else np.unique(np.array(among, int))
        cosines: Vectors = np.zeros(len(allowed), np.float32)
        if self._vectors is not None and vector is not None:
            cosines = (self._vectors[allowed] if among is not None else self._vectors) @ vector
        scores = shared[allowed] + np.maximum(cosines, 0)
        best = np.argsort(-scores, kind="stable")[:CANDIDATES]
        ranked = [(int(allowed[i]), float(cosines[i])) for i in best if scores[i] > 0]
        return ranked, float(cosines.max(initial=0.0))
