"""Tells while a text is written that it has begun to repeat itself, as small models do. Knows texts alone.

Only what is repeated word for word counts, and only where it has gone on for longer than a list, a table or
a refrain does. Example: "…I can make you brave, I can make you brave, I can make you brave, " ends in a piece
of 22 characters; once it is there six times in a row, the text is a repetition.
"""

from dataclasses import dataclass

LONGEST = 400  # characters of a piece that is looked for
SPAN, RULE = 120, 400  # characters of repetitions together; of one or two signs, as in a ruled line
TIMES = 5  # repetitions of a piece, at least
STEP = 24  # new characters after which it is looked at again
KEPT = LONGEST * TIMES


def repeated(text: str) -> int:
    """How many characters at the end of a text are repetitions of one piece; 0 where they are too few."""
    end = text[-KEPT:].rstrip()
    for size in range(1, min(LONGEST, len(end) // TIMES) + 1):
        at = len(end) - 1
        while at >= size and end[at] == end[at - size]:
            at -= 1
        span = len(end) - 1 - at + size
        if span < SPAN:
            continue  # nearly always: an answer that is written waits for this
        least = RULE if len(set(end[-size:])) <= 2 else max(SPAN, TIMES * size)
        if span >= least:
            return span
    return 0


@dataclass
class Watch:
    """Over one text while it is written."""

    found: bool = False  # that it repeats itself
    _end: str = ""
    _new: int = 0

    def see(self, piece: str) -> None:
        """Takes in what was written next."""
        self._end, self._new = (self._end + piece)[-KEPT:], self._new + len(piece)
        if not self.found and self._new >= STEP:
            self._new = 0
            self.found = repeated(self._end) > 0
