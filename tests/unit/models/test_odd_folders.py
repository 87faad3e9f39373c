"""One entry that can't be read is shown as that, alone: the other models stay as they are."""

import json
import shutil
from pathlib import Path

import pytest

from components.models.adapters import MANIFEST, AdapterFolder
from components.models.catalog import Catalog, ModelSpec, local_models
from components.models.footprint import architecture, measured
from components.models.library import default_options
from tests.tiny_adapter import make_adapter

DEEP = "[" * 100_000 + "]" * 100_000
ODD_CONFIGS = {
    "text": b'{"is_encoder_decoder": true, "max_position_embeddings": "512 tokens"}',
    "deep": ('{"a": ' + DEEP + "}").encode(),
    "garbage": bytes(range(256)) * 40,
    "empty": b"",
    "list": b"[1]",
    "infinite": b'{"is_encoder_decoder": true, "max_position_embeddings": Infinity}',
    "nothing": b'{"is_encoder_decoder": true, "max_position_embeddings": NaN, "n_positions": -5}',
    "nested": b'{"max_position_embeddings": [512], "n_positions": {"a": 1}, "text_config": "none"}',
    "marian": b'{"is_encoder_decoder": true, "model_type": "marian", "max_position_embeddings": 1e999}',
}


@pytest.fixture
def own(tmp_path: Path, tiny_models: Path) -> Path:
    folder = tmp_path / "own"
    shutil.copytree(tiny_models / "tiny-chat", folder / "tiny-chat")
    return folder


@pytest.mark.parametrize("name", ODD_CONFIGS)
def test_a_folder_with_an_odd_config_is_an_entry_with_a_reason(own: Path, name: str):
    (own / name).mkdir()
    (own / name / "config.json").write_bytes(ODD_CONFIGS[name])
    found = {spec.title: spec for spec in Catalog(own, ()).all()}
    assert set(found) == {"tiny-chat", name}
    assert found[name].refusal
    assert not found["tiny-chat"].refusal


@pytest.mark.parametrize("name", [name for name, config in ODD_CONFIGS.items() if b":" in config])
def test_sizes_that_are_no_numbers_count_as_unknown(own: Path, name: str):
    folder = own / "tiny-chat"
    (folder / "config.json").write_bytes(ODD_CONFIGS[name])
    (spec,) = local_models(own)
    assert architecture(folder) in ("causal", "seq2seq")
    assert 0 < measured(spec, folder, 4096).context <= 4096


@pytest.mark.parametrize("file", ["tokenizer_config.json", "generation_config.json", "vocab.json"])
def test_other_files_of_a_model_may_be_odd_too(own: Path, file: str):
    folder = own / "tiny-chat"
    (folder / "config.json").write_text('{"is_encoder_decoder": true, "model_type": "marian"}')
    (folder / file).write_text(DEEP)
    (spec,) = local_models(own)
    assert default_options(spec, folder) == {}


def test_sampling_settings_that_are_no_numbers_are_left_out(own: Path):
    text = '{"temperature": "hot", "top_p": [1], "top_k": true, "min_p": NaN, "repetition_penalty": 1.1}'
    (own / "tiny-chat" / "generation_config.json").write_text(text)
    (spec,) = local_models(own)
    assert default_options(spec, own / "tiny-chat") == {"repetition_penalty": 1.1}


def test_a_folder_that_may_not_be_opened_is_an_entry_with_a_reason(own: Path, monkeypatch):
    (own / "locked").mkdir()
    is_file = Path.is_file

    def refused(path: Path) -> bool:
        if path.parent.name == "locked":
            raise PermissionError(13, "Permission denied")
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", refused)
    found = {spec.title: spec for spec in local_models(own)}
    assert "Permission denied" in str(found["locked"].refusal)
    assert not found["tiny-chat"].refusal


def test_the_own_folder_itself_may_not_be_opened(own: Path, monkeypatch):
    def refused(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refused)
    assert local_models(own) == []


def test_a_name_that_is_no_text_can_be_shown(own: Path):
    folder = Path(f"{own}/caf\udce9")
    shutil.copytree(own / "tiny-chat", folder)
    for spec in local_models(own):
        assert spec.title.encode()
        assert spec.id.encode()


def manifest(**changes: object) -> str:
    about = {"id": "odd", "title": "Odd", "owner": "ada", "base": "local-tiny-chat", "created_at": 1.0}
    return json.dumps(about | changes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        DEEP,
        "[]",
        manifest(created_at="yesterday"),
        manifest(base=["local-tiny-chat"]),
        manifest(owner=5),
        manifest(id="another"),
        manifest(more="fields"),
    ],
)
def test_a_damaged_adapter_is_an_entry_with_a_reason(own: Path, tmp_path: Path, text: str):
    folder = AdapterFolder(tmp_path / "adapters")
    source = tmp_path / "adapter"
    make_adapter(own / "tiny-chat", source, 1)
    good = folder.add(source, title="Mine", owner="ada", base="local-tiny-chat")
    (tmp_path / "adapters" / "odd").mkdir()
    (tmp_path / "adapters" / "odd" / MANIFEST).write_text(text)
    found: dict[str, ModelSpec] = {spec.id: spec for spec in Catalog(own, (), adapters=folder).all()}
    assert set(found) == {"local-tiny-chat", good.id, "odd"}
    assert MANIFEST in str(found["odd"].refusal)
    assert not found[good.id].refusal
