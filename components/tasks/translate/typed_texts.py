"""A typed text: its sentences, their translations side by side, edits and alternatives.

Works on a leased engine and the pipeline; the body that it returns is what is stored and shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NotRequired

from typing_extensions import TypedDict

from components.errors import BadInput
from components.kept import plain, read
from components.messages import Language, Message, counted
from components.models.languages import UNSPACED, language_name
from components.models.manager import ModelManager
from components.models.translation import TranslationOptions
from components.tasks.translate import glossary, number_style, protection
from components.tasks.translate.asked import memory, translator
from components.tasks.translate.glossary import Term
from components.tasks.translate.outcome import Outcome, Request
from components.tasks.translate.pipeline import Progress
from components.tasks.translate.receipt import LEFT
from components.tasks.translate.routes import Route
from components.tasks.translate.sentence_engines import leased
from components.tasks.translate.sentences import join, split
from components.translations import Translation, Translations

LONGEST = 50_000  # characters of a typed text; longer ones are documents
ALTERNATIVES = 4


@dataclass(frozen=True)
class TextRequest:
    """One text to be translated."""

    text: str
    source: str  # ISO 639-1
    target: str
    route: Route
    owner: str
    terms: Sequence[Term] = ()

    @property
    def pair(self) -> str:
        return f"{self.source}-{self.target}"


class SentencePair(TypedDict):
    """A sentence with its translation."""

    source: str
    target: str
    after: str  # what follows it in the source: spaces, line ends
    findings: list[Message]
    retried: bool
    remembered: bool
    elsewhere: NotRequired[bool]  # corrected, but after another sentence
    skipped: NotRequired[bool]
    alternatives: list[str]
    edited: bool


class Body(TypedDict):
    """What is kept of a text."""

    lead: str  # what comes before the first sentence
    text: str
    sentences: list[SentencePair]


def body_of(found: Translation) -> Body:
    """Raises Unavailable where it is damaged; of a text that nothing was made of yet it is empty."""
    return read(Body, {"lead": "", "text": "", "sentences": [], **found.body})


def kept(body: Body) -> dict[str, Any]:
    """The body as JSON."""
    return {name: plain(value) for name, value in body.items()}


def check(text: str, source: str, target: str) -> None:
    """Raises BadInput for a text that can't be translated at all."""
    if not text.strip():
        raise BadInput("There is no text to translate. Type or paste one first.")
    if len(text) > LONGEST:
        raise BadInput(
            "This text has {length:,} characters; {longest:,} is the most here. Upload it as a .txt "
            "document instead: that is translated in the background, with progress and Stop.",
            length=len(text),
            longest=LONGEST,
        )
    if source == target:
        raise BadInput(
            "The source and the target are both {language}. Choose another target language.",
            language=Language(source, language_name(source)),
        )


def translate_text(
    request: TextRequest, manager: ModelManager, translations: Translations, job: Progress
) -> dict[str, Any]:
    """The body of a translated text. Raises AppError; an engine's error never returns the source."""
    check(request.text, request.source, request.target)
    lead, sentences = split(request.text, request.source)
    found: dict[int, Outcome] = {}
    with leased(manager.lease, request.route, request.owner, job.cancelled, job.say) as engine:
        before = ["", *(sentence.text for sentence in sentences)]
        requests = [Request(s.text, before=b) for s, b in zip(sentences, before, strict=False)]
        for at, outcome in translator(request, engine, translations, job.cancelled).outcomes(requests):
            found[at] = outcome
            job.say(_done(len(found), len(sentences)), len(found) / len(sentences))
    rows = [_row(found[at], sentence.after) for at, sentence in enumerate(sentences)]
    return kept({"lead": lead, "text": request.text, "sentences": rows})


def _done(done: int, count: int) -> Message:
    return counted("{done:,} of {count} sentence", "{done:,} of {count:,} sentences", count, done=done)


def _row(outcome: Outcome, after: str) -> SentencePair:
    left = () if outcome.target.strip() else (LEFT,)
    findings = (*(finding.text for finding in outcome.findings), *left)
    return {
        "source": outcome.source,
        "target": outcome.target if outcome.target.strip() else outcome.source,
        "after": after,
        "findings": list(findings),
        "retried": outcome.retried,
        "remembered": outcome.remembered,
        "elsewhere": outcome.elsewhere,
        "skipped": outcome.skipped,
        "alternatives": list(outcome.alternatives),
        "edited": False,
    }


def words_of(found: Mapping[str, Any]) -> str:
    """What the body of a text says in both languages, to be searched. Raises Unavailable."""
    body = read(Body, {"lead": "", "text": "", "sentences": [], **found})
    return "\n".join([body["text"], *(row["target"] for row in body["sentences"])])


def whole(body: Body, target: str) -> str:
    """The translation as one text, with the line ends of its source."""
    rows = [(row["source"], row["target"], row["after"]) for row in body["sentences"]]
    return join(body["lead"], rows, target not in UNSPACED)


def edited(body: Body, number: int, text: str) -> dict[str, Any]:
    """What is to be kept of the body with one sentence as the person wrote it."""
    rows = list(body["sentences"])
    rows[number] = {**rows[number], "target": text.strip(), "findings": [], "edited": True}
    return kept({**body, "sentences": rows})


def alternatives(
    sentence: str, request: TextRequest, manager: ModelManager, cancelled: Callable[[], bool]
) -> list[str]:
    """Other translations of one sentence, the engine's best first; none that breaks the glossary."""
    masks = [protection.mask(sentence)]
    if pieces := glossary.pieces(request.terms, sentence):
        masks.append(protection.mask(sentence, pieces))
    options = TranslationOptions(request.source, request.target, beams=ALTERNATIVES, hypotheses=ALTERNATIVES)
    with leased(manager.lease, request.route, request.owner, cancelled, lambda t: None) as engine:
        found = sorted(
            engine.translate([one.text for one in masks], options, cancelled), key=lambda one: one.index
        )
    languages = request.source, request.target
    made: dict[str, None] = {}
    for one in found:
        masked = masks[one.index]
        for text in filter(str.strip, one.texts):
            styled = number_style.restyled(masked.text, text, *languages)
            other = glossary.capitalised(request.terms, sentence, protection.unmask(styled, masked))
            broken = glossary.violations(request.terms, sentence, other, languages)
            if not broken and not protection.leaks(other, masked):
                made[other] = None
    return list(made)


def again(
    number: int,
    body: Body,
    request: TextRequest,
    manager: ModelManager,
    translations: Translations,
) -> Body:
    """The body with one sentence as the engine translates it now, whatever is remembered of it."""
    rows = list(body["sentences"])
    sentence = rows[number]["source"]
    memory(request, translations).forget(sentence)
    with leased(manager.lease, request.route, request.owner, lambda: False, lambda t: None) as engine:
        found = translator(request, engine, translations, lambda: False).all([Request(sentence)])
    rows[number] = _row(found[0], rows[number]["after"])
    return {**body, "sentences": rows}
