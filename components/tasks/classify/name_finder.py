"""What is named in texts, by one of three ways: rules and meaning, kinds that were learned, a model that
writes.

Knows the ways and what they run on; no job and no page. Dates, amounts, addresses and numbers are found by
rules beside kinds that were learned and what a model names, unless these have them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from components.errors import BadInput
from components.messages import Message
from components.models.engine import Engine
from components.tasks.classify import entities, judge, name_kinds, named_by_model
from components.tasks.classify.encoders import Encoders, language_of
from components.tasks.classify.entities import Entity
from components.tasks.classify.labels import Label
from components.tasks.classify.tagger import Tagger, tag

Wait = Callable[[Message], None]


@dataclass(frozen=True)
class Named:
    """What is named in a text."""

    text: str
    entities: tuple[Entity, ...]
    language: str
    by: str = "rules"  # "rules", "kinds" that were learned, or "model"
    missing: tuple[str, ...] = ()  # what a model named and the text doesn't have
    read_tokens: int = 0
    written_tokens: int = 0


def by_rules(text: str, encoders: Encoders, cancelled: Callable[[], bool], on_wait: Wait) -> Named:
    """By the app's own rules. Raises Cancelled or what a lease raises."""
    language = language_of(text)

    def kinds_of(names: Sequence[str]) -> Sequence[str]:
        return name_kinds.kinds(names, encoders, cancelled, on_wait)

    return Named(text, tuple(entities.find(text, language, kinds_of)), language)


def by_kinds(
    texts: Sequence[str], tagger: Tagger, encoders: Encoders, cancelled: Callable[[], bool], on_wait: Wait
) -> list[Named]:
    """By kinds that were learned. Raises Cancelled or what a lease raises."""
    found = []
    for text, spans in zip(texts, tag(tagger, texts, encoders, cancelled, on_wait), strict=True):
        language = language_of(text)
        own = [Entity(one.kind, one.start, one.end, text[one.start : one.end]) for one in spans]
        found.append(Named(text, tuple(entities.beside(text, language, own)), language, "kinds"))
    return found


def by_model(text: str, kinds: Sequence[Label], engine: Engine, cancelled: Callable[[], bool]) -> Named:
    """By a model that writes. Raises BadInput, Cancelled or what the engine raises."""
    made, language = named_by_model.find(text, kinds, engine, cancelled), language_of(text)
    found = tuple(entities.beside(text, language, made.entities))
    return Named(text, found, language, "model", made.missing, made.read_tokens, made.written_tokens)


def check_text(text: str) -> None:
    """Raises BadInput without a text, or for one that is too long."""
    if not text.strip():
        raise BadInput("Type or paste a text under “Text to classify” first.")
    if len(text) > judge.LONGEST:
        raise BadInput(judge.TOO_LONG, longest=judge.LONGEST)
