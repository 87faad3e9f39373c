"""Shares and losses as a verdict says them: with as many decimals as tell two of them apart.

Pure numbers and words.
"""

from collections.abc import Sequence

from components.confidence import Interval
from components.messages import Message, Said

SMALL = 0.02  # share that is said with a decimal


def points(gain: Interval) -> Message:
    value, low, high = (f"{100 * share:+.0f}" for share in (gain.value, gain.low, gain.high))
    return Said("{value} points, {low} to {high}", value=value, low=low, high=high)


def with_interval(value: float, low: float, high: float) -> Message:
    """A share and where it lies."""
    value_text, low_text, high_text = shares(value, low, high)
    return Said("{value}% ({low}% to {high}%)", value=value_text, low=low_text, high=high_text)


def shares(value: float, low: float, high: float) -> tuple[str, str, str]:
    """As percentages, with up to two decimals: as many as tell the ends apart, and the share from nothing."""
    for digits in (0, 1, 2) if abs(value) >= SMALL else (1, 2):
        value_text, low_text, high_text = (fixed(100 * share, digits) for share in (value, low, high))
        if low_text != high_text and float(value_text):
            break
    return value_text, low_text, high_text


def apart(one: float, other: float, digits: Sequence[int]) -> tuple[str, str]:
    """Both numbers with the fewest of these decimals that tell them apart."""
    texts = [(fixed(one, count), fixed(other, count)) for count in digits]
    return next((pair for pair in texts if pair[0] != pair[1]), texts[0])


def fixed(number: float, digits: int) -> str:
    return f"{round(number, digits) + 0.0:.{digits}f}"  # no "-0"


def percent(share: float) -> str:
    return f"{100 * share:.0f}%"
