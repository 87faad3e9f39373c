"""The translation memory of one person, one pair of languages, one way of translating.

Between the pipeline's outcomes and the database's rows; knows nothing about engines.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from components.kept import Kept, mended
from components.tasks.translate.glossary import Term, used
from components.tasks.translate.outcome import Outcome, Request
from components.translations import Remembered, Translations

# Of the ways in which engines are asked and checked. With a new one, what older ones made is no longer used:
# it may be what the new one is for. What a person corrected stays.
REVISION = 4
BY_HAND = "by hand"  # the way of sentences that the person corrected: they win over every engine's


class StoredMemory:
    """What `Translator` asks and tells.

    What was marked is neither kept nor found: the engine may do better, and a mark has to be made by the
    checks of today. Of drafts, only what a person corrected is found. A correction knows the sentence that
    was before it, since "Open" is translated in more than one way.
    """

    def __init__(
        self,
        translations: Translations,
        owner: str,
        pair: str,
        route: str,
        terms: Sequence[Term] = (),
        draft: bool = False,
    ) -> None:
        self._translations, self._owner, self._pair = translations, owner, pair
        self._route = f"{route}#{REVISION}"
        self._terms, self._draft = terms, draft

    def find(self, requests: Sequence[Request]) -> dict[Request, Outcome]:
        """What is known of some sentences, by the sentence and the one before it."""
        by_hand = self._rows(BY_HAND, {request.text for request in requests})
        found = {r: _corrected(r, by_hand[r.text]) for r in requests if r.text in by_hand}
        if self._draft:
            return found
        keys = {request: self._key(request.text) for request in requests if request not in found}
        rows = self._rows(self._route, keys.values())
        for request, key in keys.items():
            if key in rows and not rows[key].facts.get("findings"):
                found[request] = _outcome(request.text, rows[key])
        return found

    def keep(self, outcomes: Sequence[Outcome]) -> None:
        if self._draft:
            return
        rows = [
            Remembered(self._key(o.source), o.target, _facts(o))
            for o in outcomes
            if not (o.skipped or o.remembered or o.flagged) and o.target.strip()
        ]
        self._translations.remember(self._owner, self._pair, self._route, rows)

    def correct(self, source: str, target: str, before: str = "") -> None:
        """A sentence as the person wants it, from now on; after `before`, whatever it becomes elsewhere."""
        known = self._rows(BY_HAND, [source]).get(source)
        after = {**_known(known).after, before: target} if known else {before: target}
        self._translations.remember(
            self._owner, self._pair, BY_HAND, [Remembered(source, target, {"after": after})]
        )

    def forget(self, source: str) -> None:
        """Nothing is known of a sentence any more, neither by this way nor by hand."""
        self._translations.forget_sentence(self._owner, self._pair, self._route, self._key(source))
        self._translations.forget_sentence(self._owner, self._pair, BY_HAND, source)

    def _rows(self, route: str, keys: Iterable[str]) -> dict[str, Remembered]:
        return self._translations.remembered(self._owner, self._pair, route, list(dict.fromkeys(keys)))

    def _key(self, text: str) -> str:
        """The sentence; with its terms, since a changed glossary asks for another translation."""
        terms = used(self._terms, text, self._pair.split("-")[0])
        if not terms:
            return text
        plain = "\n".join(f"{term.source}\t{term.target}" for term in terms)
        return f"{text}\u241e{hashlib.sha256(plain.encode()).hexdigest()[:8]}"


@dataclass(frozen=True)
class _Facts(Kept):
    """What is kept beside a sentence and its translation."""

    retried: bool = False
    alternatives: tuple[str, ...] = ()
    after: Mapping[str, str] = field(default_factory=dict)  # of a correction: by the sentence before it


def _facts(outcome: Outcome) -> dict[str, object]:
    return _Facts(outcome.retried, tuple(outcome.alternatives)).to_json()


def _known(row: Remembered) -> _Facts:
    """Without what is damaged."""
    return mended(_Facts, row.facts)[0]


def _outcome(source: str, row: Remembered) -> Outcome:
    facts = _known(row)
    outcome = Outcome(source, row.target, retried=facts.retried, remembered=True)
    return replace(outcome, alternatives=facts.alternatives)


def _corrected(request: Request, row: Remembered) -> Outcome:
    after = _known(row).after
    target = after.get(request.before, row.target)
    others = tuple(dict.fromkeys(other for other in after.values() if other != target))
    elsewhere = bool(after) and request.before not in after
    return Outcome(request.text, target, remembered=True, elsewhere=elsewhere, alternatives=others)
