"""What is named in the texts of a column: a new column for each kind, or the texts with it blanked out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from components.documents.tables.new_columns import Column
from components.errors import BadInput
from components.tasks.classify.classify_jobs import Named, named_in
from components.tasks.classify.entities import KINDS, blanked
from components.tasks.over_rows import Do, Made, Outcome
from components.tasks.tables.action import Tools, Working
from components.tasks.tables.label_columns import encoders_of
from components.tasks.tables.table_settings import TableSettings

TOGETHER = 16  # texts in one go
BETWEEN = "; "  # of several of a kind


def columns(settings: TableSettings) -> tuple[Column, ...]:
    """One for each kind, or one with the texts."""
    if settings.name.blank:
        return (Column(f"{settings.column} (blanked)"),)
    return tuple(Column(f"{settings.column} ({kind})") for kind in settings.name.kinds)


def check(settings: TableSettings, tools: Tools) -> None:
    """Raises BadInput without a kind, Unavailable without an encoder."""
    if not settings.name.kinds or not set(settings.name.kinds) <= set(KINDS):
        raise BadInput("Choose what to look for: at least one kind.")
    encoders_of(tools)


@contextmanager
def opened(settings: TableSettings, tools: Tools, job: Working) -> Iterator[Do]:
    """Names are told apart by an encoder, which is leased text by text."""
    encoders, asked = encoders_of(tools), settings.name

    def values(found: Named) -> list[str]:
        if asked.blank:
            return [blanked(found.text, found.entities, asked.kinds)]
        return [
            BETWEEN.join(dict.fromkeys(one.text for one in found.entities if one.kind == kind))
            for kind in asked.kinds
        ]

    def do(texts: Sequence[str]) -> list[Outcome]:
        return [Made(values(named_in(text, encoders, job.cancelled, job.say)), "") for text in texts]

    yield do
