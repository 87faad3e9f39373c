"""How fast each engine is with each model on this machine: measured once, kept in the store.

Knows the engine's interface and one file; not what is made of the numbers (see `division`).
"""

import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from components.errors import Unavailable
from components.files import read_json, replace_json
from components.models.division import Rates
from components.models.engine import Engine
from components.models.options import GenerationOptions, Prompt

FILE = "rates.json"
LEAST = 8  # tokens written, for a rate that says something
TRIES = 3  # the fastest counts: whatever else the machine does makes a rate lower, nothing makes it higher
_SENTENCE = (
    "On day {n}, the keeper of the lighthouse wrote down the wind, {m} ships and what the sea brought. "
)


class RateBook:
    """Safe to use from any thread of this process."""

    def __init__(self, store: Path) -> None:
        self._file, self._lock = store / FILE, threading.Lock()

    def get(self, model: str, engine: str, source: Any) -> Rates | None:
        """`source` tells whether it was measured with the file that is there now."""
        kept = read_json(self._file).get(f"{model} {engine}")
        if not isinstance(kept, dict) or kept.get("source") != source:
            return None
        read, write = kept.get("read"), kept.get("write")
        usual = all(isinstance(one, int | float) and 0 < one < 1e7 for one in (read, write))
        return Rates(float(read), float(write)) if usual and read and write else None

    def keep(self, model: str, engine: str, source: Any, rates: Rates) -> None:
        """Nothing happens where the disk is full: it is measured again the next time."""
        with self._lock:
            kept = read_json(self._file)
            kept[f"{model} {engine}"] = {"source": source, "read": rates.read, "write": rates.write}
            with suppress(Unavailable):
                replace_json(self._file, kept)


def measure(engine: Engine, cancelled: Callable[[], bool]) -> Rates | None:
    """400 tokens read and 32 written, three times. None if the model writes nothing, or once cancelled."""
    found = []
    for seed in range(TRIES):
        sentences = (_SENTENCE.format(n=n, m=secrets.randbelow(900)) for n in range(16))
        text = f"{secrets.token_hex(4)} {''.join(sentences)}"  # not read before: no prefix is found again
        options = GenerationOptions(temperature=0.7, max_new_tokens=32, seed=seed)
        generation = engine.generate(Prompt(text=text), options, cancelled)
        for _ in generation:
            pass
        usage = generation.usage
        if engine.recent and engine.recent[-1] is usage:
            engine.recent.pop()  # nobody asked for it
        if cancelled() or usage is None:
            return None
        if usage.new_tokens >= LEAST and usage.tokens_per_second > 0 and usage.first_token_seconds > 0:
            found.append((usage.prompt_tokens / usage.first_token_seconds, usage.tokens_per_second))
    return Rates(*(max(rates) for rates in zip(*found, strict=True))) if found else None
