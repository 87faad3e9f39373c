"""How the database is opened and what it says of itself: its errors as sentences, its damage as data.

Knows SQLAlchemy; no table, and not what is in one.
"""

import json
import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.util import CommandError

from components.errors import Unavailable
from components.messages import N_


class Damaged:
    """What a column of JSON holds if it can't be read: nothing that anybody expects there."""


def open_engine(url: str) -> sa.Engine:
    """An engine for any SQLAlchemy URL. A damaged value of JSON is read as `Damaged`."""
    engine = sa.create_engine(url, json_deserializer=_loaded)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return Damaged()


def unusable(url: str, data_dir: Path, error: Exception) -> Unavailable:
    """Says why the database can't be opened, and what to do; a password in its URL is never shown."""
    if isinstance(error, OSError):
        return Unavailable(
            "The folder {data_dir} can't be written ({strerror}). Choose another as data_dir.",
            data_dir=data_dir,
            strerror=error.strerror,
        )
    try:
        place = sa.engine.make_url(url).render_as_string(hide_password=True)
    except sa.exc.ArgumentError:
        return Unavailable(
            "The setting database_url is not a database URL. An example: sqlite:////home/me/w.db"
        )
    if isinstance(error, ImportError):
        return Unavailable(
            "The database {place} needs a driver that isn't installed: {error}.", place=place, error=error
        )
    if isinstance(error, CommandError):
        return Unavailable(
            "The database {place} was made by a newer Wordbench. Update this one: {error}.",
            place=place,
            error=error,
        )
    return Unavailable(
        "The database {place} can't be opened: {reason}. If the file is damaged, move it away and "
        "start again; Wordbench makes a new one.",
        place=place,
        reason=getattr(error, "orig", None) or error,
    )


# What a database says of itself while the app runs, in lower case -> what a person is told
_REASONS = (
    (
        ("locked", "busy"),
        N_("The database is locked by another program. Nothing was changed; try again in a minute."),
    ),
    (
        ("disk is full", "disk i/o", "no space"),
        N_("The disk is full, so this was not stored. Free some space and try again; your text is kept."),
    ),
    (
        ("readonly", "read-only"),
        N_("The database can't be written: the file or its folder is read-only. Nothing was changed."),
    ),
    (
        ("no such table", "unable to open"),
        N_("The database was moved or deleted while the app ran. Put it back, or restart the app."),
    ),
    (
        ("malformed", "not a database", "corrupt"),
        N_(
            "The database is damaged. Stop the app and restore a backup (make restore), or move the file "
            "away and start again; Wordbench makes a new one."
        ),
    ),
)


def say_why(context: Any) -> Unavailable | None:
    """Turns an error of the database, at any statement, into a sentence."""
    reason = str(context.original_exception).lower()
    for words, sentence in _REASONS:
        if any(word in reason for word in words):
            return Unavailable(sentence)
    return None


def forget_deleted(engine: sa.Engine) -> None:
    """Empties SQLite's log, which keeps what was deleted readable until it is written into the database; and
    its full-text indexes, which mark what was deleted and drop it later.
    """
    if engine.dialect.name != "sqlite":
        return
    virtual = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE % USING fts5%'"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for (name,) in connection.exec_driver_sql(virtual).all():
            connection.exec_driver_sql(f'INSERT INTO "{name}"("{name}") VALUES (\'optimize\')')
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _prepare_sqlite(connection: Any, record: object) -> None:
    """Readers don't wait for a writer, and writers wait for each other instead of failing."""
    # Text that is no UTF-8 is shown as far as it goes, and doesn't cost the other rows.
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA secure_delete=ON")  # deleted rows can't be read from the file
    cursor.close()


def prepare_extension(
    engine: sa.Engine, name: str, lock: int, statements: Sequence[str], without: str
) -> bool:
    """Makes an extension of PostgreSQL and what is built on it where this database can; whether it could.

    `lock` is any number of its own: two servers that start at once prepare one after the other. `without` is
    for the log: what is done where the extension is there but only an administrator may make it.
    """
    if engine.dialect.name != "postgresql":
        return False
    there = sa.text("SELECT 1 FROM pg_available_extensions WHERE name = :name")
    try:
        with engine.begin() as connection:
            if connection.execute(there, {"name": name}).scalar() is None:
                return False
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
            connection.exec_driver_sql(f"CREATE EXTENSION IF NOT EXISTS {name}")
            for statement in statements:
                connection.exec_driver_sql(statement)
    except (sa.exc.SQLAlchemyError, Unavailable):
        logging.getLogger(__name__).warning("%s can't be made in this database; %s", name, without)
        return False
    return True


def migrate(engine: sa.Engine) -> None:
    """Brings the schema to the newest version, wholly or not at all; a new database starts empty."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            # Otherwise the driver begins no transaction before a statement that changes the schema.
            connection.connection.driver_connection.isolation_level = None  # type: ignore[union-attr]
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()  # closes this connection, which is set up differently from the others
