"""Tells a listener of everything that a person begins: of what kind, and its id. What a job begins that was
started meanwhile is told, too. Knows neither what the kinds are nor who listens.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Called with a kind and an id, from any thread, and before the new row can be read.
Listener = Callable[[str, str], None]
JOB = "job"  # the kind of a job that was started

_listening: ContextVar[Listener | None] = ContextVar("listening", default=None)


def tell(kind: str, id_: str) -> None:
    """Says that something was begun, to whom it concerns."""
    if listener := _listening.get():
        listener(kind, id_)


def listening() -> Listener | None:
    """The listener of this thread."""
    return _listening.get()


def listen(listener: Listener | None) -> None:
    """Sets the listener of this thread, or none, until another one is set."""
    _listening.set(listener)


@contextmanager
def heard_by(listener: Listener | None) -> Iterator[None]:
    """What the code inside begins is told to this listener."""
    token = _listening.set(listener)
    try:
        yield
    finally:
        _listening.reset(token)
