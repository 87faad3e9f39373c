"""All that a person keeps as one ZIP that the app reads back: conversations, summaries, translations with
their files, glossaries, work over rows; whatever table declares its owner in components.access.

Left out: training data, runs and fine-tuned models. What a checkpoint holds can run code when it is loaded,
so none is ever taken from somebody's file; models are exported and imported on the Fine-tune page. Left out
as well: the index of kept documents, which is made of them again, and a consent, which counts where it is
given.
"""

import base64
import binascii
import io
import json
import shutil
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import sqlalchemy as sa

from components import access
from components.errors import BadInput
from components.messages import Message, counted, sentences
from components.store import Store
from components.tasks import transfer

FORMAT, VERSION = "wordbench-archive", 1
MANIFEST, TALKS, FILES = "archive.json", "conversations", "files"
OTHERWISE = ("conversations", "messages")  # through their own format
LEFT_OUT = ("training_runs", "shelf_chunks", "shelf_vectors", "left_out_answers", "rating_consents")
SHELF = "shelf_documents"  # their index is left out, so they come back as not indexed yet
ORDER = ("pinned", "archived", "folder")
MOST = 2_000_000_000  # bytes that a ZIP may unpack to
AT_WORK = ("running", "streaming", "queued")


@dataclass(frozen=True)
class Back:
    """What was read back."""

    added: int
    left_out: int  # entries that were there already, or can't be read

    @property
    def text(self) -> Message:
        added = counted("{count} entry was read back.", "{count:,} entries were read back.", self.added)
        if not self.left_out:
            return added
        left = counted(
            "{count} was there already, or can't be read.",
            "{count:,} were there already, or can't be read.",
            self.left_out,
        )
        return sentences(added, left)


def save(store: Store, data_dir: Path) -> bytes:
    """Everything of the person that `store` is for."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        order = {}
        for heading in [*store.headings(), *store.headings(view=transfer.AWAY)]:
            if talk := store.conversation(heading.id):
                archive.writestr(f"{TALKS}/{talk.id}.json", transfer.to_json(talk))
                order[talk.id] = {name: getattr(talk, name) for name in ORDER}
        tables = {table.name: _rows(store, table) for table in _tables()}
        whole = {"format": FORMAT, "version": VERSION, "order": order, "tables": tables}
        archive.writestr(MANIFEST, json.dumps(whole, ensure_ascii=False))
        for table in _tables():
            for row in tables[table.name] if access.folder_of(table) else ():
                folder = access.row_folder(data_dir, table, row[access.key_of(table).name])
                for path in sorted(folder.glob("*")) if folder.is_dir() else ():
                    if path.is_file() and not path.is_symlink():
                        archive.write(path, f"{FILES}/{table.name}/{folder.name}/{path.name}")
    return out.getvalue()


def is_archive(data: bytes) -> bool:
    """Whether a ZIP is one of these."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return MANIFEST in archive.namelist()
    except zipfile.BadZipFile:
        return False


def bring(store: Store, data_dir: Path, data: bytes) -> Back:
    """Adds what an archive has to what is there; every entry gets an id of its own.

    Raises BadInput for a file that is no archive, before anything is added.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST:
                raise BadInput("The archive unpacks to more than {most} MB.", most=MOST // 1_000_000)
            whole = json.loads(archive.read(MANIFEST))
            if not isinstance(whole, dict) or (whole.get("format"), whole.get("version")) != (
                FORMAT,
                VERSION,
            ):
                raise BadInput("This archive is of another version of Wordbench. Update it and try again.")
            talks = _bring_talks(store, archive, whole.get("order"))
            rows = _bring_rows(store, data_dir, archive, whole.get("tables"))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, RuntimeError, RecursionError) as error:
        raise BadInput("This file is no archive that was saved here ({error}).", error=error) from error
    return Back(talks.added + rows.added, talks.left_out + rows.left_out)


def _tables() -> list[sa.Table]:
    """Parents before their parts."""
    return [one for one in reversed(access.owned_tables()) if one.name not in (*OTHERWISE, *LEFT_OUT)]


def _rows(store: Store, table: sa.Table) -> list[dict[str, Any]]:
    there = store.mine(table)
    if "deleted_at" in table.c:
        there &= table.c.deleted_at.is_(None)
    raw = [sa.type_coerce(column, sa.Text) if _is_message(column) else column for column in table.c]
    with store.engine.connect() as connection:
        found = connection.execute(sa.select(*raw).where(there))
        return [dict(zip(table.c.keys(), map(_plain, row), strict=True)) for row in found]


def _plain(value: Any) -> Any:
    """As JSON can hold it."""
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes | memoryview) else value


def _is_message(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.TypeDecorator)


def _bring_talks(store: Store, archive: zipfile.ZipFile, order: Any) -> Back:
    added = left_out = 0
    for name in archive.namelist():
        path = PurePosixPath(name)
        if path.parts[:1] != (TALKS,) or path.suffix != ".json":
            continue
        try:
            talk = transfer.from_json(store, archive.read(name))
        except BadInput:
            left_out += 1
            continue
        given = order.get(path.stem) if isinstance(order, dict) else None
        if isinstance(given, dict):
            folder = given.get("folder")
            marks = {one: int(bool(given.get(one))) for one in ("pinned", "archived")}
            store.change(talk, **marks, folder=folder[:60] if isinstance(folder, str) else "")
        added += 1
    return Back(added, left_out)


def _bring_rows(store: Store, data_dir: Path, archive: zipfile.ZipFile, tables: Any) -> Back:
    added = left_out = 0
    ids: dict[tuple[str, Any], Any] = {}
    for table in _tables():
        given = tables.get(table.name, []) if isinstance(tables, dict) else []
        for row in given if isinstance(given, list) else []:
            made = _own(store, table, row, ids)
            if made is None or not _insert(store, table, made):
                left_out += 1
                continue
            added += 1
            key = access.key_of(table).name
            if access.folder_of(table):
                folder = access.row_folder(data_dir, table, made[key])
                _bring_files(archive, f"{FILES}/{table.name}/{row[key]}/", folder)
    return Back(added, left_out)


def _own(store: Store, table: sa.Table, row: Any, ids: dict[tuple[str, Any], Any]) -> dict[str, Any] | None:
    """A row as this person's, with an id of its own; None for one that doesn't fit its table."""
    if not isinstance(row, dict) or not all(_fits(column, row.get(column.name)) for column in table.c):
        return None
    made = {column.name: row.get(column.name) for column in table.c}
    for column in table.c:
        if isinstance(column.type, sa.LargeBinary):
            made[column.name] = base64.b64decode(made[column.name] or "")
    key = access.key_of(table)
    if key.name == "id":
        if isinstance(key.type, sa.String):
            made["id"] = ids[table.name, row["id"]] = uuid.uuid4().hex
        else:
            del made["id"]
    parent = access.parent_of(table)
    if parent is not None:
        part = access.part_key(table).name
        if (parent.name, row.get(part)) not in ids:
            return None
        made[part] = ids[parent.name, row[part]]
    for name, value in (("owner", None), ("job_id", ""), ("run_id", "")):
        if name in made:
            made[name] = store.owner() if name == "owner" else value
    if made.get("state") in AT_WORK:
        made["state"] = "interrupted"
    if table.name == SHELF:
        made |= {"state": "interrupted", "chunks": 0, "tokens": 0}
    if (its_own := access.key_made_of(table, made)) is not None:
        made[key.name] = its_own
    return made


def _fits(column: sa.Column[Any], value: Any) -> bool:
    """Whether a value has the type of its column; what is in JSON is looked at where it is read."""
    if value is None:
        return bool(column.nullable)
    if isinstance(column.type, sa.LargeBinary):
        return isinstance(value, str) and _is_base64(value)
    if _is_message(column) or isinstance(column.type, sa.String):
        return isinstance(value, str) and "\0" not in value
    if isinstance(column.type, sa.Float | sa.Integer):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return True


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _insert(store: Store, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """False for a row that is there already."""
    values = {
        name: sa.literal(value, sa.Text) if _is_message(table.c[name]) and value is not None else value
        for name, value in row.items()
    }
    names = [one.name for one in table.c if type(one.type) is sa.String and one.name in row]
    texts = [one.name for one in table.c if isinstance(one.type, sa.Text) and one.name in row]
    same = sa.and_(*(table.c[name] == row[name] for name in (*names, *texts)))
    try:
        with store.engine.begin() as connection:
            key = access.key_of(table)
            # A row without an id of its own is what its texts say: a term, a remembered sentence.
            if key.name not in row and connection.execute(sa.select(key).where(same)).first():
                return False
            if table.name == SHELF and _is_kept(connection, table, row):
                return False
            connection.execute(table.insert().values(values))
    except sa.exc.IntegrityError:
        return False
    return True


def _is_kept(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Whether this person keeps the same file already."""
    same = sa.select(table.c.id).where(table.c.digest == row["digest"], table.c.owner == row["owner"])
    return connection.execute(same).first() is not None


def _bring_files(archive: zipfile.ZipFile, below: str, folder: Path) -> None:
    """The files of one entry, by their bare names."""
    for one in archive.infolist():
        name = one.filename.removeprefix(below)
        if not one.filename.startswith(below) or one.is_dir() or name != PurePosixPath(name).name:
            continue
        if name in ("", ".", "..") or "\\" in name:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        with archive.open(one) as source, (folder / name).open("wb") as target:
            shutil.copyfileobj(source, target)
