"""Conversations in a database: SQLite by default, or any SQLAlchemy URL.

Knows rows and branches, not models or pages. The messages of a conversation are a tree: an edit or a
new answer is a new branch beside the old one, and the leaf says which branch is shown.
"""

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from alembic.util import CommandError
from filelock import FileLock, Timeout

from components import begun, mended, searched
from components.access import Scoped, own, part_of
from components.columns import MessageText, columns_of, listed
from components.config import Config
from components.database import migrate, open_engine, say_why, unusable
from components.errors import BadInput
from components.kept import Seconds
from components.messages import Message
from components.search import folded

MessageState = Literal["streaming", "done", "stopped", "failed", "interrupted"]
Role = Literal["assistant", "user"]
Kind = Literal["chat", "complete"]

_meta = sa.MetaData()
_conversations = sa.Table(
    "conversations",
    _meta,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(64)),
    sa.Column("kind", sa.String(16)),
    sa.Column("title", sa.Text),
    sa.Column("model_id", sa.Text),
    sa.Column("settings", sa.JSON),
    sa.Column("leaf_id", sa.Integer),
    sa.Column("created_at", sa.Float),
    sa.Column("updated_at", sa.Float),
    sa.Column("deleted_at", sa.Float),
    sa.Column("pinned", sa.Integer),
    sa.Column("archived", sa.Integer),
    sa.Column("folder", sa.Text),
)
_messages = sa.Table(
    "messages",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation_id", sa.String(32)),
    sa.Column("parent_id", sa.Integer),
    sa.Column("role", sa.String(16)),
    sa.Column("text", sa.Text),
    sa.Column("state", sa.String(16)),
    sa.Column("model_id", sa.Text),
    sa.Column("settings", sa.JSON),
    sa.Column("usage", sa.JSON),
    sa.Column("rating", sa.Integer),
    sa.Column("note", MessageText),
    sa.Column("attachments", sa.JSON),
    sa.Column("job_id", sa.String(32)),
    sa.Column("run_id", sa.String(32)),
    sa.Column("created_at", sa.Float),
)
own(_conversations, age="updated_at")
part_of(_messages, "conversation_id", _conversations)


@dataclass(frozen=True)
class StoredMessage:
    """One message as it was stored."""

    id: int
    parent_id: int | None
    role: Role
    text: str
    state: MessageState
    model_id: str
    settings: Mapping[str, Any]  # what it was generated with
    usage: Mapping[str, Any] | None  # the fields of options.Usage
    rating: int | None  # 1: thumbs up, 0: thumbs down
    note: Message  # the reason of a failure, or what was left out of the prompt
    attachments: Sequence[Mapping[str, str]]  # name, text and what was left out of each file
    job_id: str  # the job that is writing it; "" if there is none
    created_at: Seconds


@dataclass(frozen=True)
class NewMessage:
    """A message to be stored; its fields are those of `StoredMessage`."""

    parent_id: int | None
    role: str
    text: str
    state: MessageState = "done"
    model_id: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    usage: Mapping[str, Any] | None = None
    rating: int | None = None
    note: Message = ""
    attachments: Sequence[Mapping[str, str]] = ()
    created_at: float | None = None  # None: now


@dataclass(frozen=True)
class Imported:
    """A conversation from elsewhere; its fields are those of `Conversation`."""

    kind: Kind
    title: str
    model_id: str
    settings: Mapping[str, Any]
    created_at: float
    pinned: int = 0
    archived: int = 0
    folder: str = ""


@dataclass(frozen=True)
class ConversationState:
    """What changes when something is said or ends in a conversation, in whichever tab."""

    title: str
    leaf_id: int | None
    messages: int
    written: int  # answers that are being written


@dataclass(frozen=True)
class Conversation:
    """A conversation and all its messages."""

    id: str
    kind: Kind
    title: str
    model_id: str
    settings: Mapping[str, Any]
    leaf_id: int | None
    created_at: Seconds
    updated_at: Seconds
    pinned: int
    archived: int
    folder: str
    messages: Mapping[int, StoredMessage]
    state: ConversationState  # as it was when this was read

    @cached_property
    def _children(self) -> dict[int | None, list[int]]:
        children: dict[int | None, list[int]] = {}
        for message in self.messages.values():
            children.setdefault(message.parent_id, []).append(message.id)
        return children

    def path(self, leaf_id: int | None = None) -> list[StoredMessage]:
        """The branch that ends in `leaf_id` (default: the one shown), the oldest message first."""
        found: list[StoredMessage] = []
        at = self.leaf_id if leaf_id is None else leaf_id
        while at is not None and at in self.messages and len(found) <= len(self.messages):
            found.append(self.messages[at])
            at = self.messages[at].parent_id
        return found[::-1]

    def siblings(self, message: StoredMessage) -> list[int]:
        """The ids of all versions of a message, itself included, oldest first."""
        return self._children[message.parent_id]

    def newest_leaf(self, message_id: int) -> int:
        """The end of the newest branch below a message."""
        while below := self._children.get(message_id):
            message_id = below[-1]
        return message_id


@dataclass(frozen=True)
class Heading:
    """A line of the conversation list."""

    id: str
    kind: Kind
    title: str
    updated_at: Seconds
    pinned: int  # 1: on top
    folder: str  # "": none


@dataclass(frozen=True)
class View:
    """Which conversations are listed: of one folder, or those that were put away; else all but these."""

    folder: str = ""
    archived: bool = False


ALL = View()


class Store(Scoped):
    """Open once per process; safe to use from any thread."""

    def __init__(self, url: str, data_dir: Path) -> None:
        self.data_dir, self._runs = data_dir, data_dir / "runs"
        self.run_id = uuid.uuid4().hex  # marks what this process is writing
        self._alive = FileLock(self._runs / f"{self.run_id}.lock")  # freed by the system however it ends
        try:
            self._runs.mkdir(parents=True, exist_ok=True)
            self._alive.acquire()
            self.engine = open_engine(url)
            with FileLock(data_dir / "migrate.lock"):
                migrate(self.engine)
            searched.prepare(self.engine)
        except (sa.exc.SQLAlchemyError, CommandError, ImportError, OSError) as error:
            raise unusable(url, data_dir, error) from error
        sa.event.listen(self.engine, "handle_error", say_why, retval=True)
        self.interrupted = self.mark_interrupted(_messages, "streaming")

    @classmethod
    def from_config(cls, config: Config) -> "Store":
        return cls(config.database, config.data_dir)

    def close(self) -> None:
        self.engine.dispose()
        self._alive.release()

    # Conversations

    def headings(self, search: str = "", limit: int | None = None, view: View = ALL) -> list[Heading]:
        """Conversations with `search` in title, text or files; pinned, then most recently used ones first."""
        query = sa.select(*columns_of(Heading, _conversations)).where(self._found(search, view))
        query = query.order_by(_conversations.c.pinned.desc(), _conversations.c.updated_at.desc()).limit(
            limit
        )
        with self.engine.connect() as connection:
            return [listed(Heading, row) for row in connection.execute(query)]

    def number(self, search: str = "", view: View = ALL) -> int:
        """How many conversations contain `search`."""
        query = sa.select(sa.func.count()).select_from(_conversations).where(self._found(search, view))
        with self.engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def folders(self) -> list[str]:
        """The folders that have a conversation, by name."""
        query = (
            sa.select(_conversations.c.folder)
            .distinct()
            .where(self._found(""), _conversations.c.folder != "")
        )
        with self.engine.connect() as connection:
            return sorted((str(row[0]) for row in connection.execute(query)), key=str.casefold)

    def passage(self, conversation_id: str, search: str) -> str:
        """The first text of a conversation that contains `search`; empty if only its title or a file does."""
        wanted = folded(search)
        query = sa.select(_messages.c.text).order_by(_messages.c.id)
        query = query.where(_messages.c.id.in_(searched.texts(conversation_id, wanted)), self.mine(_messages))
        with self.engine.connect() as connection:
            return next((row[0] for row in connection.execute(query) if wanted in folded(row[0])), "")

    def _found(self, search: str, view: View | None = None) -> sa.ColumnElement[bool]:
        """The condition that a conversation is there, this person's, in the view, and contains `search`."""
        there = sa.and_(_conversations.c.deleted_at.is_(None), self.mine(_conversations))
        if view:
            there &= _conversations.c.archived == int(view.archived)
        if view and view.folder:
            there &= _conversations.c.folder == view.folder
        if not (wanted := folded(search)):
            return there
        titled, inside = searched.conversations(self.engine, wanted)
        return there & (_conversations.c.id.in_(titled) | _conversations.c.id.in_(inside))

    def create(self, kind: Kind, title: str, model_id: str, settings: Mapping[str, Any] | None = None) -> str:
        """A new, empty conversation; returns its unguessable id."""
        return self.adopt(Imported(kind, title, model_id, settings or {}, time.time()), ())

    def adopt(self, about: Imported, messages: Sequence[NewMessage], leaf: int | None = None) -> str:
        """A conversation with all its messages, or nothing at all; returns its unguessable id.

        Here `parent_id` and `leaf` are the numbers of messages in the list, from 0; without a leaf the last
        message is the end of the shown branch.
        """
        conversation_id, now, ids = uuid.uuid4().hex, time.time(), list[int]()
        row = {field.name: getattr(about, field.name) for field in fields(about)}
        row |= {"id": conversation_id, "owner": self.owner(), "updated_at": now}
        row["settings"] = dict(about.settings)
        with self.engine.begin() as connection:
            connection.execute(_conversations.insert().values(row))
            searched.keep_title(connection, conversation_id, about.title)
            for message in messages:
                parent = None if message.parent_id is None else ids[message.parent_id]
                ids.append(self._insert(connection, conversation_id, replace(message, parent_id=parent), now))
            if ids:
                shown = {"leaf_id": ids[-1 if leaf is None else leaf]}
                this = _conversations.c.id == conversation_id
                connection.execute(_conversations.update().where(this).values(shown))
        begun.tell("conversations", conversation_id)
        return conversation_id

    def conversation(self, conversation_id: str) -> Conversation | None:
        """A conversation with its messages; None if it doesn't exist or was deleted."""
        if (state := self.state(conversation_id)) is None:
            return None
        with self.engine.connect() as connection:
            row = connection.execute(
                sa.select(_conversations).where(
                    _conversations.c.id == conversation_id,
                    _conversations.c.deleted_at.is_(None),
                    self.mine(_conversations),
                )
            ).first()
            if row is None:
                return None
            found = connection.execute(
                sa.select(_messages)
                .where(_messages.c.conversation_id == conversation_id)
                .order_by(_messages.c.id)
            )
            messages = {message.id: mended.message(StoredMessage, message) for message in found}
        # A leaf that isn't there is damaged too: the newest message is shown then.
        leaf = row.leaf_id if row.leaf_id in messages else max(messages, default=None)
        return listed(Conversation, row, messages=messages, leaf_id=leaf, state=state)

    def state(self, conversation_id: str) -> ConversationState | None:
        """None if the conversation doesn't exist or was deleted."""
        working = sa.func.sum(sa.case((_messages.c.state == "streaming", 1), else_=0))
        query = (
            sa.select(
                _conversations.c.title, _conversations.c.leaf_id, sa.func.count(_messages.c.id), working
            )
            .outerjoin(_messages, _messages.c.conversation_id == _conversations.c.id)
            .where(_conversations.c.id == conversation_id, self._found(""))
            .group_by(_conversations.c.id, _conversations.c.title, _conversations.c.leaf_id)
        )
        with self.engine.connect() as connection:
            row = connection.execute(query).first()
        return ConversationState(row[0], row[1], int(row[2]), int(row[3])) if row else None

    def change(self, conversation_id: str, **values: Any) -> None:
        """Sets title, model_id, settings, leaf_id, pinned, archived, folder or deleted_at."""
        with self.engine.begin() as connection:
            this = sa.and_(_conversations.c.id == conversation_id, self.mine(_conversations))
            changed = connection.execute(_conversations.update().where(this).values(**values)).rowcount
            if changed and "title" in values:
                searched.keep_title(connection, conversation_id, values["title"])

    def delete(self, conversation_id: str) -> None:
        """Takes a conversation out of every list; `restore` brings it back."""
        self.change(conversation_id, deleted_at=time.time())

    def restore(self, conversation_id: str) -> None:
        self.change(conversation_id, deleted_at=None)

    # Messages

    def add(self, conversation_id: str, message: NewMessage, show: bool = True) -> int:
        """Adds a message and returns its id; `show` makes it the end of the shown branch."""
        now = time.time()
        with self.engine.begin() as connection:
            self._require(connection, conversation_id)
            message_id = self._insert(connection, conversation_id, message, now)
            shown = {"leaf_id": message_id} if show else {}
            connection.execute(
                _conversations.update()
                .where(_conversations.c.id == conversation_id)
                .values(updated_at=now, **shown)
            )
        return message_id

    def _insert(
        self, connection: sa.Connection, conversation_id: str, message: NewMessage, now: float
    ) -> int:
        values = {field.name: getattr(message, field.name) for field in fields(message)}
        values |= {"conversation_id": conversation_id, "job_id": "", "run_id": self.run_id}
        values["created_at"] = now if message.created_at is None else message.created_at
        added = _messages.insert().values(values).returning(_messages.c.id)
        message_id = int(connection.execute(added).scalar_one())
        searched.keep_text(connection, message_id, message.text, message.attachments)
        return message_id

    def update(self, message_id: int, **values: Any) -> None:
        """Sets fields of a message."""
        with self.engine.begin() as connection:
            this = sa.and_(_messages.c.id == message_id, self.mine(_messages))
            changed = connection.execute(_messages.update().where(this).values(**values)).rowcount
            if changed and "text" in values:
                files = connection.execute(sa.select(_messages.c.attachments).where(this)).scalar()
                searched.keep_text(connection, message_id, values["text"], files)

    def message(self, message_id: int) -> StoredMessage | None:
        with self.engine.connect() as connection:
            row = connection.execute(
                sa.select(_messages).where(_messages.c.id == message_id, self.mine(_messages))
            ).first()
        return mended.message(StoredMessage, row) if row else None

    def _require(self, connection: sa.Connection, conversation_id: str) -> None:
        """Raises BadInput for a conversation that this person doesn't have."""
        found = sa.select(_conversations.c.id).where(
            _conversations.c.id == conversation_id, self.mine(_conversations)
        )
        if connection.execute(found).first() is None:
            raise BadInput("This conversation doesn't exist any more. Start a new one; your text is kept.")

    def mark_interrupted(self, table: sa.Table, working: str) -> int:
        """Marks rows in the state `working` whose process is gone; returns how many.

        Rows of another live server are left alone.
        """
        with self.engine.connect() as connection:
            found = connection.execute(sa.select(table.c.run_id).where(table.c.state == working).distinct())
            runs = [row[0] for row in found]
        gone = [run for run in runs if run != self.run_id and self._is_gone(run)]
        with self.engine.begin() as connection:
            done = connection.execute(
                table.update()
                .where(table.c.state == working, table.c.run_id.in_(gone))
                .values(state="interrupted", job_id="")
            )
        return done.rowcount

    def _is_gone(self, run_id: str) -> bool:
        lock = FileLock(self._runs / f"{run_id}.lock")
        try:
            with lock.acquire(timeout=0):
                pass
        except Timeout:
            return False
        (self._runs / f"{run_id}.lock").unlink(missing_ok=True)
        return True
