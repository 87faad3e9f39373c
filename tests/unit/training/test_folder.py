"""The folder of a run whose plan was damaged on the disk."""

from pathlib import Path

import pytest

from components.errors import Unavailable
from components.training.folder import RunFolder


@pytest.mark.parametrize(
    "content", ["", "{", "[1]", "5", "{}", '{"settings": [], "rows": [1, 1]}', '{"settings": 5, "rows": 5}']
)
def test_a_damaged_plan_is_said_to_be_damaged(tmp_path: Path, content: str):
    (tmp_path / "run.json").write_text(content, encoding="utf-8")
    with pytest.raises(Unavailable, match="damaged"):
        RunFolder(tmp_path).plan()
