"""Documents that are kept to be asked: their chunks, words and vectors."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_shelf"
down_revision = "20261129_teach"

# SQLite's full-text search over the chunks' column `searched`, which triggers keep. Its tokens are made
# before, so that all scripts have some: "=" begins a whole word.
_FTS5 = (
    "CREATE VIRTUAL TABLE shelf_words USING fts5(searched, content='shelf_chunks', content_rowid='id', "
    "detail='none', tokenize=\"unicode61 remove_diacritics 0 tokenchars '='\")",
    "CREATE TRIGGER shelf_words_in AFTER INSERT ON shelf_chunks BEGIN "
    "INSERT INTO shelf_words(rowid, searched) VALUES (new.id, new.searched); END",
    "CREATE TRIGGER shelf_words_out AFTER DELETE ON shelf_chunks BEGIN "
    "INSERT INTO shelf_words(shelf_words, rowid, searched) VALUES ('delete', old.id, old.searched); END",
)
_TSVECTOR = (
    "ALTER TABLE shelf_chunks ADD COLUMN words tsvector "
    "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(searched, ' '))) STORED",
    "CREATE INDEX ix_shelf_chunks_words ON shelf_chunks USING gin (words)",
)


def upgrade() -> None:
    op.create_table(
        "shelf_documents",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "collection", "model", "note")),
        sa.Column("format", sa.String(32), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("digest", sa.String(80), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("pages", sa.Integer),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("words", "chunks", "tokens")),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("updated_at", sa.Float, nullable=False, index=True),
        sa.Column("deleted_at", sa.Float),
    )
    op.create_index("ix_shelf_documents_owner", "shelf_documents", ["owner", "digest"])
    op.create_table(
        "shelf_chunks",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("document_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("searched", sa.Text, nullable=False),
        sa.Column("sentences", sa.JSON, nullable=False),
        sa.Column("vectors", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_shelf_chunks_document", "shelf_chunks", ["document_id", "number"])
    op.create_table(
        "shelf_vectors",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("document_id", sa.String(32), nullable=False, index=True),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("chunks", sa.JSON, nullable=False),
        sa.Column("vectors", sa.LargeBinary, nullable=False),
    )
    for statement in _TSVECTOR if op.get_bind().dialect.name == "postgresql" else _FTS5:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        op.execute("DROP TABLE shelf_words")
    for table in ("shelf_vectors", "shelf_chunks", "shelf_documents"):
        op.drop_table(table)
