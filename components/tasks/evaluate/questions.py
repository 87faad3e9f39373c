"""What is asked and what is expected: questions as they are kept with an evaluation.

Plain data; knows neither files nor models.
"""

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from components.kept import Kept
from components.messages import Message, Said

# open: without an expected answer. label: one of a few. choice: the letter of one of several. number: a
# number is expected. answer: words. rule: what an answer must be like. pair: two sentences, of which the
# likelier one is looked for. continuation: two prompts, whose continuations are compared in sentiment.
Form = Literal[
    "open",
    "answer",
    "number",
    "label",
    "choice",
    "rule",
    "summary",
    "translation",
    "pair",
    "continuation",
]
FORMS: Mapping[Form, Said] = {
    "open": Said("questions without an expected answer"),
    "answer": Said("questions with an expected answer"),
    "number": Said("questions whose answer is a number"),
    "label": Said("texts with one of a few labels"),
    "choice": Said("questions with answers to choose from"),
    "rule": Said("instructions that can be checked by rule"),
    "summary": Said("documents with reference summaries"),
    "translation": Said("translation pairs"),
    "pair": Said("pairs of sentences that differ in one group"),
    "continuation": Said("pairs of prompts to be continued"),
}
PAIRED: tuple[Form, ...] = ("pair", "continuation")  # the second one is kept where answers are expected


@dataclass(frozen=True)
class Check(Kept):
    """One thing that an answer must be like; `kind` is a name in `rules.RULES`."""

    kind: str
    values: Mapping[str, str | int | float | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Item(Kept):
    """One question. `before` are turns of a conversation that come before it, as (role, text)."""

    prompt: str
    expected: tuple[str, ...] = ()  # any one of them is right
    group: str = ""
    document: str = ""  # what an answer must be borne out by
    choices: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    before: tuple[tuple[str, str], ...] = ()
    line: int = 0  # in the file that it came from; 0: not known


@dataclass(frozen=True)
class Questions(Kept):
    """A whole set."""

    name: str
    form: Form
    items: tuple[Item, ...]
    instruction: str = ""  # said before each question
    source: str = ""  # ISO 639-1, of translation pairs
    target: str = ""
    labels: tuple[str, ...] = ()  # of `label` and `choice`
    notes: tuple[Message, ...] = ()  # what was left out or put right

    @property
    def digest(self) -> str:
        """SHA-256 of all that decides what is asked and expected."""
        told = {**self.to_json(), "name": "", "notes": []}
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    @property
    def paired(self) -> bool:
        """Whether each item is a pair, which has no answer that could be right."""
        return self.form in PAIRED

    @property
    def grouped(self) -> bool:
        return len({item.group for item in self.items}) > 1


def drawn(items: Sequence[Item], count: int, seed: int) -> tuple[Item, ...]:
    """So many of the questions, at random by the seed, in their own order; of groups, as many of each as
    their share.
    """
    if count >= len(items):
        return tuple(items)
    chance = random.Random(seed)
    keyed = [((rank + chance.random()) / size, at) for at, rank, size in _shuffled(items, chance)]
    chosen = {at for _, at in sorted(keyed)[:count]}
    return tuple(item for at, item in enumerate(items) if at in chosen)


def _shuffled(items: Sequence[Item], chance: random.Random) -> list[tuple[int, int, int]]:
    """Each item's place, its rank within its group at random, and the group's size."""
    groups: dict[str, list[int]] = {}
    for at, item in enumerate(items):
        groups.setdefault(item.group, []).append(at)
    made = []
    for places in groups.values():
        chance.shuffle(places)
        made += [(at, rank, len(places)) for rank, at in enumerate(places)]
    return made


def asked(item: Item, instruction: str) -> str:
    """The whole of what a model is asked in its last turn."""
    parts = [instruction, item.prompt]
    if item.choices:
        lines = [f"{letter}. {choice}" for letter, choice in zip(LETTERS, item.choices, strict=False)]
        parts.append("\n".join(lines))
    if item.document:
        parts.append(item.document)
    return "\n\n".join(part for part in parts if part.strip())


LETTERS = "ABCDEFGHIJ"
