"""Words of kept English documents that are no stop words any more ("keys", "rooms"): they are found too."""

import sqlalchemy as sa
from alembic import op

from components.retrieval.words import tokens

revision = "20261130_words"
down_revision = "20261130_stems"

BATCH = 500
_DOCUMENTS = sa.table("shelf_documents", sa.column("id"), sa.column("language"), sa.column("tokens"))
_CHUNKS = sa.table(
    "shelf_chunks",
    *(sa.column("id"), sa.column("document_id"), sa.column("searched"), sa.column("sentences", sa.JSON)),
)


def upgrade() -> None:
    connection = op.get_bind()
    english = sa.select(_DOCUMENTS.c.id).where(_DOCUMENTS.c.language.in_(["", "en"]))
    for document in connection.execute(english).scalars().all():
        keys = connection.execute(sa.select(_CHUNKS.c.id).where(_CHUNKS.c.document_id == document))
        more, every = 0, keys.scalars().all()
        for start in range(0, len(every), BATCH):
            read = sa.select(_CHUNKS).where(_CHUNKS.c.id.in_(every[start : start + BATCH]))
            for row in connection.execute(read).all():
                added = _added(row.searched, row.sentences)
                if added:
                    more += len(added)
                    searched = " ".join([row.searched, *added]).strip()
                    connection.execute(
                        _CHUNKS.update().where(_CHUNKS.c.id == row.id).values(searched=searched)
                    )
        connection.execute(
            _DOCUMENTS.update().where(_DOCUMENTS.c.id == document).values(tokens=_DOCUMENTS.c.tokens + more)
        )
    if connection.dialect.name == "sqlite":  # its triggers see no change
        op.execute("INSERT INTO shelf_words(shelf_words) VALUES ('rebuild')")


def _added(searched: str, sentences: object) -> list[str]:
    """What a chunk's sentences say beside what it is found by; nothing where they are damaged."""
    there, found = set(searched.split()), list[str]()
    for one in sentences if isinstance(sentences, list) else ():
        if isinstance(one, dict):
            said = tokens(f"{one.get('speaker', '')} {one.get('text', '')}", "en")
            found += [token for token in said if token not in there]
    return found


def downgrade() -> None:
    """What is found by more words does no harm."""
