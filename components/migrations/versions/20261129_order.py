"""Order among conversations: pinned on top, put away, in folders."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_order"
down_revision = "20261129_row_work"


def upgrade() -> None:
    for name in ("pinned", "archived"):
        op.add_column("conversations", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    op.add_column("conversations", sa.Column("folder", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("conversations") as changed:
        for name in ("pinned", "archived", "folder"):
            changed.drop_column(name)
