"""How good one answer is, from 0 to 100, by its words: equal, contained, overlapping, repeated.

Knows texts alone. Where several answers are expected, the best match counts.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from components.tasks.evaluate.questions import LETTERS
from components.tasks.evaluate.rules import count_of
from components.training.measures import words

_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?|-?\.\d+")
_LETTER_FIRST = re.compile(r"\A\W*([A-J])(?:\W*\Z|[).:,]|\s*\n)")
_LETTER_SAID = re.compile(r"(?i:answer|option|choice|答案|选项)\W*(?i:is|是|为)?\W*([A-J])\b")
_LETTER_ALONE = re.compile(r"(?<![\w'’])\(([A-J])\)")
_ONE_LETTER = re.compile(r"\(([A-J])\)")
Compared = Callable[[str, str], float]


def best(said: str, expected: Sequence[str], compared: Compared) -> float | None:
    """None where nothing is expected."""
    return max((compared(said, one) for one in expected), default=None)


def contains(said: str, wanted: str) -> float:
    """Whether the words of the expected answer are in the answer, one after another; of "(B)", whether that
    letter is chosen.
    """
    if letter := _ONE_LETTER.fullmatch(wanted.strip()):
        return 100.0 * (letter_in(said, ()) == letter[1])
    return 100.0 * (count_of(wanted, said) > 0)


def rouge(said: str, wanted: str, size: int) -> float:
    """F-measure of the n-grams that both have (Lin, 2004)."""
    one, other = _grams(words(said), size), _grams(words(wanted), size)
    same = sum((one & other).values())
    return 200.0 * same / (sum(one.values()) + sum(other.values())) if same else 0.0


def _grams(found: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(found[at:] for at in range(size)), strict=False))


def distinct(said: str, size: int) -> float | None:
    """The share of different n-grams among all of an answer; None where it is too short to have one."""
    grams = _grams(words(said), size)
    return 100.0 * len(grams) / sum(grams.values()) if grams else None


def repetition(said: str) -> float | None:
    """The share of runs of four words that were there before; None for an empty answer."""
    if not words(said):
        return None
    grams = _grams(words(said), 4)
    return 100.0 * (1 - len(grams) / sum(grams.values())) if grams else 0.0


def numbers(text: str) -> list[float]:
    found = (one.replace(",", "").rstrip(".") for one in _NUMBER.findall(text))
    return [float(one) for one in found if one not in ("", "-")]


def same_number(said: str, wanted: str) -> float:
    """Whether the last number of an answer is the expected one: it comes after the steps that lead to it."""
    one, other = numbers(said), numbers(wanted)
    return 100.0 * bool(one and other and abs(one[-1] - other[-1]) <= 1e-6 * max(1.0, abs(other[-1])))


def label_in(said: str, labels: Sequence[str]) -> str:
    """The label that an answer names; empty where it names none or several.

    A label inside of another one that is named doesn't count: "not happy" names "not happy".
    """
    plain = " ".join(words(said))
    by_words = {" ".join(words(label)): label for label in labels}
    if plain in by_words:
        return by_words[plain]
    found = [label for label in by_words if label and count_of(label, said)]
    longest = [one for one in found if not any(one != other and count_of(one, other) for other in found)]
    return by_words[longest[0]] if len(longest) == 1 else ""


def letter_in(said: str, choices: Sequence[str]) -> str:
    """The letter that an answer chooses; empty where that can't be told."""
    if named := _LETTER_SAID.findall(said):
        return str(named[-1])
    bracketed = set(_LETTER_ALONE.findall(said))
    if len(bracketed) > 1:
        return ""
    if first := _LETTER_FIRST.match(said):
        return first[1]
    chosen = label_in(said, choices)
    return LETTERS[list(choices).index(chosen)] if chosen else "".join(bracketed)
