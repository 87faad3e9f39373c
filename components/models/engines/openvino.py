"""Text from a causal language model by OpenVINO GenAI: everybody's requests in one batch.

Knows the exported model and its tokenizer, not torch. A generation is a generator of steps, as in `causal`;
whoever's turn it is when nothing is left to hand out moves the whole batch on by one step. The library reads
prompts in pieces beside others' answers, and finds what it has read before: the second turn of a
conversation, or the next part of one document, is read from where it differs.
"""

import itertools
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import numpy as np

from components.errors import BadInput, NotEnoughMemory
from components.files import read_json
from components.models.engines.prompting import decode, end_tokens, prompt_ids
from components.models.engines.text_stream import TextStream
from components.models.export import FILE
from components.models.options import FinishReason, GenerationOptions, Prompt, Usage

BLOCK = 32  # tokens of the cache that are kept or found together; the library's, on a CPU
BATCH_TOKENS = 256  # of prompts and answers together in one step: Stop is heard between two
AT_ONCE = 32  # requests in one batch

Emit = Callable[[str, Any], None]  # ("read", tokens) | ("text", piece) | ("end", Usage)


class OpenVinoEngine:
    """One loaded model. Use it on one thread only, except for `prompt_ids`."""

    def __init__(self, folder: Path, exported: Path, context: int, cache_tokens: int, threads: int | None):
        import openvino_genai as genai
        from transformers import PreTrainedTokenizerFast

        self.tokenizer = PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
        self.context = context
        self._ends = end_tokens(self.tokenizer, _configured_end(folder))
        self._numbers = itertools.count()
        scheduling = genai.SchedulerConfig()
        scheduling.num_kv_blocks = -(-max(cache_tokens, context) // BLOCK) + 1
        scheduling.max_num_batched_tokens = BATCH_TOKENS
        scheduling.max_num_seqs = AT_ONCE
        scheduling.enable_prefix_caching = True
        more = {"INFERENCE_NUM_THREADS": threads} if threads else {}
        self._pipeline: Any = genai.ContinuousBatchingPipeline(
            str((exported / FILE).parent), scheduling, "CPU", more
        )

    def prompt_ids(self, prompt: Prompt) -> list[int]:
        """The token ids that the model would read. Raises BadInput without a chat template."""
        return prompt_ids(self.tokenizer, prompt)

    def generate(
        self, prompt: Prompt, options: GenerationOptions, cancelled: Callable[[], bool], emit: Emit
    ) -> Generator[Any, None, None]:
        """The steps of one generation; what it makes goes to `emit`, a Usage last."""
        from openvino import Tensor

        started = time.perf_counter()
        ids = self.prompt_ids(prompt)
        room = self.context - len(ids)
        if room < 1:
            raise BadInput(f"The prompt has {len(ids):,} tokens; the model reads {self.context:,}.")
        limit = min(options.max_new_tokens, room)
        handle = self._pipeline.add_request(
            next(self._numbers), Tensor(np.array([ids], np.int64)), self._config(options, limit)
        )
        text = TextStream(lambda some: decode(self.tokenizer, list(some)), ids, options.stop)
        finish: FinishReason = "length" if options.max_new_tokens <= room else "context"
        count, steps, first, last = 0, 0, started, started
        over = False
        try:
            while not over:
                if cancelled():
                    finish = "stopped"
                    break
                tokens = self._next_tokens(handle)
                if not tokens and count < limit:
                    steps += 1
                    if not count:
                        emit("read", min(steps * BATCH_TOKENS, len(ids)))
                for token in tokens:
                    last = time.perf_counter()
                    count += 1
                    first = last if count == 1 else first
                    if token in self._ends:
                        count, finish, over = count - 1, "stop", True
                        break
                    if piece := text.feed(token):
                        emit("text", piece)
                    if text.stopped:
                        finish, over = "stop", True
                        break
                over = over or count >= limit
                if not over:
                    yield
        finally:
            handle.cancel()  # harmless for one that has ended
        if piece := text.flush():
            emit("text", piece)
        waited = first - started if count else time.perf_counter() - started
        emit("end", Usage(len(ids), count, waited, max(last - first, 0.0) if count else 0.0, finish))

    def _next_tokens(self, handle: Any) -> list[int]:
        """What has been made for one request; the batch moves on if that is nothing."""
        if not handle.can_read():
            if str(handle.get_status()).endswith("IGNORED"):
                raise NotEnoughMemory(
                    "The text is longer than the memory that is kept for it. Shorten it, or raise the "
                    "context of this model in the settings."
                )
            self._pipeline.step()
        found: list[int] = []
        while handle.can_read():
            for output in handle.read().values():
                found += output.generated_ids
        return found

    def _config(self, options: GenerationOptions, limit: int) -> Any:
        """The same names as in transformers, and the same order of the filters."""
        import openvino_genai as genai

        config = genai.GenerationConfig()
        config.max_new_tokens = limit
        config.repetition_penalty = options.repetition_penalty
        config.ignore_eos = not self._ends
        config.set_eos_token_id(min(self._ends, default=0))
        config.stop_token_ids = set(self._ends)
        if options.temperature > 0:
            config.do_sample = True
            config.temperature, config.rng_seed = options.temperature, options.seed
            config.top_p, config.min_p = options.top_p, options.min_p
            if options.top_k > 0:
                config.top_k = options.top_k
        return config


def _configured_end(folder: Path) -> Any:
    """The eos_token_id of the model's own settings."""
    for name in ("generation_config.json", "config.json"):
        if (found := read_json(folder / name).get("eos_token_id")) is not None:
            return found
    return None
