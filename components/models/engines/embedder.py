"""Vectors of meaning from an encoder of transformers: mean pooling, then length 1, in batches.

Knows torch, one model and its tokenizer. A text longer than the model's window is read window by window
and its vector is their mean, so that nothing is cut. Each batch is one step of the engine thread.
"""

from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch

from components.errors import NotEnoughMemory
from components.models.engines.causal import free_memory, is_out_of_memory, trim
from components.models.engines.step_loop import PARK
from components.models.looks import Look, States, StatesFound, cant_look
from components.models.options import Prompt

WINDOW = 256  # tokens that the model was trained on at most
BATCH_TOKENS = 2048  # of one step, padding included: a chat waits for its turn no longer than one step
# What is computed for a batch of one more size is compiled, and kept: three megabytes for each. Ten thousand
# rows had 140 sizes, and have 15 with sides that are multiples of this.
STEP = 8

# ("vectors", (indices, rows)) | ("looked", what was found) | ("memory", None) | ("end", tokens)
Emit = Callable[[str, Any], None]


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
            rows = yield from self._tried(partial(self._forward, [one for _, one in batch]), emit)
            for (i, window), row in zip(batch, rows, strict=True):
                sums[i] = sums.get(i, 0) + row * len(window)
                left[i] -= 1
            done = [i for i in {i for i, _ in batch} if not left[i]]
            emit("vectors", (done, [_normal(sums.pop(i)) for i in done]))
            yield
        trim()
        emit("end", sum(map(len, ids)))

    def look(self, asked: Look, cancelled: Callable[[], bool], emit: Emit) -> Generator[Any, None, None]:
        """The steps of a look at the states of texts. Raises Unavailable for any other look."""
        if not isinstance(asked, States):
            raise cant_look("A model that only reads")
        cut = self.tokenizer(
            list(asked.texts), add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )
        yield
        every = [self._windows(ids) for ids in cut["input_ids"]]
        windows = list(enumerate(window for of_text in every for window in of_text))
        made: dict[int, Any] = {}
        for batch in _batches(windows):
            if cancelled():
                emit("end", 0)
                return
            rows = yield from self._tried(
                partial(self._states, [one for _, one in batch], asked.layers), emit
            )
            made |= {number: row for (number, _), row in zip(batch, rows, strict=True)}
            yield
        numbers = iter(range(len(windows)))
        values = tuple(np.concatenate([made[next(numbers)] for _ in of_text]) for of_text in every)
        places = tuple(np.array(one, np.int32).reshape(-1, 2) for one in cut["offset_mapping"])
        emit("looked", StatesFound(places, values))
        trim()
        emit("end", sum(map(len, cut["input_ids"])))

    def _tried(self, work: Callable[[], Any], emit: Emit) -> Generator[Any, None, Any]:
        """What a step comes to; out of memory, room is asked for once."""
        try:
            return work()
        except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
        free_memory()
        emit("memory", None)
        yield PARK
        try:
            return work()
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

    def _forward(self, windows: Sequence[list[int]]) -> Any:
        ids, mask = self._padded(windows)
        with torch.inference_mode():
            states = self.model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
            weights = mask.unsqueeze(-1).float()
            means = (states * weights).sum(1) / weights.sum(1)
            return torch.nn.functional.normalize(means, dim=-1)[: len(windows)].cpu().numpy()

    def _states(self, windows: Sequence[list[int]], layers: Sequence[int]) -> list[Any]:
        """Of each window the states of its tokens, without those of the marks around it."""
        ids, mask = self._padded(windows)
        with torch.inference_mode():
            every = self.model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states
            states = torch.cat([every[layer].float() for layer in layers], dim=-1).cpu().numpy()
        first, last = len(self._first), len(self._last)
        rows = zip(states[: len(windows)], windows, strict=True)
        return [row[first : len(window) - last] for row, window in rows]

    def _padded(self, windows: Sequence[list[int]]) -> tuple[Any, Any]:
        """Ids and mask: a row for each window; of more than a few, with rows of padding below them."""
        longest = max(map(len, windows))
        positions = getattr(self.model.config, "max_position_embeddings", WINDOW)
        width = max(longest, min(rounded(longest), positions))  # a model may have few positions
        height = rounded(len(windows)) if len(windows) > STEP else len(windows)
        pad, device = self.tokenizer.pad_token_id, self.model.device
        ids = [window + [pad] * (width - len(window)) for window in windows]
        mask = [[1] * len(window) + [0] * (width - len(window)) for window in windows]
        for _ in range(height - len(windows)):
            ids.append([*self._first, *[pad] * (width - len(self._first))])
            mask.append([1] * len(self._first) + [0] * (width - len(self._first)))
        return torch.tensor(ids, device=device), torch.tensor(mask, device=device)


def _batches(windows: list[tuple[int, list[int]]]) -> list[list[tuple[int, list[int]]]]:
    """Windows of like length together, so that little is computed for padding."""
    batches: list[list[tuple[int, list[int]]]] = []
    for window in sorted(windows, key=lambda one: len(one[1])):
        most = BATCH_TOKENS // rounded(len(window[1]))
        if not batches or len(batches[-1]) >= (most - most % STEP if most > STEP else most):
            batches.append([])
        batches[-1].append(window)
    return batches


def rounded(size: int) -> int:
    """The next multiple of STEP."""
    return -(-size // STEP) * STEP


def _normal(row: Any) -> Any:
    return row / max(float((row * row).sum()) ** 0.5, 1e-9)
