"""Ways of translating a list of sentences: an engine made for it, a chat model, or two engines in a row.

Knows leased engines and their one method; the checks and the retry are in `translating`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from typing import Protocol

from components.errors import BadInput, Cancelled, EngineFailed
from components.messages import Message
from components.models.engine import Engine
from components.models.languages import LANGUAGES, language_name
from components.models.options import GenerationOptions, Prompt
from components.models.translation import Translated, TranslationOptions
from components.tasks.answers import REASONING_TOKENS, missing, reasons, without_reasoning
from components.tasks.translate.routes import Route

IsCancelled = Callable[[], bool]
LONGEST_ANSWER = 1024  # tokens of one translated sentence from a chat model
CONTEXT_CHARACTERS = 300  # of the text before and after a sentence, shown to a chat model


class SentenceEngine(Protocol):
    """What the pipeline needs; fakes in tests have it too."""

    def translate(
        self, texts: Sequence[str], options: TranslationOptions, cancelled: IsCancelled
    ) -> Iterator[Translated]: ...


@contextmanager
def leased(
    lease: Callable[..., AbstractContextManager[Engine]],
    route: Route,
    owner: str,
    cancelled: IsCancelled,
    on_wait: Callable[[Message], None],
    long: bool = False,
) -> Iterator[SentenceEngine]:
    """The engines of a route, held until the block ends; `lease` is the model manager's.

    `long`: a document, which gives way to others.
    """
    long = long and len(route.steps) == 1  # nobody waits for one engine while holding another half way
    with ExitStack() as stack:
        engines: list[SentenceEngine] = []
        for step in route.steps:
            engine = stack.enter_context(lease(step.model.id, owner, cancelled, on_wait, long=long))
            engines.append(engine if step.model.task == "translate" else Instructed(engine))
        if len(engines) == 1:
            yield engines[0]
        else:
            yield Pivot(engines[0], engines[1], route.steps[0].target)


class Pivot:
    """Source to English with one engine, English to target with another."""

    def __init__(self, first: SentenceEngine, second: SentenceEngine, between: str) -> None:
        self._first, self._second, self._between = first, second, between

    def translate(
        self, texts: Sequence[str], options: TranslationOptions, cancelled: IsCancelled
    ) -> Iterator[Translated]:
        into = TranslationOptions(options.source, self._between, careful=options.careful)
        middle = {one.index: one for one in self._first.translate(texts, into, cancelled)}
        order = sorted(middle)
        onwards = TranslationOptions(
            self._between, options.target, options.beams, options.hypotheses, options.careful
        )
        # Nothing in the middle is nothing in the end; the second engine would make something up.
        empty = [i for i in order if not "".join(middle[i].texts[:1]).strip()]
        yield from (Translated(i, ("",), middle[i].cut, middle[i].why) for i in empty)
        order = [i for i in order if i not in empty]
        for one in self._second.translate([middle[i].texts[0] for i in order], onwards, cancelled):
            index = order[one.index]
            yield Translated(index, one.texts, one.cut or middle[index].cut, one.why)


class Instructed:
    """A chat model, asked sentence by sentence with the sentences around it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reasons = False  # seen at its first answer; only ever turns true

    def translate(
        self, texts: Sequence[str], options: TranslationOptions, cancelled: IsCancelled
    ) -> Iterator[Translated]:
        worked = False  # at the sentence before: a failure now may be this sentence's own
        for index, text in enumerate(texts):
            around = "" if options.careful else _around(texts, index)
            try:
                one = self._best(text, around, options, cancelled)
            except (EngineFailed, BadInput) as error:
                if not worked:
                    raise
                one = Translated(index, ("",), why=error.message)
            worked = not one.why
            yield replace(one, index=index)

    def _best(
        self, text: str, around: str, options: TranslationOptions, cancelled: IsCancelled
    ) -> Translated:
        """All that were asked for, the first that is one in front."""
        found: list[Translated] = []
        for number in range(options.hypotheses):
            found.append(self._one(text, around, options, number, cancelled))
            if cancelled():  # half a sentence is no translation
                raise Cancelled("Stopped while translating.")
        best = next((one for one in found if not one.why), found[0])
        made = dict.fromkeys([*best.texts, *(one.texts[0] for one in found if not one.why)])
        return replace(best, texts=tuple(made))

    def _one(
        self, text: str, around: str, options: TranslationOptions, number: int, cancelled: IsCancelled
    ) -> Translated:
        prompt = Prompt(messages=({"role": "user", "content": request(text, around, options)},))
        length = min(LONGEST_ANSWER, 3 * self._engine.count([Prompt(text=text)])[0] + 32)
        length += REASONING_TOKENS if self._reasons else 0
        sampling = GenerationOptions(
            temperature=0.0 if number == 0 and not options.careful else 0.5,
            max_new_tokens=length,
            seed=number,
        )
        generation = self._engine.generate(prompt, sampling, cancelled)
        made = "".join(generation)
        usage = generation.usage
        self._reasons = self._reasons or reasons(made, usage)
        if why := missing(made, usage):
            return Translated(number, ("",), why=why)
        return Translated(
            number, (cleaned(made, text),), usage is not None and usage.finish in ("length", "context")
        )


def request(text: str, around: str, options: TranslationOptions) -> str:
    """The prompt for one sentence."""
    source, target = language_name(options.source), language_name(options.target)
    lines = [f"Translate the following {source} text into {target}. Answer with the translation alone."]
    if around:
        lines += [f"It stands in this context, which is not to be translated:\n{around}"]
    return "\n\n".join([*lines, f"Text:\n{text}"])


def _around(texts: Sequence[str], index: int) -> str:
    before = " ".join(texts[max(index - 2, 0) : index])[-CONTEXT_CHARACTERS:]
    after = " ".join(texts[index + 1 : index + 2])[:CONTEXT_CHARACTERS]
    return f"{before} […] {after}" if before or after else ""


_NAMES = "|".join(language.name for language in LANGUAGES.values())
_CHATTER = re.compile(
    r"^\s*(?:(?:sure|certainly|of course|okay|ok|claro|aqui está)\b[^\n:]*[:!.]\s*)?"
    r"(?:(?:here(?:'s| is)|this is|the|aqui está)[^\n:]{0,80}(?:transla|tradu|text|version)[^\n:]{0,80}:\s*)?"
    r"(?:(?:translation|translated text|text|tradução)(?:\s*\([^)\n]*\)|\s+(?:in|into|to)\s+\w+)?\s*:\s*)?"
    rf"(?:\**(?:{_NAMES})(?: translation| version)?\s*\**:\**\s*)?",
    re.IGNORECASE,
)


def cleaned(answer: str, source: str) -> str:
    """An answer without what a chat model says around it."""
    text = without_reasoning(answer).strip()
    fenced = re.fullmatch(r"```\w*\n(.*?)\n?```", text, re.DOTALL)
    text = (fenced[1] if fenced else text).strip()
    text = _CHATTER.sub("", text, count=1).strip()
    if "\n" not in source:
        text = text.split("\n\n")[0].replace("\n", " ").strip()
    if "**" not in source:
        text = re.sub(r"\*\*(.+?)\*\*", r"\1", text)
    for opening, closing in (('"', '"'), ("“", "”"), ("«", "»"), ("「", "」"), ("'", "'")):
        wrapped = len(text) > 1 and text.startswith(opening) and text.endswith(closing)
        if wrapped and not source.lstrip().startswith(opening) and text.count(opening) <= 2:
            text = text[1:-1].strip()
    return text
