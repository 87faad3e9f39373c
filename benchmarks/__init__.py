"""Programs that measure the app, each beside a baseline."""

from pathlib import Path


def new_file(name: str) -> Path:
    """A path to write to, given as an argument; its folder is made now, not missed at the end."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
