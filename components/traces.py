"""What conversations, results and translations say, as passages with vectors, so that it is found by meaning.

Knows rows; not how a text is cut or embedded, nor what is searched. The passages of an entry are a part of
it: they are its owner's, and go when it goes. They are made when somebody searches, of what has changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

import components.results
import components.translations  # noqa: F401 - both declare tables that these are parts of
from components.access import Scoped, owned_tables, part_of
from components.errors import Unavailable
from components.models.engine import Vectors
from components.retrieval.shelf import packed, unpacked
from components.store import Store

Kind = Literal["conversations", "results", "translations"]
KINDS: tuple[Kind, ...] = ("conversations", "results", "translations")

_meta = sa.MetaData()
_PARENTS = {table.name: table for table in owned_tables() if table.name in KINDS}


def _table(kind: Kind) -> sa.Table:
    table = sa.Table(
        f"{kind}_passages",
        _meta,
        sa.Column("id", sa.String(32), primary_key=True),  # of the entry
        sa.Column("model", sa.String(64), primary_key=True),  # that read it
        sa.Column("seen_at", sa.Float),  # when the entry was last changed, as it was read
        sa.Column("language", sa.String(8)),
        sa.Column("passages", sa.JSON),  # their texts
        sa.Column("vectors", sa.LargeBinary),  # a row for each, as float16
    )
    part_of(table, "id", _PARENTS[kind])
    return table


TABLES = {kind: _table(kind) for kind in KINDS}


@dataclass(frozen=True)
class Changed:
    """An entry whose passages are not those that it has now."""

    kind: Kind
    id: str
    at: float  # when it was last changed


@dataclass(frozen=True)
class Trace:
    """What one model read of one entry."""

    kind: Kind
    id: str
    model: str
    language: str
    passages: tuple[str, ...]
    vectors: Vectors | None  # a row for each; None where no model read it


class Traces(Scoped):
    """Open once per process; safe to use from any thread."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine

    def changed(self) -> list[Changed]:
        """A person's entries that were made or changed since they were read, the newest first."""
        found = []
        with self._engine.connect() as connection:
            for kind, table in TABLES.items():
                parent = _PARENTS[kind]
                seen = sa.select(table.c.id).where(
                    table.c.id == parent.c.id, table.c.seen_at >= parent.c.updated_at
                )
                query = sa.select(parent.c.id, parent.c.updated_at).where(self.mine(parent), ~seen.exists())
                if "deleted_at" in parent.c:
                    query = query.where(parent.c.deleted_at.is_(None))
                found += [Changed(kind, str(row[0]), float(row[1])) for row in connection.execute(query)]
        return sorted(found, key=lambda one: -one.at)

    def of(self, kind: Kind, key: str) -> list[Trace]:
        """What was read of one entry before."""
        assert kind in TABLES, kind
        table = TABLES[kind]
        return self._read(kind, sa.select(table).where(table.c.id == key, self.mine(table)))

    def all(self) -> list[Trace]:
        """Everything of a person that isn't deleted; what is damaged is left out."""
        found = []
        for kind, table in TABLES.items():
            parent = _PARENTS[kind]
            there = sa.select(parent.c.id)
            if "deleted_at" in parent.c:
                there = there.where(parent.c.deleted_at.is_(None))
            query = sa.select(table).where(table.c.id.in_(there), self.mine(table))
            found += self._read(kind, query)
        return found

    def keep(
        self,
        kind: Kind,
        key: str,
        at: float,
        language: str,
        passages: Sequence[str],
        vectors: Mapping[str, Vectors],
    ) -> None:
        """What an entry says since `at`, and no more what it said before. `vectors`: by model, a row for each
        passage.
        """
        assert kind in TABLES, kind
        table, parent = TABLES[kind], _PARENTS[kind]
        there = sa.select(parent.c.id).where(parent.c.id == key, self.mine(parent))
        with self._engine.begin() as connection:
            connection.execute(table.delete().where(table.c.id == key, self.mine(table)))
            if connection.execute(there).scalar() is None:
                return  # it was deleted meanwhile
            read: Mapping[str, Vectors | None] = vectors or {"": None}
            for model, rows in read.items():
                values = {
                    "id": key,
                    "model": model,
                    "seen_at": at,
                    "language": language,
                    "passages": list(passages),
                    "vectors": b"" if rows is None or not len(passages) else packed(rows),
                }
                connection.execute(table.insert().values(values))

    def _read(self, kind: Kind, query: "sa.Select[tuple[object, ...]]") -> list[Trace]:
        found = []
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            passages = row.passages if isinstance(row.passages, list) else []
            if not passages or not all(isinstance(one, str) for one in passages):
                continue
            try:
                vectors = unpacked(row.vectors, len(passages)) if row.vectors else None
            except (Unavailable, TypeError):
                continue
            found.append(
                Trace(kind, str(row.id), str(row.model), str(row.language), tuple(passages), vectors)
            )
        return found
