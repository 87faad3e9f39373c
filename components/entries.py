"""What a person keeps in the database and finds again in a list: changed, searched, deleted and restored.

Knows the columns that all such tables share, not what else a table has. A class for one table is an `Entries`
of it, and adds what is its own.
"""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any, Literal, TypeVar

import sqlalchemy as sa

from components import begun
from components.access import Scoped
from components.columns import MessageText, as_dataclass, columns_of, listed, mapping
from components.errors import Unavailable
from components.kept import Seconds
from components.messages import Message
from components.search import folded
from components.store import Store

State = Literal["running", "done", "stopped", "failed", "interrupted"]  # of long work
T = TypeVar("T")
Words = Callable[[Mapping[str, Any]], str]  # what the body of an entry says. Raises Unavailable if damaged.


@dataclass(frozen=True)
class LongWork:
    """A row of such a table as it was stored."""

    id: str  # unguessable
    kind: str
    title: str
    state: State
    settings: Mapping[str, Any]  # all that is needed to go on with it
    body: Mapping[str, Any]  # what came of it so far
    note: Message  # the reason of a failure
    job_id: str  # the job that is working on it; "" if there is none
    created_at: Seconds
    updated_at: Seconds


def work_table(name: str, *more: sa.Column[Any]) -> sa.Table:
    """A table of long work: what was asked, how far it is, what came of it; and what this kind has beside."""
    return sa.Table(
        name,
        sa.MetaData(),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("owner", sa.String(64)),
        sa.Column("kind", sa.String(16)),
        sa.Column("title", sa.Text),
        sa.Column("state", sa.String(16)),
        sa.Column("settings", sa.JSON),
        *more,
        sa.Column("body", sa.JSON),
        sa.Column("note", MessageText),
        sa.Column("job_id", sa.String(32)),
        sa.Column("run_id", sa.String(32)),
        sa.Column("created_at", sa.Float),
        sa.Column("updated_at", sa.Float),
        sa.Column("deleted_at", sa.Float),
    )


class Entries(Scoped):
    """The rows of one table. Open once per process; safe to use from any thread.

    A table has `id`, `owner` and `updated_at`, the last use. With `state` and `run_id` its rows are long
    work: those in progress whose process is gone are marked as interrupted here.
    """

    def __init__(self, store: Store, table: sa.Table, searched: Sequence[str] = ("title",)) -> None:
        """`searched`: the columns that a search looks into."""
        self._engine, self._run_id = store.engine, store.run_id
        self._rows, self._searched = table, searched
        self.interrupted = store.mark_interrupted(table, "running") if "run_id" in table.c else 0

    def update(self, entry_id: str, **values: Any) -> None:
        """Sets fields, which is a use. What is in progress from now on is so in this process."""
        if values.get("state") == "running":
            values["run_id"] = self._run_id
        with self._engine.begin() as connection:
            this = self._rows.update().where(self._rows.c.id == entry_id, self.mine(self._rows))
            connection.execute(this.values(**values | {"updated_at": time.time()}))

    def delete(self, entry_id: str) -> None:
        """Deletes it for good."""
        with self._engine.begin() as connection:
            connection.execute(self._rows.delete().where(self._there(self._rows.c.id == entry_id)))

    def job_id(self, entry_id: str) -> str | None:
        """The job that works on an entry, "" where none does; None if the entry isn't there."""
        job = self._rows.c.job_id if "job_id" in self._rows.c else sa.literal("")
        query = sa.select(job).where(self._there(self._rows.c.id == entry_id))
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return str(row[0] or "") if row else None

    def _insert(self, connection: sa.Connection, **values: Any) -> str:
        """A new row of this person; returns its unguessable id. It is told as begun, under table and kind."""
        entry_id, now = uuid.uuid4().hex, time.time()
        row = {
            "id": entry_id,
            "owner": self.owner(),
            "run_id": self._run_id,
            "created_at": now,
            "updated_at": now,
        }
        row = {name: value for name, value in row.items() if name in self._rows.c} | values
        connection.execute(self._rows.insert().values(row))
        begun.tell(f"{self._rows.name}/{values.get('kind', '')}", entry_id)
        return entry_id

    def _there(self, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        """The condition that a row is this person's, not deleted, and meets the conditions."""
        kept = [self._rows.c.deleted_at.is_(None)] if "deleted_at" in self._rows.c else []
        return sa.and_(self.mine(self._rows), *kept, *conditions)

    def _one(self, kind: type[T], entry_id: str, **given: Any) -> T | None:
        """An entry, without reading the fields that are given; None if it isn't there.

        Raises Unavailable for a damaged one.
        """
        columns = [self._rows.c[one.name] for one in fields(kind) if one.name not in given]  # type: ignore[arg-type]
        query = sa.select(*columns).where(self._there(self._rows.c.id == entry_id))
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return as_dataclass(kind, row, **given) if row else None

    def _newest(
        self,
        kind: type[T],
        *conditions: sa.ColumnElement[bool],
        search: str = "",
        limit: int | None = None,
        words: Words | None = None,
    ) -> list[T]:
        """Entries that contain `search`, the last used first; a damaged one as far as it can be read.

        With `words`, their bodies are searched too.
        """
        wanted = folded(search)
        columns: list[sa.ColumnElement[Any]] = [*columns_of(kind, self._rows)]
        if wanted and words:
            columns.append(self._rows.c.body.label("searched_body"))
        query = sa.select(*columns).where(self._there(*conditions)).order_by(self._rows.c.updated_at.desc())
        with self._engine.connect() as connection:
            rows = connection.execute(query if wanted else query.limit(limit))
            found = (row for row in rows if not wanted or self._contains(row, wanted, words))
            return [listed(kind, row) for row in islice(found, limit)]

    def _contains(self, row: Any, wanted: str, words: Words | None) -> bool:
        """Whether a row has it in its columns, where damaged ones may hold anything, or in its body."""
        if wanted in folded(" ".join(str(getattr(row, name) or "") for name in self._searched)):
            return True
        with suppress(Unavailable):
            return words is not None and wanted in folded(words(mapping(row.searched_body)))
        return False


class RestorableEntries(Entries):
    """A table with `deleted_at`: a deletion can be undone until the row is deleted for good a week later."""

    def delete(self, entry_id: str) -> None:
        """Takes it out of the list; `restore` brings it back."""
        self.update(entry_id, deleted_at=time.time())

    def restore(self, entry_id: str) -> None:
        self.update(entry_id, deleted_at=None)
