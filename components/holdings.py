"""What a person keeps on this server, of every kind: its size, its deletion, its expiry.

Knows tables and folders through components.access, not what is in them: a table that declares there how its
rows find their owner is counted, deleted and expired here without another line.
"""

import logging
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from components import access, owned_folders
from components.access import Person, Scoped
from components.columns import MessageText
from components.database import forget_deleted
from components.messages import Message, counted
from components.store import Store

DAY = 24 * 3600.0
PURGE_DAYS = 7.0  # a deletion can be undone for this long, then it is final
EXPIRE_EVERY = 3600.0  # seconds
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Holding:
    """How much a person keeps of one kind."""

    kind: str
    number: int
    size: int  # bytes


class Holdings(Scoped):
    """Open once per process; safe to use from any thread."""

    def __init__(
        self, store: Store, data_dir: Path, expire_days: float = 0.0, clock: Callable[[], float] = time.time
    ) -> None:
        self._engine, self._data_dir, self._days, self._clock = store.engine, data_dir, expire_days, clock

    def listed(self) -> list[Holding]:
        """What the person keeps, kind by kind; empty for NOBODY."""
        held = [self._held(table, self._person) for table in access.owned_tables()]
        mine = [one for one in owned_folders.owned_folders(self._data_dir) if one.owner == self._person.id]
        for kind in dict.fromkeys(one.kind for one in mine):
            sizes = [_size(one.place) for one in mine if one.kind == kind]
            held.append(Holding(kind, len(sizes), sum(sizes)))
        return [one for one in held if one.number]

    def stored_bytes(self, owner: str) -> int:
        person = Person(self.check_owner(owner))
        rows = sum(self._held(table, person).size for table in access.owned_tables())
        mine = (one for one in owned_folders.owned_folders(self._data_dir) if one.owner == owner)
        return rows + sum(_size(one.place) for one in mine)

    def delete_all(self) -> int:
        """Deletes every row and file of the person for good; returns how many there were."""
        self.owner()
        assert not self._person.house, "this would delete everybody's"
        return self._delete(self.mine) + self._remove(lambda one: one.owner == self._person.id)

    def expire(self) -> int:
        """Deletes what is older than the settings allow, and what was deleted a week ago."""
        now = self._clock()
        deleted = self._delete(lambda table: _aged(table, now, self._days))
        if self._days:
            deleted += self._remove(lambda one: one.at < now - self._days * DAY)
        if deleted:
            _log.info("Deleted %d rows that had expired", deleted)
        return deleted

    def keep_expiring(self) -> None:
        """Expires now and every hour from now on."""

        def forever() -> None:
            while True:
                try:
                    self.expire()
                except (sa.exc.SQLAlchemyError, OSError):
                    _log.warning("What has expired could not be deleted; the next try is in an hour")
                time.sleep(EXPIRE_EVERY)

        threading.Thread(target=forever, name="expiry", daemon=True).start()

    def repair(self) -> list[Message]:
        """Removes folders whose row is gone, and files that were half written when the app ended."""
        said: list[Message] = []
        for table in access.owned_tables():
            place = self._data_dir / access.folder_of(table)
            if not access.folder_of(table) or not place.is_dir():
                continue
            keys = self._keys(table)
            orphans = [one for one in place.iterdir() if one.is_dir() and one.name not in keys]
            for folder in orphans:
                shutil.rmtree(folder, ignore_errors=True)
            halves = [half for half in place.glob("*/*.part") if half.is_file()]
            for half in halves:
                half.unlink(missing_ok=True)
            if orphans or halves:
                number = len(orphans) + len(halves)
                said.append(
                    counted(
                        "{count} unfinished file in {folder}",
                        "{count} unfinished files in {folder}",
                        number,
                        folder=place.name,
                    )
                )
        return said

    def _keys(self, table: sa.Table) -> set[str]:
        with self._engine.connect() as connection:
            return {str(row[0]) for row in connection.execute(sa.select(access.key_of(table)))}

    def _held(self, table: sa.Table, person: Person) -> Holding:
        texts = [c for c in table.columns if isinstance(c.type, sa.Text | sa.JSON | sa.String | MessageText)]
        sized: list[sa.ColumnElement[Any]] = [sa.cast(sa.cast(c, sa.Text), sa.LargeBinary) for c in texts]
        sized += [c for c in table.columns if isinstance(c.type, sa.LargeBinary)]
        length = sum((sa.func.coalesce(sa.func.length(one), 0) for one in sized), start=sa.literal(0))
        query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(length), 0))
        query = query.select_from(table).where(access.mine(table, person))
        with self._engine.connect() as connection:
            number, size = connection.execute(query).one()
            files = 0
            if access.folder_of(table):
                mine = sa.select(access.key_of(table)).where(access.mine(table, person))
                files = sum(self._folder_size(table, row[0]) for row in connection.execute(mine))
        return Holding(table.name, int(number), int(size) + files)

    def _folder_size(self, table: sa.Table, key: object) -> int:
        return _size(access.row_folder(self._data_dir, table, key))

    def _remove(self, condition: Callable[[owned_folders.OwnedFolder], bool]) -> int:
        """Deletes folders that belong to people without a row in the database."""
        gone = [one for one in owned_folders.owned_folders(self._data_dir) if condition(one)]
        for one in gone:
            shutil.rmtree(one.place, ignore_errors=True)
        return len(gone)

    def _delete(self, condition: Callable[[sa.Table], sa.ColumnElement[bool]]) -> int:
        """Rows in one transaction, then their folders: a crash in between leaves folders for `repair`."""
        deleted, folders = 0, []
        with self._engine.begin() as connection:
            for table in access.owned_tables():
                which = _with_parent(table, condition)
                if access.folder_of(table):
                    keys = sa.select(access.key_of(table)).where(which)
                    folders += [
                        access.row_folder(self._data_dir, table, row[0]) for row in connection.execute(keys)
                    ]
                deleted += connection.execute(table.delete().where(which)).rowcount
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        if deleted:
            forget_deleted(self._engine)
        return deleted


def _size(folder: Path) -> int:
    try:
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    except OSError:
        return 0  # it is being deleted


def _with_parent(
    table: sa.Table, condition: Callable[[sa.Table], sa.ColumnElement[bool]]
) -> sa.ColumnElement[bool]:
    """The condition for a table, or for its parent: parts are deleted with their parent."""
    parent = access.parent_of(table)
    if parent is None:
        return condition(table)
    keys = sa.select(access.key_of(parent)).where(_with_parent(parent, condition))
    return access.part_key(table).in_(keys)


def _aged(table: sa.Table, now: float, days: float) -> sa.ColumnElement[bool]:
    """The condition that a row has expired."""
    old: list[sa.ColumnElement[bool]] = []
    age = access.age_of(table)
    if days and age is not None:
        old.append(age < now - days * DAY)
    if "deleted_at" in table.c:
        old.append(table.c.deleted_at < now - PURGE_DAYS * DAY)
    return sa.or_(sa.false(), *old)
