"""One question to one model: a leased engine and an item in, an answer with its times out.

Knows engines; nothing about jobs, scores or other models.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from components.documents.language_detection import detect_language
from components.errors import BadInput, Cancelled
from components.messages import Message as Words
from components.messages import Said, sentences
from components.models.engine import Engine
from components.models.options import GenerationOptions, Message, Prompt, Usage
from components.models.scores import NoScores, Scored, Scores
from components.models.spec import Task
from components.models.translation import TranslationOptions
from components.tasks.answers import missing
from components.tasks.borders import borders
from components.tasks.chat import fit, fit_text
from components.tasks.evaluate.model_answer import Answer, Likelihood
from components.tasks.evaluate.questions import Item, Questions, asked
from components.tasks.evaluate.setups import Setup, turns_before

CUT = Said("The answer was cut at the maximum of new tokens.")
IsCancelled = Callable[[], bool]


# Before a sentence of a pair: without anything before it, nothing would be said of its first word.
BEFORE_PAIR = "\n"


def ask(
    engine: Engine,
    task: Task,
    setup: Setup,
    questions: Questions,
    item: Item,
    seed: int,
    cancelled: IsCancelled,
) -> Answer:
    """Raises what the engine raises, BadInput for a question that doesn't fit, and Cancelled."""
    if questions.form == "pair":
        return _pair(engine, item, cancelled)
    if questions.form == "continuation":
        return _continued(engine, setup, questions.instruction, item, seed, cancelled)
    if task == "translate":
        return _translated(engine, questions, item, cancelled)
    options = setup.settings.options(seed)
    prompt = prompt_of(engine, task, setup, questions, item, options)
    text, seconds, usage = _written(engine, prompt, options, cancelled)
    return Answer(
        text,
        usage.new_tokens,
        usage.prompt_tokens,
        usage.first_token_seconds,
        seconds,
        usage.finish,
        why=_why(text, usage),
    )


def _written(
    engine: Engine, prompt: Prompt, options: GenerationOptions, cancelled: IsCancelled
) -> tuple[str, float, Usage]:
    """The text, its seconds, and what it took. Raises Cancelled."""
    began = time.monotonic()
    generation = engine.generate(prompt, options, cancelled)
    text = "".join(generation)
    seconds = time.monotonic() - began
    usage = generation.usage
    assert usage is not None
    if usage.finish == "stopped":
        raise Cancelled("Stopped.")
    return text, seconds, usage


def _continued(
    engine: Engine, setup: Setup, instruction: str, item: Item, seed: int, cancelled: IsCancelled
) -> Answer:
    """What follows both prompts, as plain text: no turn of a conversation, with the same seed."""
    options = setup.settings.options(seed)
    made = []
    for text in (item.prompt, item.expected[0]):
        whole = "\n\n".join(part for part in (instruction, text) if part.strip())
        prompt, lost = fit_text(whole, engine.count, engine.info.context, options.max_new_tokens)
        if lost:
            raise _too_long(engine)
        made.append(_written(engine, prompt, options, cancelled))
    (first, seconds, usage), (second, more_seconds, more) = made
    return Answer(
        first,
        usage.new_tokens + more.new_tokens,
        usage.prompt_tokens + more.prompt_tokens,
        usage.first_token_seconds,
        seconds + more_seconds,
        usage.finish,
        second=second,
    )


def _pair(engine: Engine, item: Item, cancelled: IsCancelled) -> Answer:
    """How likely both sentences are. Raises NoScores where the engine can't tell."""
    before = Prompt(text=BEFORE_PAIR)
    began = time.monotonic()
    first, second = engine.scores(
        [Scored(item.prompt, before), Scored(item.expected[0], before)], cancelled=cancelled
    )
    seconds = time.monotonic() - began
    return Answer(
        "",
        prompt_tokens=first.counted + second.counted,
        seconds=seconds,
        likelihood=_likelihood(first),
        other=_likelihood(second),
    )


def with_likelihood(
    engine: Engine, task: Task, setup: Setup, questions: Questions, item: Item, answer: Answer
) -> Answer:
    """The same answer with how likely the expected one is; where that can't be told, with why not."""
    if not item.expected or task == "translate":
        return answer
    prompt = prompt_of(engine, task, setup, questions, item, setup.settings.options(0))
    try:
        (found,) = engine.scores([Scored(item.expected[0], prompt)])
    except NoScores as error:
        return replace(answer, why=sentences(answer.why, error.message))
    return replace(answer, likelihood=_likelihood(found))


def _likelihood(found: Scores) -> Likelihood | None:
    """None of a text without any token that has a probability."""
    size = sum(len(one.text.encode()) for one in found.tokens if one.logprob is not None)
    return Likelihood(found.logprob, found.counted, size) if found.counted else None


def _why(text: str, usage: Usage) -> Words:
    """Why it is empty or cut; where the model simply said nothing, that is its answer."""
    cut = CUT if usage.finish in ("length", "context") and text.strip() else ""
    return sentences(missing(text, usage), cut)


def prompt_of(
    engine: Engine, task: Task, setup: Setup, questions: Questions, item: Item, options: GenerationOptions
) -> Prompt:
    """Raises BadInput where the question is longer than the model's context: nothing is cut in silence."""
    text = asked(item, questions.instruction)
    room = options.max_new_tokens
    if task == "complete" or not engine.info.chat:
        prompt, lost = fit_text(f"{text}\n\n", engine.count, engine.info.context, room)
    else:
        turns = [*turns_before(setup, item), Message(role="user", content=text)]
        prompt, lost = fit(turns, False, engine.count, engine.info.context, room)
    if lost:
        raise _too_long(engine)
    return prompt


def _too_long(engine: Engine) -> BadInput:
    return BadInput(
        "This question is longer than the model's context of {context:,} tokens.",
        context=engine.info.context,
    )


def _translated(engine: Engine, questions: Questions, item: Item, cancelled: IsCancelled) -> Answer:
    """By a model made for it: sentence by sentence, as it was trained."""
    source = questions.source or detect_language(item.prompt)
    pieces = _sentences(item.prompt, source)
    began = time.monotonic()
    options = TranslationOptions(source, questions.target)
    made = sorted(engine.translate(pieces, options, cancelled), key=lambda one: one.index)
    if cancelled() or len(made) < len(pieces):
        raise Cancelled("Stopped.")
    text = " ".join(one.texts[0] for one in made if one.texts).strip()
    why = next((one.why for one in made if one.why), "")
    return Answer(text, seconds=time.monotonic() - began, failed=not text and bool(why), why=why)


def _sentences(text: str, language: str) -> Sequence[str]:
    ends = [0, *borders(text, language), len(text)]
    pieces = [text[start:end].strip() for start, end in pairwise(ends)]
    return [piece for piece in pieces if piece] or [text]
