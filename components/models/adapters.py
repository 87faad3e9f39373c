"""Adapters for a base model and whole tuned models that people trained or uploaded, in one folder.

    data_dir/adapters/ID/wordbench.json         id, title, owner, base
                         adapter_config.json    PEFT's settings, of which only known ones are kept
                         adapter_model.safetensors

Knows folders and manifests; whether an adapter fits its base is checked in `lora`.
"""

import json
import os
import re
import shutil
import time
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from components.files import read_json, remove_folder, replace_json
from components.owned_folders import own_folders

CONFIG, WEIGHTS, MANIFEST = "adapter_config.json", "adapter_model.safetensors", "wordbench.json"
FOLDER = "adapters"  # below the data folder
own_folders(FOLDER, MANIFEST)
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")


@dataclass(frozen=True)
class Tuned:
    """One adapter or tuned model, as its manifest says."""

    id: str
    title: str
    owner: str
    base: str  # id of the base model
    folder: Path
    run: str = ""  # the run that made it; empty: it was uploaded
    created_at: float = 0.0
    made_for: str = ""  # the base model that its own settings name, of one that was uploaded

    @property
    def whole(self) -> bool:
        """Whether it is a model of its own, not an adapter."""
        return (self.folder / "config.json").exists()


class AdapterFolder:
    """All adapters of this installation. Any number of processes may read it at the same time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[Tuned]:
        """The newest first; incomplete ones are left out."""
        found = [self._read(path) for path in self._folder.glob("*")] if self._folder.is_dir() else []
        return sorted((one for one in found if one), key=lambda one: -one.created_at)

    def get(self, tuned_id: str) -> Tuned | None:
        return self._read(self._folder / tuned_id) if _ID.fullmatch(tuned_id) else None

    def add(
        self,
        source: Path,
        *,
        title: str,
        owner: str,
        base: str,
        run: str = "",
        tuned_id: str = "",
        made_for: str = "",
    ) -> Tuned:
        """Copies what `source` holds; one with the same id is replaced in one step."""
        tuned_id = tuned_id or f"tuned-{uuid.uuid4().hex[:12]}"
        made = Tuned(tuned_id, title, owner, base, self._folder / tuned_id, run, time.time(), made_for)
        part = self._folder / f".partial-{uuid.uuid4().hex}"
        try:
            shutil.copytree(source, part)
            about = {name: value for name, value in asdict(made).items() if name != "folder"}
            (part / MANIFEST).write_text(json.dumps(about), encoding="utf-8")
            if made.folder.exists():
                remove_folder(made.folder)
            os.replace(part, made.folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return made

    def rename(self, tuned_id: str, title: str) -> None:
        if (one := self.get(tuned_id)) and title.strip():
            path = one.folder / MANIFEST
            replace_json(path, read_json(path) | {"title": title.strip()})

    def delete(self, tuned_id: str) -> None:
        if one := self.get(tuned_id):
            remove_folder(one.folder)

    def damaged(self) -> list[Path]:
        """Folders of adapters whose manifest is missing or can't be used."""
        found = sorted(self._folder.glob("*")) if self._folder.is_dir() else []
        return [path for path in found if _ID.fullmatch(path.name) and path.is_dir() and not self._read(path)]

    def _read(self, folder: Path) -> Tuned | None:
        if not _ID.fullmatch(folder.name):
            return None
        try:
            found = Tuned(**read_json(folder / MANIFEST) | {"folder": folder})
        except TypeError:
            return None
        texts = (found.id, found.title, found.owner, found.base, found.run, found.made_for)
        sound = all(isinstance(text, str) for text in texts) and found.id == folder.name
        return found if sound and isinstance(found.created_at, int | float) else None


def used(folder: Path) -> None:
    """Notes that it is in use: adapters that nobody uses may expire."""
    with suppress(OSError):
        os.utime(folder / MANIFEST)
