"""Text from a causal language model by OpenVINO GenAI: everybody's requests in one batch.

Knows the exported model and its tokenizer, not torch. A generation is a generator of steps, as in `causal`;
the one whose turn it is when no token is left to hand out moves the whole batch on by one step. The library
reads prompts in pieces beside other answers, and finds what it has read before: the second turn of a
conversation, or the next part of one document, is read from where it differs.
"""

import itertools
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from components.errors import NotEnoughMemory
from components.files import read_json
from components.models.engines.answer_steps import Emit, answer
from components.models.engines.export import FILE
from components.models.engines.prompt_tokens import end_tokens, prompt_ids
from components.models.options import GenerationOptions, Prompt
from components.models.scores import RawScore

BLOCK = 32  # tokens of the cache that are kept or found together; the library's, on a CPU
BATCH_TOKENS = 256  # of prompts and answers together in one step: Stop is heard between two
AT_ONCE = 32  # requests in one batch


class OpenVinoEngine:
    """One loaded model, a `Batch`. Use it on one thread only, except for `prompt_ids`."""

    step_tokens = BATCH_TOKENS

    def __init__(self, folder: Path, exported: Path, context: int, cache_tokens: int, threads: int | None):
        import openvino_genai as genai
        from transformers import PreTrainedTokenizerFast

        self.tokenizer = PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
        self.context = context
        self.ends = end_tokens(self.tokenizer, _configured_end(folder))
        self._numbers = itertools.count()
        self._scored: list[RawScore] = []
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
        return answer(self, prompt, options, cancelled, emit)

    def begin(self, ids: Sequence[int], options: GenerationOptions, limit: int) -> Any:
        from openvino import Tensor

        return self._pipeline.add_request(
            next(self._numbers), Tensor(np.array([list(ids)], np.int64)), self._config(options, limit)
        )

    def next_tokens(self, request: Any) -> list[int]:
        if not request.can_read():
            if str(request.get_status()).endswith("IGNORED"):
                raise NotEnoughMemory(
                    "The text is longer than the memory that is kept for it. Shorten it, or raise the "
                    "context of this model in the settings."
                )
            self._pipeline.step()
        found: list[int] = []
        self._scored = []
        while request.can_read():
            for output in request.read().values():
                found += output.generated_ids
                self._scored += [RawScore(float(value)) for value in output.generated_log_probs]
        return found

    def scored(self, request: Any) -> list[RawScore]:
        """Of the tokens that `next_tokens` has just returned. The library tells no candidates."""
        return self._scored

    def resume(self, request: Any) -> None:
        raise AssertionError("the library never drops a request")

    def end(self, request: Any) -> None:
        request.cancel()  # harmless for one that has ended

    def _config(self, options: GenerationOptions, limit: int) -> Any:
        """The same names as in transformers, and the same order of the filters."""
        import openvino_genai as genai

        config = genai.GenerationConfig()
        config.max_new_tokens = limit
        config.repetition_penalty = options.repetition_penalty
        config.logprobs = (
            1 if options.scores else 0
        )  # 1: of the model itself, 0: after temperature and filters
        config.ignore_eos = not self.ends
        config.set_eos_token_id(min(self.ends, default=0))
        config.stop_token_ids = set(self.ends)
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
