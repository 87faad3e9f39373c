"""Runs that measure, each beside a baseline."""

from pathlib import Path


def new_file(name: str) -> Path:
    """An argument that names a file to write: its folder is made now, not missed at the end."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
