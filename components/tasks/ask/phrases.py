"""The words by which questions say what they want, as patterns. Knows the table's form; not what for."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_TABLE = Path(__file__).with_name("phrases.toml")
_AS_IT_STANDS = ("any", "zh", "ja")  # signs, and words without spaces between them
_ASKING, _MEASURED = "asking", "measured"


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


@cache
def phrase(name: str) -> re.Pattern[str]:
    """What the table has under a name in all languages, as one pattern. Raises KeyError where it has none."""
    return re.compile(alternatives(name), re.IGNORECASE)


def alternatives(name: str) -> str:
    """The same as the text of a pattern, to be put into a larger one between brackets."""
    found = {language: "|".join(given[name]) for language, given in _table().items() if name in given}
    if not found:
        raise KeyError(name)
    return "|".join(
        either if language in _AS_IT_STANDS else rf"\b(?:{either})\b" for language, either in found.items()
    )


@cache
def asking(language: str) -> Mapping[str, re.Pattern[str]]:
    """What asks for each kind of answer; empty for a language that the table doesn't have."""
    return _by_kind(language, _ASKING)


@cache
def measured_by(language: str) -> Mapping[str, re.Pattern[str]]:
    """What asks for a measure, by the dimensions that answer, with a space between them; empty for a language
    that the table doesn't have.
    """
    return _by_kind(language, _MEASURED)


def _by_kind(language: str, part: str) -> Mapping[str, re.Pattern[str]]:
    given: Mapping[str, list[str]] = _table().get(language, {}).get(part, {})
    return {kind: re.compile("|".join(entries), re.IGNORECASE) for kind, entries in given.items()}
