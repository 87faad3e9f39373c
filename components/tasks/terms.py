"""The words that carry a text's meaning, in any script: for counting and comparing, not for showing.

Knows nothing about documents. Words are folded and cut to their beginning, which brings most forms of
a word together in most languages; scripts without spaces are compared by pairs of characters.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import log

from components.scripts import HANGUL, UNSPACED

ALIKE = 0.75  # share of the terms of two sentences that both have, from which one of them is enough
INSIDE, INSIDE_FROM = 0.85, 5  # the same of the shorter one's terms, where it has at least that many
STEM = 6  # letters of a word that are compared
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_PAIRS = re.compile(f"[{UNSPACED}{HANGUL}]+")
# What people say while they think; lists of stop words are made from written text.
_SPOKEN = "yeah yep yes okay ok um uh uhm hmm mm mhm like just really right sort kind gonna wanna stuff thing"
# What turns a sentence into its opposite: with and without it, two of them don't say the same.
_NEGATIONS = {
    "en": re.compile(r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot)\b|n['’]t\b"),
    "de": re.compile(r"\b(?:nicht|nichts|kein\w*|nie|niemals|niemand\w*|ohne|weder)\b"),
    "fr": re.compile(r"\b(?:ne|pas|jamais|rien|aucune?|sans)\b|\bn['’]"),
    "es": re.compile(r"\b(?:no|nunca|jamás|nada|nadie|ning[uú]n\w*|sin|ni)\b"),
    "pt": re.compile(r"\b(?:não|nunca|jamais|nada|ninguém|nenhum\w*|sem|nem)\b"),
    "it": re.compile(r"\b(?:non|mai|niente|nulla|nessun\w*|senza|né)\b"),
    "zh": re.compile(r"[不没未無无非]"),
}


@cache
def stop_words(language: str) -> frozenset[str]:
    """Words of a language that carry no meaning of their own, stemmed like the others."""
    import stop_words as lists

    try:
        words = set(lists.get_stop_words(language or "en"))
    except lists.StopWordError:
        words = set()
    if language in ("", "en"):
        words |= set(_SPOKEN.split())
    return frozenset(words)


def terms(text: str, language: str) -> list[str]:
    """The meaningful words of a text, stemmed, in order."""
    stop = stop_words(language)
    found: list[str] = []
    for word in _WORD.findall(text.casefold().replace("’", "'")):
        word = word.removesuffix("'s")
        if _PAIRS.fullmatch(word):
            found += [word[i : i + 2] for i in range(len(word) - 1)] or [word]
        elif word not in stop and (len(word) > 2 or word.isdigit()):
            found.append(word if word.isdigit() else word[:STEM])
    return found


def rarity(texts: Sequence[Iterable[str]]) -> dict[str, float]:
    """The weight of each term: the fewer texts have it, the higher."""
    frequency = Counter(term for text in texts for term in set(text))
    return {term: log(1 + len(texts) / count) for term, count in frequency.items()}


def contained(
    inner: Iterable[str], outer: Iterable[str], weights: Mapping[str, float], unknown: float
) -> float:
    """The weighted share of the terms of `inner` that `outer` has; 0 for no terms at all."""
    wanted, there = set(inner), set(outer)
    total = sum(weights.get(term, unknown) for term in wanted)
    return sum(weights.get(term, unknown) for term in wanted & there) / total if total else 0.0


def distinct(texts: Sequence[str], language: str) -> list[int]:
    """Which of the texts to keep so that none says nearly the same as one before it."""
    kept: list[tuple[int, set[str], int]] = []
    for i, text in enumerate(texts):
        words, negations = set(terms(text, language or "en")), _negations(text, language or "en")
        if not any(negations == of_other and _alike(words, other) for _, other, of_other in kept):
            kept.append((i, words, negations))
    return [i for i, *_ in kept]


def _negations(text: str, language: str) -> int:
    known = _NEGATIONS.get(language)
    return len(known.findall(text.casefold())) if known else 0


def _alike(one: set[str], other: set[str]) -> bool:
    both, shorter = len(one & other), min(len(one), len(other))
    if not both:
        return False
    return both >= ALIKE * len(one | other) or (shorter >= INSIDE_FROM and both >= INSIDE * shorter)


def stutters(text: str) -> bool:
    """Whether the same four words occur in it twice: the sign of a small model that lost its thread."""
    words = _WORD.findall(text.casefold())
    runs = [tuple(words[i : i + 4]) for i in range(len(words) - 3)]
    return len(set(runs)) < len(runs)
