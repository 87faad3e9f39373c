"""A summary's sentences in another language by engines made for translation, as on the Translate page.

Knows routes and the pipeline of a sentence; nothing about lines. A sentence in which the checks find
something is no translation here: it stays in the document's language.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from components.errors import EngineFailed
from components.models.catalog import ModelSpec
from components.tasks.answers import NO_ANSWER
from components.tasks.summarize.part_reader import Lease
from components.tasks.translate.outcome import Request
from components.tasks.translate.pipeline import Translator
from components.tasks.translate.routes import Route, routes
from components.tasks.translate.sentence_engines import leased
from components.tasks.translate.sentences import join, split


@dataclass(frozen=True)
class Engines:
    """Engines for translation that are ready to use."""

    lease: Lease
    models: Sequence[ModelSpec]  # no chat models, which may be asked for languages that they don't know
    owner: str
    cancelled: Callable[[], bool]

    def know(self, source: str, target: str) -> bool:
        return self._route(source, target) is not None

    def translate(self, text: str, source: str, target: str) -> str:
        """Raises EngineFailed for what could not be translated, or not without a finding of the checks."""
        route = self._route(source, target)
        assert route is not None, (source, target)
        lead, sentences = split(text, source)
        with leased(self.lease, route, self.owner, self.cancelled, lambda note: None, long=True) as engine:
            translator = Translator(engine, source, target, cancelled=self.cancelled)
            outcomes = translator.all([Request(sentence.text) for sentence in sentences])
        for outcome in outcomes:
            if not outcome.target.strip():
                raise EngineFailed(outcome.why or NO_ANSWER)
            if outcome.findings:
                raise EngineFailed(outcome.findings[0].text)
        rows = [
            (outcome.source, outcome.target, sentence.after)
            for outcome, sentence in zip(outcomes, sentences, strict=True)
        ]
        return " ".join(join(lead, rows, spaced=True).split())

    def _route(self, source: str, target: str) -> Route | None:
        return next(iter(routes(self.models, source, target)), None)
