"""Finds chunks of kept documents by their words and by their meaning.

Words are the database's own full-text search: FTS5 in SQLite, tsvector in PostgreSQL, each a few lines below.
It says which chunks have any word of a question, and BM25 is computed on these with the counts of the
person's own documents, so that nobody's ranking depends on what others keep. Meaning is a product of the
question's vector with all vectors of the chosen documents, exact, with NumPy; where PostgreSQL has pgvector,
it is done there (`pgvector`).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import sqlalchemy as sa

from components.access import Scoped
from components.errors import Unavailable
from components.models.engine import Vectors
from components.retrieval import pgvector
from components.retrieval.shelf import CHUNKS, DOCUMENTS, VECTORS, Sentence, sentences_of, unpacked
from components.store import Store

T = TypeVar("T")
AT_ONCE = 500  # ids in one query


@dataclass(frozen=True)
class Found:
    """One chunk as it was found."""

    id: int
    document_id: str
    number: int
    tokens: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    vectors: Vectors | None


class FullText(Protocol):
    """What a database's own full-text search is asked."""

    def matching(self, tokens: Sequence[str]) -> sa.ColumnElement[bool]:
        """The condition that a chunk has any of these."""

    def having(self, token: str) -> sa.ColumnElement[bool]:
        """The condition that a chunk has this one, where chunks are only counted."""

    def nearest_first(self, tokens: Sequence[str]) -> sa.ColumnElement[float]:
        """What chunks are ordered by, the best one first."""


class Fts5:
    """SQLite: a table that triggers keep beside the chunks."""

    _table = sa.table("shelf_words", sa.column("rowid"), sa.column("shelf_words"), sa.column("rank"))

    def matching(self, tokens: Sequence[str]) -> sa.ColumnElement[bool]:
        return sa.and_(
            self._table.c.rowid == CHUNKS.c.id, self._table.c.shelf_words.op("MATCH")(_either(tokens, " OR "))
        )

    def having(self, token: str) -> sa.ColumnElement[bool]:
        # Joined, SQLite asks the full-text table once for every chunk of the documents.
        found = sa.select(self._table.c.rowid).where(
            self._table.c.shelf_words.op("MATCH")(_either([token], " OR "))
        )
        return CHUNKS.c.id.in_(found)

    def nearest_first(self, tokens: Sequence[str]) -> sa.ColumnElement[float]:
        rank: sa.ColumnElement[float] = self._table.c.rank
        return rank


class TsVector:
    """PostgreSQL: a generated column with an index of its own."""

    _words: sa.ColumnElement[str] = sa.literal_column("shelf_chunks.words")

    def _query(self, tokens: Sequence[str]) -> sa.ColumnElement[str]:
        return sa.cast(sa.literal(_either(tokens, " | ", "'")), _TsQuery())

    def matching(self, tokens: Sequence[str]) -> sa.ColumnElement[bool]:
        return self._words.op("@@", is_comparison=True)(self._query(tokens))

    def having(self, token: str) -> sa.ColumnElement[bool]:
        return self.matching([token])

    def nearest_first(self, tokens: Sequence[str]) -> sa.ColumnElement[float]:
        return sa.func.ts_rank(self._words, self._query(tokens)).desc()


class _TsQuery(sa.types.UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **given: object) -> str:
        return "tsquery"


def _either(tokens: Sequence[str], between: str, quote: str = '"') -> str:
    """Tokens have letters, figures and "=" alone, so nothing in them is an operator once they are quoted."""
    return between.join(f"{quote}{one}{quote}" for one in tokens)


class Index(Scoped):
    """Open once per process; safe to use from any thread."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine
        postgres = store.engine.dialect.name == "postgresql"
        self._words: FullText = TsVector() if postgres else Fts5()
        self._pgvector = pgvector.prepare(store.engine)

    def size(self, document_ids: Sequence[str]) -> tuple[int, float]:
        """How many chunks there are, and the tokens of an average one."""
        query = sa.select(sa.func.sum(DOCUMENTS.c.chunks), sa.func.sum(DOCUMENTS.c.tokens))
        chunks = tokens = 0
        with self._engine.connect() as connection:
            for ids in _parts(document_ids):
                row = connection.execute(query.where(DOCUMENTS.c.id.in_(ids), self._there())).one()
                chunks, tokens = chunks + int(row[0] or 0), tokens + int(row[1] or 0)
        return chunks, tokens / chunks if chunks else 0.0

    def having(self, document_ids: Sequence[str], tokens: Sequence[str]) -> dict[str, int]:
        """How many chunks have each of some tokens."""
        found = dict.fromkeys(tokens, 0)
        with self._engine.connect() as connection:
            for ids in _parts(document_ids):
                for one in found:
                    query = sa.select(sa.func.count()).where(self._words.having(one), self._of(ids))
                    found[one] += connection.execute(query.select_from(CHUNKS)).scalar_one()
        return found

    def by_words(self, document_ids: Sequence[str], tokens: Sequence[str], limit: int) -> list[int]:
        """The ids of chunks that have most of the tokens, the best ones first."""
        if not tokens:
            return []
        found: list[int] = []
        with self._engine.connect() as connection:
            for ids in _parts(document_ids):
                query = sa.select(CHUNKS.c.id).where(self._words.matching(tokens), self._of(ids))
                query = query.order_by(self._words.nearest_first(tokens)).limit(limit)
                found += [row[0] for row in connection.execute(query)]
        return found

    def by_meaning(
        self, document_ids: Sequence[str], model: str, vector: Vectors, limit: int, also: Collection[int] = ()
    ) -> list[tuple[int, float]]:
        """Chunks and the cosine of their vectors with one: the nearest ones first, and those in `also`.

        Only chunks that were read by `model`.
        """
        if self._pgvector:
            return self._in_database(document_ids, model, vector, limit, also)
        keys: list[int] = []
        near: list[Vectors] = []
        with self._engine.connect() as connection:
            for ids in _parts(document_ids):
                query = sa.select(VECTORS.c.chunks, VECTORS.c.vectors).where(
                    VECTORS.c.document_id.in_(ids), VECTORS.c.model == model, self.mine(VECTORS)
                )
                for row in connection.execute(query):
                    if not isinstance(row.chunks, list):
                        continue  # damaged
                    rows = unpacked(row.vectors, len(row.chunks))
                    if rows.shape[1] == len(vector):
                        keys += row.chunks
                        near.append(rows @ vector)
        if not near:
            return []
        cosines = np.concatenate(near)
        order, wanted = np.argsort(-cosines, kind="stable"), set(also)
        best = [*order[:limit], *(i for i in order[limit:] if wanted and keys[i] in wanted)]
        return [(int(keys[i]), float(cosines[i])) for i in best]

    def _in_database(
        self, document_ids: Sequence[str], model: str, vector: Vectors, limit: int, also: Collection[int]
    ) -> list[tuple[int, float]]:
        found: list[tuple[int, float]] = []
        with self._engine.connect() as connection:
            for ids in _parts(document_ids):
                of = self._of(ids)
                found += pgvector.nearest(connection, of, CHUNKS.c.id, model, vector, limit, also)
        return sorted(found, key=lambda one: -one[1])

    def chunks(self, chunk_ids: Sequence[int]) -> list[Found]:
        """Chunks by their ids. Those that are damaged are left out."""
        found: list[Found] = []
        with self._engine.connect() as connection:
            for ids in _parts(chunk_ids):
                query = sa.select(CHUNKS).where(CHUNKS.c.id.in_(ids), self.mine(CHUNKS))
                found += _read(connection.execute(query))
        return found

    def all_chunks(self, document_id: str) -> list[Found]:
        """All of a document, in its order."""
        query = sa.select(CHUNKS).where(CHUNKS.c.document_id == document_id, self.mine(CHUNKS))
        with self._engine.connect() as connection:
            return _read(connection.execute(query.order_by(CHUNKS.c.number)))

    def _of(self, ids: Sequence[str]) -> sa.ColumnElement[bool]:
        return sa.and_(CHUNKS.c.document_id.in_(ids), self.mine(CHUNKS))

    def _there(self) -> sa.ColumnElement[bool]:
        return sa.and_(DOCUMENTS.c.deleted_at.is_(None), self.mine(DOCUMENTS))


def _read(rows: Iterable[sa.Row[tuple[object, ...]]]) -> list[Found]:
    found = []
    for row in rows:
        try:
            sentences = sentences_of(row.sentences)
            vectors = unpacked(row.vectors, len(sentences)) if row.vectors else None
        except Unavailable:
            continue
        tokens = tuple(str(row.searched or "").split())
        found.append(Found(row.id, row.document_id, row.number, tokens, sentences, vectors))
    return found


def _parts(ids: Sequence[T]) -> Iterable[Sequence[T]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))
