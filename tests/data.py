"""The folder of sample files, which others made and which is no part of the repository.

WORDBENCH_TEST_DATA names it; its default is ../shared/data. A test that needs it says so with `needs_data` and
asks `sample` for its files: where the folder is missing the test is skipped, and the run says on top what that costs.
"""

import os
from pathlib import Path
from typing import Any

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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    lost = [] if there() else [item for item in items if item.get_closest_marker("needs_data")]
    for item in lost:
        item.add_marker(pytest.mark.skip(reason=REASON))
    if note := getattr(config, "workerinput", {}).get("lost"):
        Path(note).write_text(str(len(lost)))


def headline(lost: int) -> str:
    if there():
        return f"sample files: {FOLDER}"
    return f"NO SAMPLE FILES at {FOLDER}: {lost} tests are skipped. {SETTING} names another folder."


def pytest_report_collectionfinish(items: list[pytest.Item]) -> str:
    return headline(sum(item.get_closest_marker("needs_data") is not None for item in items))


# With several workers they collect, and only the process that started them prints: the number goes through a file.


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    if node.gateway.id == "gw0":
        node.workerinput["lost"] = str(_note(node.config))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any) -> None:
    if node.gateway.id == "gw0":
        lost = int(_note(node.config).read_text())
        node.config.get_terminal_writer().line("\n" + headline(lost))


def _note(config: pytest.Config) -> Path:
    return config._tmp_path_factory.getbasetemp() / "lost"  # type: ignore[attr-defined]
