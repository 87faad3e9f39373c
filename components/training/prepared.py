"""Prepared data sets on the disk: a folder each, with what is trained on, what is held out, and a record.

Knows files and owners; not how rows are checked or trained on. A folder appears whole: it is made under
another name and renamed. Its name is unguessable, and it opens for its owner only.
"""

import hashlib
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from components.config import Config
from components.errors import Unavailable
from components.files import read_json, remove_folder
from components.kept import Kept, Seconds, read
from components.messages import Message
from components.models.languages import LANGUAGES, language_name
from components.training.rows import Kind, Row, write_rows

TRAIN, VALID, ABOUT = "train.jsonl", "valid.jsonl", "dataset.json"
DATASETS = "datasets"  # below the data folder
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Facts(Kept):
    """What is known about a data set beside its rows."""

    name: str  # for people
    kind: Kind
    purpose: str = ""  # of pairs: "translation" or "summary"
    language: str = ""  # ISO 639-1 of most rows; of pairs: of the sources; empty: not known
    target_language: str = ""  # of translation pairs
    files: tuple[str, ...] = ()  # names of the uploads
    repaired: tuple[Message, ...] = ()  # what was put right
    dropped: Mapping[str, int] = field(default_factory=dict)  # what was wrong -> rows left out
    shared: int = 0  # rows held out by themselves whose prompt is also trained on

    @property
    def instruction(self) -> str:
        """What a causal model is told to do with the source of a pair."""
        return instruction_for(self.purpose, self.target_language)


@dataclass(frozen=True)
class Prepared:
    """One data set that is ready to be trained on."""

    id: str
    owner: str
    folder: Path
    facts: Facts
    digest: str  # sha256 over both files: what a run was trained on
    train_rows: int
    valid_rows: int
    created_at: Seconds = 0.0

    @property
    def name(self) -> str:
        return self.facts.name

    @property
    def train(self) -> Path:
        return self.folder / TRAIN

    @property
    def valid(self) -> Path:
        return self.folder / VALID


def datasets_dir(config: Config) -> Path:
    return config.data_dir / DATASETS


def instruction_for(purpose: str, target_language: str = "") -> str:
    """The instruction that pairs get where a causal model is trained on them."""
    if purpose == "summary":
        return "Summarize the following text."
    if purpose == "translation":
        to = f" to {language_name(target_language)}" if target_language in LANGUAGES else ""
        return f"Translate the following text{to}."
    return ""


def save(
    config: Config,
    owner: str,
    facts: Facts,
    train: Iterable[Row],
    valid: Iterable[Row],
    dataset_id: str = "",
) -> Prepared:
    """Writes a data set; one with the same id is replaced."""
    dataset_id = dataset_id or uuid.uuid4().hex
    folder = datasets_dir(config) / dataset_id
    part = folder.with_name(f".partial-{dataset_id}-{uuid.uuid4().hex[:8]}")
    part.mkdir(parents=True)
    try:
        write_rows(part / TRAIN, train)
        write_rows(part / VALID, valid)
        prepared = Prepared(
            id=dataset_id,
            owner=owner,
            folder=folder,
            facts=facts,
            digest=_digest(part),
            train_rows=_count(part / TRAIN),
            valid_rows=_count(part / VALID),
            created_at=time.time(),
        )
        (part / ABOUT).write_text(json.dumps(_to_json(prepared), indent=1), "utf-8")
        folder.mkdir(exist_ok=True)  # the check may be in it already
        for file in (TRAIN, VALID, ABOUT):  # the last one makes it count
            os.replace(part / file, folder / file)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return prepared


def load(config: Config, owner: str, dataset_id: str) -> Prepared:
    """Raises Unavailable where there is no such data set of this owner."""
    found = _read(config, dataset_id)
    if found is None or found.owner != owner:
        raise Unavailable("This data set isn't here any more. Upload the file again.")
    return found


def everything(config: Config, owner: str) -> list[Prepared]:
    """All data sets of one owner, the newest first."""
    folders = datasets_dir(config).glob("*") if datasets_dir(config).is_dir() else []
    found = [_read(config, folder.name) for folder in folders]
    mine = [one for one in found if one is not None and one.owner == owner]
    return sorted(mine, key=lambda one: one.created_at, reverse=True)


def delete(config: Config, owner: str, dataset_id: str) -> None:
    """Removes a data set of this owner. What was trained on it keeps its own record."""
    remove_folder(load(config, owner, dataset_id).folder)


def withdraw(config: Config, owner: str, dataset_id: str) -> None:
    """Takes back that a data set is ready; its folder stays."""
    try:
        found = load(config, owner, dataset_id)
    except Unavailable:
        return
    for file in (ABOUT, TRAIN, VALID):
        (found.folder / file).unlink(missing_ok=True)


def _read(config: Config, dataset_id: str) -> Prepared | None:
    if not _ID.fullmatch(dataset_id):
        return None
    folder = datasets_dir(config) / dataset_id
    try:
        return _from_json(folder, read_json(folder / ABOUT))
    except Unavailable:
        return None


def _to_json(prepared: Prepared) -> dict[str, Any]:
    """The record in one level: it was kept so before there were `Facts`."""
    own = {name: value for name, value in vars(prepared).items() if name not in ("folder", "facts")}
    return own | prepared.facts.to_json() | {"instruction": prepared.facts.instruction}


def _from_json(folder: Path, about: Mapping[str, Any]) -> Prepared:
    """Raises Unavailable for a damaged one."""
    return read(Prepared, {**about, "id": folder.name, "folder": folder, "facts": about})


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in (TRAIN, VALID):
        digest.update(hashlib.sha256((folder / name).read_bytes()).digest())
    return digest.hexdigest()


def _count(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for _ in lines)
