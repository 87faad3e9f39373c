"""What conversations, results and translations say, kept to be found: whose it is, and that it goes with them."""

from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from components.access import Person
from components.holdings import DAY, Holdings
from components.results import Results
from components.store import NewMessage, Store
from components.traces import TABLES, Traces
from components.translations import Translations

ANN, BOB = Person("ann"), Person("bob")
VECTORS = {"m": np.eye(2, 4, dtype=np.float32)}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'w.db'}", tmp_path)


def read_all(traces: Traces) -> None:
    for one in traces.changed():
        traces.keep(one.kind, one.id, one.at, "en", ["Title", "The old harbour"], VECTORS)


def rows(store: Store) -> int:
    with store.engine.connect() as connection:
        return sum(
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in TABLES.values()
        )


def test_only_what_changed_is_read_again_and_only_its_owner_finds_it(store: Store) -> None:
    mine, traces = store.for_person(ANN), Traces(store).for_person(ANN)
    conversation = mine.create("chat", "Title", "m")
    Results(store).for_person(ANN).create("summary", "Title", {}, [])
    settings = {"source": "en", "target": "pt", "route": "r"}
    Translations(store).for_person(ANN).create(ANN.id, "text", "Title", settings, "done")
    assert {one.kind for one in traces.changed()} == {"conversations", "results", "translations"}
    read_all(traces)
    assert traces.changed() == []
    assert [one.passages for one in traces.all()] == [("Title", "The old harbour")] * 3
    mine.add(conversation, NewMessage(None, "user", "More"))
    assert [one.id for one in traces.changed()] == [conversation]
    theirs = Traces(store).for_person(BOB)
    theirs.keep("conversations", conversation, 9e9, "en", ["Mine now"], VECTORS)
    assert (theirs.all(), theirs.changed(), theirs.of("conversations", conversation)) == ([], [], [])
    assert traces.of("conversations", conversation)[0].passages == ("Title", "The old harbour")


def test_what_is_deleted_is_not_found_and_its_vectors_go_with_it(store: Store, tmp_path: Path) -> None:
    mine, traces = store.for_person(ANN), Traces(store).for_person(ANN)
    conversation = mine.create("chat", "Title", "m")
    translations = Translations(store).for_person(ANN)
    settings = {"source": "en", "target": "pt", "route": "r"}
    text = translations.create(ANN.id, "text", "Title", settings, "done")
    read_all(traces)
    translations.delete(text)  # for good, at once
    assert rows(store) == 1
    mine.delete(conversation)
    assert traces.all() == []
    mine.restore(conversation)
    assert len(traces.all()) == 1
    mine.delete(conversation)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE conversations SET deleted_at = deleted_at - ?", (30 * DAY,))
    Holdings(store, tmp_path).expire()
    assert rows(store) == 0
