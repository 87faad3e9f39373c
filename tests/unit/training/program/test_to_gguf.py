"""A tuned model as a GGUF file: llama.cpp says with it what transformers says with the merged model."""

import json
import shutil
from pathlib import Path

import pytest

pytest.importorskip("xllamacpp")

from gguf import GGMLQuantizationType

from components.errors import BadInput
from components.messages import from_json
from components.models.engines.gguf_kinds import F16
from components.models.engines.gguf_writer import write
from components.models.gguf_families import why_not
from components.models.gguf_header import read_gguf, read_tokens
from components.training import gguf_export
from components.training.gguf_export import Compared
from components.training.hyperparameters import TrainingSettings
from components.training.program import to_gguf
from tests import gguf_files, tiny
from tests.tiny_adapter import make_adapter
from tests.unit.training.making import make_run

NEAR = {"F16": 0.002, "Q8_0": 0.01, "4bit": 0.05}


@pytest.fixture(scope="module")
def run(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory):
    folder = make_run(tmp_path_factory.mktemp("run") / "one", tiny_models / "tiny-chat", TrainingSettings())
    make_adapter(tiny_models / "tiny-chat", folder.adapter)
    return folder


@pytest.mark.parametrize(
    "kind",
    [pytest.param("F16", marks=pytest.mark.slow), pytest.param("Q8_0", marks=pytest.mark.slow), "4bit"],
)
def test_a_merged_model_leaves_as_gguf_and_says_the_same_there(run, tmp_path: Path, kind: str):
    found = to_gguf.make(run, tmp_path / "out.gguf", kind, "My sums", None)
    assert abs(found.lost) < NEAR[kind]
    assert found.tokens > 40
    header = read_gguf(tmp_path / "out.gguf")
    assert (header.name, header.quantization) == ("My sums", found.kind)
    assert header.chat_template == tiny.CHAT_TEMPLATE
    assert read_tokens(tmp_path / "out.gguf")[0][:3] == ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


@pytest.mark.slow
@pytest.mark.parametrize("architecture", ["llama", "qwen2", "qwen3"])
def test_a_model_that_came_out_of_a_gguf_file_keeps_its_tokenizer_and_description(
    tmp_path: Path, architecture: str
):
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    file = gguf_files.tiny(tmp_path / "own.gguf", architecture, kind=GGMLQuantizationType.F32)
    more = {"head_dim": read_gguf(file).key_length} if architecture == "qwen3" else {}
    where = {"gguf_file": file.name}
    config = GgufConfig(dequantize=True)
    model = AutoModelForCausalLM.from_pretrained(tmp_path, quantization_config=config, **where, **more)
    for holder, name in ((model, "hf_quantizer"), (model.config, "quantization_config")):
        if hasattr(holder, name):  # as the app converts
            delattr(holder, name)
    model.save_pretrained(tmp_path / "base")
    AutoTokenizer.from_pretrained(tmp_path, **where).save_pretrained(tmp_path / "base")
    run = make_run(tmp_path / "run", tmp_path / "base", TrainingSettings())
    make_adapter(tmp_path / "base", run.adapter)
    found = to_gguf.make(run, tmp_path / "out.gguf", "F16", "Mine", file)
    assert abs(found.lost) < NEAR["F16"]
    before, after = read_gguf(file), read_gguf(tmp_path / "out.gguf")
    left = ("general.", "GGUF.")
    for name, value in before.fields.items():
        assert name.startswith(left) or after.fields[name] == value


def test_a_family_without_a_place_in_the_file_is_named(tmp_path: Path):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "gpt2"}))
    assert "gpt2" in str(why_not(tmp_path))
    scaled = {"model_type": "llama", "rope_scaling": {"rope_type": "llama3"}}
    (tmp_path / "config.json").write_text(json.dumps(scaled))
    assert "llama3" in str(why_not(tmp_path))
    assert why_not(tmp_path, tmp_path / "base.gguf") == ""


def test_a_tokenizer_of_another_kind_is_refused_in_a_sentence(tiny_models: Path, tmp_path: Path):
    shutil.copytree(tiny_models / "tiny-chat", tmp_path / "model")
    (tmp_path / "model" / "tokenizer.json").write_text(
        json.dumps({"model": {"type": "WordPiece", "vocab": {}}})
    )
    with pytest.raises(BadInput, match="WordPiece"):
        write(tmp_path / "model", tmp_path / "out.gguf", F16, "x")


class Program:
    """What the program says, in the place of a process."""

    def __init__(self, *said: dict) -> None:
        self.said = said

    def __call__(self, command: list[str], cancelled: object):
        Path(command[2]).write_bytes(b"GGUF")
        yield from self.said


def make(run, monkeypatch: pytest.MonkeyPatch, *said: dict) -> Path:
    monkeypatch.setattr(gguf_export, "run", Program(*said))
    return gguf_export.make(run, "4bit", "Mine", None, lambda note, share: None, lambda: False)


def test_a_file_that_lost_too_much_is_not_offered_and_one_that_did_not_says_how_much(run, monkeypatch):
    worse = Compared("Q4_K_M", 10.0, 10.6, 300)
    with pytest.raises(BadInput, match=r"Q4_K_M.* 300 .* 10\.60, and the merged model's is 10\.00"):
        make(run, monkeypatch, {"compared": worse.to_json()})
    assert gguf_export.made(run, "4bit") is None
    assert not list(run.gguf.glob("*"))
    good = Compared("Q4_K_M", 10.0, 10.4, 300)
    file = make(run, monkeypatch, {}, {"compared": good.to_json()})
    assert gguf_export.made(run, "4bit") == (file, good)
    run.forget_exports()
    assert gguf_export.made(run, "4bit") is None


def test_why_there_is_no_file_is_said_as_the_program_says_it(tmp_path: Path, run, monkeypatch, capsys):
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "config.json").write_text(json.dumps({"model_type": "gpt2"}))
    other = make_run(tmp_path / "run", tmp_path / "base", TrainingSettings())
    assert to_gguf.main([str(other.path), str(tmp_path / "x.gguf"), "F16", "x"]) == 1
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    with pytest.raises(BadInput, match="family gpt2"):
        make(run, monkeypatch, said)
    assert "gpt2" in str(from_json(said["detail"]))
