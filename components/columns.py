"""Columns and rows of the database as the code holds them: messages as data, rows as dataclasses.

Knows types; no table, and not what is in one.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

import sqlalchemy as sa

from components.database import Damaged
from components.errors import Unavailable
from components.messages import Message, Said, from_text, to_text

T = TypeVar("T")


class MessageText(sa.TypeDecorator[Message]):
    """A column of text that takes and returns a message. Old rows have a finished English sentence."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Message | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else to_text(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Message | None:
        return None if value is None else from_text(value)


DAMAGED = Said("This entry is damaged in the database. Delete it, or restore a backup.")


def whole(row: T, *mappings: str) -> T:
    """The row as it is. Raises Unavailable if a value can't be read, or one of `mappings` isn't one."""
    values = [getattr(row, field.name) for field in fields(row)]  # type: ignore[arg-type]
    if any(isinstance(value, Damaged) for value in values) or not all(
        isinstance(getattr(row, name), Mapping) for name in mappings
    ):
        raise Unavailable(DAMAGED)
    return row


def mapping(value: object) -> Mapping[str, Any]:
    """A value of JSON as the mapping that it should be; empty if it is damaged."""
    return value if isinstance(value, Mapping) else {}


def columns_of(kind: type, table: sa.Table) -> list[sa.Column[Any]]:
    """The columns of a table that a dataclass has fields for."""
    return [table.c[field.name] for field in fields(kind)]


def as_dataclass(kind: type[T], row: Any, **converted: Any) -> T:
    """A row as the dataclass whose fields are named like its columns.

    `converted` has the fields whose values aren't those of a column: as_dataclass(Run, row, settings=parsed).
    """
    columns = (field.name for field in fields(kind))  # type: ignore[arg-type]
    return kind(**{name: converted[name] if name in converted else getattr(row, name) for name in columns})
