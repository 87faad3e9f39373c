"""SQLite's full-text index of what messages are searched by: pieces of three characters, kept by triggers."""

from alembic import op

revision = "20261129_pieces"
down_revision = "20261129_traces"

# Only which messages have a piece is kept (`detail=none`): the index is a bit larger than the texts are, and
# a third of one that knows the places. Texts are folded already, and "" has no pieces.
_FORGET = (
    "WHEN old.searched <> '' BEGIN INSERT INTO message_pieces(message_pieces, rowid, searched) "
    "VALUES ('delete', old.id, old.searched); END"
)
_FTS5 = (
    "CREATE VIRTUAL TABLE message_pieces USING fts5(searched, content='messages', content_rowid='id', "
    "detail='none', columnsize=0, tokenize='trigram case_sensitive 1')",
    "CREATE TRIGGER message_pieces_in AFTER INSERT ON messages WHEN new.searched <> '' BEGIN "
    "INSERT INTO message_pieces(rowid, searched) VALUES (new.id, new.searched); END",
    f"CREATE TRIGGER message_pieces_out AFTER DELETE ON messages {_FORGET}",
    f"CREATE TRIGGER message_pieces_off BEFORE UPDATE OF searched ON messages {_FORGET}",
    "CREATE TRIGGER message_pieces_on AFTER UPDATE OF searched ON messages WHEN new.searched <> '' BEGIN "
    "INSERT INTO message_pieces(rowid, searched) VALUES (new.id, new.searched); END",
    "INSERT INTO message_pieces(rowid, searched) SELECT id, searched FROM messages WHERE searched <> ''",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in _FTS5:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("in", "out", "off", "on"):
            op.execute(f"DROP TRIGGER message_pieces_{name}")
        op.execute("DROP TABLE message_pieces")
    else:
        op.execute("DROP INDEX IF EXISTS ix_messages_pieces")
