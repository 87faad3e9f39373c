"""Which of two engines a request goes to, and whether both are worth their memory: from rates as measured.

Rules over numbers: knows neither what the engines are nor how they are measured.

With an engine A that reads 240 and writes 114 tokens/s and B that reads 1,170 and writes 74: 1,500 tokens to
read and 128 to write take A 7.4 s and B 3.0 s; 50 and 128 take A 1.3 s and B 1.8 s. B alone is the better one
(4.8 s for both requests), but a question is done 28% sooner on A: both are kept where there is room for them.
"""

from dataclasses import dataclass
from typing import Literal

from components.config import GB
from components.messages import Message, Said, clauses

REQUESTS = ((1500, 128), (50, 128))  # tokens to read and to write: a document, a question
WORTH = (
    0.9  # of the better one's time for a kind of request: if none gets below, a second isn't worth its memory
)
ROOM = 0.5  # of what is free may be taken by a second engine

Which = Literal["first", "second", "both"]


@dataclass(frozen=True)
class Rates:
    """Of one engine with one model on this machine, in tokens/s."""

    read: float
    write: float

    def seconds(self, prompt: int, new: int, beside: int = 0) -> float:
        """With so many others in its batch: each adds to a step what reading one token takes.

        For example, OpenVINO that reads 828 and writes 57 tokens/s has steps of 17.5 ms for one person, 21 ms
        for four and 36 ms for sixteen (measured: 17.5, 23 and 43 ms).
        """
        return prompt / self.read + new * (1 / self.write + beside / self.read)


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
    first: Rates,
    second: Rates,
    prompt: tuple[int, int],
    new: int,
    beside: tuple[int, int] = (0, 0),
    expected: int = 0,
) -> bool:
    """Whether a request with about so many tokens to write is done sooner by the second engine.

    `prompt`: the tokens that each has to read. `beside`: the requests that each has in progress. `expected`:
    how many are in progress at once, as far as is known from the last minute.

    Both compute on the same cores. So all requests count for both engines, and while the one that computes
    batches faster is at work, the other would be half as fast: two batches at once are slower than one. With
    the rates above, two people have their questions answered by A, and a third one's goes to B, as do all
    others until B has nothing more to do.
    """
    many, quicker_is_second = max(sum(beside), expected), second.read > first.read
    times = [rates.seconds(read, new, many) for rates, read in zip((first, second), prompt, strict=True)]
    if beside[quicker_is_second]:
        times[not quicker_is_second] *= 2
    return times[1] < times[0]


def divide(first: Side, second: Side, free: int) -> Division:
    """`free`: bytes of memory beside the first one, if that is loaded. While nothing is measured: both."""
    fits = second.need <= free * ROOM
    if first.rates is None or second.rates is None:
        if fits:
            return Division("both", "")
        return Division("first", _no_room(second, free))
    better: Which = "first" if _seconds(first.rates) <= _seconds(second.rates) else "second"
    kept, other = (first, second) if better == "first" else (second, first)
    rates = _told(first, second)
    if not any(_sooner(other, kept, *request) for request in REQUESTS):
        one = Said("{name} alone is as fast as both: two would not be worth their memory", name=kept.name)
        return Division(better, clauses(one, rates))
    if not fits:
        return Division(better, clauses(_no_room(second, free), rates))
    each = Said("each request goes to the engine that is done with it sooner")
    return Division("both", clauses(each, rates))


def _seconds(rates: Rates) -> float:
    """For the usual requests, one after the other."""
    return sum(rates.seconds(*request) for request in REQUESTS)


def _sooner(other: Side, kept: Side, prompt: int, new: int) -> bool:
    """Whether one is done so much sooner with such a request that it is worth its memory."""
    assert other.rates
    assert kept.rates
    return other.rates.seconds(prompt, new) <= WORTH * kept.rates.seconds(prompt, new)


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
