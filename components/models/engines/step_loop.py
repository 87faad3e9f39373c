"""One thread that does all torch work: calls in turn, generations one step each in turn.

On a CPU a second thread that has run torch slows the first one to less than half, since their OpenMP
pools compete. So loading, unloading and every generation share this thread, and people who generate
at the same time take turns token by token. Knows nothing of models: steps are plain generators.
"""

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

PARK = object()  # a generation yields this to be left alone until `resume`
# Seconds that generations get for each second of background work, where both want the processor.
FOREGROUND_SHARE = 3.0


@dataclass(frozen=True)
class _Item:
    key: str
    steps: Generator[Any, None, None]
    finish: Callable[[BaseException | None], None]
    background: bool


class StepLoop:
    """Runs what is submitted, in the order of arrival, on the thread that calls `run`."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        # What to do, and whether it takes no time; None ends the loop.
        self._arrivals: queue.SimpleQueue[tuple[Callable[[], None], bool] | None] = queue.SimpleQueue()
        self._clock = clock
        # All that follows is touched by the loop's thread alone.
        self._later: deque[Callable[[], None] | None] = deque()  # arrived inside of a step, for after it
        self._active: deque[_Item] = deque()
        self._background: deque[_Item] = deque()
        self._parked: dict[str, _Item] = {}
        self._owed = 0.0  # seconds that generations are to get before the next background step
        self._since = 0.0  # when the background step that runs now began, or last let others go on

    def start(self) -> threading.Thread:
        """Runs on a thread of its own from now on."""
        thread = threading.Thread(target=self.run, name="engine", daemon=True)
        thread.start()
        return thread

    def call(self, work: Callable[[], None]) -> None:
        """Runs `work` between two steps. It reports for itself and must not raise."""
        self._arrivals.put((work, False))

    def generate(
        self,
        key: str,
        steps: Generator[Any, None, None],
        finish: Callable[[BaseException | None], None],
        background: bool = False,
    ) -> None:
        """Takes `step_loop` in turn with the others; `finish` is called with None, or what they raised.

        Background work gets a quarter of the time while an answer is being written, else all of it.
        """
        item = _Item(key, steps, finish, background)
        self._arrivals.put((lambda: self._queue_of(item).append(item), True))

    def resume(self, key: str) -> None:
        """Lets a parked generation go on."""

        def back() -> None:
            if item := self._parked.pop(key, None):
                self._queue_of(item).append(item)

        self._arrivals.put((back, True))

    def breathe(self) -> None:
        """Called from inside a long background step: lets generations have their share of the time."""
        until = self._clock() + (self._clock() - self._since) * FOREGROUND_SHARE
        self._take_in()
        while self._active and self._clock() < until:
            self._step_of(self._active)
        self._since = self._clock()

    def stop(self) -> None:
        self._arrivals.put(None)

    def run(self) -> None:
        while True:
            while self._later or not self._arrivals.empty() or not (self._active or self._background):
                arrival = self._later.popleft() if self._later else self._next_arrival()
                if arrival is None:
                    return
                arrival()
            self._step()

    def _next_arrival(self) -> Callable[[], None] | None:
        arrival = self._arrivals.get()
        return arrival[0] if arrival else None

    def _step(self) -> None:
        """One step of the generation whose turn it is."""
        self._since = self._clock()
        if self._background and (not self._active or self._owed <= 0):
            self._step_of(self._background)
            self._owed = (self._clock() - self._since) * FOREGROUND_SHARE
        else:
            self._step_of(self._active)
            self._owed -= self._clock() - self._since

    def _step_of(self, line: deque[_Item]) -> None:
        item = line.popleft()
        try:
            if next(item.steps) is PARK:
                self._parked[item.key] = item
            else:
                line.append(item)
        except StopIteration:
            item.finish(None)
        except Exception as error:  # noqa: BLE001 - reported to the caller of this generation
            item.finish(error)

    def _take_in(self) -> None:
        """New generations that arrived while a step runs; loads and the like come after it."""
        while not self._arrivals.empty():
            arrival = self._arrivals.get()
            if arrival and arrival[1]:
                arrival[0]()
            else:
                self._later.append(arrival[0] if arrival else None)

    def _queue_of(self, item: _Item) -> deque[_Item]:
        return self._background if item.background else self._active
