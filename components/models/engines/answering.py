"""One of an engine's requests in progress, as a generator of steps: tokens to text, to the end.

Knows neither torch nor OpenVINO: a `Batch` runs the model. The generation whose turn it is when no token is
left to hand out moves the whole batch on.
"""

import time
from collections.abc import Callable, Generator, Sequence
from typing import Any, Protocol

from components.errors import BadInput, NotEnoughMemory
from components.models.engines.prompting import decode
from components.models.engines.steps import PARK
from components.models.engines.text_stream import TextStream
from components.models.options import FinishReason, GenerationOptions, Prompt, Usage

Emit = Callable[[str, Any], None]  # ("read", tokens) | ("text", piece) | ("memory", None) | ("end", Usage)


class Dropped(Exception):
    """The batch ran out of memory and dropped this request; `resume` reads it again."""


class Batch(Protocol):
    """An engine with many requests in progress."""

    tokenizer: Any
    context: int  # tokens that prompt and answer may have together
    ends: frozenset[int]  # tokens that end an answer
    step_tokens: int  # prompt tokens that one step reads at most

    def prompt_ids(self, prompt: Prompt) -> list[int]: ...

    def begin(self, ids: Sequence[int], options: GenerationOptions, limit: int) -> Any:
        """Puts a request into the batch; returns a handle for it."""

    def next_tokens(self, request: Any) -> list[int]:
        """The new tokens of a request; if there are none, the batch moves on by one step.

        Raises Dropped, or NotEnoughMemory where waiting would not help.
        """

    def resume(self, request: Any) -> None:
        """Puts a dropped request back, with what was made for it."""

    def end(self, request: Any) -> None:
        """Takes a request out of the batch, whether it is over or not."""


def answer(
    batch: Batch, prompt: Prompt, options: GenerationOptions, cancelled: Callable[[], bool], emit: Emit
) -> Generator[Any, None, None]:
    """The steps of one generation; what it makes goes to `emit`, a Usage last.

    Out of memory reports "memory" and parks; resumed, it goes on with the same text. The second time it
    raises NotEnoughMemory. Raises BadInput for a prompt that is longer than the context.
    """
    started = time.perf_counter()
    ids = batch.prompt_ids(prompt)
    room = batch.context - len(ids)
    if room < 1:
        raise BadInput(
            "The prompt has {tokens:,} tokens; the model reads {context:,}.",
            tokens=len(ids),
            context=batch.context,
        )
    limit = min(options.max_new_tokens, room)
    finish: FinishReason = "length" if options.max_new_tokens <= room else "context"
    text = TextStream(lambda some: decode(batch.tokenizer, list(some)), ids, options.stop)
    request = batch.begin(ids, options, limit)
    count, steps, first, last = 0, 0, started, started
    over = dropped = False
    try:
        while not over:
            if cancelled():
                finish = "stopped"
                break
            try:
                tokens = batch.next_tokens(request)
            except Dropped as error:
                if dropped:
                    raise NotEnoughMemory(
                        "The model ran out of memory while answering, twice. What was written is kept. Ask "
                        "for fewer new tokens, start a new conversation or choose a smaller model."
                    ) from error
                dropped, steps = True, 0
                emit("memory", None)
                yield PARK
                batch.resume(request)
                continue
            if not tokens and not count:
                steps += 1
                emit("read", min(steps * batch.step_tokens, len(ids)))
            for token in tokens:
                last = time.perf_counter()
                count += 1
                first = last if count == 1 else first
                if token in batch.ends:
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
        batch.end(request)
    if piece := text.flush():
        emit("text", piece)
    waited = first - started if count else time.perf_counter() - started
    emit("end", Usage(len(ids), count, waited, max(last - first, 0.0) if count else 0.0, finish))
