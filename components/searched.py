"""What conversations are searched by: titles and texts as `search` compares them, in columns beside the rows.

Knows two tables by these columns alone, not whose conversations are listed. A search finds any part of a
text, and the database's own index of pieces of three characters tells which texts are looked at: FTS5 in
SQLite, where triggers keep it, and pg_trgm in PostgreSQL. "harbour" is in none that lacks "har" or "arb".
"""

from collections.abc import Sequence

import sqlalchemy as sa

from components.database import prepare_extension
from components.search import folded, folded_message

PIECE = 3  # characters
ENOUGH = 24  # pieces of what is looked for: more don't narrow it further
_LOCK = 0x77626E73
_titles = sa.table("conversations", sa.column("id"), sa.column("searched"))
_texts = sa.table("messages", sa.column("conversation_id"), sa.column("id"), sa.column("searched"))
_pieces = sa.table("message_pieces", sa.column("rowid"), sa.column("message_pieces"))
_INDEX = "CREATE INDEX IF NOT EXISTS ix_messages_pieces ON messages USING gin (searched gin_trgm_ops)"


def prepare(engine: sa.Engine) -> bool:
    """Makes PostgreSQL's index where it can be made; whether it was. SQLite's is a part of its schema."""
    return prepare_extension(engine, "pg_trgm", _LOCK, [_INDEX], "a search reads all texts")


def conversations(engine: sa.Engine, wanted: str) -> tuple[sa.Select[tuple[str]], sa.Select[tuple[str]]]:
    """The ids of conversations with such a text, which is `folded`, in the title, and in a message."""
    titled = sa.select(_titles.c.id).where(_titles.c.searched.contains(wanted, autoescape=True))
    inside = sa.select(_texts.c.conversation_id).where(_texts.c.searched.contains(wanted, autoescape=True))
    if engine.dialect.name == "sqlite" and (pieces := _pieces_of(wanted)):
        likely = _pieces.c.message_pieces.op("MATCH", is_comparison=True)(" AND ".join(pieces))
        inside = inside.where(_texts.c.id.in_(sa.select(_pieces.c.rowid).where(likely)))
    return titled, inside


def texts(conversation_id: str, wanted: str) -> sa.Select[tuple[int]]:
    """The ids of messages of a conversation with such a text, in themselves or in their files."""
    here = _texts.c.conversation_id == conversation_id
    return sa.select(_texts.c.id).where(here, _texts.c.searched.contains(wanted, autoescape=True))


def keep_title(connection: sa.Connection, conversation_id: str, title: str) -> None:
    this = _titles.c.id == conversation_id
    connection.execute(_titles.update().where(this).values(searched=folded(title)))


def keep_text(connection: sa.Connection, message_id: int, text: str, files: object) -> None:
    """What a message has now: its text, and the names and texts of its files."""
    this = sa.and_(_texts.c.id == message_id, _texts.c.searched != (searched := folded_message(text, files)))
    connection.execute(_texts.update().where(this).values(searched=searched))


def _pieces_of(wanted: str) -> Sequence[str]:
    """What FTS5 is asked for, quoted; none for two characters, which it doesn't know."""
    found = dict.fromkeys(wanted[at : at + PIECE] for at in range(len(wanted) - PIECE + 1))
    return ['"' + piece.replace('"', '""') + '"' for piece in list(found)[:ENOUGH]]
