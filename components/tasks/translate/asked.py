"""What a typed text and a document have in common: who wants what translated, by which engines.

Knows neither texts nor files; sets up the pipeline for them.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from components.tasks.translate.glossary import Term
from components.tasks.translate.pipeline import Translator
from components.tasks.translate.routes import Route, made_for
from components.tasks.translate.sentence_engines import SentenceEngine
from components.tasks.translate.translation_memory import StoredMemory
from components.translations import Translations


class Asked(Protocol):
    """A request, whatever is to be translated."""

    @property
    def source(self) -> str: ...  # ISO 639-1

    @property
    def target(self) -> str: ...

    @property
    def pair(self) -> str: ...

    @property
    def route(self) -> Route: ...

    @property
    def owner(self) -> str: ...

    @property
    def terms(self) -> Sequence[Term]: ...


def memory(asked: Asked, translations: Translations) -> StoredMemory:
    """What the owner of a request has translated before."""
    draft = not made_for(asked.route)
    return StoredMemory(translations, asked.owner, asked.pair, asked.route.id, asked.terms, draft)


def translator(
    asked: Asked, engine: SentenceEngine, translations: Translations, cancelled: Callable[[], bool]
) -> Translator:
    """The pipeline on a leased engine of the route, with the owner's glossary and memory."""
    known = memory(asked, translations)
    draft = not made_for(asked.route)
    return Translator(
        engine, asked.source, asked.target, asked.terms, known, cancelled=cancelled, draft=draft
    )
