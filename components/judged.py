"""What people's judgements of answers are kept as beside the answers themselves: what is left out of training
data, and who lets an administrator use their ratings. Knows rows; not what is made of them.
"""

import time
import uuid

import sqlalchemy as sa

from components.access import Person, Scoped, mine, own, owned_tables, part_of, require_administrator
from components.store import Store

_meta = sa.MetaData()
_tables = {table.name: table for table in owned_tables()}
_conversations, _messages = _tables["conversations"], _tables["messages"]
_left_out = sa.Table(
    "left_out_answers",
    _meta,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("message_id", sa.Integer),
    sa.Column("form", sa.String(16)),  # as a row to learn from, or as the better one of a pair
)
_consents = sa.Table(
    "rating_consents",
    _meta,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(64)),
    sa.Column("given_at", sa.Float),
)
part_of(_left_out, "message_id", _messages)
own(_consents)


class Judged(Scoped):
    """Open once per process; safe to use from any thread."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine

    def conversations(self) -> list[str]:
        """Ids of this person's conversations in which an answer was rated or corrected, the newest first."""
        judged = _messages.c.rating.is_not(None) | sa.cast(_messages.c.settings, sa.Text).contains(
            '"corrects"'
        )
        query = (
            sa.select(_conversations.c.id)
            .join(_messages, _messages.c.conversation_id == _conversations.c.id)
            .where(judged, _conversations.c.deleted_at.is_(None), self.mine(_conversations))
            .group_by(_conversations.c.id, _conversations.c.updated_at)
            .order_by(_conversations.c.updated_at.desc())
        )
        with self._engine.connect() as connection:
            return [row[0] for row in connection.execute(query)]

    def state(self) -> tuple[int, ...]:
        """Changes with every answer that is written, rated or deleted."""
        numbers = [sa.func.count(), sa.func.max(_messages.c.id), sa.func.count(_messages.c.rating)]
        numbers += [sa.func.sum(_messages.c.rating), sa.func.sum(_messages.c.rating * _messages.c.id)]
        gone = sa.select(_conversations.c.id).where(_conversations.c.deleted_at.is_not(None))
        query = sa.select(*numbers).where(
            self.mine(_messages), _messages.c.conversation_id.not_in(gone), _messages.c.state != "streaming"
        )
        with self._engine.connect() as connection:
            return tuple(int(one or 0) for one in connection.execute(query).one())

    def left_out(self) -> set[tuple[int, str]]:
        """The answers that are left out, each with the form in which it is."""
        query = sa.select(_left_out.c.message_id, _left_out.c.form).where(self.mine(_left_out))
        with self._engine.connect() as connection:
            return {(int(row[0]), str(row[1])) for row in connection.execute(query)}

    def leave_out(self, message_id: int, form: str) -> None:
        """Leaves an answer out of every set from now on; one of somebody else isn't touched."""
        if message_id < 0 or (message_id, form) in self.left_out():  # below 0: it is no message of a chat
            return
        found = sa.select(_messages.c.id).where(_messages.c.id == message_id, self.mine(_messages))
        with self._engine.begin() as connection:
            if connection.execute(found).first():
                row = {"id": uuid.uuid4().hex, "message_id": message_id, "form": form}
                connection.execute(_left_out.insert().values(row))

    def take_in(self, message_id: int, form: str) -> None:
        """Takes an answer in again."""
        if message_id < 0:
            return
        this = sa.and_(_left_out.c.message_id == message_id, _left_out.c.form == form)
        with self._engine.begin() as connection:
            connection.execute(_left_out.delete().where(this, self.mine(_left_out)))

    # Whether an administrator may use them

    def agreed(self) -> bool:
        """Whether this person lets administrators use their ratings."""
        query = sa.select(_consents.c.id).where(_consents.c.owner == self.owner())
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def agree(self) -> None:
        if not self.agreed():
            row = {"id": uuid.uuid4().hex, "owner": self.owner(), "given_at": time.time()}
            with self._engine.begin() as connection:
                connection.execute(_consents.insert().values(row))

    def revoke(self) -> None:
        """From now on no set is made of this person's ratings by anybody else."""
        with self._engine.begin() as connection:
            connection.execute(_consents.delete().where(mine(_consents, self.person)))

    def team(self) -> list[Person]:
        """Those who agreed, this person among them. NotAllowed for one who is no administrator."""
        require_administrator(self.person)
        with self._engine.connect() as connection:
            found = {str(row[0]) for row in connection.execute(sa.select(_consents.c.owner))}
        return [Person(owner) for owner in sorted(found | {self.owner()})]
