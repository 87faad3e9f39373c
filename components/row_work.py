"""Long work over many rows in the database: what was asked, and a step for each row that is done.

Knows rows and steps by number, not what is done to them or in which job. A step is kept once for each row, in
small transactions, so that a killed process costs the rows in progress and none is done twice.
"""

import time
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from components.access import Scoped, own, part_of
from components.columns import MessageText, as_dataclass, columns_of, listed
from components.kept import Amount, Count, Seconds
from components.messages import Message
from components.search import folded
from components.store import Store

State = Literal["running", "done", "stopped", "failed", "interrupted"]
StepState = Literal["done", "failed"]
FOLDER = "row_work"  # below the data folder: the files of each piece of work
PAGE = 500  # steps that are read at once, and keys in one query

_meta = sa.MetaData()
_work = sa.Table(
    "row_work",
    _meta,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(64)),
    sa.Column("kind", sa.String(16)),
    sa.Column("title", sa.Text),
    sa.Column("state", sa.String(16)),
    sa.Column("settings", sa.JSON),
    sa.Column("body", sa.JSON),
    sa.Column("note", MessageText),
    sa.Column("count", sa.Integer),
    sa.Column("seconds", sa.Float),
    sa.Column("job_id", sa.String(32)),
    sa.Column("run_id", sa.String(32)),
    sa.Column("created_at", sa.Float),
    sa.Column("updated_at", sa.Float),
    sa.Column("deleted_at", sa.Float),
)
_steps = sa.Table(
    "row_steps",
    _meta,
    sa.Column("work_id", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(64)),
    sa.Column("state", sa.String(8)),
    sa.Column("value", sa.JSON),
    sa.Column("note", MessageText),
    sa.Column("same_as", sa.Integer),
    sa.Column("read_tokens", sa.Integer),
    sa.Column("written_tokens", sa.Integer),
)
own(_work, age="updated_at", folder=FOLDER)
part_of(_steps, "work_id", _work)


@dataclass(frozen=True)
class Work:
    """One piece of work as it was stored."""

    id: str  # unguessable
    kind: str
    title: str
    state: State
    settings: Mapping[str, Any]  # all that is needed to go on with it
    body: Mapping[str, Any]  # what its kind keeps beside the steps
    note: Message  # the reason of a failure
    count: Count  # rows
    seconds: Amount  # of work, all tries together
    job_id: str  # the job that is working on it; "" if there is none
    created_at: Seconds
    updated_at: Seconds


@dataclass(frozen=True)
class WorkHeading:
    """A line of a list."""

    id: str
    kind: str
    title: str
    state: State
    note: Message
    count: Count
    job_id: str
    updated_at: Seconds


@dataclass(frozen=True)
class Step:
    """What one row came to."""

    number: Count  # of the row, from 0
    key: str  # equal for equal inputs
    state: StepState
    value: Any = None  # JSON
    note: Message = ""  # why it failed, or what must be said of it
    same_as: Count | None = None  # the row with the same input, whose outcome this is
    read_tokens: Count = 0
    written_tokens: Count = 0


@dataclass(frozen=True)
class Totals:
    """All steps of a piece of work, counted."""

    done: int
    failed: int
    repeated: int  # of these two: rows whose input had been done already
    read_tokens: int
    written_tokens: int


class RowWork(Scoped):
    """Open once per process; safe to use from any thread."""

    def __init__(self, store: Store, folder: Path) -> None:
        """`folder` is the data folder."""
        self._store, self._engine, self._folder = store, store.engine, folder / FOLDER
        self.interrupted = store.mark_interrupted(_work, "running")

    def create(self, kind: str, title: str, settings: Mapping[str, Any], count: int) -> str:
        """A new piece of work that hasn't begun; returns its id."""
        work_id, now = uuid.uuid4().hex, time.time()
        row = {
            "id": work_id,
            "owner": self.owner(),
            "kind": kind,
            "title": title,
            "state": "stopped",
            "settings": dict(settings),
            "body": {},
            "note": "",
            "count": count,
            "seconds": 0.0,
            "job_id": "",
            "run_id": self._store.run_id,
            "created_at": now,
            "updated_at": now,
        }
        with self._engine.begin() as connection:
            connection.execute(_work.insert().values(row))
        return work_id

    def update(self, work_id: str, **values: Any) -> None:
        """Sets fields of a piece of work."""
        if values.get("state") == "running":
            values["run_id"] = self._store.run_id
        with self._engine.begin() as connection:
            connection.execute(
                _work.update()
                .where(_work.c.id == work_id, self.mine(_work))
                .values(**values | {"updated_at": time.time()})
            )

    def get(self, work_id: str) -> Work | None:
        """None if it doesn't exist or was deleted. Raises Unavailable for a damaged one."""
        query = sa.select(_work).where(_work.c.id == work_id, _work.c.deleted_at.is_(None), self.mine(_work))
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return as_dataclass(Work, row) if row else None

    def headings(self, kind: str, search: str = "") -> list[WorkHeading]:
        """Work of a kind whose title contains `search`, the most recently used first."""
        query = sa.select(*columns_of(WorkHeading, _work)).where(
            _work.c.kind == kind, _work.c.deleted_at.is_(None), self.mine(_work)
        )
        query = query.order_by(_work.c.updated_at.desc())
        with self._engine.connect() as connection:
            found = [listed(WorkHeading, row) for row in connection.execute(query)]
        wanted = folded(search)
        return [one for one in found if wanted in folded(one.title)]

    def delete(self, work_id: str) -> None:
        """Takes it out of the list; `restore` brings it back."""
        self.update(work_id, deleted_at=time.time())

    def restore(self, work_id: str) -> None:
        self.update(work_id, deleted_at=None)

    def place(self, work_id: str) -> Path:
        """The folder of its files, which may not exist yet. The caller has got the work by `get`."""
        return self._folder / work_id

    def steps(self, work_id: str) -> "RowSteps":
        """What its rows came to."""
        return RowSteps(self._engine, work_id, self.mine(_work))


class RowSteps:
    """The steps of one piece of work. Never all of them in memory."""

    def __init__(self, engine: sa.Engine, work_id: str, mine: sa.ColumnElement[bool]) -> None:
        self._engine, self._id = engine, work_id
        self._there = sa.and_(_work.c.id == work_id, _work.c.deleted_at.is_(None), mine)
        owned = sa.select(_work.c.id).where(_work.c.id == work_id, mine).exists()
        self._these = sa.and_(_steps.c.work_id == work_id, owned)

    def numbers(self, first: int, end: int) -> set[int]:
        """Which rows from `first` to before `end` have a step."""
        query = sa.select(_steps.c.number).where(self._these, _steps.c.number >= first, _steps.c.number < end)
        with self._engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def known(self, keys: Collection[str]) -> dict[str, Step]:
        """By key, the first row with that input that has a step of its own."""
        found: dict[str, Step] = {}
        wanted = list(keys)
        with self._engine.connect() as connection:
            for start in range(0, len(wanted), PAGE):
                query = sa.select(*columns_of(Step, _steps)).where(
                    self._these, _steps.c.same_as.is_(None), _steps.c.key.in_(wanted[start : start + PAGE])
                )
                found |= {step.key: step for step in map(_step, connection.execute(query))}
        return found

    def put(self, steps: Sequence[Step], seconds: float) -> bool:
        """Keeps steps and the time that they took, in one transaction.

        False, and nothing is kept, if the work was deleted meanwhile.
        """
        with self._engine.begin() as connection:
            changed = _work.update().where(self._there)
            changed = changed.values(seconds=_work.c.seconds + seconds, updated_at=time.time())
            if not connection.execute(changed).rowcount:
                return False
            if steps:
                columns = [column.name for column in columns_of(Step, _steps)]
                rows = [{name: getattr(step, name) for name in columns} for step in steps]
                connection.execute(_steps.insert(), [row | {"work_id": self._id} for row in rows])
        return True

    def read(self, first: int = 0, most: int | None = None, failed: bool = False) -> Iterator[Step]:
        """Steps in the order of their rows, from row `first` on; `failed`: only these."""
        given = 0
        while most is None or given < most:
            size = PAGE if most is None else min(PAGE, most - given)
            query = sa.select(*columns_of(Step, _steps)).where(self._these, _steps.c.number >= first)
            query = query.where(_steps.c.state == "failed") if failed else query
            with self._engine.connect() as connection:
                rows = connection.execute(query.order_by(_steps.c.number).limit(size)).all()
            yield from map(_step, rows)
            if len(rows) < size:
                return
            given, first = given + len(rows), rows[-1].number + 1

    def totals(self) -> Totals:
        """Counted by the database."""
        fresh = _steps.c.same_as.is_(None)
        query = sa.select(
            sa.func.coalesce(sa.func.sum(sa.case((_steps.c.state == "done", 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((_steps.c.state == "failed", 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((fresh, 0), else_=1)), 0),
            sa.func.coalesce(sa.func.sum(_steps.c.read_tokens), 0),
            sa.func.coalesce(sa.func.sum(_steps.c.written_tokens), 0),
        ).where(self._these)
        with self._engine.connect() as connection:
            return Totals(*(int(value) for value in connection.execute(query).one()))

    def forget(self, failed: bool = False) -> None:
        """Of work that begins again; `failed`: of the rows that failed, which are tried again."""
        with self._engine.begin() as connection:
            gone = _steps.delete().where(self._these)
            connection.execute(gone.where(_steps.c.state == "failed") if failed else gone)


def _step(row: Any) -> Step:
    return listed(Step, row)
