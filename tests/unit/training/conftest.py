"""A base model's folder, as far as the doctor needs it; and a world in which runs are made."""

from pathlib import Path

import pytest

from tests.tiny import make_tokenizer
from tests.tiny_adapter import make_adapter
from tests.unit.training.fakes import World


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base") / "tiny"
    make_tokenizer().save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def adapter(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_adapter(tiny_models / "tiny-chat", tmp_path_factory.mktemp("made") / "one")


@pytest.fixture
def world(tmp_path: Path, tiny_models: Path, adapter: Path) -> World:
    return World(tmp_path, tiny_models / "tiny-chat", adapter)
