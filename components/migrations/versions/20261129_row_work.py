"""Long work over many rows: what was asked, and a step for each row."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_row_work"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "row_work",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("updated_at", sa.Float, nullable=False, index=True),
        sa.Column("deleted_at", sa.Float),
    )
    op.create_table(
        "row_steps",
        sa.Column("work_id", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("same_as", sa.Integer),
        sa.Column("read_tokens", sa.Integer, nullable=False),
        sa.Column("written_tokens", sa.Integer, nullable=False),
    )
    op.create_index("ix_row_steps_key", "row_steps", ["work_id", "key"])


def downgrade() -> None:
    op.drop_table("row_steps")
    op.drop_table("row_work")
