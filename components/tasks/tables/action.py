"""What an action on rows is, and what it runs on. Knows no action."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from components.classifiers import Classifiers
from components.documents.tables.missing import is_error
from components.documents.tables.new_columns import Column
from components.messages import Message
from components.models.catalog import ModelSpec
from components.models.engine import Engine
from components.tasks.over_rows import Do
from components.tasks.tables.table_settings import TableSettings
from components.translations import Translations

Row = Mapping[str, str]


class Working(Protocol):
    """A job, or what takes its place in a preview."""

    def say(self, note: Message, share: float | None = None) -> None: ...

    def cancelled(self) -> bool: ...


@dataclass(frozen=True)
class Tools:
    """What actions run on."""

    lease: Callable[..., AbstractContextManager[Engine]]  # the model manager's
    translations: Translations
    ready: Sequence[ModelSpec] = ()  # models that can be used now
    embedder: ModelSpec | None = None
    owner: str = ""
    classifiers: Classifiers | None = None  # that the person keeps


@dataclass(frozen=True)
class Action:
    """One thing that can be done to a row. A value has one entry for each of its columns."""

    title: str
    columns: Callable[[TableSettings], tuple[Column, ...]]
    read: Callable[[TableSettings, Row], Any]  # a row's input, JSON; blank: there is nothing to do
    opened: Callable[[TableSettings, Tools, Working], AbstractContextManager[Do]]
    check: Callable[[TableSettings, Tools], None]
    at_once: int = 1
    nothing: Callable[[str], bool] = is_error  # whether an input stands for a missing value
    loads: Callable[[TableSettings], bool] = lambda settings: False  # whether the first batch loads its model
