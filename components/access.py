"""Who may see and change what: the one place where every read, change, download and job is checked.

Knows people, tables and owners; nothing about pages, nor how a browser identifies itself. A table declares
once how a row finds its owner (`own`, `part_of`), a class that reads it is `Scoped`, `mine` is the condition.
"""

import copy
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa

from components.config import Config
from components.errors import NotAllowed, SignInEnded

FUTURE_SECONDS = 300.0  # how far a provider's clock may be ahead of ours


@dataclass(frozen=True)
class Person:
    """A person as the server knows them. Their rows are marked with `id`."""

    id: str
    name: str = ""
    administrator: bool = False  # loads and unloads, downloads, stops others' jobs; reads nobody's texts
    house: bool = False  # the server itself: repairs, expiry, backup

    @property
    def known(self) -> bool:
        return bool(self.id)


LOCAL = Person("local", "you", administrator=True)  # the one person of the mode "local"
NOBODY = Person("")  # not signed in: finds nothing, and may change nothing
HOUSE = Person(LOCAL.id, "the server", administrator=True, house=True)

_acting: ContextVar[Person | None] = ContextVar("acting", default=None)


@contextmanager
def acting_as(person: Person) -> Iterator[None]:
    """The code inside runs for this person: this is how a job's thread knows its owner."""
    token = _acting.set(person)
    try:
        yield
    finally:
        _acting.reset(token)


def acting() -> Person | None:
    """The person that this job's thread works for; None outside jobs."""
    return _acting.get()


# The owner of each row


@dataclass(frozen=True)
class _Ownership:
    owner: sa.Column[Any] | None  # None: the row belongs to the owner of its parent
    part: sa.Column[Any] | None  # which row of the parent
    parent: sa.Table | None
    age: sa.Column[Any] | None  # seconds since 1970 of the last use
    folder: str  # below the data folder; one folder for each row, named by its key
    key: Callable[[Mapping[str, Any]], str] | None = None  # made of the row, its owner among it


_TABLES: dict[str, tuple[sa.Table, _Ownership]] = {}


def own(
    table: sa.Table,
    age: str = "",
    folder: str = "",
    key: Callable[[Mapping[str, Any]], str] | None = None,
) -> None:
    """Rows of `table` belong to the person in their column `owner`.

    `age` names the column by which they expire, `folder` where each row's files are below the data folder.
    `key` makes the key of a row, where that depends on its owner.
    """
    _TABLES[table.name] = (
        table,
        _Ownership(table.c.owner, None, None, table.c[age] if age else None, folder, key),
    )


def part_of(table: sa.Table, column: str, parent: sa.Table, folder: str = "") -> None:
    """Rows of `table` belong to the owner of the row of `parent` that their `column` names."""
    _TABLES[table.name] = table, _Ownership(None, table.c[column], parent, None, folder)


def owned_tables() -> list[sa.Table]:
    """Every table whose rows belong to people, parts before their parents."""
    return sorted((table for table, _ in _TABLES.values()), key=_depth, reverse=True)


def _depth(table: sa.Table) -> int:
    parent = parent_of(table)
    return 0 if parent is None else 1 + _depth(parent)


def age_of(table: sa.Table) -> sa.Column[Any] | None:
    return _TABLES[table.name][1].age


def folder_of(table: sa.Table) -> str:
    return _TABLES[table.name][1].folder


def key_of(table: sa.Table) -> sa.Column[Any]:
    """The column that a row's folder is named after, and that its parts refer to."""
    return next(iter(table.primary_key.columns))


def key_made_of(table: sa.Table, row: Mapping[str, Any]) -> str | None:
    """The key that a row must have to be found by its owner; None where any will do."""
    make = _TABLES[table.name][1].key
    return make(row) if make else None


def part_key(table: sa.Table) -> sa.Column[Any]:
    """The column in which a part names its parent."""
    found = _TABLES[table.name][1].part
    assert found is not None
    return found


def parent_of(table: sa.Table) -> sa.Table | None:
    return _TABLES[table.name][1].parent


def mine(table: sa.Table, person: Person) -> sa.ColumnElement[bool]:
    """The condition that a row is this person's. Every statement about people's rows has it."""
    if person.house:
        return sa.true()
    if not person.known:
        return sa.false()
    ownership = _TABLES[table.name][1]
    if ownership.owner is not None:
        return ownership.owner == person.id
    parent = ownership.parent
    assert parent is not None
    return part_key(table).in_(sa.select(key_of(parent)).where(mine(parent, person)))


class Scoped:
    """Reads and changes people's rows or jobs. A new object is the server's; pages use `for_person`."""

    _person: Person = HOUSE

    def for_person(self, person: Person) -> Self:
        """The same, for one person: it finds only what belongs to them, and what it makes belongs to them."""
        view = copy.copy(self)
        view._person = person
        return view

    @property
    def person(self) -> Person:
        return self._person

    def mine(self, table: sa.Table) -> sa.ColumnElement[bool]:
        return mine(table, self._person)

    def owner(self) -> str:
        """The mark of a new row. Raises NotAllowed for a person who isn't signed in."""
        if not self._person.known:
            raise NotAllowed("You aren't signed in any more. Sign in and try again; nothing was changed.")
        return self._person.id

    def check_owner(self, owner: str) -> str:
        """For a call that names an owner itself. Raises NotAllowed if that is another person."""
        if not self._person.house and owner != self.owner():
            raise NotAllowed("This belongs to somebody else. Nothing was changed.")
        return owner


def require_administrator(person: Person) -> None:
    """For load, unload, downloads and other people's jobs. Raises NotAllowed."""
    if not person.administrator:
        raise NotAllowed("Only an administrator of this server can do this. Nothing was changed.")


# How a browser or a sign-in becomes a person


def browser_owner(secret: str) -> str:
    """The owner of a browser's work in the mode "open". The cookie can't be read back from the database."""
    return hashlib.sha256(b"browser\0" + secret.encode()).hexdigest()


def identity_owner(issuer: str, subject: str) -> str:
    """The owner of a signed-in person's work: issuer and subject, OpenID Connect's only lasting name."""
    return hashlib.sha256(f"oidc\0{issuer}\0{subject}".encode()).hexdigest()


def identify(claims: Mapping[str, Any], config: Config, now: float) -> Person:
    """The person that a provider's ID token is about.

    Raises SignInEnded for an expired token, NotAllowed for a person whom the settings don't admit.
    """
    issuer, subject = claims.get("iss"), claims.get("sub")
    if not (isinstance(issuer, str) and issuer and isinstance(subject, str) and subject):
        raise NotAllowed("The sign-in service didn't say who you are. Ask the administrator of this server.")
    ends, began = claims.get("exp"), claims.get("iat", 0)
    if not isinstance(ends, int | float) or now >= ends:
        raise SignInEnded("Your sign-in has ended. Sign in again; what you made is kept.")
    if isinstance(began, int | float) and began > now + FUTURE_SECONDS:
        raise SignInEnded("Your sign-in is dated in the future. Sign in again, or check this server's clock.")
    address, groups = _address(claims), _groups(claims, config.groups_claim)
    _check_allowed(address, groups, config)
    listed = {name.casefold() for name in config.administrators}
    administrator = bool(listed & {address, subject.casefold()}) or bool(
        groups & set(config.administrator_groups)
    )
    name = str(claims.get("name") or claims.get("preferred_username") or address or subject)
    return Person(identity_owner(issuer, subject), name, administrator)


def _check_allowed(address: str, groups: set[str], config: Config) -> None:
    """An allowed domain or an allowed group is enough; with neither set, everybody may enter."""
    if not config.allowed_domains and not config.allowed_groups:
        return
    domain = address.rpartition("@")[2] if "@" in address else ""
    if domain and domain in {one.casefold().lstrip("@") for one in config.allowed_domains}:
        return
    if groups & set(config.allowed_groups):
        return
    if domain:
        raise NotAllowed(
            "Accounts of {domain} may not use this server. Sign out, and sign in with another account.",
            domain=domain,
        )
    raise NotAllowed(
        "Accounts without a confirmed e-mail address may not use this server. Sign out, and sign in with "
        "another account."
    )


def _address(claims: Mapping[str, Any]) -> str:
    """The e-mail address, unless the provider says that it isn't confirmed."""
    address = claims.get("email")
    if not isinstance(address, str) or claims.get("email_verified", True) not in (True, "true"):
        return ""
    return address.strip().casefold()


def _groups(claims: Mapping[str, Any], name: str) -> set[str]:
    given = claims.get(name)
    if isinstance(given, str):
        return {given}
    return {one for one in given if isinstance(one, str)} if isinstance(given, list | tuple) else set()


def row_folder(data_dir: Path, table: sa.Table, key: object) -> Path:
    """Where the files of one row are."""
    return data_dir / folder_of(table) / str(key)
