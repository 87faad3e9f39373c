"""The folder of sample files, which others made and which is no part of the repository.

WORDBENCH_TEST_DATA names it; its default is ../shared/data. A test that needs it says so with `needs_data` and
asks `sample` for its files: where the folder is missing the test is skipped, and the run says on top what that costs.
"""

import os
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SETTING = "WORDBENCH_TEST_DATA"
FOLDER = Path(os.environ.get(SETTING) or HERE.parent.parent / "shared" / "data").resolve()
REASON = f"needs the sample files ({SETTING})"
needs_data = pytest.mark.needs_data


def there() -> bool:
    return FOLDER.is_dir()


def sample(*names: str) -> Path:
    """The path of one file, for a test that is marked `needs_data`: sample("finetune", "rows.jsonl")."""
    return FOLDER.joinpath(*names)


def samples(folder: str) -> list[Path]:
    """All files of documents/... or hostile, by name. From a list, so that a test has its cases without them, too."""
    listed = (HERE / "samples.txt").read_text("utf-8").split("\n")
    return sorted(FOLDER / name for name in listed if name.startswith(f"{folder}/"))
