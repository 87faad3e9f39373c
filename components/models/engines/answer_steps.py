"""One of an engine's requests in progress, as a generator of steps: tokens to text, to the end.

Knows neither torch nor OpenVINO: a `Batch` runs the model. The generation whose turn it is when no token is
left to hand out moves the whole batch on.
"""

import time
from collections.abc import Callable, Generator, Sequence
from typing import Any, Protocol

from components.errors import BadInput, NotEnoughMemory
from components.models.engines.prompt_tokens import THINK, decode, opens_reasoning, rendered, whole
from components.models.engines.step_loop import PARK
from components.models.engines.text_stream import TextStream
from components.models.options import FinishReason, GenerationOptions, Prompt, Usage
from components.models.scores import Pieces, RawScore, TokenScore, scored_from

# ("read", tokens), ("scores", TokenScores),
# ("wrote", tokens), ("text", piece), ("memory", None), ("end", Usage)
Emit = Callable[[str, Any], None]

NOTED_AT_ONCE = 32  # tokens


class Dropped(Exception):
    """The batch ran out of memory and dropped this request; `resume` reads it again."""


class Reader(Protocol):
    """What an answer has to know of its engine."""

    tokenizer: Any
    context: int  # tokens that prompt and answer may have together
    ends: frozenset[int]  # tokens that end an answer
    step_tokens: int  # prompt tokens that one step reads at most

    def prompt_ids(self, prompt: Prompt) -> list[int]: ...


class Batch(Reader, Protocol):
    """An engine with many requests in progress."""

    def begin(self, ids: Sequence[int], options: GenerationOptions, limit: int) -> Any:
        """Puts a request into the batch; returns a handle for it."""

    def next_tokens(self, request: Any) -> list[int]:
        """The new tokens of a request; if there are none, the batch moves on by one step.

        Raises Dropped, or NotEnoughMemory where waiting would not help.
        """

    def scored(self, request: Any) -> list[RawScore]:
        """Of the tokens that were handed out last, where they were asked for; else empty."""

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
    made = begun(batch, prompt, options, emit)
    request = batch.begin(made.ids, options, made.limit)
    try:
        yield from _steps(batch, request, made, cancelled)
    finally:
        batch.end(request)
    made.end()


def begun(reader: Reader, prompt: Prompt, options: GenerationOptions, emit: Emit) -> "Answer":
    """An answer of which nothing is made yet. Raises BadInput for a prompt longer than the context."""
    started = time.perf_counter()
    if prompt.messages:
        prompt = rendered(reader.tokenizer, prompt)
    ids = reader.prompt_ids(prompt)
    if len(ids) >= reader.context:
        raise BadInput(
            "The prompt has {tokens:,} tokens; the model reads {context:,}.",
            tokens=len(ids),
            context=reader.context,
        )
    made = Answer(reader, ids, options, emit, started)
    made.opening = f"{THINK}\n" if opens_reasoning(prompt) else ""
    return made


def _steps(
    batch: Batch, request: Any, made: "Answer", cancelled: Callable[[], bool]
) -> Generator[Any, None, None]:
    """Moves a request on until its answer is over, letting others have their turn after each step."""
    dropped = False
    while not made.over:
        if cancelled():
            made.finish = "stopped"
            return
        try:
            tokens = batch.next_tokens(request)
        except Dropped as error:
            if dropped:
                raise NotEnoughMemory(
                    "The model ran out of memory while answering, twice. What was written is kept. Ask "
                    "for fewer new tokens, start a new conversation or choose a smaller model."
                ) from error
            dropped = True
            made.read_again()
            yield PARK
            batch.resume(request)
            continue
        made.take(tokens, batch.scored(request) if made.scoring else ())
        if not made.over:
            yield


class Answer:
    """What one request has made so far: its text as it becomes certain, its length, and when it was made."""

    def __init__(
        self, reader: Reader, ids: Sequence[int], options: GenerationOptions, emit: Emit, started: float
    ) -> None:
        self._ends, self._step_tokens, self._emit = reader.ends, reader.step_tokens, emit
        self.ids, self._prompt_tokens, self._started = ids, len(ids), started
        room = reader.context - len(ids)
        self.limit = min(options.max_new_tokens, room)
        self.finish: FinishReason = "length" if options.max_new_tokens <= room else "context"
        self.over = False
        self.opening = ""  # what the template has begun of the answer; it comes before the first piece
        self.scoring = options.scores > 0
        self._decode_all = lambda some: whole(reader.tokenizer, some)
        self._pieces = Pieces(self._decode_all, ids) if self.scoring else None
        self._scores: list[TokenScore] = []  # that weren't handed out yet
        self._names: dict[int, str] = {}  # of tokens that were among the likeliest
        self._text = TextStream(lambda some: decode(reader.tokenizer, list(some)), ids, options.stop)
        self._reading_steps = self._count = 0
        self._first = self._last = started  # when the first and the last token came

    def read_again(self) -> None:
        """The batch has dropped what it read: asks for memory, and counts its reading from the start."""
        self._reading_steps = 0
        self._emit("memory", None)

    def read(self, tokens: int) -> None:
        """So many tokens of the prompt have been read."""
        self._emit("read", min(tokens, self._prompt_tokens))

    def wrote(self, text: str, tokens: int) -> None:
        """A piece of text from an engine that decodes by itself; `tokens`: of the answer so far."""
        self._last = time.perf_counter()
        if not self._count:
            self._first = self._last
        self._count = tokens
        self._say(self._text.add(text))
        if self._text.stopped:
            self.finish, self.over = "stop", True

    def note(self, scores: list[TokenScore]) -> None:
        """How sure the model was of the tokens that come next: handed out some at a time, since nobody looks
        at them yet, and a message for each token would cost more than finding them.
        """
        self._scores += scores
        if len(self._scores) >= NOTED_AT_ONCE:
            self._hand_out()

    def _hand_out(self) -> None:
        if self._scores:
            self._emit("scores", self._scores)
            self._scores = []

    def _name(self, some: list[int]) -> str:
        """The text of one token by itself."""
        if some[0] not in self._names:
            self._names[some[0]] = self._decode_all(some)
        return self._names[some[0]]

    def ended(self, tokens: int, finish: FinishReason | None = None) -> None:
        """The engine is done; `finish`: why, where it wasn't the length that it was given."""
        self._count, self.over = tokens, True
        self.finish = finish or self.finish

    def take(self, tokens: Sequence[int], scores: Sequence[RawScore] = ()) -> None:
        """The tokens of one step; none while the prompt is still being read."""
        if not tokens and not self._count:
            self._reading_steps += 1
            self.read(self._reading_steps * self._step_tokens)
        for at, token in enumerate(tokens):
            self._add(token, scores[at] if at < len(scores) else None)
            if self.over:
                return
        self.over = self._count >= self.limit

    def _add(self, token: int, score: RawScore | None) -> None:
        self._last = time.perf_counter()
        if token in self._ends:
            self.finish, self.over = "stop", True
            return
        self._count += 1
        if self._count == 1:
            self._first = self._last
        if self._pieces is not None:
            self.note([scored_from(self._pieces, self._name, token, score)])
        self._say(self._text.feed(token))
        if self._text.stopped:
            self.finish, self.over = "stop", True

    def end(self) -> None:
        """Hands out what was held back, and what it all took."""
        self._say(self._text.flush())
        self._hand_out()
        waited, decoding = self._first - self._started, max(self._last - self._first, 0.0)
        if not self._count:
            waited, decoding = time.perf_counter() - self._started, 0.0
        self._emit("end", Usage(self._prompt_tokens, self._count, waited, decoding, self.finish))

    def _say(self, piece: str) -> None:
        if piece:
            self._emit("wrote", self._count)
            self._emit("text", self.opening + piece)
            self.opening = ""
