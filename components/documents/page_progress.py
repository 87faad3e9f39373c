"""How far a reading process is with pages that take seconds each: it says so, and gets time for the next one.

Knows neither pipes nor limits; outside of such a process, nothing listens.
"""

from collections.abc import Callable

Told = Callable[[int, int], None]  # pages that are done, and of how many

Phase = Callable[[int, float], None]  # which part of the work, and the share of it that is done

_listeners: list[Told] = []
_phase_listeners: list[Phase] = []


def report_to(told: Told) -> None:
    """From now on, `told` hears of every page."""
    _listeners[:] = [told]


def report_phases_to(told: Phase) -> None:
    """From now on, `told` hears of every phase."""
    _phase_listeners[:] = [told]


def phase(number: int, share: float = 0.0) -> None:
    """Says which part of its work the process is at; that gives it no time."""
    for told in _phase_listeners:
        told(number, share)


def pages(done: int, of: int) -> None:
    """Says how many pages were read from pictures; 0 before the first of them."""
    for told in _listeners:
        told(done, of)
