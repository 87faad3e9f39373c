"""Several questions to a model at the same time, their answers in order. Knows nothing about summaries."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")
AHEAD = 2  # begun for each place, so that a long answer leaves no place empty


def in_order(tasks: Iterable[Callable[[], T]], at_once: int) -> Generator[Future[T], None, None]:
    """The tasks' results in their order, while up to `at_once` of them run, each for the caller's person.

    A generator: left early, what has not begun never does, and what runs is waited for.
    """
    pool = ThreadPoolExecutor(at_once)
    begun = deque[Future[T]]()
    try:
        for task in tasks:
            begun.append(pool.submit(copy_context().run, task))
            if len(begun) >= at_once * AHEAD:
                yield begun.popleft()
        yield from begun
    finally:
        pool.shutdown(cancel_futures=True)
