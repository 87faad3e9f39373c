"""Vectors beside the chunks in PostgreSQL's own type, where the extension pgvector is installed.

Knows the shelf's tables through SQL alone. The rows are a copy of what `shelf_vectors` has, one for each
chunk, and go with their chunk; the search stays exact, but no vector leaves the database for it.
"""

from collections.abc import Collection, Sequence

import numpy as np
import sqlalchemy as sa

from components.database import prepare_extension
from components.models.engine import Vectors

_LOCK = 0x77626E72
_TABLE = (
    "CREATE TABLE IF NOT EXISTS shelf_near ("
    "chunk_id integer NOT NULL REFERENCES shelf_chunks (id) ON DELETE CASCADE, "
    "model text NOT NULL, near vector NOT NULL, PRIMARY KEY (model, chunk_id))"
)
NEAR = sa.table("shelf_near", sa.column("chunk_id"), sa.column("model"), sa.column("near"))
_INSERT = sa.text(
    "INSERT INTO shelf_near (chunk_id, model, near) VALUES (:chunk, :model, CAST(:near AS vector)) "
    "ON CONFLICT DO NOTHING"
)


def prepare(engine: sa.Engine) -> bool:
    """Makes the extension and its table where this database can; whether it could."""
    return prepare_extension(engine, "vector", _LOCK, [_TABLE], "vectors are compared in the app")


def keep(connection: sa.Connection, model: str, chunks: Sequence[int], rows: Vectors) -> None:
    """The vectors of chunks that were just added, a row for each."""
    given = [
        {"chunk": chunk, "model": model, "near": _written(row)}
        for chunk, row in zip(chunks, rows, strict=True)
    ]
    if given:
        connection.execute(_INSERT, given)


def missing(connection: sa.Connection) -> list[int]:
    """The ids of the rows of `shelf_vectors` that have no copy here: made before the extension was."""
    query = sa.text(
        "SELECT v.id FROM shelf_vectors v WHERE json_array_length(v.chunks) > 0 AND NOT EXISTS ("
        "SELECT 1 FROM shelf_near n WHERE n.model = v.model AND n.chunk_id = CAST(v.chunks ->> 0 AS integer))"
    )
    return [int(row[0]) for row in connection.execute(query)]


def nearest(
    connection: sa.Connection,
    of: sa.ColumnElement[bool],
    chunk_id: sa.ColumnElement[int],
    model: str,
    vector: Vectors,
    limit: int,
    also: Collection[int],
) -> list[tuple[int, float]]:
    """Chunks that fulfil `of`, and their cosine with a vector: the nearest ones, and those in `also`."""
    given = sa.literal(_written(np.asarray(vector, np.float16)))
    distance: sa.ColumnElement[float] = NEAR.c.near.op("<=>", return_type=sa.Float())(
        sa.cast(given, _Vector())
    )
    mine = sa.and_(
        NEAR.c.chunk_id == chunk_id,
        NEAR.c.model == model,
        sa.func.vector_dims(NEAR.c.near) == len(vector),
        of,
    )
    query = sa.select(NEAR.c.chunk_id, (1 - distance).label("cosine")).where(mine)
    found = list(connection.execute(query.order_by(distance, NEAR.c.chunk_id).limit(limit)))
    if also:
        found += connection.execute(query.where(NEAR.c.chunk_id.in_(list(also))))
    return sorted({int(row[0]): float(row[1]) for row in found}.items(), key=lambda one: -one[1])


class _Vector(sa.types.UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **given: object) -> str:
        return "vector"


def _written(row: Vectors) -> str:
    """A vector as PostgreSQL reads it, with the numbers that are kept elsewhere too."""
    return "[" + ",".join(f"{float(one):.6g}" for one in np.asarray(row, np.float16)) + "]"
