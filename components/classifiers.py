"""Classifiers that people keep, in the database: a name, versions, the numbers and what they were made of.

Knows rows; not how texts are sorted. Everything belongs to one person, and only that person finds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from components.access import own
from components.entries import RestorableEntries
from components.errors import Unavailable
from components.kept import Count, Seconds
from components.store import Store

_classifiers = sa.Table(
    "classifiers",
    sa.MetaData(),
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


def _made_by(run: str) -> sa.ColumnElement[bool]:
    # As text: where SQL reads JSON, one damaged row costs all others.
    return sa.cast(_classifiers.c.about, sa.Text).contains(f'"run": "{run}"', autoescape=True)


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


class Classifiers(RestorableEntries):
    """Open once per process; safe to use from any thread."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, _classifiers, searched=("name",))

    def keep(self, name: str, about: Mapping[str, Any], examples: Mapping[str, Any], weights: bytes) -> str:
        """A new version of the person's classifier of this name, or its first; returns its id."""
        same = sa.select(sa.func.max(_classifiers.c.version)).where(
            _classifiers.c.name == name, _classifiers.c.owner == self.owner()
        )
        made = {"name": name, "about": dict(about), "examples": dict(examples), "weights": weights}
        with self._engine.begin() as connection:
            version = int(connection.execute(same).scalar() or 0) + 1
            return self._insert(connection, **made, version=version)

    def keep_of_run(
        self, run: str, name: str, about: Mapping[str, Any], examples: Mapping[str, Any], weights: bytes
    ) -> str:
        """What a training run has made: in the place of what it has made before, else as `keep` does."""
        found = self.of_run(run)
        if not found:
            return self.keep(name, about, examples, weights)
        self.update(found, about=dict(about), examples=dict(examples), weights=weights)
        return found

    def of_run(self, run: str) -> str:
        """The id of the classifier that a training run has made; empty: it isn't there."""
        query = sa.select(_classifiers.c.id).where(self._there(_made_by(run)))
        with self._engine.connect() as connection:
            return str(connection.execute(query).scalar() or "")

    def drop_of_run(self, run: str) -> None:
        """Deletes it for good: without the run's encoder it is of no use."""
        with self._engine.begin() as connection:
            connection.execute(_classifiers.delete().where(self.mine(_classifiers), _made_by(run)))

    def get(self, classifier_id: str) -> KeptClassifier | None:
        """None if it doesn't exist or was deleted. Raises Unavailable for a damaged one."""
        return self._one(KeptClassifier, classifier_id)

    def used(self, classifier_id: str) -> None:
        """It expires from its last use."""
        self.update(classifier_id)

    def headings(self, search: str = "", kinds: bool | None = None) -> list[ClassifierHeading]:
        """Every version of every classifier, the last used first; `kinds`: only learned kinds
        of names, or only the others.
        """
        # As text: where SQL reads JSON, one damaged row costs all others.
        spans = sa.cast(_classifiers.c.about, sa.Text).contains('"way": "spans"', autoescape=True)
        wanted = [] if kinds is None else [spans if kinds else sa.not_(spans)]
        return self._newest(ClassifierHeading, *wanted, search=search)

    def rename(self, classifier_id: str, name: str) -> None:
        """Raises Unavailable for an empty name."""
        if not name.strip():
            raise Unavailable("A name can't be empty. Nothing was changed.")
        self.update(classifier_id, name=name.strip())
