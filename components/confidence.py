"""A number with the interval that it lies in with 95% confidence, and that interval for a share."""

import math
from dataclasses import dataclass

from components.kept import Kept


@dataclass(frozen=True)
class Interval(Kept):
    """A number and where it lies with 95% confidence."""

    value: float
    low: float
    high: float


def wilson(right: int, number: int, z: float = 1.96) -> Interval:
    """A share with its 95% interval (Wilson 1927), which is honest for few and for extreme ones.

    13 of 17 is 76%, between 53% and 90%.
    """
    if not number:
        return Interval(math.nan, 0.0, 1.0)
    share, square = right / number, z * z
    middle = (share + square / (2 * number)) / (1 + square / number)
    half = z / (1 + square / number)
    half *= math.sqrt(share * (1 - share) / number + square / (4 * number * number))
    return Interval(share, max(middle - half, 0.0), min(middle + half, 1.0))
