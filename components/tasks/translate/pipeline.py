"""Sentences through an engine: what must stay is masked, the outcome is checked, a bad one is tried again.

Works on anything with the engine's one method and on a translation memory; knows neither pages nor files.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from components.errors import AppError, Cancelled
from components.messages import Message, Said
from components.models.translation import Translated, TranslationOptions
from components.tasks.facts import kept_numbers
from components.tasks.translate import (
    addresses,
    both_genders,
    glossary,
    number_style,
    people,
    protection,
    same_in_both,
    sentence_checks,
    sign_checks,
    single_forms,
)
from components.tasks.translate.code_lines import is_code
from components.tasks.translate.glossary import Term
from components.tasks.translate.names_alone import NamesAlone
from components.tasks.translate.outcome import Outcome, Request
from components.tasks.translate.protection import Masked, Piece
from components.tasks.translate.same_in_both import alike, may_be_name, may_be_shouted
from components.tasks.translate.second_try import SecondTry, edges, first, halves, has_letters
from components.tasks.translate.sentence_checks import Finding
from components.tasks.translate.sentence_engines import SentenceEngine

ENOUGH_TO_CUT = 6  # words from which a sentence that came back empty is tried in two halves
NEAR = 35  # chrF of two tries that say about the same; of two that don't it is below 25
BATCH = 64  # sentences sent at a time: Stop, progress and memory come between two batches
# A name of a program, a file or a variable by itself: engines make words of it.
_IDENTIFIER = re.compile(r"[A-Za-z]*[a-z][A-Z]\w*|\w+_\w+|[A-Z]{1,5}\d+\w*|[\w-]+\.[a-z]{2,5}")
_ABBREVIATED = re.compile(r"(?:\b[^\W\d_]\.){2,}$")  # 9 a.m.
_MILDER = ("placeholder", "tag", "number", "glossary", "sign", "name", "length", "unsure")
_SMALL = {"placeholder", "tag", "number", "sign", "name"}  # what may be lost of a good translation
_WORST = ("failed", "untranslated", "truncated", "repeated", *_MILDER)


LEAKED = Said("A placeholder was lost in the translation.")
DRAFT = Finding(
    "draft", Said("A draft: the engine wasn't made for these languages. Read it before you use it.")
)


class Memory(Protocol):
    """What was translated before, for one person, pair of languages and engine."""

    def find(self, requests: Sequence[Request]) -> dict[Request, Outcome]: ...

    def keep(self, outcomes: Sequence[Outcome]) -> None: ...


class Progress(Protocol):
    """What a long translation tells and asks; a job has it."""

    def say(self, note: Message, share: float | None = None) -> None: ...

    def cancelled(self) -> bool: ...


class NoMemory:
    """For sentences that are to be translated again."""

    def find(self, requests: Sequence[Request]) -> dict[Request, Outcome]:
        return {}

    def keep(self, outcomes: Sequence[Outcome]) -> None:
        return None


@dataclass
class Translator:
    """One engine, one pair of languages, one person's glossary."""

    engine: SentenceEngine
    source: str
    target: str
    terms: Sequence[Term] = ()
    memory: Memory = field(default_factory=NoMemory)
    beams: int = 1
    hypotheses: int = 1
    cancelled: Callable[[], bool] = lambda: False
    draft: bool = False  # the engine wasn't made for these languages, which marks all that it writes
    _names: NamesAlone = field(init=False)  # of the texts at hand
    _single: frozenset[str] = frozenset()  # texts at hand that are said of one thing
    _decimal: str = ""  # the sign before decimals, as the texts at hand have it; empty: not told

    def outcomes(self, requests: Sequence[Request]) -> Iterator[tuple[int, Outcome]]:
        """Each sentence's outcome by its place, batch by batch; the same sentence is translated once.

        Raises what the engine raises, or Cancelled; what was done until then has been given and kept.
        """
        places: dict[Request, list[int]] = {}
        self._decimal = number_style.decimal_sign((r.text for r in requests), self.source)
        texts = [request.text for request in requests]
        self._single = single_forms.single(texts, self.source)
        self._names = NamesAlone.of(texts, (self.source, self.target), self.terms)
        known = self.memory.find([request for request in requests if not request.kept])
        for at, request in enumerate(requests):
            if request in known:
                yield at, known[request]
            else:
                places.setdefault(request.asked, []).append(at)
        waiting: list[Request] = []
        for request, same in places.items():
            outcome = self._without_engine(request)
            if outcome is None:
                waiting.append(request)
            else:
                yield from ((place, outcome) for place in same)
        for start in range(0, len(waiting), BATCH):
            batch = waiting[start : start + BATCH]
            made = [self._marked(outcome) for outcome in self._batch(batch)]
            self.memory.keep([outcome for r, outcome in zip(batch, made, strict=True) if not r.kept])
            for request, outcome in zip(batch, made, strict=True):
                yield from ((place, outcome) for place in places[request])
            if self.cancelled():
                raise Cancelled("Stopped while translating.")

    def all(self, requests: Sequence[Request]) -> list[Outcome]:
        found = dict(self.outcomes(requests))
        return [found[at] for at in range(len(requests))]

    def _without_engine(self, request: Request) -> Outcome | None:
        if (
            _IDENTIFIER.fullmatch(request.text)
            or is_code(request.text, self.source)
            or same_in_both.in_target_language(request.text, self.source, self.target)
        ):
            return Outcome(request.text, request.text, skipped=True)
        if other := same_in_both.third_language(request.text, self.source, self.target):
            return Outcome(request.text, request.text, (sentence_checks.foreign(other),))
        if named := self._names.known(request.text):
            return Outcome(request.text, named)
        streets = addresses.addresses(request.text, self.source)
        masked = protection.mask(request.text, [(piece, "") for piece in (*request.kept, *streets)])
        if not has_letters(protection.without(masked)):
            left = sentence_checks.forms_left(request.text)
            text = number_style.alone(masked.text, self.source, self.target, self._decimal)
            text = self._unmasked(text, masked)  # numbers alone have a style too
            unclear = sentence_checks.unclear(self._unclear(request.text, text))
            findings = (*([left] if left else []), *unclear)
            return Outcome(request.text, text, findings, skipped=not findings)
        return None

    def _marked(self, outcome: Outcome) -> Outcome:
        if not self.draft or not outcome.translated:
            return outcome
        return replace(outcome, findings=(*outcome.findings, DRAFT))

    def _batch(self, batch: Sequence[Request]) -> list[Outcome]:
        options = TranslationOptions(self.source, self.target, self.beams, self.hypotheses)
        masked = [self._masked(r.text, [(piece, "") for piece in r.kept]) for r in batch]
        made = self._ask([one.text for one in masked], options)
        outcomes = [
            self._outcome(request, mask, translated)
            for request, mask, translated in zip(batch, masked, made, strict=True)
        ]
        bad = [at for at, outcome in enumerate(outcomes) if outcome.flagged]
        if bad:
            again = self._again([batch[at] for at in bad], [outcomes[at] for at in bad])
            for at, outcome in zip(bad, again, strict=True):
                outcomes[at] = outcome
        self._for_women(batch, outcomes, options)
        return [self._names.settled(self._as_returned(outcome)) for outcome in outcomes]

    def _as_returned(self, outcome: Outcome) -> Outcome:
        """A few words of which nothing else says whether they are right, marked where the engine says so."""
        if not outcome.returned or outcome.findings or glossary.pieces(self.terms, outcome.source):
            return outcome
        return replace(outcome, findings=(sentence_checks.comes_back(outcome.returned),))

    def _for_women(
        self, batch: Sequence[Request], outcomes: list[Outcome], options: TranslationOptions
    ) -> None:
        """Where the source names both genders: if the translation for women is another, that is said."""
        forms = {at: both_genders.each(r.text, (self.source, self.target)) for at, r in enumerate(batch)}
        places = {at: form[1] for at, form in forms.items() if form}
        masked = [self._masked(text, [(p, "") for p in batch[at].kept]) for at, text in places.items()]
        made = self._ask([one.text for one in masked], options) if masked else []
        for at, mask, translated in zip(places, masked, made, strict=True):
            before, other = outcomes[at], _with_capital(batch[at], self._unmasked(first(translated), mask))
            if both_genders.differ(before.target, other, self.target):
                found = (*before.findings, sentence_checks.one_gender(other))
                offered = tuple(dict.fromkeys((*before.alternatives, other)))
                outcomes[at] = replace(before, findings=found, alternatives=offered)

    def _masked(self, text: str, more: Sequence[tuple[str, str]]) -> Masked:
        """What an engine is asked."""
        streets = [(street, "") for street in addresses.addresses(text, self.source)]
        return protection.mask(self._spelled(text), [*more, *streets], text in self._single)

    def _spelled(self, text: str) -> str:
        """A source in the forms that engines know."""
        both = both_genders.each(text, (self.source, self.target))
        return number_style.spelled(both[0] if both else text, self.source)

    def _ask(self, texts: Sequence[str], options: TranslationOptions) -> list[Translated]:
        found = {one.index: one for one in self.engine.translate(texts, options, self.cancelled)}
        if self.cancelled() and len(found) < len(texts):
            raise Cancelled("Stopped while translating.")
        return [found.get(at) or Translated(at, ("",)) for at in range(len(texts))]

    def _outcome(self, request: Request, masked: Masked, translated: Translated) -> Outcome:
        texts = [
            _with_capital(request, sign_checks.without_added(request.text, self._unmasked(text, masked)))
            for text in translated.texts or ("",)
        ]
        texts = [_without_stop(request, text) for text in texts]
        why = translated.why or (LEAKED if translated.texts and translated.texts[0] and not texts[0] else "")
        findings = self._check(request, texts[0], translated.cut, why)
        others = tuple(dict.fromkeys(text for text in texts[1:] if text))
        returned = translated.returned if request.text == masked.text else ""
        return Outcome(request.text, texts[0], findings, alternatives=others, why=why, returned=returned)

    def _unmasked(self, text: str, masked: Masked) -> str:
        """With what was masked again, and the numbers that were copied in the target's style.

        Nothing if something that stood for what was masked is still there.
        """
        styled = number_style.restyled(masked.text, text, self.source, self.target, self._decimal)
        if "…" in masked.text and "..." not in masked.text:
            styled = styled.replace("...", "…")
        made = protection.unmask(styled, masked)
        return "" if protection.leaks(made, masked) else made

    def _check(self, request: Request, target: str, cut: bool, why: Message) -> tuple[Finding, ...]:
        languages = self.source, self.target
        unclear = self._unclear(request.text, target)
        source = self._spelled(request.text)
        pair = sentence_checks.Pair(source, target, *languages, cut, request.kept, why, unclear)
        return tuple(sentence_checks.check(pair, self.terms))

    def _unclear(self, source: str, target: str) -> tuple[str, ...]:
        """Numbers that may be thousands or decimals."""
        return tuple(number_style.ambiguous(source, target, (self.source, self.target), self._decimal))

    def _again(self, batch: Sequence[Request], before: Sequence[Outcome]) -> list[Outcome]:
        """Once more, another way: lost things held fast, other troubles by the engine's careful way."""
        tries = [self._second_try(request, outcome) for request, outcome in zip(batch, before, strict=True)]
        texts = [edges(piece.text)[1] for one in tries for piece in one.asked]
        options = TranslationOptions(self.source, self.target, self.beams, 1, careful=True)
        try:
            answers = iter(self._ask(texts, options))
        except Cancelled:
            raise
        except AppError:  # the first outcomes are there, and marked
            return [replace(outcome, retried=True) for outcome in before]
        made = [[next(answers) for _ in one.asked] for one in tries]
        return [
            self._better(request, outcome, self._capitalised(request, one.joined(mine, self._unmasked)), mine)
            for request, outcome, one, mine in zip(batch, before, tries, made, strict=True)
        ]

    def _capitalised(self, request: Request, target: str) -> str:
        return glossary.capitalised(self.terms, request.text, target)

    def _second_try(self, request: Request, outcome: Outcome) -> SecondTry:
        """What lost a placeholder is cut at its placeholders, what came back empty in the middle as well;
        what broke the glossary gets its terms."""
        kinds = {finding.kind for finding in outcome.findings}
        more = [(piece, "") for piece in request.kept]
        if "glossary" in kinds:
            more += glossary.pieces(self.terms, request.text)
        if "number" in kinds:
            spelled = self._spelled(request.text)
            lost = kept_numbers.missing(spelled, outcome.target, self.source, self.target)
            more += [(n, number_style.of(n, spelled, self.source, self.target)) for n in lost]
        if "name" in kinds:
            both = request.text, outcome.target, (self.source, self.target)
            if names := sentence_checks.names_lost(*both):
                more += [(name, "") for name in (*names, *people.kept(*both))]
        if "sign" in kinds:
            more += [
                (word, "")
                for word in sign_checks.words_with(request.text, outcome.target, (self.source, self.target))
            ]
        text = request.text
        if "untranslated" in kinds and text.isupper() and not more and not protection.protected(text):
            return SecondTry((Piece(text.capitalize()),), shouted=True)
        masked = self._masked(text, more)
        if more and not has_letters(protection.without(masked)):  # a name and nothing else
            return SecondTry(tuple(protection.pieces(masked)))
        if kinds & {"placeholder", "tag"} or outcome.why == LEAKED:
            return SecondTry(tuple(protection.pieces(masked)))
        if outcome.silent and len(request.text.split()) >= ENOUGH_TO_CUT:
            return SecondTry(tuple(half for piece in protection.pieces(masked) for half in halves(piece)))
        return SecondTry((Piece(masked.text),), masked)

    def _better(
        self, request: Request, before: Outcome, target: str, pieces: Sequence[Translated]
    ) -> Outcome:
        why = next((one.why or sentence_checks.NOTHING for one in pieces if not first(one).strip()), "")
        why = why or ("" if target.strip() else LEAKED)
        findings = self._check(request, target, any(one.cut for one in pieces), why)
        if same_in_both.may_be_equal(request.text, self.source, self.target, before.target, target):
            # Asked in two ways, the engine says the same word: hotel, internet.
            left = tuple(finding for finding in before.findings if finding.kind != "untranslated")
            return replace(before, findings=left, retried=True)
        if self._replaces_a_name(before, target) or not _is_near(before, target):
            offered = tuple(dict.fromkeys((*before.alternatives, target)))
            return replace(before, retried=True, alternatives=offered)
        if _badness(findings) < _badness(before.findings):
            others = tuple(t for t in (before.target, *before.alternatives) if t and t != target)
            return Outcome(request.text, target, findings, retried=True, alternatives=others)
        return replace(before, retried=True)

    def _replaces_a_name(self, before: Outcome, target: str) -> bool:
        """Whether the second try makes something else of what may be a name and was copied at first.

        Franca became France and Rio de Janeiro New York City: such a try is offered, and the first one stays,
        marked. One word can't be told; of several, one has to be about the same in both.
        """
        source, copied = before.source.casefold(), before.target.casefold() == before.source.casefold()
        if not copied or not target or may_be_shouted(before.source):
            return False
        if not may_be_name(before.source, self.source, self.target):
            return False
        words, made = source.split(), target.casefold().split()
        return len(words) == 1 or not any(len(a) > 3 and alike(a, b) for a in words for b in made)


def _is_near(before: Outcome, target: str) -> bool:
    """Whether a second try says about the same as the first, which lost something small.

    Where the first is no translation of all, nothing is to be compared.
    """
    if not target or {finding.kind for finding in before.findings} - _SMALL:
        return True
    named = re.findall(r"(?<=\s)[A-ZÀ-Ý][^\W\d_]{2,}", before.source)
    if any(name in before.target and name not in target for name in named):
        return False
    if len(before.source.split()) < ENOUGH_TO_CUT:
        return True

    from sacrebleu import sentence_chrf

    return float(sentence_chrf(target, [before.target]).score) >= NEAR


def _with_capital(request: Request, target: str) -> str:
    """A translation that begins with a capital letter as its source does: Pears, Peras."""
    first = next(iter(target.split()), "")
    if not (request.text[:1].isupper() and first.islower() and first[:1].isalpha()):
        return target
    if any(target.startswith(piece) for piece in (*request.kept, *protection.protected(target))):
        return target
    return target[:1].upper() + target[1:]


def _without_stop(request: Request, target: str) -> str:
    """A translation without a stop whose source has only that of an abbreviation: 9 a.m., 9 da manhã."""
    short = _ABBREVIATED.search(request.text) and len(request.text.split()) < ENOUGH_TO_CUT
    ended = target.endswith(".") and not _ABBREVIATED.search(target)
    return target[:-1] if short and ended and re.search(r"[^\W\d_]{3,}\.$", target) else target


def _badness(findings: Sequence[Finding]) -> int:
    return sum(len(_WORST) - _WORST.index(finding.kind) for finding in findings)
