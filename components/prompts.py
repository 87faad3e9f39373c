"""Prompts that people keep, in the database: texts with blanks such as {name}, to be filled in before use.

Knows rows and texts; nothing about models or pages. Everything belongs to one person, and only that person
finds it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from components.access import own
from components.entries import RestorableEntries
from components.errors import BadInput
from components.kept import Seconds
from components.store import Store

Kind = Literal["message", "system"]  # what is sent, or how all answers of a conversation should be
FORMAT = "wordbench-prompts"
NAME, LONGEST, MOST = 80, 20_000, 1_000  # characters of a name and of a text; prompts in one file
# In one pair of braces, a word or a few: what is in two pairs, or has other signs in it, is text or code.
_BLANK = re.compile(r"(?<!\{)\{(\w[\w -]{0,39})\}(?!\})")

_meta = sa.MetaData()
_prompts = sa.Table(
    "prompts",
    _meta,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(64)),
    sa.Column("kind", sa.String(16)),
    sa.Column("name", sa.Text),
    sa.Column("text", sa.Text),
    sa.Column("updated_at", sa.Float),
    sa.Column("deleted_at", sa.Float),
)
own(_prompts, age="updated_at")


@dataclass(frozen=True)
class KeptPrompt:
    """One prompt as it was stored."""

    id: str
    kind: Kind
    name: str
    text: str
    updated_at: Seconds


class Prompts(RestorableEntries):
    """Open once per process; safe to use from any thread."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, _prompts)

    def listed(self, kind: Kind | None = None) -> list[KeptPrompt]:
        """The person's own, by name; of one kind, or of both."""
        found = (one for one in self._newest(KeptPrompt) if kind in (None, one.kind))
        return sorted(found, key=lambda one: one.name.casefold())

    def keep(self, kind: Kind, name: str, text: str, prompt_id: str = "") -> str:
        """Keeps a new prompt, or another text of one that is there; returns its id. Raises BadInput."""
        name = " ".join(name.split())[:NAME]
        if not name or not text.strip():
            raise BadInput("A prompt needs a name and a text. Nothing was changed.")
        if len(text) > LONGEST:
            raise BadInput("A prompt may have {most:,} characters. Nothing was changed.", most=LONGEST)
        values = {"kind": kind, "name": name, "text": text}
        if prompt_id:
            self.update(prompt_id, **values)
            return prompt_id
        with self._engine.begin() as connection:
            return self._insert(connection, **values)

    # As a file

    def to_json(self) -> str:
        """All of the person's prompts; `bring` reads them back."""
        mine = [{"kind": one.kind, "name": one.name, "text": one.text} for one in self.listed()]
        return json.dumps({"format": FORMAT, "prompts": mine}, ensure_ascii=False, indent=1)

    def bring(self, data: bytes) -> int:
        """Adds what a file has that isn't here yet; returns how many. Raises BadInput before it adds any."""
        try:
            given = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise BadInput("This file has no prompts that were exported here.") from error
        rows = given.get("prompts") if isinstance(given, dict) and given.get("format") == FORMAT else None
        if not isinstance(rows, list) or len(rows) > MOST or not all(map(_is_prompt, rows)):
            raise BadInput("This file has no prompts that were exported here.")
        here = {(one.kind, one.name, one.text) for one in self.listed()}
        new = [row for row in rows if (row["kind"], row["name"], row["text"]) not in here]
        for row in new:
            self.keep(row["kind"], row["name"], row["text"])
        return len(new)


def _is_prompt(row: Any) -> bool:
    if not isinstance(row, dict) or row.get("kind") not in ("message", "system"):
        return False
    texts = [row.get("name"), row.get("text")]
    return all(isinstance(one, str) and one.strip() and len(one) <= LONGEST for one in texts)


def blanks(text: str) -> list[str]:
    """The names of the blanks in a text, each once, in their order."""
    return list(dict.fromkeys(_BLANK.findall(text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its blanks filled in; a value is put in as it is, whatever braces it has."""
    return _BLANK.sub(lambda found: values.get(found[1], found[0]), text)
