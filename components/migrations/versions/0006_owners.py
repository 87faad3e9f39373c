"""Everything has an owner. Until now one person used a server, so all existing rows become theirs."""

import hashlib
import time

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

LOCAL = "local"


def upgrade() -> None:
    for table in ("conversations", "results"):
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column("owner", sa.String(64), nullable=False, server_default=LOCAL))
            changed.create_index(f"ix_{table}_owner", ["owner"])
    with op.batch_alter_table("glossary_terms") as changed:
        changed.add_column(sa.Column("updated_at", sa.Float, nullable=False, server_default="0"))
    connection = op.get_bind()
    for table in ("translations", "glossary_terms", "training_runs"):
        connection.execute(sa.text(f"UPDATE {table} SET owner = :owner"), {"owner": LOCAL})
    _own_memory(connection)
    # Their age begins now, not in 1970.
    connection.execute(sa.text("UPDATE glossary_terms SET updated_at = :now"), {"now": time.time()})


def _own_memory(connection: sa.Connection) -> None:
    """The key of a remembered sentence includes its owner. Of duplicates the newest is kept."""
    memory = sa.table(
        "translation_memory", *(sa.column(c) for c in ("key", "owner", "pair", "route", "source", "made_at"))
    )
    seen: set[str] = set()
    rows = connection.execute(sa.select(memory).order_by(memory.c.made_at.desc())).all()
    for row in rows:
        plain = "\0".join((LOCAL, row.pair, row.route, row.source))
        key = hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()
        this = memory.c.key == row.key
        if key in seen:
            connection.execute(memory.delete().where(this))
        elif row.owner != LOCAL:
            connection.execute(memory.update().where(this).values(key=key, owner=LOCAL))
        seen.add(key)


def downgrade() -> None:
    for table in ("conversations", "results"):
        with op.batch_alter_table(table) as changed:
            changed.drop_index(f"ix_{table}_owner")
            changed.drop_column("owner")
    with op.batch_alter_table("glossary_terms") as changed:
        changed.drop_column("updated_at")
