"""Vectors of meaning from an encoder of transformers: mean pooling, then length 1, in batches.

Knows torch, one model and its tokenizer. A text longer than the model's window is read window by window
and its vector is their mean, so that nothing is cut. Each batch is one step of the engine thread.
"""

from collections.abc import Callable, Generator, Sequence
from typing import Any

import torch

from components.errors import NotEnoughMemory
from components.models.engines.causal import free_memory, is_out_of_memory, trim
from components.models.engines.step_loop import PARK
from components.models.options import Prompt

WINDOW = 256  # tokens that the model was trained on at most
BATCH_TOKENS = 2048  # of one step, padding included: a chat waits for its turn no longer than one step

Emit = Callable[[str, Any], None]  # ("vectors", (indices, rows)) | ("memory", None) | ("end", tokens)


class EmbeddingEngine:
    """One loaded encoder. Use it on one thread only, except for `prompt_ids`."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.model, self.tokenizer = model, tokenizer
        self._first, self._last = [tokenizer.cls_token_id], [tokenizer.sep_token_id]

    def prompt_ids(self, prompt: Prompt) -> list[int]:
        """The tokens of a text, without the marks around each window."""
        return self._ids([prompt.text])[0]

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        if not texts:
            return []
        return self.tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]

    def embed(
        self, texts: Sequence[str], cancelled: Callable[[], bool], emit: Emit
    ) -> Generator[Any, None, None]:
        """The steps of reading `texts`; vectors go to `emit` as soon as they are whole, "end" last."""
        ids = self._ids(texts)
        yield
        windows = [(i, window) for i, tokens in enumerate(ids) for window in self._windows(tokens)]
        left = [0] * len(texts)
        for i, _ in windows:
            left[i] += 1
        sums: dict[int, Any] = {}
        for batch in _batches(windows):
            if cancelled():
                break
            for (i, window), row in zip(batch, (yield from self._rows(batch, emit)), strict=True):
                sums[i] = sums.get(i, 0) + row * len(window)
                left[i] -= 1
            done = [i for i in {i for i, _ in batch} if not left[i]]
            emit("vectors", (done, [_normal(sums.pop(i)) for i in done]))
            yield
        trim()
        emit("end", sum(map(len, ids)))

    def _rows(self, batch: Sequence[tuple[int, list[int]]], emit: Emit) -> Generator[Any, None, Any]:
        """The vectors of one batch; out of memory, room is asked for once."""
        try:
            return self._forward([window for _, window in batch])
        except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
        free_memory()
        emit("memory", None)
        yield PARK
        try:
            return self._forward([window for _, window in batch])
        except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            raise NotEnoughMemory(
                "There was not enough memory to read the text. Close other programs and try again."
            ) from error

    def _windows(self, tokens: list[int]) -> list[list[int]]:
        size = WINDOW - len(self._first) - len(self._last)
        cuts = [tokens[at : at + size] for at in range(0, len(tokens), size)] or [[]]
        return [self._first + cut + self._last for cut in cuts]

    @torch.inference_mode()
    def _forward(self, windows: Sequence[list[int]]) -> Any:
        width = max(map(len, windows))
        pad = self.tokenizer.pad_token_id
        device = self.model.device
        ids = torch.tensor([window + [pad] * (width - len(window)) for window in windows], device=device)
        mask = torch.tensor(
            [[1] * len(window) + [0] * (width - len(window)) for window in windows], device=device
        )
        states = self.model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        weights = mask.unsqueeze(-1).float()
        means = (states * weights).sum(1) / weights.sum(1)
        return torch.nn.functional.normalize(means, dim=-1).cpu().numpy()


def _batches(windows: list[tuple[int, list[int]]]) -> list[list[tuple[int, list[int]]]]:
    """Windows of like length together, so that little is computed for padding."""
    batches: list[list[tuple[int, list[int]]]] = []
    for window in sorted(windows, key=lambda one: len(one[1])):
        if not batches or (len(batches[-1]) + 1) * len(window[1]) > BATCH_TOKENS:
            batches.append([])
        batches[-1].append(window)
    return batches


def _normal(row: Any) -> Any:
    return row / max(float((row * row).sum()) ** 0.5, 1e-9)
