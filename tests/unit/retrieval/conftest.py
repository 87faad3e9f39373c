"""The databases that the shelf can be in: SQLite, and a real PostgreSQL where it is installed."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from components.retrieval import pgvector
from components.store import Store

USER = "postgres"


def _as_postgres(command: list[str]) -> list[str]:
    """PostgreSQL doesn't run for root."""
    return ["runuser", "-u", USER, "--", *command] if os.geteuid() == 0 else command


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server of its own, which ends with the tests."""
    pytest.importorskip("psycopg", reason="needs psycopg: see requirements-dev.txt")
    if not shutil.which("initdb") or not shutil.which("pg_ctl"):
        pytest.skip("needs PostgreSQL (in Debian: postgresql)")
    if os.geteuid() == 0 and not shutil.which("runuser"):
        pytest.skip("PostgreSQL doesn't run for root")
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        data = f"{folder}/data"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        run = {"check": True, "cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(
            _as_postgres(["initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"]), **run
        )
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        subprocess.run(_as_postgres(["pg_ctl", "-D", data, "-w", "-o", options, "start"]), **run)
        try:
            yield f"postgresql+psycopg://{USER}@127.0.0.1:{port}"
        finally:
            subprocess.run(_as_postgres(["pg_ctl", "-D", data, "-m", "immediate", "stop"]), **run)


@pytest.fixture(params=["SQLite", "PostgreSQL", "pgvector"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A fresh database of each kind: what holds for one holds for the other."""
    if request.param == "SQLite":
        opened = Store(f"sqlite:///{tmp_path / 'w.db'}", tmp_path)
    else:
        server = request.getfixturevalue("postgres")
        name = f"w{abs(hash(str(tmp_path)))}"
        admin = sa.create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
            known = "SELECT 1 FROM pg_available_extensions WHERE name = 'vector'"
            there = connection.exec_driver_sql(known).scalar() is not None
        admin.dispose()
        if request.param == "pgvector" and not there:
            pytest.skip("needs the extension pgvector in this PostgreSQL")
        if request.param == "PostgreSQL":
            monkeypatch.setattr(pgvector, "prepare", lambda engine: False)
        opened = Store(f"{server}/{name}", tmp_path)
    yield opened
    opened.close()
