"""A leased model that writes: asks it, and makes clean sentences of what it says.

Knows prompts and engines; nothing about documents.
"""

import re
from collections.abc import Callable, Sequence

from components.errors import Cancelled, EngineFailed
from components.messages import Message
from components.models.catalog import ModelSpec
from components.models.engine import Engine
from components.models.options import GenerationOptions, Prompt
from components.tasks.answers import NO_ANSWER, REASONING_TOKENS, missing, reasons, without_reasoning
from components.tasks.chat import ANSWER_SHARE
from components.tasks.summarize import prompts
from components.tasks.summarize.kept_steps import Steps
from components.tasks.summarize.passages import sentences
from components.tasks.summarize.summary import ACTIONS, DECISIONS, KEY
from components.tasks.terms import distinct

TOKENS_PER_WORD = 2.0  # generous: the length is kept afterwards, at sentence borders
SMALL = 1_000_000_000  # weights; below, a model loses the thread in long prompts
SMALL_ROOM, LARGE_ROOM = 1_500, 12_000  # tokens of a document in one prompt
MOST_AT_ONCE = 6  # requests of one summary in one batch: the other places are other people's

_OPENING = re.compile(
    r"^(?:sure|certainly|of course|okay|here(?: is|'s| are)|the following is|below is|summary)\b"
    r"[^.\n]{0,120}:\s*|"
    r"^\W*(?:summary|answer|translation)\W*:\s*",
    re.IGNORECASE,
)
_ITEM = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_MARKS = re.compile(r"\*\*|__|`|^#+\s*|</?document>")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)]*(?=\s|$)|[。！？।؟][”」』）]*")
HEADINGS = {"key points": KEY, "decisions": DECISIONS, "actions": ACTIONS, "action items": ACTIONS}


def is_small(spec: ModelSpec) -> bool:
    """Whether a model is one whose sentences count only where they are a passage shortened."""
    return 0 < spec.parameters < SMALL


class Writer:
    """One engine for the length of a lease."""

    def __init__(
        self, engine: Engine, spec: ModelSpec, cancelled: Callable[[], bool], steps: Steps | None = None
    ) -> None:
        self._engine, self.spec, self._cancelled = engine, spec, cancelled
        self._steps = steps or Steps()
        self._reasons = False  # seen at its first answer; only ever turns true

    def knows(self, language: str) -> bool:
        """Whether the model is meant for a language, or nothing is known of its languages."""
        return (
            self.spec.source == "adapter"
            or not self.spec.languages
            or not language
            or language in self.spec.languages
        )

    @property
    def small(self) -> bool:
        return is_small(self.spec)

    @property
    def at_once(self) -> int:
        """How many requests are well asked at once: several where the engine has them in one batch."""
        return max(min(self._engine.info.at_once // 4, MOST_AT_ONCE), 1)

    @property
    def room(self) -> int:
        """Tokens of a document's text that one prompt may have."""
        context = self._engine.info.context
        around = self._engine.count([prompts.room_for("")])[0] + 100  # the task's own words vary
        most = SMALL_ROOM if self.small else LARGE_ROOM
        return max(min(int(context * (1 - ANSWER_SHARE)) - around, most), 64)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text inside a prompt, the prompt's own not counted."""
        around = self._engine.count([prompts.room_for("")])[0]
        return [n - around for n in self._engine.count([prompts.room_for(text) for text in texts])]

    def ask(self, prompt: Prompt, words: int, attempt: int = 0) -> str:
        """The model's answer. Raises Cancelled when stopped half way, EngineFailed for no words at all."""
        asked = ["write", self.spec.id, list(prompt.messages), words, attempt]
        return self._steps.text(asked, lambda: self._answer(prompt, words, attempt))

    def _answer(self, prompt: Prompt, words: int, attempt: int) -> str:
        if self._cancelled():
            raise Cancelled("Stopped before the model wrote.")
        limit = int(words * TOKENS_PER_WORD) + 32 + (REASONING_TOKENS if self._reasons else 0)
        options = GenerationOptions(
            temperature=0.0 if attempt == 0 else 0.5,
            # A penalty drives a small model away from the text's own words; a loop is cut by `items`.
            repetition_penalty=1.0 if attempt == 0 else 1.1,
            max_new_tokens=min(limit, int(self._engine.info.context * ANSWER_SHARE)),
            seed=attempt,
        )
        generation = self._engine.generate(prompt, options, self._cancelled)
        said = "".join(generation)
        if self._cancelled():
            raise Cancelled("Stopped while the summary was written.")
        self._reasons = self._reasons or reasons(said, generation.usage)
        if why := missing(said, generation.usage):
            raise EngineFailed(why)
        text = without_reasoning(said)
        if generation.usage and generation.usage.finish in ("length", "context"):
            text = _whole_sentences(text)
        if not any(c.isalnum() for c in text):
            raise EngineFailed(NO_ANSWER)
        return text


def items(answer: str, language: str, opening: bool = True) -> list[tuple[Message, str]]:
    """Sentences of a model's answer as (heading, sentence), each once; without its opening remark."""
    heading: Message = ""
    found: dict[str, tuple[Message, str]] = {}
    for line in (_OPENING.sub("", answer.strip()) if opening else answer).splitlines():
        bare = _MARKS.sub("", _ITEM.sub("", line)).strip()
        if (title := HEADINGS.get(bare.rstrip(":").casefold())) is not None:
            heading = title
            continue
        for sentence in sentences(bare, language or "en"):
            clean = sentence.strip(' "“”')
            if any(c.isalnum() for c in clean):
                found.setdefault(clean.casefold(), (heading, clean))
    said = list(found.values())
    whole = [bool(_SENTENCE_END.search(sentence)) for _, sentence in said]
    if len(said) > 1 and all(whole[:-1]) and not whole[-1]:
        del said[-1]  # it was broken off
    return [said[i] for i in distinct([sentence for _, sentence in said], language)]


def _whole_sentences(text: str) -> str:
    """Without the sentence that the length limit cut; a first one that was cut says so itself."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    if re.search(r"\d\.$", text):  # on its way to "3.40", perhaps
        ends = ends[:-1]
    return text[: ends[-1]] if ends else f"{text.rstrip(' ,;:.')}…"
