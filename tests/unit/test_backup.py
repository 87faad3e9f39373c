"""All data saved while a server runs, restored elsewhere, and the schema from every version on."""

import sqlite3
import tarfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory

from components import access, backup
from components.access import LOCAL, Person
from components.config import ROOT, Config
from components.errors import BadInput, Unavailable
from components.results import Results
from components.store import Store
from components.translations import Remembered, Translations, memory_key
from tests.unit.people import dump, rows_for

ANN = Person("ann")


def opened(data: Path) -> Store:
    return Store.from_config(Config(data_dir=data))


def test_everything_comes_back_on_another_machine(tmp_path: Path):
    old, new, file = tmp_path / "old", tmp_path / "new", tmp_path / "saved" / "w.tar.gz"
    store = opened(old)
    rows_for(store, ANN)
    before = dump(store, ANN)
    (old / "translations" / "x").mkdir(parents=True)
    (old / "translations" / "x" / "source").write_bytes(b"\0document")
    (old / "models" / "big").mkdir(parents=True)
    (old / "models" / "big" / "model.safetensors").write_bytes(b"x" * 100_000)
    assert backup.save(Config(data_dir=old), file) > 0  # the server runs on
    rows_for(store, Person("later"))
    assert backup.restore(Config(data_dir=new), file) is None
    restored = opened(new)
    assert dump(restored, ANN) == before
    assert dump(restored, Person("later")) == dump(restored, Person("nobody"))
    assert (new / "translations" / "x" / "source").read_bytes() == b"\0document"
    assert not (new / "models").exists()
    restored.close()
    store.close()


def test_a_file_that_a_training_run_removes_meanwhile_costs_no_backup(tmp_path: Path, monkeypatch):
    old, new, file = tmp_path / "old", tmp_path / "new", tmp_path / "w.tar.gz"
    store = opened(old)
    checkpoint = old / "training" / "r1" / "checkpoint-1"
    checkpoint.mkdir(parents=True)
    for name in ("a.bin", "gone.bin", "z.bin"):
        (checkpoint / name).write_bytes(b"weights")
    listed = backup._files

    def vanishing(data_dir: Path, database: Path):
        for path in list(listed(data_dir, database)):
            (checkpoint / "gone.bin").unlink(missing_ok=True)
            yield path

    monkeypatch.setattr(backup, "_files", vanishing)
    assert backup.save(Config(data_dir=old), file) > 0
    backup.restore(Config(data_dir=new), file)
    kept = sorted(path.name for path in (new / "training" / "r1" / "checkpoint-1").iterdir())
    assert kept == ["a.bin", "z.bin"]
    store.close()


def test_a_restore_moves_aside_what_is_there_and_refuses_while_a_server_runs(tmp_path: Path):
    data, file = tmp_path / "data", tmp_path / "w.tar.gz"
    store = opened(data)
    kept = store.create("chat", "first", "m")
    backup.save(Config(data_dir=data), file)
    later = store.create("chat", "second", "m")
    with pytest.raises(Unavailable, match="A server is running"):
        backup.restore(Config(data_dir=data), file)
    store.close()
    aside = backup.restore(Config(data_dir=data), file)
    again = opened(data)
    assert again.conversation(kept)
    assert again.conversation(later) is None
    again.close()
    assert (aside / "wordbench.db").exists()


def test_what_is_no_backup_changes_nothing(tmp_path: Path):
    data = tmp_path / "data"
    store = opened(data)
    kept = store.create("chat", "first", "m")
    store.close()
    broken = tmp_path / "broken.tar.gz"
    good = tmp_path / "good.tar.gz"
    backup.save(Config(data_dir=data), good)
    broken.write_bytes(good.read_bytes()[:-300])
    evil = tmp_path / "evil.tar"
    with tarfile.open(evil, "w") as archive:
        (tmp_path / "x").write_text("x")
        archive.add(tmp_path / "x", "../../outside")
    garbage = tmp_path / "garbage.tar"
    with tarfile.open(garbage, "w") as archive:
        (tmp_path / "manifest.json").write_text('{"format": 1}')
        (tmp_path / "wordbench.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
        for name in ("manifest.json", "wordbench.db"):
            archive.add(tmp_path / name, name)
    for file in (broken, evil, garbage, tmp_path / "x", tmp_path / "missing"):
        with pytest.raises(BadInput):
            backup.restore(Config(data_dir=data), file)
    assert not (tmp_path.parent / "outside").exists()
    again = opened(data)
    assert again.conversation(kept)
    again.close()
    assert not list(data.glob(".restoring-*"))


def test_the_commands_say_what_they_did(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("WORDBENCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("WORDBENCH_CONFIG", str(tmp_path / "none.toml"))
    assert backup.main(["save", str(tmp_path / "b.tar.gz")]) == 1
    assert "nothing to save" in capsys.readouterr().err
    opened(tmp_path / "data").close()
    assert backup.main(["save", str(tmp_path / "b.tar.gz")]) == 0
    assert backup.main(["restore", str(tmp_path / "b.tar.gz")]) == 0
    assert "Restored" in capsys.readouterr().out


# The schema


def versions() -> list[str]:
    """Every released version of the schema, the oldest first."""
    scripts = ScriptDirectory(str(ROOT / "components" / "migrations"))
    return [script.revision for script in scripts.walk_revisions()][::-1]


def at_version(path: Path, version: str) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{path}")
    config = AlembicConfig()
    config.set_main_option("script_location", str(ROOT / "components" / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    return engine


def filled(engine: sa.Engine) -> dict[str, int]:
    """Two rows in every table of an old schema, whatever its columns; not in what SQLite keeps of an index of words."""
    with engine.connect() as connection:
        tables = [(row[1], row[2]) for row in connection.exec_driver_sql("PRAGMA table_list")]
    meta = sa.MetaData()
    meta.reflect(
        engine, only=[name for name, kind in tables if kind == "table" and not name.startswith("sqlite_")]
    )
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        for table in meta.sorted_tables:
            if table.name == "alembic_version":
                continue
            for number in (1, 2):
                connection.execute(table.insert().values({c.name: _old(c, number) for c in table.columns}))
    return {t.name: 2 for t in meta.sorted_tables if t.name != "alembic_version"}


def _old(column: sa.Column, number: int) -> object:
    if column.name == "deleted_at":
        return None
    if isinstance(column.type, sa.JSON):
        return {"n": number}
    if isinstance(column.type, sa.Integer | sa.Float):
        return number
    if isinstance(column.type, sa.LargeBinary):
        return b"old%d" % number
    return {"kind": "chat", "state": "done"}.get(column.name, f"old{number}")


@pytest.mark.parametrize("version", versions())
def test_data_of_every_released_version_is_there_after_an_update(version: str, tmp_path: Path):
    engine = at_version(tmp_path / "wordbench.db", version)
    counts = filled(engine)
    engine.dispose()
    store = opened(tmp_path)
    with store.engine.connect() as connection:
        for name, number in counts.items():
            found = connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
            assert found == number, name
    mine = store.for_person(LOCAL)
    if version < "0005":
        assert {heading.id for heading in mine.headings()} == {"old1", "old2"}
        for table in access.owned_tables():
            if table.name in counts:
                assert len(dump(store, LOCAL)) == len(dump(store, Person("local")))
    store.close()


def test_remembered_sentences_are_still_found_after_the_update(tmp_path: Path):
    engine = at_version(tmp_path / "wordbench.db", "0003")
    with engine.begin() as connection:
        for at, owner in ((1, "a" * 32), (2, "b" * 32)):
            connection.exec_driver_sql(
                "INSERT INTO translation_memory VALUES (?, ?, 'en-pt', 'r', 'Hello', ?, '{}', 0, ?)",
                (memory_key(owner, "en-pt", "r", "Hello"), owner, f"Olá {at}", at),
            )
    engine.dispose()
    store = opened(tmp_path)
    mine = Translations(store).for_person(LOCAL)
    assert mine.remembered(LOCAL.id, "en-pt", "r", ["Hello"])["Hello"].target == "Olá 2"  # the newest
    assert mine.memory_size(LOCAL.id) == 1
    mine.remember(LOCAL.id, "en-pt", "r", [Remembered("Hello", "Oi", {})])
    assert mine.memory_size(LOCAL.id) == 1
    store.close()


def test_a_newer_database_is_refused_and_left_as_it_is(tmp_path: Path):
    opened(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "wordbench.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(Unavailable, match="newer Wordbench"):
        opened(tmp_path)
    assert Results  # imported, so that its tables are known
