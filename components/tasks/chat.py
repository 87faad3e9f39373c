"""An answer in a conversation, or the continuation of a text: prompt, fit into the context, generate, keep.

Works on a leased engine, a job and the store; knows nothing about pages.
"""

import re
import secrets
import time
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from typing import Any

from components.errors import BadInput, Cancelled, Unavailable
from components.jobs import Job, Jobs, State, keep_end
from components.messages import Message, Said, counted, sentences
from components.models.engine import Engine
from components.models.manager import ModelManager
from components.models.options import GenerationOptions, Prompt
from components.models.options import Message as PromptMessage
from components.models.scores import TokenScore
from components.models.status import precision
from components.noted import Noted
from components.store import Store, StoredMessage
from components.tasks.answers import missing, without_reasoning
from components.tasks.attached_passages import shortened
from components.tasks.repetition import Watch

FLUSH_SECONDS = 0.5  # how much of a streaming answer a crash can lose
ANSWER = "answer"  # the kind of the jobs
MAX_SEED = 2**32 - 1
CANDIDATES = 5  # of the likeliest tokens, noted beside each one that is written
TITLE_LENGTH = 60
LONGEST_TITLE = 120
# The share of the context that a prompt leaves for the answer, if more was asked for than fits.
ANSWER_SHARE = 0.25

USE_ALL = Said("To use all of it, ask it on the page Ask, or summarize it.")
REPEATED = Said("The model repeated itself, so it was stopped.")
ESTIMATED = Said("Tokens are estimated here, on the safe side: this server doesn't count them beforehand.")

# Lower and upper bound of each sampling setting; a page's own limits can be bypassed.
BOUNDS: Mapping[str, tuple[float, float]] = {
    "temperature": (0.0, 2.0),
    "top_p": (0.01, 1.0),
    "top_k": (0, 1000),
    "min_p": (0.0, 1.0),
    "repetition_penalty": (0.5, 2.0),
    "max_new_tokens": (1, 32_768),
    "seed": (0, MAX_SEED),
}


@dataclass(frozen=True)
class _Asked:
    """What the model reads, and a sentence about what was left out of it."""

    prompt: Prompt
    note: Message = ""
    in_passages: bool = False  # whether files were too long, and only some of their passages are in it


@dataclass(frozen=True)
class Request:
    """One answer to be written into an existing, empty assistant message."""

    conversation_id: str
    message_id: int
    model_id: str
    options: GenerationOptions
    system: str = ""
    go_on: bool = False  # continue the text that the message has, instead of starting it
    owner: str = ""
    as_base: bool = False  # as adapters use the model, since an answer with one is beside this one


def options_from(settings: Mapping[str, Any]) -> GenerationOptions:
    """Sampling options from a page's or a file's settings; a missing seed is drawn.

    Raises BadInput naming a setting that is out of bounds.
    """
    known = {field.name for field in fields(GenerationOptions)} - {
        "scores",
        "scores_if_free",
    }  # asked for by the app alone
    given = {k: v for k, v in settings.items() if k in known and v is not None}
    for name, (low, high) in BOUNDS.items():
        value = given.get(name, low)
        whole = isinstance(low, int)
        number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if not number or not low <= value <= high:
            raise BadInput(
                "The setting {name} is {value!r}; it must be between {low:g} and {high:g}.",
                name=name,
                value=value,
                low=low,
                high=high,
            )
    given.setdefault("seed", secrets.randbelow(MAX_SEED + 1))
    stop = given.get("stop", ())
    if not isinstance(stop, list | tuple) or not all(isinstance(text, str) for text in stop):
        raise BadInput("The stop strings must be a list of texts.")
    given["stop"] = tuple(text for text in stop if text)
    return GenerationOptions(**given)


def title_from(text: str) -> str:
    """A conversation's title: the beginning of its first message, ending at a word."""
    return short_title(text, TITLE_LENGTH) or "New conversation"


def short_title(text: str, most: int = LONGEST_TITLE) -> str:
    """A text on one line, ending at a word where it is longer than a title may be."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + "…"


def prompt_messages(path: Sequence[StoredMessage], system: str) -> list[PromptMessage]:
    """The model's input: the system prompt and the branch, with attached files inside their message.

    Earlier answers come without their reasoning: models aren't made to read it, and it fills the context.
    """
    messages: list[PromptMessage] = [{"role": "system", "content": system.strip()}] if system.strip() else []
    for message in path:
        earlier = message.role == "assistant" and message is not path[-1]
        written = without_reasoning(message.text) if earlier else message.text
        if message.role == "assistant" and not written.strip():
            continue  # an answer that failed before its first word
        files = [f"Attached file {one['name']}:\n\n{one['text']}" for one in message.attachments]
        # Spaces before a person's words may mean something: code, a poem, an indented list.
        text = written.strip() if message.role == "assistant" else written
        parts = [*files, text] if text.strip() else files
        messages.append({"role": message.role, "content": "\n\n".join(parts)})
    return messages


def fit(
    messages: Sequence[PromptMessage],
    go_on: bool,
    count: Callable[[Sequence[Prompt]], list[int]],
    context: int,
    max_new_tokens: int,
) -> tuple[Prompt, int]:
    """The prompt with as many of the newest turns as fit, and how many old turns were left out.

    Room is kept for the answer: all of `max_new_tokens`, but no more than a quarter of the context.
    Raises BadInput with both numbers if the last message alone is too long.
    """
    limit = context - min(max_new_tokens, int(context * ANSWER_SHARE))
    system = [m for m in messages[:1] if m["role"] == "system"]
    turns = _turns(messages[len(system) :])

    def prompt(dropped: int) -> Prompt:
        kept = [message for turn in turns[dropped:] for message in turn]
        return Prompt(messages=tuple(system + kept), continue_last=go_on, goes_on=True)

    def tokens(dropped: int) -> int:
        return count([prompt(dropped)])[0]

    if tokens(0) <= limit:
        return prompt(0), 0
    last = len(turns) - 1
    # The count falls with every turn left out, so the first that fits is found by bisection.
    dropped = bisect_left(range(last + 1), True, key=lambda k: tokens(k) <= limit)
    if dropped > last:
        raise BadInput(
            "This message is too long: with the system prompt it has {last:,} tokens, and {limit:,} "
            "fit into this model's context of {context:,} beside the answer. Shorten it, attach "
            "less, or choose a model with a longer context.",
            last=tokens(last),
            limit=limit,
            context=context,
        )
    return prompt(dropped), dropped


def fit_text(
    text: str, count: Callable[[Sequence[Prompt]], list[int]], context: int, max_new_tokens: int
) -> tuple[Prompt, int]:
    """The end of a text that fits, cut between words, and how many words before it were left out."""
    limit = context - min(max_new_tokens, int(context * ANSWER_SHARE))
    if count([Prompt(text=text)])[0] <= limit:
        return Prompt(text=text, goes_on=True), 0
    starts = [found.start() for found in re.finditer(r"\S+", text)]
    at = bisect_left(
        range(len(starts)), True, key=lambda k: count([Prompt(text=text[starts[k] :])])[0] <= limit
    )
    if at == len(starts):
        raise BadInput("The last word alone is longer than the {limit:,} tokens that fit.", limit=limit)
    return Prompt(text=text[starts[at] :], goes_on=True), at


def _turns(messages: Sequence[PromptMessage]) -> list[list[PromptMessage]]:
    """Messages grouped by turn: what a person said, and the answers up to the next time they speak."""
    turns: list[list[PromptMessage]] = []
    for message in messages:
        if message["role"] == "user" or not turns:
            turns.append([])
        turns[-1].append(message)
    return turns


def start_answer(
    jobs: Jobs, store: Store, manager: ModelManager, request: Request, after: Job | None = None
) -> Job:
    """Starts writing an answer; `after` is a job whose text this answer's prompt needs."""

    def work(job: Job) -> dict[str, Any]:
        return _write(job, store, manager, request, after, jobs.noted)

    def keep(job: Job, state: State) -> None:
        write = partial(store.update, request.message_id)
        keep_end(write, job, state, {"text": job.text} | (job.result or {}))

    job = jobs.start(ANSWER, request.owner, work, keep)
    store.update(request.message_id, job_id=job.id)
    return job


def _write(
    job: Job, store: Store, manager: ModelManager, request: Request, after: Job | None, noted: Noted
) -> dict[str, Any]:
    """The job: the fields of the finished message."""
    message = store.message(request.message_id)
    job.emit(message.text if message and request.go_on else "")
    while after and not after.wait(0.1):
        job.say(Said("Waiting for the answer above"))
        if job.cancelled():
            raise Cancelled("Stopped before it began.")
    return _generate(job, store, manager, request, noted)


def _generate(
    job: Job, store: Store, manager: ModelManager, request: Request, noted: Noted
) -> dict[str, Any]:
    """Runs the model and returns the fields of the finished message."""
    before = job.text
    leased = manager.lease(request.model_id, request.owner, job.cancelled, job.say, as_base=request.as_base)
    with leased as engine:
        asked = _prompt(store, engine, request)
        job.say(Said("Reading the prompt"))
        looked = noted.wanted(request.owner)
        options = replace(request.options, scores=CANDIDATES, scores_if_free=not looked)
        watch = Watch()  # over what is new: who goes on with an answer has seen its end
        generation = engine.generate(asked.prompt, options, lambda: watch.found or job.cancelled())
        flushed = time.monotonic()
        for piece in generation:
            if job.note:
                job.say("")
            job.emit(piece)
            job.count(generation.written)
            watch.see(piece)
            if time.monotonic() - flushed > FLUSH_SECONDS:
                with suppress(Unavailable):  # the end of the job is stored anyway, or says why not
                    store.update(request.message_id, text=job.text)
                flushed = time.monotonic()
    usage = generation.usage
    assert usage is not None
    _note_scores(noted, request, engine.info.engine, generation.scores)
    end = why = missing(job.text, usage)
    if not why and usage.finish == "context":
        end = Said("The answer ends here because the model's context is full.")
    elif not why and request.go_on and job.text == before:
        end = Said("The model added nothing: to it, the answer is complete.")
    elif not why and usage.finish == "stopped" and watch.found:
        end = REPEATED
    state = "stopped" if usage.finish == "stopped" else "done"
    if why and not without_reasoning(job.text).strip():
        state = "failed"
    facts = asdict(usage) | {"tokens_per_second": usage.tokens_per_second, "context": engine.info.context}
    facts |= {"engine": engine.info.engine, "precision": precision(engine.info)}
    facts |= {"in_passages": True} if asked.in_passages else {}
    return {"state": state, "usage": facts, "note": sentences(asked.note, end)}


def _note_scores(noted: Noted, request: Request, engine: str, scores: Sequence[TokenScore]) -> None:
    """Of an answer that was gone on with, only the end would be known: it is read again on demand."""
    if request.go_on or not scores:
        noted.forget(request.message_id)
    else:
        noted.keep(request.message_id, engine, scores)


def _prompt(store: Store, engine: Engine, request: Request) -> _Asked:
    conversation = store.conversation(request.conversation_id)
    if conversation is None:
        raise Cancelled("The conversation was deleted.")
    path = conversation.path(request.message_id)
    context, room = engine.info.context, request.options.max_new_tokens
    if conversation.kind == "complete":
        text = "".join(message.text for message in path[-2:])
        prompt, words = _fitted(engine, lambda: fit_text(text, engine.count, context, room))
        note = counted(
            "The text is longer than the model's context: its first word was not read.",
            "The text is longer than the model's context: its first {count:,} words were not read.",
            words,
        )
        return _Asked(prompt, _with_estimate(engine, note) if words else "")
    messages = prompt_messages(path if request.go_on else path[:-1], request.system)
    if not messages or messages[-1]["role"] == "system":
        raise BadInput("There is no message to answer. Write one first.")
    if whole := _too_long(engine, path, request):
        limit = context - min(room, int(context * ANSWER_SHARE))
        return _in_passages(engine, whole, limit, request)
    prompt, turns = _fitted(engine, lambda: fit(messages, request.go_on, engine.count, context, room))
    return _Asked(prompt, _with_estimate(engine, _turns_left(turns)) if turns else "")


def _too_long(engine: Engine, path: Sequence[StoredMessage], request: Request) -> Sequence[StoredMessage]:
    """The branch, if it has files and they are more than the model can read; else nothing."""
    asked = path if request.go_on else path[:-1]
    if not any(message.attachments for message in asked):
        return ()
    tokens, limit = _room_for(engine, asked, request.system, request.options.max_new_tokens, request.go_on)
    return asked if tokens > limit else ()


def _room_for(
    engine: Engine, asked: Sequence[StoredMessage], system: str, most: int, go_on: bool = False
) -> tuple[int, int]:
    """The tokens that messages have, and how many fit beside an answer of at most so many tokens."""
    messages = prompt_messages(asked, system)
    tokens = engine.count([Prompt(messages=tuple(messages), continue_last=go_on)])[0]
    return tokens, engine.info.context - min(most, int(engine.info.context * ANSWER_SHARE))


def too_much(
    engine: Engine,
    before: Sequence[StoredMessage],
    text: str,
    files: Sequence[Mapping[str, str]],
    settings: Mapping[str, Any],
) -> tuple[int, int] | None:
    """The tokens of a message with files that wasn't sent yet and how many fit; None where all of it does."""
    asked = [*before, StoredMessage(0, None, "user", text, "done", "", {}, None, None, "", files, "", 0.0)]
    most = options_from(settings).max_new_tokens
    tokens, limit = _room_for(engine, asked, str(settings.get("system", "")), most)
    return (tokens, limit) if tokens > limit else None


def _in_passages(engine: Engine, path: Sequence[StoredMessage], limit: int, request: Request) -> _Asked:
    """The prompt with the passages of the files that fit and matter; without any, as for other messages."""

    def prompt(some: Sequence[StoredMessage]) -> Prompt:
        messages = prompt_messages(some, request.system)
        return Prompt(messages=tuple(messages), continue_last=request.go_on, goes_on=True)

    found = shortened(path, lambda some: engine.count([prompt(some)])[0] <= limit)
    if found:
        note = _with_estimate(engine, sentences(found.note, USE_ALL))
        return _Asked(prompt(found.path), note, in_passages=True)
    context, room = engine.info.context, request.options.max_new_tokens
    messages = prompt_messages(path, request.system)
    whole, turns = _fitted(engine, lambda: fit(messages, request.go_on, engine.count, context, room))
    return _Asked(whole, _with_estimate(engine, _turns_left(turns)) if turns else "")


def _turns_left(turns: int) -> Message:
    return counted(
        "The conversation is longer than the model's context: the {count} oldest turn was not read.",
        "The conversation is longer than the model's context: the {count} oldest turns were not read.",
        turns,
    )


def _fitted(engine: Engine, work: Callable[[], tuple[Prompt, int]]) -> tuple[Prompt, int]:
    """What `work` fits; where the numbers of its refusal are estimates, it says so."""
    try:
        return work()
    except BadInput as error:
        raise BadInput(_with_estimate(engine, error.message)) from error


def _with_estimate(engine: Engine, message: Message) -> Message:
    return message if engine.info.exact else sentences(message, ESTIMATED)
