"""Ollama's store and other folders are read where they are, whatever is in them."""

import json
from pathlib import Path

from components.config import Config
from components.models.library import Library
from components.models.sources import folders

DIGEST = "sha256:" + "0" * 64
MODEL = "application/vnd.ollama.image.model"


def store(home: Path, **manifests: object) -> Path:
    place = home / ".ollama" / "models"
    (place / "blobs").mkdir(parents=True)
    (place / "blobs" / DIGEST.replace(":", "-")).write_bytes(b"GGUF and more")
    for name, manifest in manifests.items():
        path = place / "manifests" / "registry.ollama.ai" / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(manifest if isinstance(manifest, str) else json.dumps(manifest))
    return place


def manifest(digest: str = DIGEST, kind: str = MODEL) -> dict:
    return {"layers": [{"mediaType": kind, "digest": digest}, {"mediaType": "license", "digest": "x"}]}


def test_ollamas_models_are_listed_and_read_in_place(tmp_path: Path):
    place = store(tmp_path, library__qwen3__8b=manifest(), someone__own__latest=manifest())
    assert folders.ollama_stores({}, tmp_path)[0] == place
    found = folders.ollama_models([place])
    assert [spec.title for spec in found] == ["qwen3:8b (Ollama)", "someone/own:latest (Ollama)"]
    library = Library(Config(data_dir=tmp_path / "data"))
    assert library.file(found[0]) == place / "blobs" / DIGEST.replace(":", "-")
    assert library.availability(found[0], [], None).state == "ready"
    assert library.stored_bytes(found[0]) == 0  # nothing of it is ours to delete


def test_a_damaged_or_hostile_manifest_hides_no_other_model(tmp_path: Path):
    place = store(
        tmp_path,
        library__a__1="{",
        library__b__1=[],
        library__c__1=manifest("sha256:../../../../etc/passwd"),
        library__d__1=manifest("sha256:" + "1" * 64),
        library__e__1=manifest(kind="application/vnd.ollama.image.projector"),
        library__f__1=manifest(),
    )
    (place / "blobs" / ("sha256-" + "2" * 64)).write_bytes(b"no model")
    assert [spec.title for spec in folders.ollama_models([place])] == ["f:1 (Ollama)"]


def test_the_folder_of_ollamas_own_setting_is_looked_at_first(tmp_path: Path):
    place = store(tmp_path / "elsewhere", library__a__1=manifest())
    assert folders.ollama_stores({"OLLAMA_MODELS": str(place)}, tmp_path)[0] == place
    assert not [one for one in folders.ollama_stores({}, tmp_path) if tmp_path in one.parents]


def test_folders_are_searched_a_few_levels_deep_and_not_where_they_are_hidden(tmp_path: Path):
    for name in ("a/b/c/d", ".hidden/x"):
        (tmp_path / name).mkdir(parents=True)
    found = [path.relative_to(tmp_path).as_posix() for path in folders.below(tmp_path)]
    assert found == [".", "a", "a/b"]
    assert list(folders.below(tmp_path / "nowhere")) == [tmp_path / "nowhere"]


def test_lm_studios_folder_is_found(tmp_path: Path):
    assert folders.lmstudio_folders(tmp_path) == []
    (tmp_path / ".lmstudio" / "models").mkdir(parents=True)
    assert folders.lmstudio_folders(tmp_path) == [tmp_path / ".lmstudio" / "models"]
