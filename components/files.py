"""What more than one place does with files: read a JSON object that may be missing, remove a folder at once.

Knows nothing about what is in them.
"""

import json
import os
import shutil
import uuid
from pathlib import Path
from typing import Any


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file; empty where there is none, or something else."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def remove_folder(folder: Path) -> None:
    """Renamed first: gone at once, whoever looks."""
    trash = folder.with_name(f".trash-{uuid.uuid4().hex}")
    os.replace(folder, trash)
    shutil.rmtree(trash, ignore_errors=True)
