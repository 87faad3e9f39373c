"""What is made once in a run, however many workers it has."""

from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def once(folders: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first worker fills that needs it; the others wait, and find it whole."""
    own = folders.getbasetemp()
    shared = own.parent if own.name.startswith("popen-") else own
    folder = shared / name
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            part = shared / f"{name}.part"
            part.mkdir(exist_ok=True)
            make(part)
            part.rename(folder)
    return folder
