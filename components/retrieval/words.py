"""The words of a text as an index keeps them, in any script, and how much a text has of those of a question.

Each word is there twice, whole and as the beginning of its stem, which brings its forms together; scripts
without spaces give their characters and pairs of them. "Die Häfen" is "=häfen haf", "港口" is "港 口 港口".
"""

import math
import re
import runpy
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from components.models.stems import stem
from components.scripts import HANGUL, UNSPACED

STEM = 6  # letters of a word's stem that are compared, so that compounds share their beginning
PIECE = {False: 5, True: 3}  # letters of a piece of one; in scripts without spaces
SATURATION, LENGTH = 1.5, 0.75  # k1 and b of BM25
_AUXILIARIES = frozenset(["did", "does", "doing", "having", "shall"])  # that the second list lacks
_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(f"[{UNSPACED}{HANGUL}]+")


@cache
def _stop_words(language: str) -> frozenset[str]:
    """Words that say nothing by themselves. Of the English ones, which are five times as many as the German
    and have "keys", "rooms" and "members" among them, those that a second list has too.
    """
    import stop_words as lists

    try:
        found = frozenset(lists.get_stop_words(language or "en"))
    except lists.StopWordError:
        return frozenset()
    if language not in ("", "en"):
        return found
    parts = {part for one in found if "'" in one for part in one.split("'")}  # "don" and "t" of "don't"
    return found & _second_list() | parts | _AUXILIARIES


def _second_list() -> frozenset[str]:
    """Scikit-learn's English stop words, without the three seconds that its modules take to be imported."""
    package = find_spec("sklearn")
    folder = next(iter((package and package.submodule_search_locations) or ()), "")
    words: frozenset[str] = runpy.run_path(str(Path(folder) / "feature_extraction" / "_stop_words.py"))[
        "ENGLISH_STOP_WORDS"
    ]
    return words


def tokens(text: str, language: str) -> list[str]:
    """What an index keeps of a text, in order and as often as it is there."""
    stop, found = _stop_words(language), list[str]()
    for word in _WORD.findall(text.casefold()):
        rest = _RUN.sub(" ", word)
        for run in _RUN.findall(word):
            found += [*run, *(run[i : i + 2] for i in range(len(run) - 1))]
        for one in rest.split():
            if one not in stop and (len(one) > 1 or one.isdigit()):
                found += [f"={one}", form(one, language)]
    return found


def form(word: str, language: str) -> str:
    """What the forms of a word in small letters have in common."""
    return (stem(word, language) or word)[:STEM]


def telling(found: Sequence[str]) -> list[str]:
    """Those of a question that are worth looking up: no single characters where there are pairs."""
    pairs = [one for one in dict.fromkeys(found) if len(one) > 1]
    return pairs or list(dict.fromkeys(found))


def grams(text: str, language: str) -> set[str]:
    """Pieces of its words, which forms and compounds of it share: of "ferry" "^ferr", "ferry", "erry$"."""
    stop, found = _stop_words(language), set[str]()
    for word in _WORD.findall(text.casefold()):
        if word not in stop:
            size, word = PIECE[bool(_RUN.search(word))], f"^{word}$"
            found.update(word[i : i + size] for i in range(max(1, len(word) - size + 1)))
    return found


class Shares:
    """What share of a question's words, or pieces of words, a text has; rare ones weigh more."""

    def __init__(self, question: Collection[str], texts: int, having: Mapping[str, int]) -> None:
        """`texts`: how many there are; `having`: how many have each."""
        self._weights = {one: rarity(texts, having.get(one, 0)) for one in question}
        self._whole = sum(self._weights.values()) or 1.0

    def of(self, text: Collection[str]) -> float:
        return sum(weight for one, weight in self._weights.items() if one in text) / self._whole


def rarity(texts: int, having: int) -> float:
    return math.log(1 + (texts - having + 0.5) / (having + 0.5))


class Bm25:
    """How much texts have of a question's words: 0 for none, about 1 for all of them in a short text.

    BM25, divided by what a text would get that has each word once and an average length.
    """

    def __init__(self, question: Sequence[str], texts: int, having: Mapping[str, int], length: float) -> None:
        """`texts`: how many there are; `having`: how many have each word; `length`: of an average one."""
        self._length = max(length, 1.0)
        self._weights = {one: rarity(texts, having.get(one, 0)) for one in set(question)}
        self._whole = sum(self._weights.values()) or 1.0

    def of(self, text: Sequence[str]) -> float:
        counts = Counter(text)
        norm = SATURATION * (1 - LENGTH + LENGTH * len(text) / self._length)
        return (
            sum(
                weight * n * (SATURATION + 1) / (n + norm)
                for one, weight in self._weights.items()
                if (n := counts.get(one, 0))
            )
            / self._whole
        )
