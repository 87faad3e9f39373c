"""Adapters that leave and arrive: ZIP, merged model, card; what can't be used is refused in words."""

import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from components.config import Config
from components.errors import BadInput
from components.models.adapters import CONFIG, WEIGHTS, AdapterFolder
from components.training import exporting, merging
from components.training.settings import TrainingSettings
from tests.tiny_adapter import make_adapter
from tests.unit.training.making import make_run


@pytest.fixture(scope="module")
def adapter(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_adapter(tiny_models / "tiny-chat", tmp_path_factory.mktemp("made") / "one")


@pytest.fixture
def bring(tiny_models: Path, tmp_path: Path):
    def bring(*files: tuple[str, bytes]):
        config = Config(data_dir=tmp_path)
        return exporting.import_adapter(
            files,
            title="Theirs",
            owner="ada",
            base_id="tiny",
            base_title="Tiny",
            base=tiny_models / "tiny-chat",
            adapters=AdapterFolder(tmp_path / "adapters"),
            config=config,
        )

    return bring


def parts(adapter: Path) -> tuple[tuple[str, bytes], tuple[str, bytes]]:
    return (CONFIG, (adapter / CONFIG).read_bytes()), (WEIGHTS, (adapter / WEIGHTS).read_bytes())


def test_an_adapter_comes_as_files_or_as_a_zip_in_a_folder(adapter, bring):
    assert bring(*parts(adapter)).title == "Theirs"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in parts(adapter):
            archive.writestr(f"my-adapter/{name}", data)
    made = bring(("a.zip", packed.getvalue()))
    assert "base_model_name_or_path" not in json.loads((made.folder / CONFIG).read_text())


def test_a_header_that_lies_is_refused(adapter, bring):
    settings, (name, weights) = parts(adapter)
    with pytest.raises(BadInput, match="isn't true"):
        bring(settings, (name, (2**40).to_bytes(8, "little") + weights[8:]))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("adapter_model.bin", b"x")], "is a pickle"),
        ([("a.zip", b"no zip")], "can't be read as a ZIP"),
        ([(WEIGHTS, b"x")], f"no {CONFIG}"),
        ([(CONFIG, b"{"), (WEIGHTS, b"x")], "can't be read as JSON"),
        ([(CONFIG, b'{"peft_type": "IA3"}'), (WEIGHTS, b"x")], "Only LoRA"),
        ([(CONFIG, b'{"peft_type": "LORA", "r": 4, "lora_alpha": 8}'), (WEIGHTS, b"x" * 99)], "damaged"),
        ([], f"no {WEIGHTS}"),
    ],
)
def test_what_can_not_be_used_is_refused(bring, tmp_path, files, said):
    with pytest.raises(BadInput, match=said):
        bring(*files)
    assert not list((tmp_path / "adapters").glob("*"))


def test_a_run_leaves_as_adapter_merged_model_and_card(tiny_models, adapter, tmp_path):
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    folder = make_run(tmp_path / "run", tiny_models / "tiny-chat", TrainingSettings())
    shutil.copytree(adapter, folder.adapter)
    (folder.path / "report.json").write_text(
        json.dumps(
            {
                "sentence": "Better: much.",
                "base": {"loss": 2.0, "perplexity": 7.4},
                "tuned": {"loss": 1.0, "perplexity": 2.7},
            }
        )
    )
    with zipfile.ZipFile(io.BytesIO(exporting.adapter_zip(folder, "My run"))) as archive:
        assert {f"my-run/{CONFIG}", f"my-run/{WEIGHTS}", "my-run/README.md"} <= set(archive.namelist())
        card = archive.read("my-run/README.md").decode()
    assert "**Better: much.**" in card
    assert "| Rank | 16 |" in card
    merging.merge(folder, tmp_path / "merged")
    ids = torch.arange(10, 30)[None]
    base = AutoModelForCausalLM.from_pretrained(tiny_models / "tiny-chat")
    with torch.no_grad():
        tuned = PeftModel.from_pretrained(base, str(adapter)).eval()(input_ids=ids).logits
        merged = AutoModelForCausalLM.from_pretrained(tmp_path / "merged").eval()(input_ids=ids).logits
    assert torch.allclose(tuned, merged, atol=1e-4)
