"""The phrases of a table by language, as patterns. Knows the table's form; not what the phrases are for."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("phrases.toml")
ANY = "any"  # holds for all languages


@dataclass(frozen=True)
class Phrases:
    """Of one language. What the table doesn't have finds nothing."""

    decided: re.Pattern[str]
    undecided: re.Pattern[str]
    long_ago: re.Pattern[str]
    to_do: re.Pattern[str]
    cues: re.Pattern[str]
    boilerplate: re.Pattern[str]
    about_itself: re.Pattern[str]
    moved: re.Pattern[str]
    leans_back: re.Pattern[str]


_FORMS = tuple(field.name for field in fields(Phrases))
_NOTHING = "(?!)"


@cache
def _table() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


def knows(language: str) -> bool:
    """Whether the table has this language."""
    return language in _table()


@cache
def phrases(language: str) -> Phrases:
    given = _table().get(language, {})
    lists = {name: "|".join(entries) for name, entries in given.items() if name not in _FORMS}
    lists = {name: entries.format_map(lists) for name, entries in lists.items()}
    of_all = _table()[ANY]
    entries = {name: [*of_all.get(name, ()), *given.get(name, ())] for name in _FORMS}
    return Phrases(**{name: _pattern(found or [_NOTHING], lists) for name, found in entries.items()})


def labels(name: str) -> str:
    """What minutes call a list ("decisions" or "actions") in all languages of the table, as one pattern."""
    return "|".join(word for given in _table().values() for word in given.get(name, ()))


def _pattern(entries: Sequence[str], lists: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(entry.format_map(lists) for entry in entries), re.IGNORECASE)
