"""Folders that belong to people: data without rows in the database.

Knows files only: also the processes of models, which have no use for a database, know such folders.
"""

import json
from dataclasses import dataclass
from pathlib import Path

_FOLDERS: dict[str, str] = {}


def own_folders(folder: str, manifest: str) -> None:
    """For data without rows: a folder in data_dir/`folder` belongs to the "owner" in its JSON `manifest`."""
    _FOLDERS[folder] = manifest


@dataclass(frozen=True)
class OwnedFolder:
    """One folder that belongs to a person, and when it was last written."""

    kind: str
    place: Path
    owner: str
    at: float  # seconds since 1970


def owned_folders(data_dir: Path) -> list[OwnedFolder]:
    """Every such folder. One that doesn't name its owner belongs to nobody."""
    found = []
    for kind, manifest in _FOLDERS.items():
        for path in sorted((data_dir / kind).glob(f"*/{manifest}")):
            try:
                about = json.loads(path.read_text(encoding="utf-8"))
                at = path.stat().st_mtime
            except (OSError, ValueError, RecursionError):
                continue
            if isinstance(about, dict) and isinstance(about.get("owner"), str):
                found.append(OwnedFolder(kind, path.parent, about["owner"], at))
    return found
