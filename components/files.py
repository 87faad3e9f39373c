"""Small operations on files: read a JSON object that may be missing, write one, remove a folder at once.

Knows nothing about what is in the files.
"""

import json
import os
import shutil
import uuid
from pathlib import Path
from typing import Any

from components.errors import Unavailable


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file; empty if the file is missing or holds something else."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def replace_json(path: Path, content: Any, private: bool = False) -> None:
    """Writes a file in one step: a reader never sees half of it. A private one is read by this account alone,
    from its first byte on. Raises Unavailable where it can't be written; nothing has changed then.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        opened = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            json.dump(content, file)
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Unavailable(
            "{path} can't be written: {reason}. Nothing was changed.",
            path=path,
            reason=error.strerror or error,
        ) from error


def remove_folder(folder: Path) -> None:
    """Renames the folder first, so that it is gone at once for every other process."""
    trash = folder.with_name(f".trash-{uuid.uuid4().hex}")
    os.replace(folder, trash)
    shutil.rmtree(trash, ignore_errors=True)


def folder_size(folder: Path) -> int:
    """Bytes of all files below a folder; 0 where there is none."""
    total = 0
    for place, _, names in os.walk(folder):  # which passes over what goes away while it walks
        for name in names:
            try:
                total += os.stat(os.path.join(place, name)).st_size
            except OSError:
                continue  # renamed while it was counted
    return total
