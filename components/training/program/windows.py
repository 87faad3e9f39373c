"""Which part of a long answer is asked for: its beginning, or its end after a given beginning.

Knows tokens and rows; not models. Writing whole long answers takes too long on a CPU, and where answers
differ at their ends alone, their beginnings say nothing of what was learned.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

END = 88  # tokens of an end that is asked for


@dataclass(frozen=True)
class Window:
    """What of an answer is asked for."""

    wanted: str
    begun: str = ""  # what comes before it in the answer, and is given
    begun_ids: tuple[int, ...] = ()
    cut: bool = False  # whether the answer goes on after it


def window(
    answer: str, tokenizer: Any, most: int, at_end: Callable[[str, str, str], bool] | None = None
) -> Window:
    """All of an answer of at most so many tokens; of a longer one its beginning, or its end where
    `at_end(whole, beginning, end)` says that more differs there.
    """
    ids = tokenizer(answer, add_special_tokens=False)["input_ids"]
    if len(ids) <= most:
        return Window(answer)
    beginning = _whole_words(_decoded(tokenizer, ids[:most]))
    place = _between_words(answer, len(_decoded(tokenizer, ids[:-END])))
    begun, end = answer[:place], answer[place:]
    if at_end is None or not end.strip() or not at_end(begun, beginning, end):
        return Window(beginning, cut=True)
    return Window(end.strip(), begun, tuple(tokenizer(begun, add_special_tokens=False)["input_ids"]))


def _decoded(tokenizer: Any, ids: Sequence[int]) -> str:
    return str(tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False))


def _whole_words(text: str) -> str:
    """Without the piece of a word at its end; as it is, in scripts without blanks."""
    kept = text[: len(text) - len(text.split()[-1])].rstrip() if text.strip() else text
    return kept if len(text) - len(kept) <= 40 else text


def _between_words(text: str, place: int) -> int:
    """The first blank from a place on that is near; else the place itself, in scripts without blanks."""
    near = text[place : place + 40]
    return place + next((number for number, one in enumerate(near) if one.isspace()), 0)
