"""Long work over many rows in the database: what was asked, and a step for each row that is done.

Knows rows and steps by number, not what is done to them or in which job. A step is kept once for each row, in
small transactions, so that a killed process costs the rows in progress and none is done twice.
"""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from components.access import own, part_of
from components.columns import MessageText, columns_of, listed
from components.entries import LongWork, RestorableEntries, State, work_table
from components.kept import Amount, Count, Seconds
from components.messages import Message
from components.store import Store

StepState = Literal["done", "failed"]
FOLDER = "row_work"  # below the data folder: the files of each piece of work
PAGE = 500  # steps that are read at once, and keys in one query

_work = work_table("row_work", sa.Column("count", sa.Integer), sa.Column("seconds", sa.Float))
_steps = sa.Table(
    "row_steps",
    sa.MetaData(),
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
class Work(LongWork):
    """One piece of work as it was stored; its body is what its kind keeps beside the steps."""

    count: Count  # rows
    seconds: Amount  # of work, all tries together


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


class RowWork(RestorableEntries):
    """Open once per process; safe to use from any thread."""

    def __init__(self, store: Store, folder: Path) -> None:
        """`folder` is the data folder."""
        super().__init__(store, _work)
        self._folder = folder / FOLDER

    def create(self, kind: str, title: str, settings: Mapping[str, Any], count: int) -> str:
        """A new piece of work that hasn't begun; returns its id."""
        asked = {"kind": kind, "title": title, "settings": dict(settings), "count": count}
        with self._engine.begin() as connection:
            return self._insert(
                connection, **asked, state="stopped", body={}, note="", seconds=0.0, job_id=""
            )

    def get(self, work_id: str) -> Work | None:
        """None if it doesn't exist or was deleted. Raises Unavailable for a damaged one."""
        return self._one(Work, work_id)

    def headings(self, kind: str, search: str = "") -> list[WorkHeading]:
        """Work of a kind whose title contains `search`, the most recently used first."""
        return self._newest(WorkHeading, _work.c.kind == kind, search=search)

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
