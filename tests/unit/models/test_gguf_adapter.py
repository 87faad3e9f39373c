"""A LoRA adapter on llama.cpp says what it says on peft: the same logits, for each family."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("xllamacpp")

from gguf import GGMLQuantizationType
from safetensors.numpy import load_file, save_file

from components.config import Config
from components.errors import BadInput
from components.models.adapters import WEIGHTS, AdapterFolder
from components.models.catalog import Catalog, local_models
from components.models.engines.gguf_adapter import why_not
from components.models.engines.llama import LlamaEngine
from components.models.gguf_header import read_gguf
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.options import GenerationOptions, Prompt
from tests import gguf_files
from tests.tiny_adapter import make_adapter

IDS = list(b"Once upon a time in a faraway land")
NEAR = 0.05  # of a log probability; the cache has 16 bits


def made(folder: Path, architecture: str) -> tuple[Path, Path]:
    """A GGUF file, and an adapter that peft made for the same model."""
    from transformers import AutoModelForCausalLM, GgufConfig

    file = gguf_files.tiny(folder / "own.gguf", architecture, kind=GGMLQuantizationType.F32)
    # transformers doesn't read the width of a head from such a file.
    more = {"head_dim": read_gguf(file).key_length} if architecture == "qwen3" else {}
    model = AutoModelForCausalLM.from_pretrained(
        folder, gguf_file=file.name, quantization_config=GgufConfig(dequantize=True), **more
    )
    for holder, name in ((model, "hf_quantizer"), (model.config, "quantization_config")):
        if hasattr(holder, name):  # as the app converts
            delattr(holder, name)
    model.save_pretrained(folder / "base")
    return file, make_adapter(folder / "base", folder / "adapter")


def chances(engine: LlamaEngine, ids: list[int]) -> dict[int, float]:
    """Log probabilities of the likeliest next tokens; none where the first of them is a part of a letter."""
    said: list[dict] = []
    what = {"prompt": ids, "max_tokens": 1, "n_probs": 8, "temperature": 0} | engine._loras()
    engine._server.handle_completions(what, lambda piece: said.append(piece) and None)
    found = said[-1]["choices"][0]["logprobs"]
    return {one["id"]: one["logprob"] for one in found["content"][0]["top_logprobs"]} if found else {}


@pytest.mark.parametrize(
    "architecture",
    ["llama", pytest.param("qwen2", marks=pytest.mark.slow), pytest.param("qwen3", marks=pytest.mark.slow)],
)
def test_an_adapter_says_what_it_says_on_peft(tmp_path: Path, architecture: str):
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    file, adapter = made(tmp_path, architecture)
    engines = [LlamaEngine(read_gguf(file), 512, 512) for _ in range(2)]
    engines[0].load(1)
    engines[1].load(1, adapters=[adapter])
    engines[1] = engines[1].adapted(adapter)
    beginnings = (IDS[:length] for length in range(len(IDS), 4, -1))
    ids = next(some for some in beginnings if all(chances(engine, some) for engine in engines))
    base = AutoModelForCausalLM.from_pretrained(tmp_path / "base", dtype=torch.float32)
    with torch.no_grad():
        plain = base(torch.tensor([ids])).logits[0, -1].log_softmax(-1)
        tuned = PeftModel.from_pretrained(base, adapter)(torch.tensor([ids])).logits[0, -1].log_softmax(-1)
    assert all(abs(chance - plain[token]) < NEAR for token, chance in chances(engines[0], ids).items())
    assert all(abs(chance - tuned[token]) < NEAR for token, chance in chances(engines[1], ids).items())
    assert (plain - tuned).abs().max() > 10 * NEAR


def test_a_tuned_model_answers_in_the_process_of_its_base_once_nobody_uses_that(tmp_path: Path):
    _, adapter = made(tmp_path, "llama")
    folder = AdapterFolder(tmp_path / "data" / "adapters")
    config = Config(data_dir=tmp_path / "data", models_dir=tmp_path, threads=1, device="cpu")
    base = next(spec for spec in local_models(tmp_path) if spec.gguf)
    loader = EngineLoader(config, Library(config))
    manager = ModelManager(Catalog(tmp_path, (), adapters=folder), loader, config)

    def say(model: str) -> str:
        options = GenerationOptions(temperature=0, max_new_tokens=20)
        with manager.lease(model) as engine:
            assert engine.info.engine == "llama.cpp"
            return "".join(engine.generate(Prompt(text="Once upon"), options, lambda: False))

    plain = say(base.id)
    mine = folder.add(adapter, title="Mine", owner="ada", base=base.id)  # made after its base was loaded
    with manager.lease(base.id):
        alone = say(mine.id)
    assert [model.title for model in manager.status()] == ["own", "Mine"], "in use: it isn't loaded again"
    manager.unload(mine.id)
    assert [say(one) for one in (mine.id, base.id, mine.id)] == [alone, plain, alone] != [plain] * 3
    with ThreadPoolExecutor() as pool:  # and both at the same time
        assert list(pool.map(say, [mine.id, base.id] * 4)) == [alone, plain] * 4
    assert [model.title for model in manager.status()] == ["own"]
    manager.unload(base.id)


def test_an_adapter_that_the_library_refuses_does_not_keep_its_base_from_answering(tmp_path: Path):
    _, adapter = made(tmp_path, "llama")
    folder = AdapterFolder(tmp_path / "data" / "adapters")
    config = Config(data_dir=tmp_path / "data", models_dir=tmp_path, threads=1, device="cpu")
    base = next(spec for spec in local_models(tmp_path) if spec.gguf)
    wide = folder.add(adapter, title="Wide", owner="ada", base=base.id)
    weights = load_file(wide.folder / WEIGHTS)
    save_file({name: one.repeat(2, axis=0) for name, one in weights.items()}, wide.folder / WEIGHTS)
    manager = ModelManager(
        Catalog(tmp_path, (), adapters=folder), EngineLoader(config, Library(config)), config
    )
    options = GenerationOptions(temperature=0, max_new_tokens=4)
    with manager.lease(base.id) as engine:
        assert "".join(engine.generate(Prompt(text="Once upon"), options, lambda: False))
    with pytest.raises(BadInput, match="can't be read"), manager.lease(wide.id):
        pass
    manager.unload(base.id)


def test_an_adapter_of_another_kind_is_left_to_transformers(tmp_path: Path):
    _, adapter = made(tmp_path, "llama")
    header = read_gguf(tmp_path / "own.gguf")
    assert not why_not(adapter, header)
    about = json.loads((adapter / "adapter_config.json").read_text())
    (adapter / "adapter_config.json").write_text(json.dumps(about | {"use_dora": True}))
    assert "another kind" in str(why_not(adapter, header))
