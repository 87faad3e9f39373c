"""What is to be done to each row of which table: plain data, kept with the work, and its rules."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from components.documents.tables.new_columns import Choice
from components.errors import BadInput
from components.kept import Kept
from components.tasks.answer_form import AnswerForm

LONGEST_PROMPT = 20_000  # characters
MOST_TOKENS = 4_096  # of one answer
FIELD = re.compile(r"\{([^{}\n]{1,200})\}")
_WORD = re.compile(r"[\w .,()/#%&-]+")


@dataclass(frozen=True)
class Table(Kept):
    """A table as it was uploaded."""

    name: str
    format: str
    columns: tuple[str, ...]
    choice: Choice = field(default_factory=Choice)


@dataclass(frozen=True)
class Prompted(Kept):
    """An own prompt, on any model."""

    text: str = ""  # with {column} in it
    model_id: str = ""
    form: AnswerForm = field(default_factory=AnswerForm)
    title: str = "Answer"  # of the new column
    max_new_tokens: int = 256


@dataclass(frozen=True)
class Translated(Kept):
    """From which language to which, and the way."""

    source: str = ""
    target: str = ""
    route: str = ""


@dataclass(frozen=True)
class Shortened(Kept):
    """How long a summary may be."""

    words: int = 30


@dataclass(frozen=True)
class Sorted(Kept):
    """Into which classes."""

    way: Literal["sentiment", "labels", "kept"] = "sentiment"
    labels: str = ""  # as they were typed
    several: bool = False  # more than one may fit
    none: bool = True  # none may fit
    classifier_id: str = ""


@dataclass(frozen=True)
class Looked(Kept):
    """Which kinds of names and numbers are looked for, and by what."""

    kinds: tuple[str, ...] = ()  # keys of `entities.KINDS`, and kinds that were learned
    blank: bool = False  # instead of columns: the text without them
    by: Literal["rules", "kept", "model"] = "rules"
    classifier_id: str = ""  # "kept": the kinds that were learned
    model_id: str = ""  # "model": one that writes
    wanted: str = ""  # "model": the kinds, as they were typed


@dataclass(frozen=True)
class Questioned(Kept):
    """What each text is asked."""

    question: str = ""


@dataclass(frozen=True)
class TableSettings(Kept):
    """One piece of work. What belongs to other actions is as it is by default."""

    table: Table
    action: str  # a key of `actions.ACTIONS`
    column: str = ""  # that is read; of "prompt" the prompt says it
    prompt: Prompted = field(default_factory=Prompted)
    translate: Translated = field(default_factory=Translated)
    summarize: Shortened = field(default_factory=Shortened)
    classify: Sorted = field(default_factory=Sorted)
    name: Looked = field(default_factory=Looked)
    ask: Questioned = field(default_factory=Questioned)


def fields_of(prompt: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that a prompt names, in braces. Raises BadInput for one that the table doesn't have.

    Braces around anything that can't be a title, such as JSON, are text.
    """
    found = []
    for name in FIELD.findall(prompt):
        if (column := _column(name, columns)) is not None:
            found.append(column)
        elif _WORD.fullmatch(name):
            raise BadInput(
                "The prompt names the column {name}, which this table doesn't have. Its columns: {columns}.",
                name=name,
                columns=list(columns),
            )
    return tuple(dict.fromkeys(found))


def _column(name: str, columns: Collection[str]) -> str | None:
    """The column that is meant, whatever its capitals; None where there is none."""
    if name in columns:
        return name
    wanted = " ".join(name.split()).casefold()
    return next((one for one in columns if one.casefold() == wanted), None)


def filled(prompt: str, row: dict[str, str]) -> str:
    """The prompt with the row's cells in it."""

    def cell(found: re.Match[str]) -> str:
        column = _column(found[1], row)
        return found[0] if column is None else row[column]

    return FIELD.sub(cell, prompt)


def check_prompt(asked: Prompted, columns: tuple[str, ...]) -> None:
    """Raises BadInput for a prompt that can't be asked."""
    if not asked.text.strip():
        raise BadInput(
            "The prompt is empty. Write what to do, with a column in braces: {example}", example="{text}"
        )
    if len(asked.text) > LONGEST_PROMPT:
        raise BadInput("A prompt can have up to {most:,} characters.", most=LONGEST_PROMPT)
    if not fields_of(asked.text, columns):
        raise BadInput(
            "The prompt names no column: all rows would get the same answer. Put one in braces: {columns}.",
            columns=[f"{{{name}}}" for name in columns],
        )
    if not asked.model_id:
        raise BadInput("No model is chosen that could answer.")
    if not 1 <= asked.max_new_tokens <= MOST_TOKENS:
        raise BadInput("An answer can have 1 to {most:,} tokens.", most=MOST_TOKENS)
