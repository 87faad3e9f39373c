"""What is named in the texts of a column: a new column for each kind, or the texts with it blanked out."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from components.documents.tables.new_columns import Column
from components.errors import AppError, BadInput, Cancelled
from components.messages import Message, Said
from components.tasks.classify import name_finder, named_by_model, tagger_file
from components.tasks.classify.entities import KINDS, blanked
from components.tasks.classify.name_finder import Named
from components.tasks.classify.tagger import Tagger
from components.tasks.over_rows import OUTSIDE, Do, Made, Outcome
from components.tasks.tables.action import Tools, Working
from components.tasks.tables.label_columns import encoders_of
from components.tasks.tables.table_settings import TableSettings

TOGETHER = 16  # texts in one go
BETWEEN = "; "  # of several of a kind


def columns(settings: TableSettings) -> tuple[Column, ...]:
    """One for each kind, or one with the texts."""
    if settings.name.blank:
        return (Column(f"{settings.column} (blanked)"),)
    return tuple(Column(f"{settings.column} ({kind})") for kind in _kinds(settings))


def _kinds(settings: TableSettings) -> tuple[str, ...]:
    asked = settings.name
    if asked.by == "model":
        return tuple(label.name for label in named_by_model.read_kinds(asked.wanted))
    return asked.kinds


def check(settings: TableSettings, tools: Tools) -> None:
    """Raises BadInput without a kind, Unavailable without an encoder."""
    asked = settings.name
    known = {*KINDS, *(tagger_of(settings, tools).kinds if asked.by == "kept" else ())}
    if not _kinds(settings) or (asked.by != "model" and not set(asked.kinds) <= known):
        raise BadInput("Choose what to look for: at least one kind.")
    if asked.by == "model":
        if not asked.model_id:
            raise BadInput("No model is chosen that could answer.")
    else:
        encoders_of(tools)


def tagger_of(settings: TableSettings, tools: Tools) -> Tagger:
    """The kinds that were learned. Raises BadInput where they are gone."""
    kept = tools.classifiers.get(settings.name.classifier_id) if tools.classifiers else None
    if kept is None or not tagger_file.is_tagger(kept.about):
        raise BadInput("These kinds aren't here any more. Choose others.")
    return tagger_file.unpacked(kept.about, kept.weights)[0]


@contextmanager
def opened(settings: TableSettings, tools: Tools, job: Working) -> Iterator[Do]:
    """Encoders are leased batch by batch; a model that writes for the whole work."""
    asked = settings.name
    if asked.by == "model":
        kinds = named_by_model.read_kinds(asked.wanted)
        with tools.lease(asked.model_id, tools.owner, job.cancelled, job.say, long=True) as engine:
            yield _each(settings, lambda text: name_finder.by_model(text, kinds, engine, job.cancelled))
        return
    encoders = encoders_of(tools)
    if asked.by == "rules":
        yield _each(settings, lambda text: name_finder.by_rules(text, encoders, job.cancelled, job.say))
        return
    tagger = tagger_of(settings, tools)

    def together(texts: Sequence[str]) -> list[Outcome]:
        found = name_finder.by_kinds(texts, tagger, encoders, job.cancelled, job.say)
        return [_made(settings, one) for one in found]

    yield together


def _each(settings: TableSettings, find: Callable[[str], Named]) -> Do:
    """Text by text: one that can't be done costs itself alone."""

    def do(texts: Sequence[str]) -> list[Outcome]:
        made: list[Outcome] = []
        for text in texts:
            try:
                made.append(_made(settings, find(text)))
            except (Cancelled, *OUTSIDE):
                raise
            except AppError as error:
                made.append(error)
        return made

    return do


def _made(settings: TableSettings, found: Named) -> Made:
    kinds = _kinds(settings)
    note: Message = ""
    if found.missing:
        note = Said("Named by the model, and not in the text: {names}", names=list(found.missing[:10]))
    if settings.name.blank:
        values = [blanked(found.text, found.entities, kinds)]
    else:
        values = [
            BETWEEN.join(dict.fromkeys(one.text for one in found.entities if one.kind == kind))
            for kind in kinds
        ]
    return Made(values, note, found.read_tokens, found.written_tokens)
