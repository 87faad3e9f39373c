"""Classifiers that people keep, in the database: a name, versions, the numbers and what they were made of.

Knows rows; not how texts are sorted. Everything belongs to one person, and only that person finds it.
"""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from components.access import Scoped, own
from components.columns import as_dataclass, columns_of, listed
from components.errors import Unavailable
from components.kept import Count, Seconds
from components.search import folded
from components.store import Store

_meta = sa.MetaData()
_classifiers = sa.Table(
    "classifiers",
    _meta,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(64)),
    sa.Column("name", sa.Text),
    sa.Column("version", sa.Integer),
    sa.Column("about", sa.JSON),  # labels, settings and report, as `packing` made them
    sa.Column("examples", sa.JSON),
    sa.Column("weights", sa.LargeBinary),  # safetensors
    sa.Column("updated_at", sa.Float),  # of the last use
    sa.Column("deleted_at", sa.Float),
)
own(_classifiers, age="updated_at")


@dataclass(frozen=True)
class KeptClassifier:
    """One version of one classifier as it was stored."""

    id: str
    name: str
    version: Count
    about: Mapping[str, Any]
    examples: Mapping[str, Any]
    weights: bytes
    updated_at: Seconds


@dataclass(frozen=True)
class ClassifierHeading:
    """A line of the list."""

    id: str
    name: str
    version: Count
    updated_at: Seconds
    way: str = ""  # how it was made, as `packing` and `tag_packing` say; empty where it is damaged


class Classifiers(Scoped):
    """Open once per process; safe to use from any thread."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine

    def keep(self, name: str, about: Mapping[str, Any], examples: Mapping[str, Any], weights: bytes) -> str:
        """A new version of the person's classifier of this name, or its first; returns its id."""
        owner, made = self.owner(), uuid.uuid4().hex
        same = sa.select(sa.func.max(_classifiers.c.version)).where(
            _classifiers.c.name == name, _classifiers.c.owner == owner
        )
        with self._engine.begin() as connection:
            version = int(connection.execute(same).scalar() or 0) + 1
            row = {
                "id": made,
                "owner": owner,
                "name": name,
                "version": version,
                "about": dict(about),
                "examples": dict(examples),
                "weights": weights,
                "updated_at": time.time(),
            }
            connection.execute(_classifiers.insert().values(row))
        return made

    def get(self, classifier_id: str) -> KeptClassifier | None:
        """None if it doesn't exist or was deleted. Raises Unavailable for a damaged one."""
        query = sa.select(*columns_of(KeptClassifier, _classifiers)).where(self._there(classifier_id))
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return as_dataclass(KeptClassifier, row) if row else None

    def used(self, classifier_id: str) -> None:
        """It expires from its last use."""
        self._set(classifier_id, updated_at=time.time())

    def headings(self, search: str = "") -> list[ClassifierHeading]:
        """Every version of every classifier, the most recently used first."""
        columns = [getattr(_classifiers.c, name) for name in ("id", "name", "version", "updated_at")]
        way = _classifiers.c.about["way"].as_string()
        query = sa.select(*columns, sa.func.coalesce(way, "").label("way")).where(
            _classifiers.c.deleted_at.is_(None), self.mine(_classifiers)
        )
        query, wanted = query.order_by(_classifiers.c.updated_at.desc()), folded(search)
        with self._engine.connect() as connection:
            found = [listed(ClassifierHeading, row) for row in connection.execute(query)]
        return [one for one in found if wanted in folded(one.name)]

    def rename(self, classifier_id: str, name: str) -> None:
        """Raises Unavailable for an empty name."""
        if not name.strip():
            raise Unavailable("A name can't be empty. Nothing was changed.")
        self._set(classifier_id, name=name.strip())

    def delete(self, classifier_id: str) -> None:
        """Takes one out of the list; `restore` brings it back."""
        self._set(classifier_id, deleted_at=time.time())

    def restore(self, classifier_id: str) -> None:
        with self._engine.begin() as connection:
            where = sa.and_(_classifiers.c.id == classifier_id, self.mine(_classifiers))
            connection.execute(_classifiers.update().where(where).values(deleted_at=None))

    def _set(self, classifier_id: str, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(_classifiers.update().where(self._there(classifier_id)).values(**values))

    def _there(self, classifier_id: str) -> sa.ColumnElement[bool]:
        return sa.and_(
            _classifiers.c.id == classifier_id,
            _classifiers.c.deleted_at.is_(None),
            self.mine(_classifiers),
        )
