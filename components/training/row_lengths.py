"""What a length in tokens does to rows: which are cut, and which have nothing left that is trained on.

Plain numbers, for the page before a run and for the run's log; knows neither tokenizers nor files.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from components.kept import Kept


@dataclass(frozen=True)
class Shortened(Kept):
    """Rows of a data set, both sides together, at one length."""

    rows: int
    longer: int  # than the length, with those that are lost
    lost: int  # left out: their whole answer is beyond the length
    pieces: bool = False  # plain text: nothing is cut off, it goes on in another piece

    def __add__(self, other: "Shortened") -> "Shortened":
        rows, longer = self.rows + other.rows, self.longer + other.longer
        return Shortened(rows, longer, self.lost + other.lost, self.pieces)


def at_length(rows: Iterable[tuple[int, int]], length: int, pieces: bool) -> Shortened:
    """`rows` are the tokens of each, and how many of them come before the first that is trained on."""
    counted = list(rows)
    longer = [begins for tokens, begins in counted if tokens > length]
    # The first token of all is never trained on, so that an answer may begin one later.
    lost = 0 if pieces else sum(max(begins, 1) >= length for begins in longer)
    return Shortened(len(counted), len(longer), lost, pieces)
