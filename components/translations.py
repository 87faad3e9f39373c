"""Translations in the database: texts and documents, the translation memory, glossaries.

Knows rows, not engines or pages. Everything belongs to one person, and only that person finds it.
"""

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, NotRequired

import sqlalchemy as sa
from typing_extensions import TypedDict

from components.access import own
from components.columns import MessageText, listed
from components.entries import Entries, State, Words
from components.kept import Seconds
from components.messages import Message
from components.search import folded
from components.store import Store

Kind = Literal["text", "document"]
CHUNK = 500  # keys in one query

_meta = sa.MetaData()
_memory = sa.Table(
    "translation_memory",
    _meta,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(64)),
    sa.Column("pair", sa.String(16)),
    sa.Column("route", sa.Text),
    sa.Column("source", sa.Text),
    sa.Column("target", sa.Text),
    sa.Column("facts", sa.JSON),
    sa.Column("used", sa.Integer),
    sa.Column("made_at", sa.Float),
)
_terms = sa.Table(
    "glossary_terms",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("owner", sa.String(64)),
    sa.Column("pair", sa.String(16)),
    sa.Column("source", sa.Text),
    sa.Column("target", sa.Text),
    sa.Column("updated_at", sa.Float),
)
_translations = sa.Table(
    "translations",
    _meta,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(64)),
    sa.Column("kind", sa.String(16)),
    sa.Column("name", sa.Text),
    sa.Column("state", sa.String(16)),
    sa.Column("settings", sa.JSON),
    sa.Column("body", sa.JSON),
    sa.Column("note", MessageText),
    sa.Column("job_id", sa.String(32)),
    sa.Column("run_id", sa.String(32)),
    sa.Column("updated_at", sa.Float),
)


def _key_of(row: Mapping[str, Any]) -> str:
    return memory_key(*(str(row[name] or "") for name in ("owner", "pair", "route", "source")))


own(_memory, age="made_at", key=_key_of)
own(_terms, age="updated_at")
own(_translations, age="updated_at", folder="translations")


@dataclass(frozen=True)
class Remembered:
    """One sentence of the translation memory."""

    source: str
    target: str
    facts: Mapping[str, Any]  # findings, alternatives
    used: int = 0  # how often it was taken from here
    pair: str = ""
    made_at: Seconds = 0.0


class Asked(TypedDict):
    """What a translation was asked for; the last four are a document's."""

    source: str  # ISO 639-1
    target: str
    route: str  # the id of the way that was taken
    columns: NotRequired[list[str]]  # of a table file: headers or letters; empty: all with text
    bilingual: NotRequired[bool]
    locked: NotRequired[bool]  # with a password
    fuzzy: NotRequired[bool]  # of PO: new messages are marked as to be reviewed


@dataclass(frozen=True)
class Translation:
    """One text or document as it was stored."""

    id: str
    owner: str
    kind: Kind
    name: str  # of the file; the beginning of a text
    state: State
    settings: Asked
    body: Mapping[str, Any]
    note: Message  # the reason of a failure
    job_id: str
    updated_at: Seconds


@dataclass(frozen=True)
class _Term:
    """One line of a glossary."""

    source: str
    target: str


@dataclass(frozen=True)
class TranslationHeading:
    """A translation in a list."""

    id: str
    kind: Kind
    name: str
    state: State
    settings: Mapping[str, Any]


class Translations(Entries):
    """Open once per process; safe to use from any thread."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, _translations, searched=("name",))

    # Texts and documents

    def create(self, owner: str, kind: Kind, name: str, settings: Mapping[str, Any], state: State) -> str:
        asked = {"kind": kind, "name": name, "settings": dict(settings), "state": state}
        asked |= {"owner": self.check_owner(owner)}
        with self._engine.begin() as connection:
            return self._insert(connection, **asked, body={}, note="", job_id="")

    def get(self, translation_id: str) -> Translation | None:
        return self._one(Translation, translation_id)

    def recent(self, owner: str, kind: Kind, limit: int = 20) -> list[Translation]:
        """A person's own translations, the most recently used first."""
        mine = _translations.c.owner == owner
        return self._newest(Translation, mine, _translations.c.kind == kind, limit=limit)

    def headings(
        self, owner: str, search: str = "", limit: int = 20, words: Words | None = None
    ) -> list[TranslationHeading]:
        """A person's texts and documents without what is in them, the most recently used first; those whose
        name, or with `words` text, contains `search`.
        """
        mine = _translations.c.owner == owner
        return self._newest(TranslationHeading, mine, search=search, limit=limit, words=words)

    # The translation memory

    def remembered(self, owner: str, pair: str, route: str, sources: Sequence[str]) -> dict[str, Remembered]:
        """Earlier translations, by source; each one found counts as used."""
        keys = {memory_key(owner, pair, route, source): source for source in sources}
        found: dict[str, Remembered] = {}
        wanted = list(keys)
        with self._engine.begin() as connection:
            for start in range(0, len(wanted), CHUNK):
                chunk = wanted[start : start + CHUNK]
                for row in connection.execute(
                    sa.select(_memory).where(_memory.c.key.in_(chunk), self.mine(_memory))
                ):
                    found[row.source] = listed(Remembered, row)
                hits = [key for key in chunk if keys[key] in found]
                if hits:
                    connection.execute(
                        _memory.update().where(_memory.c.key.in_(hits)).values(used=_memory.c.used + 1)
                    )
        return found

    def remember(self, owner: str, pair: str, route: str, made: Iterable[Remembered]) -> None:
        """Keeps sentences; a later translation of the same sentence replaces the earlier one."""
        self.check_owner(owner)
        rows = {
            memory_key(owner, pair, route, one.source): {
                "key": memory_key(owner, pair, route, one.source),
                "owner": owner,
                "pair": pair,
                "route": route,
                "source": one.source,
                "target": one.target,
                "facts": dict(one.facts),
                "used": 0,
                "made_at": time.time(),
            }
            for one in made
        }
        if not rows:
            return
        with self._engine.begin() as connection:
            for start in range(0, len(rows), CHUNK):
                chunk = list(rows)[start : start + CHUNK]
                connection.execute(_memory.delete().where(_memory.c.key.in_(chunk)))
                connection.execute(_memory.insert(), [rows[key] for key in chunk])

    def memory(self, owner: str, search: str = "", limit: int = 200) -> list[Remembered]:
        """A person's memory, the newest first."""
        query = sa.select(_memory).where(_memory.c.owner == owner, self.mine(_memory))
        query, wanted = query.order_by(_memory.c.made_at.desc()), folded(search)
        with self._engine.connect() as connection:
            rows = connection.execute(query if wanted else query.limit(limit))
            kept = (listed(Remembered, row) for row in rows)
            found = (one for one in kept if wanted in folded(one.source) or wanted in folded(one.target))
            return list(islice(found, limit))

    def memory_size(self, owner: str) -> int:
        query = (
            sa.select(sa.func.count())
            .select_from(_memory)
            .where(_memory.c.owner == owner, self.mine(_memory))
        )
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def forget_sentence(self, owner: str, pair: str, route: str, source: str) -> None:
        key = memory_key(owner, pair, route, source)
        with self._engine.begin() as connection:
            connection.execute(_memory.delete().where(_memory.c.key == key, self.mine(_memory)))

    def forget(self, owner: str) -> None:
        """Empties a person's memory."""
        with self._engine.begin() as connection:
            connection.execute(_memory.delete().where(_memory.c.owner == owner, self.mine(_memory)))

    # Glossaries

    def terms(self, owner: str, pair: str) -> list[tuple[str, str]]:
        query = (
            sa.select(_terms.c.source, _terms.c.target)
            .where(_terms.c.owner == owner, _terms.c.pair == pair, self.mine(_terms))
            .order_by(_terms.c.id)
        )
        with self._engine.connect() as connection:
            found = [listed(_Term, row) for row in connection.execute(query)]
        return [(term.source, term.target) for term in found]

    def set_terms(self, owner: str, pair: str, terms: Iterable[tuple[str, str]]) -> None:
        """Replaces a person's glossary for a pair of languages."""
        self.check_owner(owner)
        fixed = {"owner": owner, "pair": pair, "updated_at": time.time()}
        rows = [fixed | {"source": s, "target": t} for s, t in terms]
        with self._engine.begin() as connection:
            connection.execute(_terms.delete().where(_terms.c.owner == owner, _terms.c.pair == pair))
            if rows:
                connection.execute(_terms.insert(), rows)


def memory_key(owner: str, pair: str, route: str, source: str) -> str:
    plain = "\0".join((owner, pair, route, source))
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()
