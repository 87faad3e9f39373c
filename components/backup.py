"""A program: all data into one file, and back. A server may run while a backup is made, not while restored.

    python -m components.backup save wordbench.tar.gz
    python -m components.backup restore wordbench.tar.gz

The database is copied by SQLite's own online backup; models can be downloaded again and are left out.
"""

import argparse
import json
import os
import shutil
import sqlite3
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout

from components.config import Config, read_config
from components.errors import AppError, BadInput, Unavailable

FORMAT = 1
MANIFEST, DATABASE, FILES = "manifest.json", "wordbench.db", "files"
LEFT_OUT = ("models", "runs", "logs")  # can be downloaded again, or belongs to a running server
BEFORE = ".before-restore"


def save(config: Config, target: Path) -> int:
    """Writes a backup, whole or not at all; returns its size in bytes."""
    database = _database(config)
    if not database.exists():
        raise Unavailable(
            "There is no database at {database}, so there is nothing to save.", database=database
        )
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            copy = Path(folder) / DATABASE
            _copy_database(database, copy)
            manifest = Path(folder) / MANIFEST
            manifest.write_text(json.dumps({"format": FORMAT, "made_at": time.time()}))
            with tarfile.open(part, "w:gz", compresslevel=5) as archive:
                archive.add(manifest, MANIFEST)
                archive.add(copy, DATABASE)
                for path in _files(config.data_dir, database):
                    name = f"{FILES}/{path.relative_to(config.data_dir)}"
                    with suppress(FileNotFoundError):  # a running server removed it meanwhile
                        archive.add(path, name, recursive=False)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(target)
    except OSError as error:
        raise Unavailable(
            "The backup {target} was not written: {reason}.", target=target, reason=error.strerror or error
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def restore(config: Config, source: Path) -> Path | None:
    """Puts a backup in the place of the present data, which is moved aside; returns where it went.

    Everything is checked before anything is moved.
    """
    database = _database(config)
    config.data_dir.mkdir(parents=True, exist_ok=True)
    _check_not_running(config.data_dir)
    with tempfile.TemporaryDirectory(dir=config.data_dir, prefix=".restoring-") as folder:
        unpacked = Path(folder)
        _unpack(source, unpacked)
        _check_database(unpacked / DATABASE, source)
        aside = _move_aside(config.data_dir, database, unpacked)
        database.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(unpacked / DATABASE, database)
        for path in (unpacked / FILES).glob("*"):
            shutil.move(path, config.data_dir / path.name)
    return aside


def _database(config: Config) -> Path:
    url = sa.make_url(config.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise Unavailable(
            "The database is {kind}, which has a backup of its own: save it with that, "
            "and the folder {data_dir} with it.",
            kind=url.get_backend_name(),
            data_dir=config.data_dir,
        )
    return Path(url.database)


def _files(data_dir: Path, database: Path) -> Iterator[Path]:
    """Everything in the data folder except the database, models, locks and half-written files."""
    for top in sorted(data_dir.iterdir()):
        if top.name in LEFT_OUT or top.name.startswith((".", database.name)) or top.suffix == ".lock":
            continue
        for path in [top, *sorted(_below(top))]:
            if not path.is_symlink() and path.suffix not in (".lock", ".part"):
                yield path


def _below(top: Path) -> Iterator[Path]:
    """Everything in a folder. A folder that vanishes while it is read counts as empty."""
    for folder, folders, names in os.walk(top):
        yield from (Path(folder) / name for name in (*folders, *names))


def _copy_database(database: Path, copy: Path) -> None:
    try:
        with sqlite3.connect(database) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        target.close()
        source.close()
    except sqlite3.Error as error:
        raise Unavailable(
            "The database {database} can't be read: {error}.", database=database, error=error
        ) from error


def _unpack(source: Path, folder: Path) -> None:
    try:
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")  # no links out, no absolute paths, no devices
        manifest = json.loads((folder / MANIFEST).read_text())
    except (tarfile.TarError, OSError, ValueError, EOFError) as error:
        raise BadInput(
            "{source} is not a backup of Wordbench, or it is damaged: {error}.", source=source, error=error
        ) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BadInput("{source} was made by another version of Wordbench's backup.", source=source)


def _check_database(copy: Path, source: Path) -> None:
    try:
        connection = sqlite3.connect(copy)
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
        connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.close()
    except sqlite3.Error as error:
        verdict = str(error)
    if verdict != "ok":
        raise BadInput(
            "The database in {source} is damaged: {verdict}. Nothing was changed.",
            source=source,
            verdict=verdict,
        )


def _check_not_running(data_dir: Path) -> None:
    """Raises Unavailable while a server uses this data."""
    for path in (data_dir / "runs").glob("*.lock"):
        try:
            with FileLock(path).acquire(timeout=0):
                continue
        except Timeout:
            raise Unavailable("A server is running on this data. Stop it, then restore.") from None


def _move_aside(data_dir: Path, database: Path, unpacked: Path) -> Path | None:
    """Moves the present data into a folder of its own; nothing is deleted."""
    names = {path.name for path in (unpacked / FILES).glob("*")}
    there = [data_dir / name for name in names if (data_dir / name).exists()]
    there += [path for path in database.parent.glob(f"{database.name}*") if path.is_file()]
    if not there:
        return None
    aside = data_dir / f"{BEFORE}-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    aside.mkdir()
    for path in there:
        shutil.move(path, aside / path.name)
    return aside


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m components.backup", description="Save or restore all data."
    )
    parser.add_argument("what", choices=("save", "restore"))
    parser.add_argument("file", type=Path)
    given = parser.parse_args(arguments)
    try:
        config = read_config()
        if given.what == "save":
            print(f"Saved {save(config, given.file) / 1e6:,.1f} MB to {given.file}.")
        else:
            aside = restore(config, given.file)
            print(f"Restored {given.file} into {config.data_dir}.")
            if aside:
                print(f"What was there before is in {aside}; delete it when all is well.")
    except AppError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
