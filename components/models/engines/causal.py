"""Text from a causal language model of transformers: prefill in chunks, then one token at a time.

Knows torch, one model and its tokenizer. A generation is a generator of steps, each one forward pass,
so that its caller (`step_loop`) can stop it at every token and let others have their turn: a `Batch` whose
requests are in no batch.
"""

import contextlib
import copy
import ctypes
import gc
import sys
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import DynamicCache, LogitsProcessorList
from transformers.generation.logits_process import (
    MinPLogitsWarper,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from components.models.engines.adapter_set import Adapters
from components.models.engines.answer_steps import Dropped, Emit, answer
from components.models.engines.inner_views import look
from components.models.engines.prompt_tokens import end_tokens, prompt_ids
from components.models.engines.text_scores import raw_scores, score_texts
from components.models.looks import Look
from components.models.options import GenerationOptions, Prompt
from components.models.scores import RawScore, Scored

PREFILL_CHUNK = 256  # tokens of a prompt read in one step: Stop is heard between two


class CausalEngine:
    """One loaded model. Use it on one thread only, except for `prompt_ids`."""

    step_tokens = PREFILL_CHUNK

    def __init__(self, model: Any, tokenizer: Any, context: int) -> None:
        self.model, self.tokenizer, self.context = model, tokenizer, context
        self.ends = end_tokens(tokenizer, model.generation_config.eos_token_id)
        self.adapters = Adapters(model)
        self.adapter: str | None = None

    def adapted(self, folder: Path) -> "CausalEngine":
        """The same loaded model with an adapter; every step sets which of the two the model is."""
        twin = copy.copy(self)
        twin.adapter = self.adapters.add(folder)
        return twin

    def prompt_ids(self, prompt: Prompt) -> list[int]:
        """The token ids that the model would read. Raises BadInput without a chat template."""
        return prompt_ids(self.tokenizer, prompt)

    def generate(
        self, prompt: Prompt, options: GenerationOptions, cancelled: Callable[[], bool], emit: Emit
    ) -> Generator[Any, None, None]:
        """The steps of one generation; what it makes goes to `emit`, a Usage last."""
        return answer(self, prompt, options, cancelled, emit)

    def begin(self, ids: Sequence[int], options: GenerationOptions, limit: int) -> "_State":
        return _State(self, ids, options)

    def next_tokens(self, request: "_State") -> list[int]:
        """One forward pass. Out of memory drops the cache, and reads all again once it is resumed."""
        full = False
        try:
            token = request.step()
        except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            full = True
        if full:  # outside of the except: its traceback holds the tensors
            request.forget()
            raise Dropped
        return [] if token is None else [token]

    def scored(self, request: "_State") -> list[RawScore]:
        return [request.score] if request.score else []

    def scores(
        self, texts: Sequence[Scored], top: int, cancelled: Callable[[], bool], emit: Emit
    ) -> Generator[Any, None, None]:
        """The steps of scoring texts, one forward pass each; each text's tokens go to `emit`."""
        return score_texts(self, texts, top, cancelled, emit)

    def look(self, asked: Look, cancelled: Callable[[], bool], emit: Emit) -> Generator[Any, None, None]:
        """The steps of one look into the model; what it finds goes to `emit`."""
        return look(self, asked, cancelled, emit)

    def resume(self, request: "_State") -> None:
        return None  # its next step reads the text so far again

    def end(self, request: "_State") -> None:
        request.close()


class _State:
    """What one generation carries from step to step."""

    def __init__(self, engine: CausalEngine, prompt_ids: Sequence[int], options: GenerationOptions) -> None:
        self._model, self._adapters, self._adapter = engine.model, engine.adapters, engine.adapter
        self._device = engine.model.device
        self._ids: Any = torch.tensor([list(prompt_ids)], device=self._device)
        self._generator = torch.Generator(self._device).manual_seed(options.seed)
        self._greedy = options.temperature == 0
        self._processors = processors(options)
        self._cache: Any = None
        self._read = 0  # tokens in the cache
        self._top = options.scores
        self.score: RawScore | None = None  # of the newest token

    def forget(self) -> None:
        """Drops the cache; the next steps read the text so far again."""
        self._cache, self._read = None, 0
        free_memory()

    def close(self) -> None:
        """Gives the cache's memory back at once, so that hundreds of requests take no more than one."""
        self._cache = None
        trim()

    @torch.inference_mode()
    def step(self) -> int | None:
        """One forward pass: the next token, or None while the prompt is still being read."""
        total = self._ids.shape[1]
        until = min(self._read + PREFILL_CHUNK, total)
        if self._cache is None:
            self._cache = DynamicCache(config=self._model.config)
        self._adapters.choose(self._adapter)
        out = self._model(
            input_ids=self._ids[:, self._read : until],
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
        )
        self._read = until
        if until < total:
            return None
        raw = out.logits[:, -1, :].float()
        logits = self._processors(self._ids, raw.clone() if self._top else raw)
        if self._greedy:
            token = logits.argmax(dim=-1, keepdim=True)
        else:
            token = torch.multinomial(logits.softmax(dim=-1), 1, generator=self._generator)
        if self._top:
            self.score = raw_scores(raw, token[0], self._top)[0]
        self._ids = torch.cat([self._ids, token], dim=1)
        return int(token)


def processors(options: GenerationOptions) -> LogitsProcessorList:
    """The same processors in the same order as transformers' generate()."""
    processors = LogitsProcessorList()
    if options.repetition_penalty != 1.0:
        processors.append(RepetitionPenaltyLogitsProcessor(options.repetition_penalty))
    if options.temperature == 0:
        return processors
    if options.temperature != 1.0:
        processors.append(TemperatureLogitsWarper(options.temperature))
    if options.top_k > 0:
        processors.append(TopKLogitsWarper(options.top_k))
    if options.top_p < 1.0:
        processors.append(TopPLogitsWarper(options.top_p))
    if options.min_p > 0:
        processors.append(MinPLogitsWarper(options.min_p))
    return processors


def is_out_of_memory(error: BaseException) -> bool:
    """CUDA has a type for it; the CPU allocator and MPS say it in words."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error).lower()
    return "out of memory" in text or "can't allocate memory" in text or "not enough memory" in text


def free_memory() -> None:
    """Gives unused memory back to the device and to the operating system."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
    trim()


def trim() -> None:
    """Gives freed main memory back to the system. Quick enough for the end of every request."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library has no such call
            ctypes.CDLL("libc.so.6").malloc_trim(0)  # glibc keeps freed memory otherwise
