"""Every kind of thing that is kept, damaged on the disk: its page says so, and everything else is as it
was.
"""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from components import access
from components.access import LOCAL
from components.kept import plain
from components.retrieval.shelf import Chunk, Sentence
from components.row_work import Step
from components.store import NewMessage
from components.tasks.classify import by_name, classifier_file
from components.tasks.classify.labels import read_labels
from components.tasks.tables.table_settings import Prompted, Table, TableSettings
from components.training.folder import write_json
from components.training.hyperparameters import TrainingSettings
from components.translations import Remembered
from components.ui import resources
from tests.pages.conftest import texts
from tests.unit.damaging import (
    ASKED,
    DEEP,
    DOCUMENT,
    EVENTS,
    ODD,
    RECEIPT,
    SUMMARY_BODY,
    SUMMARY_SETTINGS,
    TEXT,
    damaged,
    damaged_file,
    written,
)
from tests.unit.training.fakes import REPORT
from tests.unit.training.making import make_run

PAGES = [
    "",
    "pages/summarize.py",
    "pages/translate.py",
    "pages/tables.py",
    "pages/fine_tune.py",
    "pages/models.py",
    "pages/your_data.py",
    "pages/classify.py",
]
RAW = ["x", -1, 1e300, b"\xff\xfe", "{", '{"said": 5}', "[1]", DEEP]  # of a column
PARENTS = {"conversation_id", "result_id", "work_id"}
FIXED = {"id", "owner", "deleted_at", "run_id", "key", "number", "kind", "searched", *PARENTS}
TABLE_SETTINGS = plain(
    TableSettings(Table("t.csv", "CSV", ("text",)), "prompt", prompt=Prompted("{text}", "m"))
)
USAGE = {"prompt_tokens": 1, "new_tokens": 2, "first_token_seconds": 0.1, "tokens_per_second": 9.0}


class Kept:
    """One of each kind."""

    def __init__(self, tiny_models: Any) -> None:
        store, owner = resources.store(), LOCAL.id
        self.chat = store.create("chat", "A talk", "local-tiny-chat", {"temperature": 0.5})
        file = {"name": "a.txt", "text": "Tea.", "left_out": ""}
        asked = store.add(self.chat, NewMessage(None, "user", "Hi", attachments=[file]))
        said = NewMessage(asked, "assistant", "Hello", usage=USAGE, model_id="local-tiny-chat")
        resources.judged().leave_out(store.add(self.chat, said), "row")
        resources.judged().agree()
        results = resources.results()
        self.summary = results.create("summary", "A summary", SUMMARY_SETTINGS, [DOCUMENT.to_json()])
        results.update(self.summary, state="done", body=SUMMARY_BODY)
        results.steps(self.summary).put("k", b"v")
        made = resources.translations()
        self.text = made.create(owner, "text", "A text", ASKED, "done")
        made.update(self.text, body=TEXT)
        more = {"columns": [], "bilingual": False, "locked": False}
        self.document = made.create(owner, "document", "A document", ASKED | more, "done")
        made.update(self.document, body=RECEIPT.to_json())
        made.remember(owner, "en-pt", "r", [Remembered("Tea.", "Chá.", {"findings": []})])
        made.set_terms(owner, "en-pt", [("tea", "chá")])
        place = resources.config().data_dir / "translations" / self.document
        place.mkdir(parents=True)
        (place / "result").write_bytes(b"x")
        runs = resources.training_runs()
        self.run = runs.records.create(owner, "A run", "local-tiny-chat", "rows.jsonl", TrainingSettings())
        runs.records.move(self.run, ("queued",), "done", figures={"step": 2, "steps": 3, "verdict": "better"})
        named = by_name.classifier(read_labels("a, b"))
        about = classifier_file.about(named).to_json()
        self.classifier = resources.classifiers().keep("Mine", about, {}, classifier_file.weights(named))
        self.work = resources.row_work().create("table", "A table", TABLE_SETTINGS, 2)
        resources.row_work().steps(self.work).put([Step(0, "k", "done", ["Tea."])], 1.0)
        place = resources.row_work().place(self.work)
        place.mkdir(parents=True)
        (place / "rows.jsonl").write_text('["Cha"]\n["Tea"]\n')
        shelf = resources.shelf()
        self.shelved, _ = shelf.add("tea.txt", "d" * 64)
        shelf.fill(self.shelved, DOCUMENT)
        tea = Chunk((Sentence(0, 0, 4, "Tea."),), ["=tea", "tea"])
        shelf.append(self.shelved, [tea], {"m": np.ones((1, 4), np.float32)})
        shelf.update(self.shelved, state="done")
        resources.prompts().keep("message", "Tea", "Make tea.")
        traces = resources.everywhere().traces
        for one in traces.changed():
            traces.keep(one.kind, one.id, one.at, "en", ["Tea."], {"m": np.ones((1, 4), np.float32)})
        self.folder = make_run(runs.folder(self.run).path, tiny_models / "tiny-chat", TrainingSettings())
        self.folder.model.mkdir()
        (self.folder.model / "config.json").write_text("{}")
        write_json(self.folder.path / "report.json", REPORT)
        self.folder.events.write_text("\n".join(map(json.dumps, EVENTS)), "utf-8")

    def pages(self) -> dict[str, tuple[str, dict[str, str]]]:
        """The page of each table."""
        of_text = ("pages/translate.py", {"text": self.text})
        return {
            "conversations": ("", {"c": self.chat}),
            "messages": ("", {"c": self.chat}),
            "results": ("pages/summarize.py", {"s": self.summary}),
            "result_steps": ("pages/summarize.py", {"s": self.summary}),
            "translations": of_text,
            "translation_memory": of_text,
            "glossary_terms": of_text,
            "row_work": ("pages/tables.py", {"table": self.work}),
            "row_steps": ("pages/tables.py", {"table": self.work}),
            "training_runs": ("pages/fine_tune.py", {"run": self.run}),
            "classifiers": ("pages/classify.py", {"classifier": self.classifier}),
            "shelf_documents": ("pages/ask.py", {}),
            "shelf_chunks": ("pages/ask.py", {}),
            "shelf_vectors": ("pages/ask.py", {}),
            **{
                f"{one}_passages": ("pages/home.py", {})
                for one in ("conversations", "results", "translations")
            },
            "prompts": ("", {}),
            "left_out_answers": ("pages/your_data.py", {}),
            "rating_consents": ("pages/your_data.py", {}),
        }


@pytest.fixture
def kept(app, tiny_models) -> Kept:
    app()
    return Kept(tiny_models)


def opened(app, page: str, parameters: dict[str, str]) -> str:
    test = app(page, **parameters)
    assert not test.exception, [one.message for one in test.exception]
    return texts(test)


def copies(table: sa.Table) -> Iterator[dict[str, Any]]:
    """Rows like the one in a table, each with one column damaged in one way."""
    with resources.store().engine.connect() as connection:
        row = dict(connection.exec_driver_sql(f"SELECT * FROM {table.name}").mappings().first() or {})
    assert row, f"{table.name} has no row: make one of this kind here too"
    key = next(column.name for column in table.primary_key if column.name not in PARENTS)
    for number, (name, odd) in enumerate(itertools.product(row.keys() - FIXED, RAW), 1000):
        new = number if isinstance(row[key], int) else f"{number:032x}"
        yield row | {key: new, name: odd}


def insert(table: sa.Table, row: dict[str, Any]) -> None:
    with resources.store().engine.begin() as connection:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({names}) VALUES ({marks})", tuple(row.values())
        )


@pytest.mark.slow
def test_rows_that_are_damaged_in_any_column_cost_no_other(app, kept: Kept):
    assert {table.name for table in access.owned_tables()} == set(kept.pages())
    made = {table.name: list(copies(table)) for table in access.owned_tables()}
    for table in access.owned_tables():
        for row in made[table.name]:
            insert(table, row)
    for page in PAGES:
        opened(app, page, {})
    for page, parameters in {str(one): one for one in kept.pages().values()}.values():
        said = opened(app, page, parameters)
        assert (
            "damaged" not in said or "c" in parameters or not parameters
        )  # a page that lists all names them
    for name, parameter in (
        ("conversations", "c"),
        ("results", "s"),
        ("translations", "text"),
        ("row_work", "table"),
        ("training_runs", "run"),
    ):
        for row in made[name][::60]:
            opened(app, kept.pages()[name][0], {parameter: str(row["id"])})


def columns(kept: Kept) -> dict[str, tuple[str, str, str, Any, dict[str, str], str]]:
    """Of each column of JSON: its table, the row's id, a whole value, and how its page is opened."""
    page = {"s": "pages/summarize.py", "document": "pages/translate.py", "text": "pages/translate.py"}
    return {
        "summary": ("results", "body", kept.summary, SUMMARY_BODY, {"s": kept.summary}, page["s"]),
        "asked": ("results", "settings", kept.summary, SUMMARY_SETTINGS, {"s": kept.summary}, page["s"]),
        "documents": (
            "results",
            "documents",
            kept.summary,
            [DOCUMENT.to_json()],
            {"s": kept.summary},
            page["s"],
        ),
        "text": ("translations", "body", kept.text, TEXT, {"text": kept.text}, page["text"]),
        "receipt": (
            "translations",
            "body",
            kept.document,
            RECEIPT.to_json(),
            {"document": kept.document},
            page["text"],
        ),
        "languages": ("translations", "settings", kept.text, ASKED, {"text": kept.text}, page["text"]),
        "table": (
            "row_work",
            "settings",
            kept.work,
            TABLE_SETTINGS,
            {"table": kept.work},
            "pages/tables.py",
        ),
        "training": (
            "training_runs",
            "settings",
            kept.run,
            TrainingSettings().to_json(),
            {"run": kept.run},
            "pages/fine_tune.py",
        ),
        "figures": (
            "training_runs",
            "figures",
            kept.run,
            {"step": 1, "steps": 3, "verdict": "better", "base_loss": 2.0},
            {"run": kept.run},
            "pages/fine_tune.py",
        ),
    }


def look_at_columns(app, kept: Kept, every: int) -> None:
    from components.ui.summarize import session

    for table, column, key, whole, parameters, page in columns(kept).values():
        for odd in itertools.islice(map(written, [DEEP, *damaged(whole, ODD)]), 0, None, every):
            session.documents.clear()
            with resources.store().engine.begin() as connection:
                connection.exec_driver_sql(f"UPDATE {table} SET {column} = ? WHERE id = ?", (odd, key))
            opened(app, page, parameters)
        with resources.store().engine.begin() as connection:
            connection.exec_driver_sql(
                f"UPDATE {table} SET {column} = ? WHERE id = ?", (json.dumps(whole), key)
            )


def look_at_files(app, kept: Kept, every: int) -> None:
    for name in ("run.json", "report.json"):
        path = kept.folder.path / name
        whole = path.read_text("utf-8")
        for text in itertools.islice(list(damaged_file(path, ODD)), 0, None, every):
            path.write_text(text, "utf-8")
            said = opened(app, "pages/fine_tune.py", {"run": kept.run})
            assert "Progress" in said or "A run" in said
        path.write_text(whole, "utf-8")
    odd = [json.dumps(one) for event in EVENTS for one in damaged(event, ODD)]
    kept.folder.events.write_text("\n".join([*map(json.dumps, EVENTS), *odd]), "utf-8")
    opened(app, "pages/fine_tune.py", {"run": kept.run})


def test_a_value_that_is_damaged_inside_never_ends_a_page(app, kept: Kept):
    look_at_columns(app, kept, every=400)
    look_at_files(app, kept, every=400)


@pytest.mark.slow
def test_no_value_that_is_damaged_inside_ends_a_page(app, kept: Kept):
    look_at_columns(app, kept, every=25)
    look_at_files(app, kept, every=25)


def test_what_is_damaged_can_be_deleted(app, kept: Kept):
    from components.ui.summarize import session

    with resources.store().engine.begin() as connection:
        connection.exec_driver_sql("UPDATE results SET body = '{', settings = '5'")
        connection.exec_driver_sql("UPDATE translations SET body = '{', settings = '5'")
        connection.exec_driver_sql("UPDATE training_runs SET settings = '{', figures = '5', created_at = 'x'")
        connection.exec_driver_sql("UPDATE conversations SET settings = '{', leaf_id = 'x', updated_at = 'x'")
    app("pages/summarize.py")
    session.summarizing().delete(kept.summary)
    resources.document_translator().delete(kept.document)
    resources.training_runs().delete(kept.run)
    resources.store().delete(kept.chat)
    assert not resources.results().headings("summary")
    assert not resources.translations().recent(LOCAL.id, "document")
    assert not resources.training_runs().records.of(LOCAL.id)
    assert not resources.store().headings()
