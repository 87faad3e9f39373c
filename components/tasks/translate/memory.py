"""The translation memory of one person, one pair of languages, one way of translating.

Between the pipeline's outcomes and the database's rows; knows nothing about engines.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from components.kept import Kept, mended
from components.messages import Message
from components.tasks.translate.glossary import Term, used
from components.tasks.translate.pipeline import Outcome
from components.tasks.translate.sentence_checks import Finding, Kind
from components.translations import Remembered, Translations

BY_HAND = "by hand"  # the way of sentences that the person corrected: they win over every engine's


class StoredMemory:
    """What `Translator` asks and tells. Of drafts, only what a person corrected is found; none is kept."""

    def __init__(
        self,
        translations: Translations,
        owner: str,
        pair: str,
        route: str,
        terms: Sequence[Term] = (),
        draft: bool = False,
    ) -> None:
        self._translations, self._owner, self._pair, self._route = translations, owner, pair, route
        self._terms, self._draft = terms, draft
        self.hits = 0

    def find(self, texts: Sequence[str]) -> dict[str, Outcome]:
        found = self._find(BY_HAND, {text: text for text in texts})
        if not self._draft:
            left = {self._key(text): text for text in texts if text not in found}
            found |= self._find(self._route, left)
        self.hits += len(found)
        return found

    def keep(self, outcomes: Sequence[Outcome]) -> None:
        if self._draft:
            return
        rows = [
            Remembered(self._key(o.source), o.target, _facts(o))
            for o in outcomes
            if not o.skipped and not o.remembered and o.target.strip()
        ]
        self._translations.remember(self._owner, self._pair, self._route, rows)

    def correct(self, source: str, target: str) -> None:
        """A sentence as the person wants it, from now on."""
        self._translations.remember(self._owner, self._pair, BY_HAND, [Remembered(source, target, {})])

    def _find(self, route: str, keys: dict[str, str]) -> dict[str, Outcome]:
        rows = self._translations.remembered(self._owner, self._pair, route, list(keys))
        return {keys[row.source]: _outcome(keys[row.source], row) for row in rows.values()}

    def _key(self, text: str) -> str:
        """The sentence; with its terms, since a changed glossary asks for another translation."""
        terms = used(self._terms, text)
        if not terms:
            return text
        plain = "\n".join(f"{term.source}\t{term.target}" for term in terms)
        return f"{text}\u241e{hashlib.sha256(plain.encode()).hexdigest()[:8]}"


@dataclass(frozen=True)
class _Facts(Kept):
    """What is kept beside a sentence and its translation."""

    findings: tuple[tuple[Kind, Message], ...] = ()
    retried: bool = False
    alternatives: tuple[str, ...] = ()


def _facts(outcome: Outcome) -> dict[str, object]:
    findings = tuple((finding.kind, finding.text) for finding in outcome.findings)
    return _Facts(findings, outcome.retried, tuple(outcome.alternatives)).to_json()


def _outcome(source: str, row: Remembered) -> Outcome:
    facts, _ = mended(_Facts, row.facts)
    findings = tuple(Finding(kind, text) for kind, text in facts.findings)
    outcome = Outcome(source, row.target, findings, facts.retried, remembered=True)
    return replace(outcome, alternatives=facts.alternatives)
