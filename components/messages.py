"""What the app says to a person, as data: a template and its named values, put into words where it is drawn.

Knows neither pages nor catalogues; the reader's language comes in as a `Wording`. So a value is never taken
for a word of the interface: a column called "Answer" stays "Answer" in every language.

    Said("The field {name} is missing.", name=column)                      # one sentence
    counted("{count} row is empty.", "{count:,} rows are empty.", count)   # its form depends on a number
    Said("{model} was not loaded: {why}", model=title, why=error.message)  # a value that is a message itself

A message in English: `str(message)`. In the reader's language: `components.ui.language.said(message)`.
"""

import json
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

_KEPT = '{"said": '  # how a message begins in a column of text
_WIDEST = 3  # digits of a width or a precision; a kept template could ask for a gigabyte of blanks
LISTED = 12  # names or lines that are listed in one sentence


@dataclass(frozen=True)
class Language:
    """A language as a value of a message: its name is shown in the reader's language."""

    code: str
    name: str  # in English


@dataclass(frozen=True, init=False)
class Said:
    """A sentence or a part of one. Its fields are those of `str.format`, with the format of numbers in them.

    Values are texts, which stay as they are, numbers, languages, messages, or lists of these.
    """

    template: str
    values: tuple[tuple[str, Any], ...] = ()
    plural: str = ""
    count: int | None = None  # chooses between the two forms, and fills the field `count`

    def __init__(self, template: str, /, **values: Any) -> None:
        _set(self, template, values)

    def __str__(self) -> str:
        return in_words(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: object) -> Any:
        """How `components.kept` reads one."""
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(_kept)

    def __bool__(self) -> bool:
        return bool(self.template)


Message = Said | str  # a plain text is a person's own, or from an old row: it is shown as it is


def counted(one: str, many: str, count: int, /, **values: Any) -> Said:
    """A message whose form depends on a number, shown by its field `count`."""
    said = Said.__new__(Said)
    _set(said, one, {"count": count, **values}, many, count)
    return said


def _set(
    said: Said, template: str, values: Mapping[str, Any], plural: str = "", count: int | None = None
) -> None:
    kept = tuple((name, _held(value)) for name, value in values.items())
    for name, value in (("template", template), ("values", kept), ("plural", plural), ("count", count)):
        object.__setattr__(said, name, value)


def _held(value: Any) -> Any:
    """A value as a message holds it: an error as its message, anything else that isn't plain data as text."""
    if isinstance(value, list | tuple):
        return tuple(map(_held, value))
    if isinstance(said := getattr(value, "message", None), Said):
        return said
    return value if isinstance(value, str | int | float | Said | Language) else str(value)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Returns the text as it is. The name marks it as one that a person will see; `_` translates it later."""
    return text


def sentences(*messages: Message) -> Message:
    """Messages that follow each other; the empty ones are left out."""
    return _chained(messages, lambda first, second: Said("{first} {second}", first=first, second=second))


def clauses(*messages: Message) -> Message:
    """Messages as the parts of one sentence, separated by semicolons; the empty ones are left out."""
    return _chained(messages, lambda first, second: Said("{first}; {second}", first=first, second=second))


def _chained(messages: Iterable[Message], link: Callable[[Message, Message], Said]) -> Message:
    chain: Message = ""
    for message in messages:
        if message:
            chain = link(chain, message) if chain else message
    return chain


class Wording(Protocol):
    """The reader's language: gettext's two functions, and the names of languages in it."""

    def gettext(self, message: str) -> str: ...

    def ngettext(self, one: str, many: str, count: int) -> str: ...

    def language(self, code: str, name: str) -> str: ...


class _English:
    def gettext(self, message: str) -> str:
        return message

    def ngettext(self, one: str, many: str, count: int) -> str:
        return one if count == 1 else many

    def language(self, code: str, name: str) -> str:
        return name


ENGLISH = _English()


class _Fields(string.Formatter):
    """`str.format` with fields that are names alone: no attribute, no item, whatever a kept template says."""

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> Any:
        if len(format_spec) > _WIDEST + 3 or sum(map(str.isdigit, format_spec)) > _WIDEST:
            raise ValueError(f"the format {format_spec[:20]} is too wide")
        return super().format_field(value, format_spec)


_FORMATTER = _Fields()


def in_words(message: Message, wording: Wording = ENGLISH) -> str:
    """A message in the reader's language. A template without values is shown as it is, braces included."""
    if isinstance(message, str):
        return message
    values = {name: _value(value, wording) for name, value in message.values}
    for words in (wording, ENGLISH):
        template = words.gettext(message.template)
        if message.count is not None:
            template = words.ngettext(message.template, message.plural, message.count)
        try:
            return _FORMATTER.vformat(template, (), values) if values else template
        except (LookupError, ValueError, TypeError):
            continue  # a translation or an old row has a field wrong
    return message.template


def _value(value: Any, wording: Wording) -> Any:
    match value:
        case Said():
            return in_words(value, wording)
        case Language():
            return wording.language(value.code, value.name)
        case tuple():
            mark = wording.gettext(N_(", "))
            named = mark.join(str(_value(one, wording)) for one in value[:LISTED])
            return named + (f"{mark}…" if len(value) > LISTED else "")
    return value


def to_json(message: Message) -> Any:
    """A message as JSON can hold it: a text stays a text."""
    return _plain(message)


def _plain(value: Any) -> Any:
    match value:
        case Said():
            kept: dict[str, Any] = {"said": value.template}
            if value.count is not None:
                kept |= {"plural": value.plural, "count": value.count}
            values = {
                name: _plain(one) for name, one in value.values if value.count is None or name != "count"
            }
            return kept | ({"values": values} if values else {})
        case Language():
            return {"language": value.code, "name": value.name}
        case tuple():
            return [_plain(one) for one in value]
    return value


def from_json(kept: Any) -> Message:
    """The inverse of `to_json`; a plain text, as in an old row, is returned as it is."""
    value = _valued(kept)
    return value if isinstance(value, Said) else str(value)


def _kept(value: Any) -> Said:
    """Raises ValueError for what is no message with a template."""
    said = value if isinstance(value, Said) else _valued(value)
    if not isinstance(said, Said):
        raise ValueError("no message")
    return said


def _valued(kept: Any) -> Any:
    match kept:
        case {"said": str(template), "plural": str(plural), "count": int(count), **rest}:
            return counted(template, plural, count, **_fields(rest))
        case {"said": str(template), **rest}:
            return Said(template, **_fields(rest))
        case {"language": str(code), "name": str(name)}:
            return Language(code, name)
        case list():
            return tuple(_valued(one) for one in kept)
    return kept


def _fields(kept: Mapping[Any, Any]) -> dict[str, Any]:
    given = kept.get("values")
    return {str(name): _valued(value) for name, value in given.items()} if isinstance(given, dict) else {}


def to_text(message: Message) -> str:
    """A message as text for one column of the database. A text that looks like a kept one stays a text."""
    if isinstance(message, str):
        own = {"said": None, "text": message}
        return json.dumps(own, ensure_ascii=False) if message.startswith(_KEPT) else message
    return json.dumps(to_json(message), ensure_ascii=False)


def from_text(kept: str) -> Message:
    """The inverse of `to_text`; rows older than this format hold a finished English sentence."""
    if not kept.startswith(_KEPT):
        return kept
    try:
        value = json.loads(kept)
    except (ValueError, RecursionError):
        return kept
    match value:
        case {"said": None, "text": str(own)}:
            return own
    return from_json(value)
