"""Columns and rows of the database as the code holds them: messages as data, rows as dataclasses.

Knows types; no table, and not what is in one.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

import sqlalchemy as sa

from components.kept import DAMAGED, mended, read
from components.messages import Message, from_text, to_text

T = TypeVar("T")


class MessageText(sa.TypeDecorator[Message]):
    """A column of text that takes and returns a message. Old rows have a finished English sentence."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Message | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else to_text(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        return from_text(value) if isinstance(value, str) else value


def mapping(value: object) -> Mapping[str, Any]:
    """A value of JSON as the mapping that it should be; empty if it is damaged."""
    return value if isinstance(value, Mapping) else {}


def columns_of(kind: type, table: sa.Table) -> list[sa.Column[Any]]:
    """The columns of a table that a dataclass has fields for."""
    return [table.c[field.name] for field in fields(kind)]


def as_dataclass(kind: type[T], row: Any, **converted: Any) -> T:
    """A row as the dataclass whose fields are named like its columns. Raises Unavailable if it is damaged.

    `converted` has the fields whose values aren't those of a column: as_dataclass(Run, row, settings=parsed).
    """
    return read(kind, _values(kind, row, converted))


def as_far_as_readable(kind: type[T], row: Any, **converted: Any) -> tuple[T, bool]:
    """The same of a damaged row too, without what can't be read; and whether that is so."""
    found, bad = mended(kind, _values(kind, row, converted))
    return found, bool(bad)


def listed(kind: type[T], row: Any, **converted: Any) -> T:
    """The same for a list: the note of a damaged row says so, and the others are shown as they are."""
    found, damaged = as_far_as_readable(kind, row, **converted)
    noted = any(field.name == "note" for field in fields(kind))  # type: ignore[arg-type]
    return replace(found, note=DAMAGED) if damaged and noted else found  # type: ignore[type-var]


def _values(kind: type, row: Any, converted: Mapping[str, Any]) -> dict[str, Any]:
    columns = (field.name for field in fields(kind))
    return {name: converted[name] if name in converted else getattr(row, name) for name in columns}
