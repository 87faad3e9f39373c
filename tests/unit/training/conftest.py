"""A base model's folder, as far as the doctor needs it."""

from pathlib import Path

import pytest

from tests.tiny import make_tokenizer


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base") / "tiny"
    make_tokenizer().save_pretrained(folder)
    return folder
