"""Prompts that a person keeps: texts with blanks, to be sent or to say how answers should be."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_prompts"
down_revision = "20261129_classifiers"


def upgrade() -> None:
    op.create_table(
        "prompts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("updated_at", sa.Float, nullable=False),
        sa.Column("deleted_at", sa.Float),
    )


def downgrade() -> None:
    op.drop_table("prompts")
