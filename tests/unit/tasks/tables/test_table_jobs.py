"""A table's rows through an action: what is asked, what comes back in the file, what is marked."""

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from components.access import LOCAL
from components.documents.limits import Limits
from components.documents.tables.table_client import ReadTable
from components.errors import BadInput
from components.jobs import Job, Jobs
from components.row_work import RowWork, Work
from components.store import Store
from components.tasks.answer_form import AnswerForm
from components.tasks.over_rows import OverRows
from components.tasks.tables import table_jobs
from components.tasks.tables.action import Tools
from components.tasks.tables.table_jobs import KIND, Tables, new_columns, output_name
from components.tasks.tables.table_settings import (
    Prompted,
    Shortened,
    Table,
    TableSettings,
    fields_of,
    filled,
)
from tests.unit.tasks.tables.fakes import Model

COLUMNS = ("id", "text")
TABLE = Table("orders.csv", "CSV", COLUMNS)


class World:
    """Tables of one person on a model."""

    def __init__(self, folder: Path, model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store = Store(f"sqlite:///{folder / 'w.db'}", folder)
        works = RowWork(self.store, folder).for_person(LOCAL)
        self.leases = 0

        @contextmanager
        def lease(model_id: str, *given: Any, **named: Any) -> Iterator[Model]:
            self.leases += 1
            yield model

        translations: Any = SimpleNamespace()
        self.jobs = Jobs().for_person(LOCAL)
        self.tables = Tables(OverRows(self.jobs, works), Tools(lease, translations), Limits())
        # The document process has tests of its own: here the writing is done in this one.
        monkeypatch.setattr(table_jobs, "write_table", self._write)

    def _write(self, data: bytes, name: str, choice: Any, columns: Any, values: Any, limits: Any) -> Any:
        from components.documents.tables.table_files import open_table

        return open_table(data, name, limits, choice).write(columns, list(values))

    def run(self, data: str, settings: TableSettings) -> tuple[Work, list[list[str]]]:
        rows = list(csv.reader(io.StringIO(data)))
        work_id = self.tables.start(data.encode(), ReadTable("CSV", tuple(rows[0]), rows[1:]), settings)
        return self.ended(work_id)

    def ended(self, work_id: str) -> tuple[Work, list[list[str]]]:
        work = self.tables.over.works.get(work_id)
        assert work
        if job := self.jobs.get(work.job_id):
            assert job.wait(20)
        work = self.tables.over.works.get(work_id)
        assert work
        path = self.tables.file(work)
        return work, list(csv.reader(io.StringIO(path.read_text("utf-8")))) if path.exists() else []


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., World]:
    return lambda *says: World(tmp_path, Model(*says), monkeypatch)


def asked(text: str, kind: Any = "text", **form: Any) -> TableSettings:
    return TableSettings(TABLE, "prompt", prompt=Prompted(text, "fake", AnswerForm(kind, **form)))


def test_each_row_is_asked_once_and_empty_ones_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    model = Model("=yes")
    world = World(tmp_path, model, monkeypatch)
    work, made = world.run("id,text\n1,a\n2,\n3,a\n", asked("About {text}?"))
    assert made == [["id", "text", "Answer"], ["1", "a", "'=yes"], ["2", "", ""], ["3", "a", "'=yes"]]
    assert [one.messages[-1]["content"] for one in model.asked] == ["About a?"]
    receipt = world.tables.over.receipt(work)
    assert (receipt.done, receipt.repeated, receipt.read_tokens, receipt.written_tokens) == (3, 1, 10, 3)
    assert world.tables.finished(work).name == "orders.done.csv"


def test_a_cell_that_stands_for_nothing_is_not_asked_about_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    model = Model("yes")
    world = World(tmp_path, model, monkeypatch)
    _, made = world.run("id,text\n1,#N/A\n2,a\n3,-\n4,\n", asked("About {text}?"))
    assert [row[2:] for row in made] == [
        ["Answer", "Note"],
        ["", "Not read: “#N/A” says that there is no value."],
        ["yes", ""],
        ["", "Not read: “-” says that there is no value."],
        ["", ""],
    ]
    assert [one.messages[-1]["content"] for one in model.asked] == ["About a?"]


def test_an_answer_outside_of_the_form_is_asked_for_once_more_then_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    model = Model("maybe", "yes", "maybe", "perhaps", "no")
    world = World(tmp_path, model, monkeypatch)
    work, made = world.run("id,text\n1,a\n2,b\n3,c\n", asked("{text}?", "yes/no"))
    assert [row[2] for row in made] == ["Answer", "true", "", "false"]
    assert made[2][3] == "The answer is neither yes nor no: perhaps"
    assert len(model.asked) == 5
    again = model.asked[1].messages
    assert [one["role"] for one in again] == ["user", "assistant", "user"]
    assert "neither yes nor no" in again[-1]["content"]
    assert all('"enum": ["yes", "no"]' in schema for schema in model.schemas)
    model.says = deque(["yes"])
    world.tables.resume(work, failed_again=True)
    _, made = world.ended(work.id)
    assert [row[2:] for row in made] == [["Answer"], ["true"], ["true"], ["false"]]


def test_what_is_done_so_far_is_a_table_whose_other_rows_are_empty_in_the_new_column(world):
    here = world("yes", "maybe", "perhaps", "no")
    work, _ = here.run("id,text\n1,a\n2,b\n3,c\n", asked("{text}?", "yes/no"))
    here.tables.over.works.steps(work.id).forget(failed=True)  # as if the second row weren't done yet
    name, data = here.tables.so_far(work)
    assert name == "orders.part.csv"
    assert list(csv.reader(io.StringIO(data.decode()))) == [
        ["id", "text", "Answer"],
        ["1", "a", "true"],
        ["2", "b", ""],
        ["3", "c", "false"],
    ]


def test_json_by_schema_is_a_column_for_each_property(world):
    schema = '{"type": "object", "properties": {"sum": {"type": "number"}, "text": {"type": "string"}}}'
    _, made = world('{"sum": 3, "text": "x"}').run("id,text\n1,a\n", asked("{text}", "json", schema=schema))
    assert made == [["id", "text", "sum", "text (2)"], ["1", "a", "3", "x"]]


def test_a_row_that_is_too_long_for_the_model_is_marked_and_the_others_are_done(world):
    long = "word " * 300
    _, made = world("ok").run(f"id,text\n1,{long}\n2,b\n", asked("{text}"))
    assert "too long for the model" in made[1][3]
    assert [row[2] for row in made] == ["Answer", "", "ok"]


def test_short_texts_stay_as_they_are_and_say_so(world):
    settings = TableSettings(TABLE, "summarize", "text", summarize=Shortened(30))
    _, made = world("").run("id,text\n1,Just a few words.\n", settings)
    assert made == [
        ["id", "text", "text (summary)", "Note"],
        ["1", "Just a few words.", "Just a few words.", "Short: as it is."],
    ]


def test_five_rows_are_tried_and_the_rest_is_reckoned_from_them(world):
    rows = [[str(n), f"row {n % 20}"] for n in range(100)]
    made = world("ok").tables.preview(ReadTable("CSV", COLUMNS, rows), asked("{text}"), Job("p", "local"))
    assert [number for number, _ in made.rows] == [0, 1, 2, 3, 4]
    assert (made.different, made.read_tokens, made.written_tokens) == (20, 200, 60)


def test_a_prompt_is_filled_from_its_row_and_other_braces_are_text():
    prompt = 'Of {text}: {"a": 1} {id}'
    assert fields_of(prompt, COLUMNS) == ("text", "id")
    assert filled(prompt, {"text": "{id}", "id": "7"}) == 'Of {id}: {"a": 1} 7'
    assert filled("{ Text }", {"text": "tea", "id": "7"}) == "tea"
    assert fields_of("{ Text } {ID}", COLUMNS) == ("text", "id")
    with pytest.raises(BadInput, match="names the column txet"):
        fields_of("{txet}", COLUMNS)


def test_what_cant_be_done_is_refused_before_anything_is_kept(world):
    made = world("x")
    for settings in (
        asked(" "),
        asked("no column"),
        asked("{text}", "one of", choices=("a",)),
        TableSettings(TABLE, "summarize", "nowhere"),
        TableSettings(TABLE, "unheard of"),
    ):
        with pytest.raises(BadInput):
            made.run("id,text\n1,a\n", settings)
    assert not made.tables.over.works.headings(KIND)


def test_new_columns_get_titles_of_their_own():
    settings = TableSettings(Table("t.csv", "CSV", ("Answer",)), "prompt", prompt=Prompted("{Answer}", "m"))
    assert [one.title for one in new_columns(settings, table_jobs.checked(settings, None))] == ["Answer (2)"]
    assert output_name("a.b.xlsx") == "a.b.done.xlsx"
