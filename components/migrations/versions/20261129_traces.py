"""Passages of conversations, results and translations with their vectors. They go with what they are of."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_traces"
down_revision = "20261129_prompts"
OF = ("conversations", "results", "translations")


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for parent in OF:
        whole = [] if sqlite else [sa.ForeignKey(f"{parent}.id", ondelete="CASCADE")]
        op.create_table(
            f"{parent}_passages",
            sa.Column("id", sa.String(32), *whole, primary_key=True),
            sa.Column("model", sa.String(64), primary_key=True),
            sa.Column("seen_at", sa.Float, nullable=False),
            sa.Column("language", sa.String(8), nullable=False),
            sa.Column("passages", sa.JSON, nullable=False),
            sa.Column("vectors", sa.LargeBinary, nullable=False),
        )
        if sqlite:  # its foreign keys are off
            op.execute(
                f"CREATE TRIGGER {parent}_passages_out AFTER DELETE ON {parent} BEGIN "
                f"DELETE FROM {parent}_passages WHERE id = old.id; END"
            )


def downgrade() -> None:
    for parent in OF:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {parent}_passages_out")
        op.drop_table(f"{parent}_passages")
