"""Documents that a person keeps: parsed, cut into chunks with their sentences, words and vectors.

Knows rows; not how a file is read, cut or embedded, nor what is asked. `index` searches what is kept here.
"""

import json
import time
import zlib
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import sqlalchemy as sa

from components.access import own, part_of
from components.columns import MessageText
from components.documents import Document, Place
from components.documents.place import NOWHERE
from components.entries import RestorableEntries, State
from components.errors import Unavailable
from components.kept import DAMAGED, Count, Kept, Seconds, read
from components.messages import Message
from components.models.engine import Vectors
from components.retrieval import pgvector
from components.store import Store

_meta = sa.MetaData()
DOCUMENTS = sa.Table(
    "shelf_documents",
    _meta,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(64)),
    sa.Column("name", sa.Text),
    sa.Column("format", sa.String(32)),
    sa.Column("language", sa.String(8)),
    sa.Column("collection", sa.Text),
    sa.Column("digest", sa.String(80)),
    sa.Column("content", sa.LargeBinary),
    sa.Column("pages", sa.Integer),
    sa.Column("words", sa.Integer),
    sa.Column("chunks", sa.Integer),
    sa.Column("tokens", sa.Integer),
    sa.Column("model", sa.Text),
    sa.Column("state", sa.String(16)),
    sa.Column("note", MessageText),
    sa.Column("job_id", sa.String(32)),
    sa.Column("run_id", sa.String(32)),
    sa.Column("created_at", sa.Float),
    sa.Column("updated_at", sa.Float),
    sa.Column("deleted_at", sa.Float),
)
# `searched` is what the database's own full-text search reads; triggers and generated columns keep it.
CHUNKS = sa.Table(
    "shelf_chunks",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("document_id", sa.String(32)),
    sa.Column("number", sa.Integer),
    sa.Column("searched", sa.Text),
    sa.Column("sentences", sa.JSON),
    sa.Column("vectors", sa.LargeBinary),  # a row for each sentence, as float16
)
# The vectors of many chunks in one row: a search reads thousands of them at once.
VECTORS = sa.Table(
    "shelf_vectors",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("document_id", sa.String(32)),
    sa.Column("model", sa.Text),
    sa.Column("chunks", sa.JSON),  # their ids, in the order of the rows
    sa.Column("vectors", sa.LargeBinary),
)
own(DOCUMENTS, age="updated_at")
part_of(CHUNKS, "document_id", DOCUMENTS)
part_of(VECTORS, "document_id", DOCUMENTS)


@dataclass(frozen=True)
class Entry:
    """A document as the shelf lists it."""

    id: str  # unguessable
    name: str
    format: str
    language: str
    collection: str  # "" for none
    pages: Count | None
    words: Count
    chunks: Count  # that are indexed so far
    model: str  # of the vectors of its sentences; "" where only words are searched
    state: State | Literal["locked"]  # locked: by a password
    note: Message  # why it could not be read, or a remark
    job_id: str
    updated_at: Seconds

    @property
    def unread(self) -> bool:
        """Whether nothing of it can be asked."""
        return not self.chunks and self.state != "done"


@dataclass(frozen=True)
class Sentence(Kept):
    """One sentence, or one row of a table, and where it is in its document."""

    block: Count
    start: Count
    end: Count
    text: str
    kind: str = "paragraph"
    place: Place = NOWHERE
    speaker: str = ""

    def to_json(self) -> dict[str, Any]:
        """Without what is empty: there are many."""
        given = vars(self) | {"place": self.place.to_json()}
        return {name: value for name, value in given.items() if value or name in ("block", "start", "end")}


@dataclass(frozen=True)
class Chunk:
    """A paragraph or so: what is found at once. `tokens` as `words.tokens` makes them."""

    sentences: tuple[Sentence, ...]
    tokens: Sequence[str]
    vectors: Vectors | None = None  # a row for each sentence


class Shelf(RestorableEntries):
    """Open once per process; safe to use from any thread."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, DOCUMENTS, searched=("name", "collection"))
        self._pgvector = pgvector.prepare(self._engine)
        if self._pgvector:
            self._copy_vectors()

    def add(self, name: str, digest: str, collection: str = "") -> tuple[str, bool]:
        """The id of a document with this digest, and whether it is new: the same file isn't kept twice."""
        there = sa.select(DOCUMENTS.c.id).where(
            DOCUMENTS.c.digest == digest, DOCUMENTS.c.owner == self.owner(), self.mine(DOCUMENTS)
        )
        given = {"name": name, "digest": digest, "collection": collection.strip(), "state": "running"}
        empty = dict.fromkeys(("format", "language", "model", "note", "job_id"), "") | {"content": b""}
        zero = dict.fromkeys(("words", "chunks", "tokens"), 0)
        with self._engine.begin() as connection:
            if found := connection.execute(there).scalar():
                these = DOCUMENTS.update().where(DOCUMENTS.c.id == found, self.mine(DOCUMENTS))
                connection.execute(these.values(deleted_at=None))
                return str(found), False
            return self._insert(connection, **given, **empty, **zero), True

    def fill(self, document_id: str, document: Document) -> None:
        """What was read of a file."""
        plain = json.dumps(document.to_json(), ensure_ascii=False).encode("utf-8", "replace")
        self.update(
            document_id,
            content=zlib.compress(plain, 6),
            format=document.format,
            language=document.language,
            pages=document.pages,
            words=document.words,
        )

    def append(self, document_id: str, chunks: Sequence[Chunk], vectors: Mapping[str, Vectors]) -> None:
        """The next chunks of a document, all or none of them. `vectors`: by model, a row for each chunk."""
        with self._engine.begin() as connection:
            mine = sa.select(DOCUMENTS.c.chunks).where(
                DOCUMENTS.c.id == document_id, DOCUMENTS.c.deleted_at.is_(None), self.mine(DOCUMENTS)
            )
            if (first := connection.execute(mine).scalar()) is None:
                raise Unavailable("This document was deleted.")
            ids = [
                self._insert_chunk(connection, document_id, first + i, one) for i, one in enumerate(chunks)
            ]
            for model, rows in vectors.items():
                values = {"document_id": document_id, "model": model, "chunks": ids, "vectors": packed(rows)}
                connection.execute(VECTORS.insert().values(values))
                if self._pgvector:
                    pgvector.keep(connection, model, ids, rows)
            connection.execute(
                DOCUMENTS.update()
                .where(DOCUMENTS.c.id == document_id, self.mine(DOCUMENTS))
                .values(
                    chunks=first + len(chunks),
                    tokens=DOCUMENTS.c.tokens + sum(len(one.tokens) for one in chunks),
                    updated_at=time.time(),
                )
            )

    def _copy_vectors(self) -> None:
        """For pgvector, what was kept before it was there. A damaged row stays without."""
        with self._engine.connect() as connection:
            lacking = pgvector.missing(connection)
        for key in lacking:
            with self._engine.begin() as connection:
                row = connection.execute(sa.select(VECTORS).where(VECTORS.c.id == key)).first()
                if row is None or not isinstance(row.chunks, list):
                    continue
                there = set(
                    connection.execute(sa.select(CHUNKS.c.id).where(CHUNKS.c.id.in_(row.chunks))).scalars()
                )
                with suppress(Unavailable):
                    rows = unpacked(row.vectors, len(row.chunks))
                    kept = [i for i, chunk in enumerate(row.chunks) if chunk in there]
                    pgvector.keep(connection, row.model, [row.chunks[i] for i in kept], rows[kept])

    def _insert_chunk(self, connection: sa.Connection, document_id: str, number: int, chunk: Chunk) -> int:
        values = {
            "document_id": document_id,
            "number": number,
            "searched": " ".join(chunk.tokens),
            "sentences": [one.to_json() for one in chunk.sentences],
            "vectors": b"" if chunk.vectors is None else packed(chunk.vectors),
        }
        key = connection.execute(CHUNKS.insert().values(values)).inserted_primary_key
        assert key is not None
        return int(key[0])

    def clear(self, document_id: str) -> None:
        """Forgets the index of a document, which is made again."""
        with self._engine.begin() as connection:
            for table in (CHUNKS, VECTORS):
                of = table.c.document_id == document_id
                connection.execute(table.delete().where(of, self.mine(table)))
        self.update(document_id, chunks=0, tokens=0)

    def listed(self, search: str = "", collections: Collection[str] = ()) -> list[Entry]:
        """A person's documents whose name or collection contains `search`, the last used first."""
        inside = [DOCUMENTS.c.collection.in_(list(collections))] if collections else []
        return self._newest(Entry, *inside, search=search)

    def get(self, document_id: str) -> Entry | None:
        """None if it doesn't exist or was deleted. A damaged one as far as it can be read."""
        return next(iter(self._newest(Entry, DOCUMENTS.c.id == document_id)), None)

    def collections(self) -> list[str]:
        return sorted({one.collection for one in self.listed() if one.collection})

    def content(self, document_id: str) -> Document | None:
        """The document itself; None where it isn't there or wasn't read to its end. Raises Unavailable."""
        query = sa.select(DOCUMENTS.c.content).where(DOCUMENTS.c.id == document_id, self.mine(DOCUMENTS))
        with self._engine.connect() as connection:
            packed_ = connection.execute(query).scalar()
        if not packed_:
            return None
        try:
            return Document.from_json(json.loads(zlib.decompress(packed_)))
        except (zlib.error, ValueError, RecursionError) as error:
            raise Unavailable(DAMAGED) from error

    def same(self, document: Document) -> str:
        """The id of a document on the shelf with the same blocks; empty if there is none."""
        near = [one for one in self.listed() if (one.format, one.words) == (document.format, document.words)]
        for entry in near:
            with suppress(Unavailable):
                if (kept := self.content(entry.id)) and kept.blocks == document.blocks:
                    return entry.id
        return ""


def packed(rows: Vectors) -> bytes:
    """Vectors at 2 bytes a number: the order of what is found stays the same."""
    return np.asarray(rows, np.float16).tobytes()


def unpacked(data: bytes, rows: int) -> Vectors:
    """Raises Unavailable for anything that isn't so many vectors."""
    values = np.frombuffer(data, np.float16) if len(data) % 2 == 0 else np.zeros(0, np.float16)
    if not rows or not len(values) or len(values) % rows:
        raise Unavailable(DAMAGED)
    return values.astype(np.float32).reshape(rows, -1)


def sentences_of(plain: Any) -> tuple[Sentence, ...]:
    """Raises Unavailable where they are damaged."""
    return read(tuple[Sentence, ...], plain)
