"""Where values of a JSON text begin, and on which line. Knows JSON; not what it means."""

import json
import re
from collections.abc import Iterator, Sequence

# Not strict: a tab or a line end inside of a string is repaired, not refused.
DECODER = json.JSONDecoder(strict=False)
_SPACE = re.compile(r"[ \t\r\n]*")


def find(text: str, path: Sequence[str]) -> int:
    """Where the value at `path` begins."""
    place = skip(text, 0)
    for wanted in path:
        place = next(inner for name, inner in _fields(text, place) if name == wanted)
    return place


def places(text: str, place: int) -> Iterator[int]:
    """Where the values of a list begin."""
    place = skip(text, place + 1)
    while text[place] != "]":
        yield place
        place = _after_comma(text, DECODER.raw_decode(text, place)[1])


def _fields(text: str, place: int) -> Iterator[tuple[str, int]]:
    """The names in an object that can be read, and where their values begin."""
    place = skip(text, place + 1)
    while text[place] != "}":
        name, place = DECODER.raw_decode(text, place)
        place = skip(text, skip(text, place) + 1)
        yield name, place
        place = _after_comma(text, DECODER.raw_decode(text, place)[1])


def _after_comma(text: str, place: int) -> int:
    place = skip(text, place)
    return skip(text, place + 1) if text[place] == "," else place


def skip(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


class Lines:
    """Which line a place is on, for places that only grow."""

    def __init__(self, text: str) -> None:
        self._text, self._place, self._line = text, 0, 1

    def at(self, place: int) -> int:
        self._line += self._text.count("\n", self._place, place)
        self._place = max(place, self._place)
        return self._line
