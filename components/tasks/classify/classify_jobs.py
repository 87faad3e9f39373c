"""What a person asks of Classify, as one job: by labels, by examples, by sentiment, or by a kept classifier.

Knows the job and the pieces; nothing of a page. `sorter` is the same for other work, such as a table's
column.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from components.errors import BadInput
from components.jobs import Job
from components.messages import Message, Said
from components.tasks.classify import by_name, judge, name_finder, sentiment
from components.tasks.classify.classifier import Classifier, Verdict
from components.tasks.classify.encoders import Encoders, Lease
from components.tasks.classify.examples import Examples
from components.tasks.classify.labels import Label
from components.tasks.classify.learner import Trained, learn
from components.tasks.classify.marks import MarkedTexts
from components.tasks.classify.name_finder import Named
from components.tasks.classify.tag_learner import TrainedTags, learn_tags
from components.tasks.classify.tagger import Tagger

KIND = "classify"
MOST = 2_000  # texts at once in the page; a table takes more


@dataclass(frozen=True)
class Request:
    """What is asked. Of the four ways, the first that is given counts."""

    texts: tuple[str, ...] = ()
    kept: Classifier | None = None
    examples: Examples | None = None
    labels: tuple[Label, ...] = ()  # neither of the three: sentiment
    several: bool = False  # by labels: more than one may fit
    none: bool = True  # by labels: none may fit


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    texts: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    classifier: Classifier
    way: str  # "kept", "examples", "labels" or "sentiment"
    trained: Trained | None = None  # of examples
    unread: tuple[str, ...] = ()  # texts in a language that no installed model was made for
    seconds: float = field(default=0.0, compare=False)


def run(request: Request, encoders: Encoders, job: Job) -> Outcome:
    """The work of the job. Raises BadInput, Cancelled or what a lease raises."""
    texts = tuple(text for text in request.texts if text.strip())
    if not texts and request.examples is None:
        raise BadInput("Type or paste a text under “Text to classify” first.")
    if len(texts) > MOST:
        raise BadInput(
            "These are more lines than the page takes at once ({most:,}). Put them into a table and use the "
            "page Tables.",
            most=MOST,
        )
    trained: Trained | None = None
    if request.kept is not None:
        way, classifier = "kept", request.kept
    elif request.examples is not None:
        trained = learn(request.examples, encoders, job.cancelled, job.say, request.labels)
        way, classifier = "examples", trained.classifier
    elif request.labels:
        way = "labels"
        classifier = by_name.classifier(request.labels, request.several, request.none)
    else:
        way, (classifier, _) = "sentiment", sentiment.classifier()
    job.say(Said("Classifying"))
    began = time.monotonic()
    verdicts, classifier = judge.classify(classifier, texts, encoders, job.cancelled, job.say)
    unread = tuple(
        text for text in texts if not encoders.reads(text, judge.encoder_for(classifier, text, encoders))
    )
    return Outcome(texts, tuple(verdicts), classifier, way, trained, unread, time.monotonic() - began)


@dataclass(frozen=True)
class NameRequest:
    """What is asked of a text that names things. Of the four ways, the first that is given counts."""

    text: str = ""
    marked: MarkedTexts | None = None  # to be learned from
    tagger: Tagger | None = None  # that was learned and kept
    model_id: str = ""  # of a model that writes, with the kinds that it looks for
    kinds: tuple[Label, ...] = ()


@dataclass(frozen=True)
class NameOutcome:
    """What came of it."""

    named: Named | None  # None: there was no text
    tagger: Tagger | None = None
    trained: TrainedTags | None = None


def find_named(request: NameRequest, encoders: Encoders, lease: Lease, job: Job) -> NameOutcome:
    """The work of a job. Raises BadInput without a text, Cancelled or what a lease raises."""
    trained: TrainedTags | None = None
    if request.marked is None or request.text.strip():
        name_finder.check_text(request.text)
    if request.marked is not None:
        trained = learn_tags(request.marked, encoders, job.cancelled, job.say)
    tagger = trained.tagger if trained else request.tagger
    job.say(Said("Looking for names and numbers"))
    if tagger is not None:
        texts = [request.text] if request.text.strip() else []
        found = name_finder.by_kinds(texts, tagger, encoders, job.cancelled, job.say)
        return NameOutcome(found[0] if found else None, tagger, trained)
    if request.model_id:
        with lease(
            request.model_id, owner=encoders.owner, cancelled=job.cancelled, on_wait=job.say
        ) as engine:
            return NameOutcome(name_finder.by_model(request.text, request.kinds, engine, job.cancelled))
    return NameOutcome(name_finder.by_rules(request.text, encoders, job.cancelled, job.say))


def sorter(
    classifier: Classifier,
    encoders: Encoders,
    cancelled: Callable[[], bool] = lambda: False,
    on_wait: Callable[[Message], None] = lambda message: None,
) -> Callable[[Sequence[str]], list[Verdict]]:
    """For a column of a table: call it with any number of texts, as often as there are batches.

        sort = sorter(by_name.classifier(read_labels("complaint\\nquestion")), encoders)
        cells = [verdict.label for verdict in sort(texts)]

    A kept classifier comes from `classifier_file.unpacked`, sentiment from `sentiment.classifier()`. A
    verdict has the labels, the best first, each label's score and the certainty; without a label `label`
    is empty.
    """
    known = classifier

    def sort(texts: Sequence[str]) -> list[Verdict]:
        nonlocal known
        verdicts, known = judge.classify(known, texts, encoders, cancelled, on_wait)
        return verdicts

    return sort
