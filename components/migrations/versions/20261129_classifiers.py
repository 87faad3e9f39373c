"""Classifiers that people keep."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_classifiers"
down_revision = "20261129_shelf"


def upgrade() -> None:
    op.create_table(
        "classifiers",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("about", sa.JSON, nullable=False),
        sa.Column("examples", sa.JSON, nullable=False),
        sa.Column("weights", sa.LargeBinary, nullable=False),
        sa.Column("updated_at", sa.Float, nullable=False, index=True),
        sa.Column("deleted_at", sa.Float),
    )


def downgrade() -> None:
    op.drop_table("classifiers")
