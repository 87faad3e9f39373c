"""Rows spelled by the pattern of their roles, for counting the tokens of hundreds of thousands of them.

Knows a model's `Reader`; not files. A chat template takes most of the time that a row takes, twice a row.
What it puts around plain texts is the same for all rows with the same roles, so it is asked once for each
pattern:

    user, assistant     <user>  ...  </s><assistant>  ...  </s>

and later rows are put together from these pieces. A template may do other things with what looks like its
own marks or has blanks at its ends, so such rows are rendered; and some of the others are, to compare.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from components.training.program.row_tokens import Reader, Spelled
from components.training.rows import Row, Turn, kind_of, messages_of

FIRST, EVERY = 16, 200  # rows of a pattern that are also rendered: the first ones, then one of so many
_MARKS = frozenset("<>[]{}|")  # what templates look for in a text
_PROBES = ("Probe{n}x", "A longer probe{n}y of a text")


@dataclass(frozen=True)
class _Pattern:
    """What is around the texts: one piece more than there are texts. `spans` are of the trained answers: the
    number of the text, how much before it begins and after it ends.
    """

    pieces: tuple[str, ...]
    spans: tuple[tuple[int, int, int], ...]
    special: bool

    def spell(self, texts: Sequence[str]) -> Spelled:
        made, places = [self.pieces[0]], []
        length = len(self.pieces[0])
        for text, piece in zip(texts, self.pieces[1:], strict=True):
            places.append((length, length + len(text)))
            made += (text, piece)
            length += len(text) + len(piece)
        spans = [(places[n][0] - before, places[n][1] + after) for n, before, after in self.spans]
        return Spelled("".join(made), spans, special=self.special)


class Patterns:
    """Spells rows as a `Reader` does."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[tuple[tuple[str, object], ...], _Pattern | None] = {}
        self._seen: dict[tuple[tuple[str, object], ...], int] = {}

    def spell(self, row: Row, instruction: str = "") -> Spelled:
        """Raises BadInput where the model's template refuses the row."""
        if kind_of(row) == "text":
            return self._reader.spell(row, instruction)
        turns = messages_of(row, instruction)
        texts = [one["content"] for one in turns]
        if not all(map(_is_plain, texts)):
            return self._reader.spell(row, instruction)
        key = tuple((one["role"], one.get("weight", 1)) for one in turns)
        if key not in self._known:
            self._known[key] = self._learn(turns)
        pattern, seen = self._known[key], self._seen.get(key, 0)
        self._seen[key] = seen + 1
        if pattern is None:
            return self._reader.spell(row, instruction)
        made = pattern.spell(texts)
        if seen < FIRST or seen % EVERY == 0:
            rendered = self._reader.spell(row, instruction)
            if rendered != made:
                self._known[key] = None
                return rendered
        return made

    def _learn(self, turns: Sequence[Turn]) -> _Pattern | None:
        """None where the template does more than to put something around the texts, or refuses them."""
        one, other = (self._probed(turns, probe) for probe in _PROBES)
        return one if one == other else None

    def _probed(self, turns: Sequence[Turn], probe: str) -> _Pattern | None:
        texts = [probe.format(n=number) for number in range(len(turns))]
        asked = [{**turn, "content": text} for turn, text in zip(turns, texts, strict=True)]
        try:
            spelled = self._reader.spell({"messages": asked})
        except Exception:  # noqa: BLE001 - a template may raise anything; then the rows themselves tell why
            return None
        pieces, places, at = [], [], 0
        for text in texts:
            place = spelled.text.find(text, at)
            if place < 0 or spelled.text.count(text) != 1:
                return None
            pieces.append(spelled.text[at:place])
            at = place + len(text)
            places.append((place, at))
        spans = []
        for begins, ends in spelled.spans:
            number = next(
                (n for n, (start, stop) in enumerate(places) if begins <= start and stop <= ends), None
            )
            if number is None:
                return None
            spans.append((number, places[number][0] - begins, ends - places[number][1]))
        return _Pattern((*pieces, spelled.text[at:]), tuple(spans), spelled.special)


def _is_plain(text: str) -> bool:
    return bool(text) and text == text.strip() and not _MARKS.intersection(text)
