"""Names and numbers of a column: a column for each kind, or the texts without them."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from components.errors import BadInput
from components.tasks.classify import tagger_file
from components.tasks.classify.marks import MarkedTexts
from components.tasks.classify.tag_learner import learn_tags
from components.tasks.over_rows import Made
from components.tasks.tables import name_columns
from components.tasks.tables.actions import checked
from components.tasks.tables.table_settings import Looked, Table, TableSettings
from tests.unit.tasks.classify.fakes import encoders
from tests.unit.tasks.classify.marked import sentences
from tests.unit.tasks.tables.fakes import JOB, Model, tools

TEXT = "Write to ana@example.org by 3 May 2026, or to the bank at ana@example.org."


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


def test_kinds_that_were_learned_have_columns_beside_those_of_the_app():
    made = learn_tags(MarkedTexts("own", sentences(30)), encoders())
    row = SimpleNamespace(
        about=tagger_file.about(made.tagger).to_json(), weights=tagger_file.weights(made.tagger)
    )
    kept = SimpleNamespace(get=lambda classifier_id: row if classifier_id == "mine" else None)
    settings = TableSettings(
        Table("a.csv", "CSV", ("id", "text")),
        "entities",
        "text",
        name=Looked(("person", "email"), by="kept", classifier_id="mine"),
    )
    checked(settings, tools(kept=kept))
    with name_columns.opened(settings, tools(kept=kept), JOB) as do:
        [one] = do(["Today Bo Li went to Rome, see bo@li.example."])
    assert isinstance(one, Made)
    assert one.value == ["Bo Li", "bo@li.example"]
    with pytest.raises(BadInput, match="aren't here any more"):
        checked(replace(settings, name=replace(settings.name, classifier_id="gone")), tools(kept=kept))


def test_what_a_model_names_and_the_text_lacks_is_said_beside_the_row():
    settings = TableSettings(
        Table("a.csv", "CSV", ("text",)),
        "entities",
        "text",
        name=Looked(by="model", model_id="m", wanted="person: somebody"),
    )
    said = '{"found": [{"text": "Bo Li", "kind": "person"}, {"text": "Eve", "kind": "person"}]}'
    checked(settings, tools())
    assert [column.title for column in name_columns.columns(settings)] == ["text (person)"]
    with name_columns.opened(settings, tools(Model(said)), JOB) as do:
        [one] = do(["Bo Li came."])
    assert isinstance(one, Made)
    assert (one.value, str(one.note)) == (["Bo Li"], "Named by the model, and not in the text: Eve")
    assert (one.read_tokens, one.written_tokens) == (10, 3)
