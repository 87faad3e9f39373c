"""Words of kept documents as the beginnings of their stems, in the place of their own."""

import sqlalchemy as sa
from alembic import op

from components.retrieval.words import form

revision = "20261130_stems"
down_revision = "20261129_pieces"

BATCH = 500


def upgrade() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, language FROM shelf_documents"))
    languages = {row.id: row.language or "en" for row in rows}
    keys = [row[0] for row in connection.execute(sa.text("SELECT id FROM shelf_chunks"))]
    read = sa.text("SELECT document_id, searched FROM shelf_chunks WHERE id = :id")
    write = sa.text("UPDATE shelf_chunks SET searched = :searched WHERE id = :id")
    for start in range(0, len(keys), BATCH):
        found = [(key, connection.execute(read, {"id": key}).one()) for key in keys[start : start + BATCH]]
        stemmed = [
            {"id": key, "searched": _stemmed(row.searched, languages.get(row.document_id, "en"))}
            for key, row in found
        ]
        connection.execute(write, stemmed)
    if connection.dialect.name == "sqlite":  # its triggers see no change
        op.execute("INSERT INTO shelf_words(shelf_words) VALUES ('rebuild')")


def _stemmed(searched: str, language: str) -> str:
    """After each whole word ("=häfen") comes what its forms share."""
    made = searched.split()
    for at, token in enumerate(made[:-1]):
        if token.startswith("="):
            made[at + 1] = form(token[1:], language)
    return " ".join(made)


def downgrade() -> None:
    """Stems are found by stems alone; what was cut before isn't there any more."""
