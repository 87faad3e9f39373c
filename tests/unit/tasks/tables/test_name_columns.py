"""Names and numbers of a column: a column for each kind, or the texts without them."""

import contextlib
from types import SimpleNamespace
from typing import Any

import pytest

from components.errors import BadInput
from components.tasks.over_rows import Made
from components.tasks.tables import name_columns
from components.tasks.tables.action import Tools
from components.tasks.tables.actions import checked
from components.tasks.tables.table_settings import Looked, Table, TableSettings
from tests.unit.tasks.classify.fakes import SPECS, Words

TEXT = "Write to ana@example.org by 3 May 2026, or to the bank at ana@example.org."
JOB: Any = SimpleNamespace(say=lambda note, share=None: None, cancelled=lambda: False)


def tools() -> Tools:
    lease: Any = lambda model_id, *given, **named: contextlib.nullcontext(Words())  # noqa: E731
    translations: Any = None
    return Tools(lease, translations, SPECS)


def asked(*kinds: str, blank: bool = False) -> TableSettings:
    return TableSettings(Table("a.csv", "CSV", ("id", "text")), "entities", "text", name=Looked(kinds, blank))


def found(settings: TableSettings, text: str) -> list[object]:
    with name_columns.opened(settings, tools(), JOB) as do:
        [made] = do([text])
    assert isinstance(made, Made)
    return list(made.value)


def test_each_kind_has_its_column_and_names_a_thing_once():
    settings = asked("email", "date", "phone")
    assert [column.title for column in name_columns.columns(settings)] == [
        "text (email)",
        "text (date)",
        "text (phone)",
    ]
    assert found(settings, TEXT) == ["ana@example.org", "3 May 2026", ""]


def test_what_is_blanked_out_leaves_the_rest_of_the_text():
    [text] = found(asked("email", blank=True), TEXT)
    assert text == "Write to [EMAIL 1] by 3 May 2026, or to the bank at [EMAIL 1]."


def test_without_a_kind_nothing_is_begun():
    with pytest.raises(BadInput, match="at least one kind"):
        checked(asked(), tools())
