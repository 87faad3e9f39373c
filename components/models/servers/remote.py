"""A model on a server, asked over HTTP. Runs in the app's own process: it computes nothing.

Knows the OpenAI API's requests and streams; how a server is reached and what it can do is in `servers`.
"""

import copy
import queue
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from components import telemetry
from components.config import ModelSettings
from components.errors import BadInput, Unavailable
from components.messages import Message, Said, sentences
from components.models.catalog import ModelSpec
from components.models.engine import Vectors
from components.models.logprobs import BytesOfTokens
from components.models.looks import Found, Look, cant_look
from components.models.options import EngineInfo, FinishReason, GenerationOptions, Prompt, Usage
from components.models.scores import Scored, Scores, TokenScore
from components.models.servers import failures, probe, prompt_scores, token_estimate
from components.models.servers.answer_text import AnswerText
from components.models.servers.connection import Connection
from components.models.servers.probe import CONTEXT, Manners, Served
from components.models.translation import Translated, TranslationOptions

POLL_SECONDS = 0.02  # how soon Stop is heard while nothing comes
PROBE_SECONDS = 30.0  # for all questions when a model is first used
COUNTED_TOGETHER, COUNT_SECONDS = 500, 60.0  # prompts, and the time that so many may take
MOST_CANDIDATES = 20  # beside each token, in OpenAI's API; some servers take 5
MOST_STOPS = 4  # stop strings that the API takes; all of them are looked for here too
# What some servers refuse: left out when they do. The first three are no part of OpenAI's API.
OPTIONAL = (
    "top_k",
    "min_p",
    "repetition_penalty",
    "stream_options",
    "top_logprobs",
    "logprobs",
    "seed",
    "stop",
    "top_p",
    "temperature",
)
REFUSED = (400, 404, 422)
# How a server says that it doesn't know a field; where only the value is wrong, the person is told.
UNKNOWN = (
    "unknown",
    "unrecogni",
    "support",
    "not permitted",
    "not allowed",
    "unexpected",
    "extra",
    "additional",
)
ENDED = "ended"  # a stream that is whole although the server gave no reason for its end
FULL, TOOLS = ("length", "max_tokens"), ("tool_calls", "function_call")
BROKEN = ("abort", "error")  # reasons that are failures
AT_ONCE_SECONDS = 0.02  # an answer that comes within this time was held back: nobody measured its speed
LEAST_ROOM = 0.25  # of the context: for an answer after a prompt that can only be estimated


def connect(
    connection: Connection, spec: ModelSpec, listed: Served, settings: ModelSettings
) -> "RemoteEngine":
    """Asks the server how this model is to be asked. Raises Unavailable or EngineFailed with the reason."""
    started = time.perf_counter()
    how = connection.run(probe.manners(connection, spec.location, listed), PROBE_SECONDS)
    wanted = settings.context or connection.settings.context
    context = min(filter(None, (how.context, wanted)), default=CONTEXT)
    info = EngineInfo(
        engine="server",  # which one it runs there isn't told
        device=Said("server {name}", name=connection.name),
        dtype="",
        quantization="none",
        memory=0,
        context=context,
        chat=True,
        load_seconds=time.perf_counter() - started,
        exact=how.counts,
        at_once=connection.settings.parallel,
    )
    return RemoteEngine(connection, spec.location, how, info, _reason(connection, how, wanted, context))


def _reason(connection: Connection, how: Manners, wanted: int | None, context: int) -> Message:
    """What the Models page says of it."""
    if how.context and context == how.context:
        source = Said("as the server says")
    elif how.context or wanted:
        source = Said("as the settings say")
    else:
        source = Said("assumed; set servers.{name}.context", name=connection.name)
    runs = Said(
        "Runs at {address}: {context:,} tokens of context, {source}.",
        address=connection.address,
        context=context,
        source=source,
    )
    if how.counts:
        return sentences(runs, Said("The server counts tokens before it reads."))
    return sentences(
        runs, Said("It doesn't count tokens before it reads, so prompts are estimated, on the safe side.")
    )


class RemoteEngine:
    """One model of one server. Safe to use from any thread."""

    def __init__(
        self, connection: Connection, model: str, how: Manners, info: EngineInfo, reason: Message = ""
    ) -> None:
        self.connection, self.model, self.how, self.info, self.reason = connection, model, how, info, reason
        self.recent: deque[Usage] = deque(maxlen=5)
        self.refused: set[str] = set()  # fields that this server doesn't take; only ever grows
        self._lost = threading.Event()  # shared with what `leased` returns, as all of this
        self._on_wait: Callable[[Message], object] = lambda said: None

    @property
    def alive(self) -> bool:
        """Whether it can be used: once the server was gone, it has to be probed again."""
        return not self._lost.is_set()

    def leased(self, cancelled: Callable[[], bool], on_wait: Callable[[Message], object]) -> "RemoteEngine":
        """The same engine for one lease, which hears that the server is busy."""
        twin = copy.copy(self)
        twin._on_wait = on_wait
        return twin

    def count(self, prompts: Sequence[Prompt]) -> list[int]:
        """Tokens of each prompt; estimated, on the safe side, where `info.exact` is false."""
        if not self.how.counts:
            return [token_estimate.estimate(prompt) for prompt in prompts]
        found: list[int] = []
        for begin in range(0, len(prompts), COUNTED_TOGETHER):
            some = prompts[begin : begin + COUNTED_TOGETHER]
            work = probe.count(self.connection, self.model, self.how, some)
            found += self.connection.run(work, COUNT_SECONDS)
        return found

    def generate(
        self, prompt: Prompt, options: GenerationOptions, cancelled: Callable[[], bool]
    ) -> "RemoteGeneration":
        return RemoteGeneration(self, prompt, options, cancelled)

    def scores(
        self,
        texts: Sequence[Scored],
        top: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
        on_done: Callable[[int], None] = lambda done: None,
    ) -> list[Scores]:
        """Where the server tells it; else raises NoScores."""
        found: list[Scores] = []
        for tokens in prompt_scores.of_texts(self.connection, self.model, texts, top, cancelled):
            found.append(Scores(tuple(tokens), self.info.engine, self.info.dtype))
            on_done(len(found))
        return found

    def look(self, asked: Look, cancelled: Callable[[], bool] = lambda: False) -> Found:
        raise cant_look(self.connection.name)

    def embed(
        self,
        texts: Sequence[str],
        cancelled: Callable[[], bool] = lambda: False,
        on_done: Callable[[int], None] = lambda done: None,
    ) -> Vectors:
        raise Unavailable("A model on a server writes text here; it makes no vectors. Choose a local one.")

    def translate(
        self, texts: Sequence[str], options: TranslationOptions, cancelled: Callable[[], bool]
    ) -> Iterator[Translated]:
        raise Unavailable("A model on a server translates by instruction only.")

    def adapted(self, folder: Path) -> "RemoteEngine":
        raise Unavailable("A model on a server can't be used with an adapter that is here.")

    def close(self) -> None:
        self.lost()  # the connection stays: the server's other models use it

    def lost(self) -> None:
        self._lost.set()

    @asynccontextmanager
    async def stream(self, prompt: Prompt, options: GenerationOptions) -> AsyncIterator[Any]:
        """The chunks of one answer. Leaving the block closes the request, and so stops the server."""

        def ask() -> Awaitable[Any]:
            return self._open(prompt, options)

        async with await self.connection.patiently(ask, self._on_wait) as chunks:
            yield chunks

    async def limit(self, prompt: Prompt, asked: int) -> int:
        """How many new tokens fit behind a prompt: vLLM refuses to be asked for more."""
        context = self.info.context
        if not self.how.context or token_estimate.estimate(prompt) + asked <= context:  # never too few
            return asked
        [read] = await probe.count(self.connection, self.model, self.how, [prompt])
        least = 1 if self.how.counts else int(context * LEAST_ROOM)
        return min(asked, max(context - read, least))

    async def _open(self, prompt: Prompt, options: GenerationOptions) -> Any:
        """Begins a stream; what the server refuses by name is left out from then on."""
        import openai

        client = self.connection.client()
        path = "/chat/completions" if prompt.messages else "/completions"
        kind: Any = openai.types.chat.ChatCompletionChunk if prompt.messages else openai.types.Completion
        while True:
            body = self._body(prompt, options)
            try:
                return await client.post(
                    path, cast_to=kind, body=body, stream=True, stream_cls=_stream_of(kind)
                )
            except openai.APIStatusError as error:
                said = failures.said_of(error.body)
                named = {name for name in (*OPTIONAL, probe.FORMAT) if name in body and name in said}
                if "max_completion_tokens" in said and "max_tokens" in body:
                    named = {"max_tokens"}
                unknown = any(word in said.lower() for word in UNKNOWN)
                if error.status_code not in REFUSED or not named or not unknown:
                    raise
                self.refused |= named

    def _body(self, prompt: Prompt, options: GenerationOptions) -> dict[str, Any]:
        """The request, without what is off and what this server doesn't take."""
        body: dict[str, Any] = {
            "model": self.model,
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": options.temperature,
            "seed": options.seed,
            "max_tokens": options.max_new_tokens,
        }
        body |= {"top_p": options.top_p} if options.top_p < 1 else {}
        body |= {"top_k": options.top_k} if options.top_k > 0 and options.temperature > 0 else {}
        body |= {"min_p": options.min_p} if options.min_p > 0 else {}
        penalty = options.repetition_penalty
        body |= {"repetition_penalty": penalty} if penalty != 1 else {}
        if self.how.kind == "llama.cpp" and penalty != 1:
            body["repeat_penalty"] = penalty  # its own name for it
        body |= {"stop": list(options.stop[:MOST_STOPS])} if options.stop else {}
        body |= probe.answer_format(prompt, options.schema)
        if options.scores and prompt.messages:
            body |= {"logprobs": True, "top_logprobs": min(options.scores, MOST_CANDIDATES)}
        elif options.scores:
            body["logprobs"] = min(options.scores, MOST_CANDIDATES)
        if "max_tokens" in self.refused:
            body["max_completion_tokens"] = options.max_new_tokens
        body = {name: value for name, value in body.items() if name not in self.refused}
        return body | (probe.conversation(prompt) if prompt.messages else {"prompt": prompt.text})


class RemoteGeneration:
    """Iterate once. Leaving the loop early, or `cancelled`, closes the request."""

    def __init__(
        self,
        engine: RemoteEngine,
        prompt: Prompt,
        options: GenerationOptions,
        cancelled: Callable[[], bool],
    ) -> None:
        self._engine, self._prompt, self._options, self._cancelled = engine, prompt, options, cancelled
        self._events: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._text = AnswerText(options.stop)
        self._finish = ""  # the server's word for it
        self._counted: Any = None  # the server's own usage
        self._limit = options.max_new_tokens  # what fits of it
        self._tools = False  # whether the model asked for one
        self._chunks = 0  # with text in them; most servers send one a token
        self._started = self._first = self._last = 0.0
        self.usage: Usage | None = None
        self.read = self.written = 0
        self.scores: list[TokenScore] = []
        self._tokens = BytesOfTokens()

    def __iter__(self) -> Iterator[str]:
        if self._prompt.continue_last and not self._engine.how.continues:
            raise BadInput(
                "The server {name} can't go on with an answer in its middle. Regenerate it, or ask "
                "in a new message to go on. What was written is kept.",
                name=self._engine.connection.name,
            )
        self._started = time.perf_counter()
        future = self._engine.connection.start(self._receive())
        ended = stopped = False
        try:
            while not ended and not stopped and not self._text.stopped:
                if self._cancelled():
                    stopped = True
                    break
                try:
                    kind, payload = self._events.get(timeout=POLL_SECONDS)
                except queue.Empty:
                    continue
                if kind == "error":
                    raise self._failed(payload)
                ended = kind == "end"
                if kind == "chunk" and (piece := self._take(payload)):
                    yield piece
            if piece := self._text.flush():
                yield piece
        finally:
            future.cancel()
        self.usage = self._usage(stopped)
        self._engine.recent.append(self.usage)
        name = f"{self._engine.connection.name}/{self._engine.model}"
        telemetry.METRICS.used(name, self.usage.prompt_tokens, self.usage.new_tokens)

    async def _receive(self) -> None:
        """On the connection's thread: hands on what comes, an end or an error last."""
        begun = False
        try:
            self._limit = await self._engine.limit(self._prompt, self._options.max_new_tokens)
            options = replace(self._options, max_new_tokens=self._limit)
            async with self._engine.stream(self._prompt, options) as chunks:
                async for chunk in chunks:
                    failures.check(chunk)
                    begun = begun or isinstance(getattr(chunk, "choices", None), list)
                    reason = finished(chunk)
                    if reason in BROKEN:
                        raise failures.CutShort
                    if self._finish in ("", ENDED):  # usage ends only what nothing follows
                        self._finish = reason
                    self._events.put(("chunk", chunk))
                self._finish = self._finish or (ENDED if chunks.done else "")
            if not self._finish:
                raise failures.CutShort if begun else failures.NotAnApi
            self._events.put(("end", None))
        except Exception as error:  # noqa: BLE001 - reported to the caller
            said = failures.in_stream(error) if begun else error
            self._events.put(("end", None) if self._finish else ("error", said))

    def _take(self, chunk: Any) -> str:
        """The text of one chunk that is certain by now."""
        if usage := getattr(chunk, "usage", None):
            self._counted = usage
        self._tools = self._tools or _asks_for_tool(chunk)
        self.scores += self._tokens.of_choice(_choice(chunk)) if self._options.scores else []
        self.written = len(self.scores)
        reasoning, content = _texts(chunk)
        if reasoning or content:
            self._last = time.perf_counter()
            self._first = self._first or self._last
            self._chunks += 1
        return self._text.feed(reasoning, content)

    def _failed(self, error: BaseException) -> Exception:
        if failures.lost(error):
            self._engine.lost()
        if not self._prompt.messages and getattr(error, "status_code", 0) in (404, 405, 501):
            return Unavailable(
                "The server {name} doesn't complete a text (it has no /v1/completions for this "
                "model). Use a conversation, or another model.",
                name=self._engine.connection.name,
            )
        return self._engine.connection.failure(error)

    def _usage(self, stopped: bool) -> Usage:
        """The server's numbers, or else its chunks and an estimate, marked as such."""
        read = getattr(self._counted, "prompt_tokens", None)
        written = getattr(self._counted, "completion_tokens", None)
        exact = isinstance(read, int) and isinstance(written, int)
        exact = exact and bool(written or not self._chunks)  # some servers say 0 of everything
        if not exact or read is None or written is None:
            read, written = token_estimate.estimate(self._prompt), self._chunks
        first = (self._first or time.perf_counter()) - self._started
        finish = "stopped" if stopped else self._reason(written, exact)
        took = self._last - self._first
        return Usage(read, written, first, took if took > AT_ONCE_SECONDS else 0.0, finish, exact)

    def _reason(self, written: int, exact: bool) -> FinishReason:
        """Why the answer ended where it did."""
        if self._text.stopped:
            return "stop"
        if self._tools or self._finish in TOOLS:
            return "tools"
        if self._finish == "content_filter":
            return "filtered"
        if self._finish in FULL or (self._finish == ENDED and written >= self._limit):
            # Ended before what was asked for: the server's context was full.
            return "length" if not exact or written >= self._options.max_new_tokens else "context"
        return "stop"


def _texts(chunk: Any) -> tuple[str, str]:
    """Reasoning and answer in one chunk, under the names that servers use."""
    choice = _choice(chunk)
    delta = getattr(choice, "delta", None)
    if delta is None:
        return "", str(getattr(choice, "text", None) or "")
    reasoning = getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None)
    content = getattr(delta, "content", None) or getattr(delta, "refusal", None)
    if isinstance(content, list):  # of parts
        content = "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return (reasoning if isinstance(reasoning, str) else ""), str(content or "")


def finished(chunk: Any) -> str:
    """Why the answer ends with this chunk; empty where it doesn't.

    Usage by itself comes last of all: some servers send it and no reason.
    """
    choice = _choice(chunk)
    if choice is None and getattr(chunk, "choices", None) == [] and getattr(chunk, "usage", None):
        return ENDED
    return str(getattr(choice, "finish_reason", None) or "").lower()


def _asks_for_tool(chunk: Any) -> bool:
    delta = getattr(_choice(chunk), "delta", None)
    return bool(getattr(delta, "tool_calls", None) or getattr(delta, "function_call", None))


def _choice(chunk: Any) -> Any:
    return next(iter(getattr(chunk, "choices", None) or ()), None)


@cache
def _stream_of(kind: Any) -> Any:
    """The client's stream of such chunks, which also tells whether the server said that it is done.

    llama.cpp, Ollama, TGI and vLLM say [DONE] after every whole answer, with or without a reason for its
    end. A connection that was closed in good order proves nothing: Ollama closes it so after a failure in
    the middle, and a proxy when the server behind it dies.
    """
    import openai

    plain: Any = openai.AsyncStream[kind]

    class Stream(plain):
        done = False

        async def _iter_events(self) -> AsyncIterator[Any]:
            async for event in super()._iter_events():
                self.done = self.done or event.data.startswith("[DONE]")
                yield event

    return Stream
