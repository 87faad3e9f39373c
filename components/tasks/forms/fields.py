"""A form: its fields, and what one document has for each. Plain data; knows nothing about how it is found."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from components.errors import BadInput
from components.kept import Count, Kept
from components.messages import Message

Kind = Literal["text", "number", "date"]
MOST_FIELDS, LONGEST = 40, 300  # fields of a form, characters of what is said of one
_OR = re.compile(r"[;,，、；/\n]|\bor\b|\boder\b|或")


@dataclass(frozen=True)
class Field(Kept):
    """One column of the form."""

    name: str
    kind: Kind = "text"
    look_for: str = ""  # how documents call it: "total, amount due"

    @property
    def phrases(self) -> tuple[str, ...]:
        """What documents may call it, its own name first."""
        given = (part.strip() for part in _OR.split(self.look_for))
        return tuple(dict.fromkeys([self.name.strip(), *filter(None, given)]))


@dataclass(frozen=True)
class Cell(Kept):
    """What a document has for a field. Without a place nothing was found, and `note` may say why."""

    value: Any = None  # a text, a number, "2026-05-31"
    block: Count = 0
    start: Count = 0  # in the block's text
    end: Count = 0
    label: str = ""  # what it is called there
    note: Message = ""

    @property
    def found(self) -> bool:
        return self.end > self.start


def check(fields: Sequence[Field]) -> None:
    """Raises BadInput for a form that can't be filled."""
    if not fields:
        raise BadInput("The form has no fields. Write at least one: its name, its kind, what to look for.")
    if len(fields) > MOST_FIELDS:
        raise BadInput("A form can have up to {most} fields.", most=MOST_FIELDS)
    names = [field.name.strip().casefold() for field in fields]
    if not all(names):
        raise BadInput("A field has no name.")
    if len(set(names)) < len(names):
        twice = next(field.name for field in fields if names.count(field.name.strip().casefold()) > 1)
        raise BadInput("Two fields are called {name}. Give one of them another name.", name=twice)
    if long := next((field.name for field in fields if len(field.name + field.look_for) > LONGEST), ""):
        raise BadInput(
            "What is said of the field {name} is too long: {most} characters are the most.",
            name=long[:40],
            most=LONGEST,
        )
