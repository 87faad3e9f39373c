"""Rows sorted by labels, by sentiment or by a classifier that the person keeps. Knows leased encoders."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from components.documents.tables.new_columns import Column
from components.errors import BadInput
from components.messages import Said
from components.tasks.classify import by_name, classifier_file, sentiment
from components.tasks.classify.classifier import Classifier
from components.tasks.classify.classify_jobs import sorter
from components.tasks.classify.encoders import Encoders
from components.tasks.classify.labels import read_labels
from components.tasks.over_rows import Do, Made, Outcome
from components.tasks.tables.action import Tools, Working
from components.tasks.tables.table_settings import TableSettings

TOGETHER = 64  # texts in one go
UNREAD = Said("No installed model was made for this language.")


def columns(settings: TableSettings) -> tuple[Column, ...]:
    """The label, and how certain it is."""
    return (
        Column(f"{settings.column} (label)"),
        Column(f"{settings.column} (certainty)", "number"),
    )


def check(settings: TableSettings, tools: Tools) -> None:
    """Raises BadInput or Unavailable where the rows can't be sorted."""
    encoders_of(tools)
    _classifier(settings, tools)


def encoders_of(tools: Tools) -> Encoders:
    """Raises Unavailable where no embedding model is installed."""
    ready = tuple(spec for spec in tools.ready if spec.task == "embed")

    def lease(model_id: str, **named: object) -> object:
        return tools.lease(model_id, long=True, **named)

    return Encoders(lease, ready, tools.owner)  # type: ignore[arg-type]


def _classifier(settings: TableSettings, tools: Tools) -> Classifier:
    asked = settings.classify
    if asked.way == "labels":
        return by_name.classifier(read_labels(asked.labels), asked.several, asked.none)
    if asked.way == "sentiment":
        return sentiment.classifier()[0]
    kept = tools.classifiers.get(asked.classifier_id) if tools.classifiers else None
    if kept is None:
        raise BadInput("This classifier isn't here any more. Choose another one.")
    return classifier_file.unpacked(kept.about, kept.weights)[0]


@contextmanager
def opened(settings: TableSettings, tools: Tools, job: Working) -> Iterator[Do]:
    """Each batch leases its encoder, so that others' requests come between."""
    encoders = encoders_of(tools)
    sort = sorter(_classifier(settings, tools), encoders, job.cancelled, job.say)

    def do(texts: Sequence[str]) -> list[Outcome]:
        verdicts = sort(texts)
        return [
            Made([one.label, round(one.certainty, 4)], "" if encoders.reads(text) else UNREAD)
            for text, one in zip(texts, verdicts, strict=True)
        ]

    yield do
