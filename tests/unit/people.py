"""Three people, and rows of theirs in every table."""

from typing import Any

import sqlalchemy as sa

from components import access
from components.access import Person
from components.store import Store

ALICE, BOB = Person("alice"), Person("bob")
ADMIN = Person("root", administrator=True)


def sample(column: sa.Column, table: sa.Table, marker: str) -> Any:
    """A value that fits a column."""
    if isinstance(column.type, sa.JSON):
        return {"marker": marker}
    if isinstance(column.type, sa.Integer):
        return 1
    if isinstance(column.type, sa.Float):
        return 1.0
    if isinstance(column.type, sa.LargeBinary):
        return marker.encode()
    return marker


def rows_for(store: Store, person: Person) -> dict[str, Any]:
    """One row in every table, in every column this person's name; returns the key of each."""
    keys: dict[str, Any] = {}
    for table in reversed(access.owned_tables()):
        values = {c.name: sample(c, table, f"secret-{person.id}") for c in table.columns}
        key = access.key_of(table)
        keys[table.name] = values[key.name] = (
            hash(person.id) % 10_000 if isinstance(key.type, sa.Integer) else f"{table.name}-{person.id}"
        )
        values |= {"owner": person.id} if "owner" in table.c else {}
        values |= {"deleted_at": None} if "deleted_at" in table.c else {}
        values |= {"kind": "chat"} if "kind" in table.c else {}
        if (parent := access.parent_of(table)) is not None:
            values[access.part_key(table).name] = keys[parent.name]
        with store.engine.begin() as connection:
            connection.execute(table.insert().values(values))
    return keys


def dump(store: Store, person: Person) -> str:
    with store.engine.connect() as connection:
        return repr(
            [
                sorted(map(repr, connection.execute(sa.select(t).where(access.mine(t, person)))))
                for t in access.owned_tables()
            ]
        )
