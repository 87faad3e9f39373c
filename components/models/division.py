"""Which of two engines a request goes to, and whether both are worth their memory: from rates as measured.

Rules over numbers: knows neither what the engines are nor how they are measured.

With an engine A that reads 240 and writes 114 tokens/s and B that reads 1,170 and writes 74: 1,500 tokens to
read and 128 to write take A 7.4 s and B 3.0 s; 50 and 128 take A 1.3 s and B 1.8 s. Together 4.3 s instead of
4.8 s with B alone: 10% less, so both are kept where there is room for them.
"""

from dataclasses import dataclass
from typing import Literal

from components.config import GB
from components.messages import Message, Said, clauses

REQUESTS = ((1500, 128), (50, 128))  # tokens to read and to write: a document, a question
WORTH = 0.95  # of the time of the better one alone: with more than that, the second isn't worth its memory
ROOM = 0.5  # of what is free may be taken by a second engine

Which = Literal["first", "second", "both"]


@dataclass(frozen=True)
class Rates:
    """Of one engine with one model on this machine, in tokens/s."""

    read: float
    write: float

    def seconds(self, prompt: int, new: int, beside: int = 0) -> float:
        """With so many others in its batch: they share what it can compute, which is what it reads."""
        return prompt / self.read + new / min(self.write, self.read / (beside + 1))


@dataclass(frozen=True)
class Side:
    """One engine with the model."""

    name: str
    rates: Rates | None  # None: not measured yet
    need: int  # bytes


@dataclass(frozen=True)
class Division:
    """What is to be loaded, with its reason for the Models page."""

    which: Which
    reason: Message


def second_is_sooner(
    first: Rates, second: Rates, prompt: int, new: int, beside: tuple[int, int] = (0, 0)
) -> bool:
    """Whether a request with so many tokens to read and about so many to write is done sooner there.

    `beside`: the requests that each engine has in progress.
    """
    return second.seconds(prompt, new, beside[1]) < first.seconds(prompt, new, beside[0])


def divide(first: Side, second: Side, free: int) -> Division:
    """`free`: bytes of memory beside the first one, if that is loaded. While nothing is measured: both."""
    fits = second.need <= free * ROOM
    if first.rates is None or second.rates is None:
        if fits:
            return Division("both", "")
        return Division("first", _no_room(second, free))
    alone = [_together(side.rates) for side in (first, second) if side.rates]
    better: Which = "first" if alone[0] <= alone[1] else "second"
    rates = _told(first, second)
    if _together(first.rates, second.rates) > WORTH * min(alone):
        name = first.name if better == "first" else second.name
        one = Said("{name} alone is as fast as both: two would not be worth their memory", name=name)
        return Division(better, clauses(one, rates))
    if not fits:
        return Division(better, clauses(_no_room(second, free), rates))
    each = Said("each request goes to the engine that is done with it sooner")
    return Division("both", clauses(each, rates))


def _together(*rates: Rates) -> float:
    """Seconds for the usual requests, each on the best of these engines."""
    return sum(min(one.seconds(*request) for one in rates) for request in REQUESTS)


def _told(first: Side, second: Side) -> Message:
    assert first.rates
    assert second.rates
    return Said(
        "measured here, in tokens/s: {first} reads {first_read:,.0f} and writes {first_write:,.0f}, {second} "
        "reads {second_read:,.0f} and writes {second_write:,.0f}",
        first=first.name,
        first_read=first.rates.read,
        first_write=first.rates.write,
        second=second.name,
        second_read=second.rates.read,
        second_write=second.rates.write,
    )


def _no_room(second: Side, free: int) -> Message:
    return Said(
        "{name} beside it would take {need:.1f} GB of the {free:.1f} GB that are free",
        name=second.name,
        need=second.need / GB,
        free=max(free, 0) / GB,
    )
