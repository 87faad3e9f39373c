"""Text from a causal language model by transformers' continuous batching: everybody's requests in one batch.

Knows torch and transformers' paged cache. The library would run its loop on a thread of its own; here every
step is taken on the engine's thread, so that adapters, whose requests take turns as in `causal`, can share
the model. Each request is sampled by its own rules and its own seed, as if it were alone.
"""

import itertools
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from transformers import ContinuousBatchingConfig, GenerationConfig, LogitsProcessorList
from transformers.generation.continuous_batching.cb_logits_processors import (
    ContinuousBatchingLogitsProcessor,
    ContinuousBatchingLogitsProcessorList,
)
from transformers.generation.continuous_batching.continuous_api import OutputRouter
from transformers.generation.continuous_batching.requests import GenerationOutput
from transformers.generation.continuous_batching.utils import drain_queue

from components.models.engines.answer_steps import Dropped, Emit, answer
from components.models.engines.causal import CausalEngine, free_memory, is_out_of_memory, processors
from components.models.engines.text_scores import raw_scores
from components.models.options import GenerationOptions, Prompt
from components.models.scores import RawScore

PAGE = 32  # tokens of the cache that are kept or found together
FLASH_PAGE = 256  # as FlashAttention's kernels want them
STEP_TOKENS = 512  # of prompts and answers together in one step: Stop is heard between two
AT_ONCE = 32  # requests in one batch
NEVER = -1  # no token: where an answer ends is decided outside


@dataclass
class _Request:
    """One request, for as long as it is in progress."""

    name: str
    ids: list[int]  # the prompt, and what was made
    options: GenerationOptions
    limit: int  # tokens to make
    generator: torch.Generator
    processors: LogitsProcessorList
    fresh: deque[int] = field(default_factory=deque)  # made, not handed out yet
    made: int = 0
    known: int = 0  # of them, to the library: part of the prompt
    dropped: bool = False
    handed: int = 0  # tokens that were handed out last
    scores: list[RawScore] = field(default_factory=list)  # of tokens whose scores weren't handed out yet


class BatchingEngine(CausalEngine):
    """One loaded model. Use it on one thread only, except for `prompt_ids`.

    Raises ValueError for a model whose attention has no pages, or whose adapters couldn't be used beside.
    """

    def __init__(self, model: Any, tokenizer: Any, context: int) -> None:
        super().__init__(model, tokenizer, context)
        if model.config._attn_implementation == "eager":  # the library would change it for all requests
            raise ValueError("eager attention is paged for everybody or for nobody")
        self._requests: dict[str, _Request] = {}
        self._numbers = itertools.count()
        page = FLASH_PAGE if "flash" in str(model.config._attn_implementation) else PAGE
        self._manager = model.init_continuous_batching(
            GenerationConfig(do_sample=False, eos_token_id=NEVER),
            ContinuousBatchingConfig(
                page_size=page,
                # One full context, as the manager made room for, and a page that each request has begun.
                num_blocks=-(-context // page) + AT_ONCE,
                max_batch_tokens=STEP_TOKENS,
                max_requests_per_batch=AT_ONCE,
                # Both would run ahead of what Stop, the sampling and the adapters have to decide.
                use_async_batching=False,
                use_cuda_graph=False,
                auto_switch_to_flash=False,  # the loader has decided
            ),
        )
        sampling = ContinuousBatchingLogitsProcessorList(LogitsProcessorList([_Sampling(self._requests)]))
        sampling.tensors_required = 1
        self._manager.logit_processor = sampling
        self._manager.output_router = _Router(self._requests)

    def generate(
        self, prompt: Prompt, options: GenerationOptions, cancelled: Callable[[], bool], emit: Emit
    ) -> Generator[Any, None, None]:
        """The steps of one generation; what it makes goes to `emit`, a Usage last."""
        if self.adapter is not None:
            return super().generate(prompt, options, cancelled, emit)
        return answer(_Batch(self), prompt, options, cancelled, emit)

    def add(self, request: _Request) -> None:
        """Puts a request into the batch, with what was made for it already."""
        request.dropped, request.known = False, request.made
        self._requests[request.name] = request
        self._manager.add_request(
            request.ids, request.name, max_new_tokens=request.limit - request.made, streaming=True
        )

    def cancel(self, request: _Request) -> None:
        self._requests.pop(request.name, None)
        self._manager.cancel_request(request.name)
        if (batch := self._manager.batch_processor) is not None:
            # The cache may have been full: the library looks at waiting requests only after it has ended one.
            batch.scheduler.block_new_requests = False
            if not self._requests:
                self._advance()  # nothing is left to do: gives its pages back

    def new(self, ids: Sequence[int], options: GenerationOptions, limit: int) -> _Request:
        generator = torch.Generator(self.model.device).manual_seed(options.seed)
        return _Request(str(next(self._numbers)), list(ids), options, limit, generator, processors(options))

    def step(self) -> None:
        """Moves all requests on by one token, or by a piece of a prompt.

        A failure drops all requests, since nobody knows how far they got. Out of memory is not raised.
        """
        failed: Exception | None = None
        try:
            self._advance()
        except Exception as error:  # noqa: BLE001 - raised again below
            failed = error.with_traceback(None)  # which holds the tensors
        if failed is None:
            return
        self._manager.batch_processor = None
        for waiting in (self._manager.input_queue, self._manager.cancel_queue):
            drain_queue(waiting)
        for request in self._requests.values():
            request.dropped = True
        self._requests.clear()
        free_memory()
        if not is_out_of_memory(failed):
            raise failed

    @torch.no_grad()
    def _advance(self) -> None:
        # Kept by the library's manager, which an adapter's twin of this engine shares
        if self._manager.batch_processor is None:
            self._manager.batch_processor = self._manager._create_batch_processor()
        batch = self._manager.batch_processor
        self.adapters.choose(None)
        if batch.prepare_next_batch():
            batch._generation_step(self.model)
            batch.update_batch()


class _Batch:
    """The engine as `answer_steps` sees it."""

    step_tokens = STEP_TOKENS

    def __init__(self, engine: BatchingEngine) -> None:
        self._engine = engine
        self.tokenizer, self.context, self.ends = engine.tokenizer, engine.context, engine.ends

    def prompt_ids(self, prompt: Prompt) -> list[int]:
        return self._engine.prompt_ids(prompt)

    def begin(self, ids: Sequence[int], options: GenerationOptions, limit: int) -> _Request:
        request = self._engine.new(ids, options, limit)
        self._engine.add(request)
        return request

    def next_tokens(self, request: _Request) -> list[int]:
        if not request.fresh and not request.dropped:
            self._engine.step()
        if request.dropped and not request.fresh:
            raise Dropped
        tokens = list(request.fresh)
        request.fresh.clear()
        request.handed = len(tokens)
        return tokens

    def scored(self, request: _Request) -> list[RawScore]:
        found = request.scores[: request.handed]
        del request.scores[: request.handed]
        return found

    def resume(self, request: _Request) -> None:
        self._engine.add(request)

    def end(self, request: _Request) -> None:
        self._engine.cancel(request)


class _Router(OutputRouter):
    """Hands new tokens to the requests that they belong to."""

    def __init__(self, requests: Mapping[str, _Request]) -> None:
        super().__init__()
        self._of = requests

    def deliver(self, output: GenerationOutput) -> None:
        if request := self._of.get(output.request_id):
            new = output.generated_tokens[request.made - request.known :]
            request.made += len(new)
            request.ids += new
            request.fresh += new

    def deliver_batch(self, outputs: list[GenerationOutput]) -> None:
        for output in outputs:
            self.deliver(output)


class _Sampling(ContinuousBatchingLogitsProcessor):
    """Chooses each request's next token by its own rules, so that the library finds it the most likely one.

    Replaces the library's per-request filters, which know neither seed, min_p nor a penalty.
    """

    supported_kwargs: dict[str, type] = {}  # noqa: RUF012 - as the base class has it
    ignored_kwargs: tuple[str, ...] = ()

    def __init__(self, requests: Mapping[str, _Request]) -> None:
        self._of = requests
        self._rows: list[_Request | None] = []

    def fill_defaults(self, int32_tensor: torch.Tensor) -> None:
        int32_tensor.fill_(0)

    def prepare_tensor_args(self, requests_with_new_token: list[Any]) -> torch.Tensor:
        self._rows = [self._of.get(one.state.request_id) for one in requests_with_new_token]
        return torch.zeros(len(self._rows), dtype=torch.int32)

    def __call__(self, scores: torch.Tensor, tensor_arg: torch.Tensor) -> torch.Tensor:
        for row, request in enumerate(self._rows):
            if request is None:
                continue
            options = request.options
            raw = scores[row : row + 1].float().clone() if options.scores else None
            if options.temperature == 0 and options.repetition_penalty == 1.0:
                _note(request, raw, scores[row])
                continue
            # Only the penalty looks at what was said; it is the first of them.
            said = request.ids if options.repetition_penalty != 1.0 else []
            ids: Any = torch.tensor([said], dtype=torch.long, device=scores.device)
            wanted = request.processors(ids, scores[row : row + 1].clone())
            if options.temperature == 0:
                scores[row] = wanted[0]
            else:
                token = torch.multinomial(wanted.softmax(dim=-1), 1, generator=request.generator)
                scores[row] = scores[row].fill_(-torch.inf).index_fill(0, token[0], 0.0)
            _note(request, raw, scores[row])
        return scores


def _note(request: _Request, raw: Any, chosen: Any) -> None:
    """What the model thought of the token that the library will find the most likely one."""
    if raw is not None:
        request.scores += raw_scores(raw, chosen.argmax(dim=-1, keepdim=True), request.options.scores)
