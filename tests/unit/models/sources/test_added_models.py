"""What people added stays over a restart, and only an administrator changes it."""

import json
from pathlib import Path

import pytest

from components.access import LOCAL, Person
from components.errors import BadInput, NotAllowed, Unavailable
from components.models.catalog import Catalog
from components.models.sources.added_models import FILE, AddedModels
from components.models.spec import ModelSpec
from tests import gguf_files

SPEC = ModelSpec(
    "hub-owner--tiny-gguf-q4_k_m", "tiny Q4_K_M", "chat", "hub", "owner/tiny-GGUF", 5, 512, "mit",
    revision="a" * 40, files=("tiny-Q4_K_M.gguf",), size=99, added=True,
)  # fmt: skip


@pytest.fixture
def models(tmp_path: Path) -> AddedModels:
    return AddedModels(tmp_path).for_person(LOCAL)


def test_an_added_model_is_there_after_a_restart_and_gone_once_removed(models: AddedModels, tmp_path: Path):
    models.add(SPEC)
    models.add(SPEC)
    again = AddedModels(tmp_path).for_person(LOCAL)
    assert again.specs() == [SPEC]
    assert Catalog(built_in=(), added=again).get(SPEC.id) == SPEC
    again.remove(SPEC.id)
    assert models.specs() == []


def test_only_an_administrator_changes_what_everybody_sees(tmp_path: Path):
    guest = AddedModels(tmp_path).for_person(Person("guest"))
    for change in (
        lambda: guest.add(SPEC),
        lambda: guest.remove(SPEC.id),
        lambda: guest.add_folder(str(tmp_path)),
        lambda: guest.remove_folder(tmp_path),
    ):
        with pytest.raises(NotAllowed):
            change()
    assert not (tmp_path / FILE).exists()


def test_a_folder_of_models_is_listed_as_lm_studio_lays_it_out(
    models: AddedModels, tmp_path: Path, tiny_models
):
    place = tmp_path / "studio" / "owner" / "Tiny-GGUF"
    place.mkdir(parents=True)
    gguf_files.tiny(place / "tiny.gguf")
    (tmp_path / "studio" / "mine").symlink_to(tiny_models / "tiny-chat")
    assert models.add_folder(f' "{tmp_path / "studio"}" ') == tmp_path / "studio"
    found = [spec for spec in Catalog(built_in=(), added=models).all() if not spec.id.startswith("ollama-")]
    assert [(spec.title, spec.task) for spec in found] == [("mine", "chat"), ("tiny", "chat")]
    assert len({spec.id for spec in found}) == 2
    models.remove_folder(tmp_path / "studio")
    assert models.folders() == []
    assert (place / "tiny.gguf").exists()


@pytest.mark.parametrize(
    ("text", "why"), [("", "whole path"), ("models", "whole path"), ("/no/such/place", "no folder")]
)
def test_what_is_no_folder_is_said(models: AddedModels, text: str, why: str):
    with pytest.raises(BadInput, match=why):
        models.add_folder(text)


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"models": 7, "folders": [7]}', '{"models": [{"id": 7}, 8]}']
)
def test_a_damaged_file_costs_the_page_nothing(models: AddedModels, tmp_path: Path, content: str):
    (tmp_path / FILE).write_text(content)
    assert models.specs() == []
    assert models.folders() == []
    models.add(SPEC)
    assert SPEC in models.specs()


def test_a_full_disk_is_a_sentence_and_nothing_is_lost(models: AddedModels, tmp_path: Path, monkeypatch):
    models.add(SPEC)

    def full(*args: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("components.files.json.dump", full)
    with pytest.raises(Unavailable, match="No space left on device"):
        models.remove(SPEC.id)
    assert json.loads((tmp_path / FILE).read_bytes())["models"][0]["id"] == SPEC.id
