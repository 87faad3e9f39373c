"""One thread that does all torch work: calls in turn, generations one step each in turn.

On a CPU a second thread that has run torch slows the first one to less than half, since their OpenMP
pools compete. So loading, unloading and every generation share this thread, and people who generate
at the same time take turns token by token. Knows nothing of models: steps are plain generators.
"""

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator
from typing import Any

PARK = object()  # a generation yields this to be left alone until `resume`


class StepLoop:
    """Runs what is submitted, in the order of arrival, on the thread that calls `run`."""

    def __init__(self) -> None:
        self._arrivals: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._active: deque[tuple[str, Generator[Any, None, None], Callable[[BaseException | None], None]]]
        self._active = deque()  # touched by the loop's thread alone, as is _parked
        self._parked: dict[str, Any] = {}

    def call(self, work: Callable[[], None]) -> None:
        """Runs `work` between two steps. It reports for itself and must not raise."""
        self._arrivals.put(work)

    def generate(
        self, key: str, steps: Generator[Any, None, None], finish: Callable[[BaseException | None], None]
    ) -> None:
        """Takes `steps` in turn with the others; `finish` hears None, or what they raised."""
        self._arrivals.put(lambda: self._active.append((key, steps, finish)))

    def resume(self, key: str) -> None:
        """Lets a parked generation go on."""

        def back() -> None:
            if key in self._parked:
                self._active.append(self._parked.pop(key))

        self._arrivals.put(back)

    def stop(self) -> None:
        self._arrivals.put(None)

    def run(self) -> None:
        while True:
            while not self._active or not self._arrivals.empty():
                arrival = self._arrivals.get()
                if arrival is None:
                    return
                arrival()
            self._step()

    def _step(self) -> None:
        item = self._active.popleft()
        key, steps, finish = item
        try:
            if next(steps) is PARK:
                self._parked[key] = item
            else:
                self._active.append(item)
        except StopIteration:
            finish(None)
        except Exception as error:  # noqa: BLE001 - reported to whoever asked for this generation
            finish(error)


def start(loop: StepLoop) -> threading.Thread:
    thread = threading.Thread(target=loop.run, name="engine", daemon=True)
    thread.start()
    return thread
