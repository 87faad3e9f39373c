"""Shares and multiples of a text in English words: a fifth is 20%, doubled is twice.

Knows nothing about documents. A rank ("a third bridge") is no share: only "a third of" is looked for.
"""

import re
from collections.abc import Iterator

from components.tasks.facts.dates import ORDINAL

_PARTS = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4} | {
    word: number for word, number in ORDINAL.items() if 3 <= number <= 10
}
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_SHARE = re.compile(
    rf"\b(?:({'|'.join(_COUNTS)})[ -])?({'|'.join(sorted(_PARTS, key=len, reverse=True))})s?\b", re.IGNORECASE
)
_OF = re.compile(r"\s(?:of|the|its|their|as)\b", re.IGNORECASE)
_HALVED = re.compile(r"\bhalv(?:ed|es|ing)\b", re.IGNORECASE)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s?(?:%|per\s?cent\b)", re.IGNORECASE)
_MULTIPLE = {
    "2": re.compile(r"\b(?:twice|doubl\w+|two ?fold)\b", re.IGNORECASE),
    "3": re.compile(r"\b(?:thrice|tripl\w+|three ?fold)\b", re.IGNORECASE),
}
_MANY = {
    "2": re.compile(r"\b(?:(?:two|2) times|2x|second time|both times)\b", re.IGNORECASE),
    "3": re.compile(r"\b(?:(?:three|3) times|3x|third time)\b", re.IGNORECASE),
}


def stated(text: str) -> Iterator[tuple[str, str]]:
    """The shares and multiples that can mean nothing else: as written, and a key to compare."""
    for match in _SHARE.finditer(text):
        if _OF.match(text, match.end()) and (match[1] or match[2].lower() == "half"):
            yield match[0], f"{_percent(match)}%"
    yield from ((match[0], "50%") for match in _HALVED.finditer(text))
    for number, pattern in _MULTIPLE.items():
        yield from ((match[0], f"times {number}") for match in pattern.finditer(text))


def known(text: str) -> set[str]:
    """The keys of all that may be a share or a multiple; shares in words as bare numbers too."""
    found = {key for _, key in stated(text)}
    for match in _SHARE.finditer(text):
        found |= {f"{_percent(match)}%", str(_percent(match))}
    for match in _PERCENT.finditer(text):
        found |= {f"{int(float(match[1]))}%", f"{round(float(match[1]))}%"}
    return found | {f"times {number}" for number, pattern in _MANY.items() if pattern.search(text)}


def _percent(match: re.Match[str]) -> int:
    count = _COUNTS[match[1].lower()] if match[1] else 1
    return round(100 * count / _PARTS[match[2].lower()])
