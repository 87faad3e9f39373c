"""Results of long work in the database: the request, the documents, and the outcome.

Knows rows; nothing about the meaning of a result's body. Shares the store's connection and its record of
which processes are alive, so that a result whose process is gone is marked as interrupted, its body kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from components.access import own, part_of, row_folder
from components.entries import LongWork, RestorableEntries, State, Words, work_table
from components.kept import Seconds
from components.store import Store

_results = work_table("results", sa.Column("documents", sa.JSON))
_steps = sa.Table(
    "result_steps",
    sa.MetaData(),
    sa.Column("result_id", sa.String(32), primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("value", sa.LargeBinary),
)
own(_results, age="updated_at", folder="results")
part_of(_steps, "result_id", _results)


@dataclass(frozen=True)
class Result(LongWork):
    """One result as it was stored."""

    documents: Sequence[Mapping[str, Any]]  # as `Document.to_json` made them


@dataclass(frozen=True)
class Heading:
    """A line of the history."""

    id: str
    title: str
    state: State
    updated_at: Seconds
    settings: Mapping[str, Any]
    job_id: str  # as in `Result`


class Results(RestorableEntries):
    """Open once per process; safe to use from any thread."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, _results)
        self._data_dir = store.data_dir
        gone = sa.select(_results.c.id).where(_results.c.deleted_at.is_not(None))
        with self._engine.begin() as connection:  # what was deleted before this start isn't resumed any more
            connection.execute(_steps.delete().where(_steps.c.result_id.in_(gone)))

    def create(
        self, kind: str, title: str, settings: Mapping[str, Any], documents: Sequence[Mapping[str, Any]]
    ) -> str:
        """A new result, in the state "running"; returns its id."""
        asked = {"kind": kind, "title": title, "settings": dict(settings), "documents": list(documents)}
        with self._engine.begin() as connection:
            return self._insert(connection, **asked, state="running", body={}, note="", job_id="")

    def get(self, result_id: str, documents: bool = True) -> Result | None:
        """None if it doesn't exist or was deleted. Without `documents`, which may be long, this is quick.

        Raises Unavailable for a damaged one.
        """
        return self._one(Result, result_id, **({} if documents else {"documents": ()}))

    def headings(self, kind: str, search: str = "", words: Words | None = None) -> list[Heading]:
        """Results of a kind whose title, or with `words` text, contains `search`, the last used first."""
        return self._newest(Heading, _results.c.kind == kind, search=search, words=words)

    # The files of its documents, where their pages are shown

    def keep_file(self, result_id: str, number: int, data: bytes) -> None:
        """Keeps the file of one of its documents, as it was uploaded; none for a result of somebody else."""
        if self.get(result_id, documents=False) is None:
            return
        path = self._file(result_id, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(data)
        part.replace(path)

    def file(self, result_id: str, number: int) -> Path | None:
        """Where the file of a document is; None where there is none."""
        path = self._file(result_id, number)
        return path if path.is_file() and self.get(result_id, documents=False) else None

    def _file(self, result_id: str, number: int) -> Path:
        return row_folder(self._data_dir, _results, result_id) / str(number)

    def steps(self, result_id: str) -> "Steps":
        """What was made on the way to a result."""
        return Steps(self._engine, result_id, self.mine(_results))


class Steps:
    """Finished steps of one result by key, so that a stopped one goes on where it was."""

    def __init__(self, engine: sa.Engine, result_id: str, mine: sa.ColumnElement[bool]) -> None:
        self._engine, self._id = engine, result_id
        # The condition that the result is there and this person's
        self._owned = sa.select(_results.c.id).where(_results.c.id == result_id, mine).exists()
        self._these = sa.and_(_steps.c.result_id == result_id, self._owned)

    def __len__(self) -> int:
        query = sa.select(sa.func.count()).select_from(_steps).where(self._these)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def get(self, key: str) -> bytes | None:
        query = sa.select(_steps.c.value).where(self._these, _steps.c.key == key)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar()

    def put(self, key: str, value: bytes) -> None:
        """Keeps a step, unless the result is gone meanwhile."""
        with self._engine.begin() as connection:
            if connection.execute(sa.select(self._owned)).scalar():
                connection.execute(_steps.delete().where(self._these, _steps.c.key == key))
                connection.execute(_steps.insert().values(result_id=self._id, key=key, value=value))

    def forget(self) -> None:
        """Of a result that is whole, or that is started again."""
        with self._engine.begin() as connection:
            connection.execute(_steps.delete().where(self._these))
