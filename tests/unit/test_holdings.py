"""What a person keeps: its size, its deletion, its end by age, what a crash left of it."""

import json
import shutil
import time
from pathlib import Path

import pytest

from components import access, owned_folders
from components.access import Person
from components.holdings import DAY, Holdings
from components.results import Results
from components.store import NewMessage, Store
from components.translations import Remembered, Translations

ANN, BOB = Person("ann"), Person("bob")
NOW = 1_000 * DAY


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'w.db'}", tmp_path)


def fill(store: Store, person: Person, folder: Path, text: str = "Hello") -> str:
    mine = store.for_person(person)
    conversation = mine.create("chat", "Title", "m")
    mine.add(conversation, NewMessage(None, "user", text))
    Results(store).for_person(person).create("summary", "Title", {}, [{"text": text}])
    translations = Translations(store).for_person(person)
    translations.remember(person.id, "en-pt", "r", [Remembered("a", "b", {})])
    translations.set_terms(person.id, "en-pt", [("a", "b")])
    found = translations.create(
        person.id, "document", "x.txt", {"source": "en", "target": "pt", "route": "r"}, "done"
    )
    (folder / "translations" / found).mkdir(parents=True)
    (folder / "translations" / found / "source").write_bytes(b"x" * 5000)
    return conversation


def test_size_counts_rows_and_files_of_this_person_alone(store: Store, tmp_path: Path):
    holdings = Holdings(store, tmp_path)
    fill(store, ANN, tmp_path, "x" * 100_000)
    assert 205_000 < holdings.stored_bytes(ANN.id) < 210_000
    assert holdings.stored_bytes(BOB.id) == 0
    kinds = {held.kind for held in holdings.for_person(ANN).listed()}
    assert kinds == {table.name for table in access.owned_tables()} & kinds
    assert {"conversations", "messages", "results", "translations"} <= kinds
    assert holdings.for_person(BOB).listed() == []


def test_what_was_deleted_cannot_be_read_from_the_files_of_the_database(store: Store, tmp_path: Path):
    fill(store, ANN, tmp_path, "a very private sentence")
    assert Holdings(store, tmp_path).for_person(ANN).delete_all() > 0
    for file in tmp_path.glob("w.db*"):
        assert b"private sentence" not in file.read_bytes(), file.name


def test_what_is_old_is_deleted_with_its_files_and_what_is_used_stays(store: Store, tmp_path: Path):
    old, new = fill(store, ANN, tmp_path), fill(store, BOB, tmp_path)
    with store.engine.begin() as connection:
        for table in access.owned_tables():
            age = access.age_of(table)
            if age is not None:
                late = access.mine(table, BOB)
                connection.execute(table.update().values({age.name: NOW - 31 * DAY}))
                connection.execute(table.update().where(late).values({age.name: NOW - 29 * DAY}))
    clock = [NOW]
    holdings = Holdings(store, tmp_path, expire_days=30, clock=lambda: clock[0])
    assert holdings.expire() > 0
    assert store.conversation(old) is None
    assert store.conversation(new).messages
    assert holdings.stored_bytes(ANN.id) == 0
    assert len(list((tmp_path / "translations").iterdir())) == 1
    clock[0] = NOW - 400 * DAY  # the clock is set back: nothing is lost
    assert holdings.expire() == 0
    assert store.conversation(new).messages


def test_without_the_setting_nothing_expires_but_what_was_deleted_goes_after_a_week(
    store: Store, tmp_path: Path
):
    mine = store.for_person(ANN)
    kept, gone = mine.create("chat", "kept", "m"), mine.create("chat", "gone", "m")
    mine.add(gone, NewMessage(None, "user", "x"))
    mine.delete(gone)
    clock = [mine.conversation(kept).updated_at]
    holdings = Holdings(store, tmp_path, clock=lambda: clock[0])
    assert holdings.expire() == 0
    clock[0] += 8 * DAY
    assert holdings.expire() == 2
    assert mine.conversation(kept)


def test_folders_without_rows_are_counted_deleted_and_expired_too(store: Store, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(owned_folders, "_FOLDERS", {"things": "about.json"})
    for person in (ANN, BOB):
        place = tmp_path / "things" / f"of-{person.id}"
        place.mkdir(parents=True)
        (place / "about.json").write_text(json.dumps({"owner": person.id}))
        (place / "weights").write_bytes(b"x" * 3000)
    (tmp_path / "things" / "half").mkdir()
    (tmp_path / "things" / "half" / "about.json").write_text("[")
    clock = [time.time()]
    holdings = Holdings(store, tmp_path, expire_days=30, clock=lambda: clock[0])
    assert holdings.stored_bytes(ANN.id) > 3000
    assert [held.kind for held in holdings.for_person(ANN).listed()] == ["things"]
    assert holdings.for_person(ANN).delete_all() == 1
    assert sorted(path.name for path in (tmp_path / "things").iterdir()) == ["half", "of-bob"]
    assert holdings.expire() == 0
    clock[0] += 31 * DAY
    assert holdings.expire() == 1
    assert holdings.stored_bytes(BOB.id) == 0


def test_a_crash_leaves_no_files_behind(store: Store, tmp_path: Path):
    fill(store, ANN, tmp_path)
    place = tmp_path / "translations"
    (place / "of-nobody").mkdir()
    (place / "of-nobody" / "source").write_bytes(b"x")
    kept = next(folder for folder in place.iterdir() if folder.name != "of-nobody")
    (kept / "result.part").write_bytes(b"half")
    assert list(map(str, Holdings(store, tmp_path).repair())) == ["2 unfinished files in translations"]
    assert [path.name for path in kept.iterdir()] == ["source"]
    assert not (place / "of-nobody").exists()
    assert Holdings(store, tmp_path).repair() == []
    shutil.rmtree(place)
    assert Holdings(store, tmp_path).repair() == []
