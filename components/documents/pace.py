"""How far a reading process is with pages that take seconds each: it says so, and gets time for the next one.

Knows neither pipes nor limits; outside of such a process, nothing listens.
"""

from collections.abc import Callable

Told = Callable[[int, int], None]  # pages that are done, and of how many

_listeners: list[Told] = []


def report_to(told: Told) -> None:
    """From now on, `told` hears of every page."""
    _listeners[:] = [told]


def pages(done: int, of: int) -> None:
    """Says how many pages were read from pictures; 0 before the first of them."""
    for told in _listeners:
        told(done, of)
