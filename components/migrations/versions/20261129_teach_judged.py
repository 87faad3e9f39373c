"""Answers left out of training data, and who lets an administrator use their ratings."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_teach"
down_revision = "20261129_order"


def upgrade() -> None:
    op.create_table(
        "left_out_answers",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("message_id", sa.Integer, nullable=False, index=True),
        sa.Column("form", sa.String(16), nullable=False),
    )
    op.create_table(
        "rating_consents",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False, index=True),
        sa.Column("given_at", sa.Float, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("rating_consents")
    op.drop_table("left_out_answers")
