"""Texts as they are searched, without capitals and accents, beside those that are shown."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from components.search import folded, folded_message

revision = "0007"
down_revision = "0006"

BATCH = 500


def upgrade() -> None:
    for table in ("conversations", "messages"):
        op.add_column(table, sa.Column("searched", sa.Text, nullable=False, server_default=""))
    connection = op.get_bind()
    _fill(connection, "conversations", "title", lambda title: folded(str(title or "")))
    _fill(connection, "messages", "text, attachments", lambda text, files: folded_message(text, _read(files)))


def _fill(connection: sa.Connection, table: str, columns: str, made: Any) -> None:
    keys = [row[0] for row in connection.execute(sa.text(f"SELECT id FROM {table}"))]
    read = sa.text(f"SELECT {columns} FROM {table} WHERE id = :id")
    write = sa.text(f"UPDATE {table} SET searched = :searched WHERE id = :id")
    for start in range(0, len(keys), BATCH):
        filled = [
            {"id": key, "searched": made(*connection.execute(read, {"id": key}).one())}
            for key in keys[start : start + BATCH]
        ]
        connection.execute(write, filled)


def _read(files: Any) -> Any:
    """SQLite hands over JSON as text, PostgreSQL as what it holds. Damaged files aren't found."""
    try:
        return json.loads(files) if isinstance(files, str) else files
    except ValueError:
        return []


def downgrade() -> None:
    for table in ("conversations", "messages"):
        with op.batch_alter_table(table) as changed:
            changed.drop_column("searched")
