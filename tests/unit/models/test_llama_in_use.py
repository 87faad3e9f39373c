"""A GGUF file in the model box, on llama.cpp in its own process: run as it is, in the memory that was told."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("xllamacpp")

from components.config import Config
from components.errors import AppError, EngineFailed
from components.models.catalog import CATALOGUE, Catalog, local_models, package_file
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.options import GenerationOptions, Prompt
from components.models.placement import Device
from tests import gguf_files

SMOL = CATALOGUE[0]
HELLO = Prompt(messages=({"role": "user", "content": "Hello"},))
ENDLESS = (
    "{% for i in range(99999) %}{% for j in range(99999) %}{% for k in range(99999) %}" + "{% endfor %}" * 3
)


def managed(tmp_path: Path, **settings) -> ModelManager:
    folder = tmp_path / "mine"
    folder.mkdir(exist_ok=True)
    config = Config(data_dir=tmp_path / "data", models_dir=folder, engine="llama.cpp", threads=1, **settings)
    return ModelManager(Catalog(folder, CATALOGUE), EngineLoader(config, Library(config)), config)


def ask(engine, prompt: Prompt, **options) -> tuple[str, int]:
    generation = engine.generate(prompt, GenerationOptions(temperature=0, **options), lambda: False)
    text = "".join(generation)
    assert generation.usage
    return text, generation.usage.new_tokens


def test_a_file_runs_as_it_is_and_a_crash_costs_the_answers_in_progress_only(tmp_path: Path):
    manager = managed(tmp_path)
    file = gguf_files.tiny(tmp_path / "mine" / "own.gguf")
    model = local_models(file.parent)[0].id
    with manager.lease(model) as engine:
        assert engine.info.engine == "llama.cpp"
        assert engine.info.dtype == "F16"
        assert engine.count([HELLO]) == [len("user\nHello\nassistant\n") + 3]
        assert ask(engine, HELLO, max_new_tokens=6)[1] == 6
        generation = iter(engine.generate(HELLO, GenerationOptions(max_new_tokens=400), lambda: False))
        next(generation)
        os.kill(engine._process.pid, signal.SIGKILL)
        with pytest.raises(EngineFailed, match="next request starts it again"):
            list(generation)
    with manager.lease(model) as engine:
        assert ask(engine, HELLO, max_new_tokens=6)[1] == 6
    assert not list((tmp_path / "data" / "models").glob("*")), "nothing was converted"
    manager.unload(model)


def test_what_is_in_a_folder_is_told_from_the_headers(tmp_path: Path):
    folder = tmp_path / "mine"
    folder.mkdir()
    gguf_files.tiny(folder / "a-chat.gguf")
    gguf_files.tiny(folder / "b-base.gguf", template="")
    gguf_files.tiny(folder / "c-parts.gguf", parts=2)
    gguf_files.tiny(folder / "d-lost.gguf", parts=2)
    next(folder.glob("d-lost-00002-*")).unlink()
    whole = gguf_files.tiny(folder / "e-cut.gguf").read_bytes()
    (folder / "e-cut.gguf").write_bytes(whole[: len(whole) // 2])
    gguf_files.tiny(folder / "f-new.gguf", "martian9")
    found = {spec.title[0]: spec for spec in local_models(folder)}
    assert len(found) == 6, "later parts are no models of their own"
    assert {name: spec.task for name, spec in found.items()}["b"] == "complete"
    assert (found["a"].task, found["a"].context) == ("chat", 512)
    assert found["a"].parameters > 100_000
    assert not found["c"].refusal
    for name, why in (("d", "these are missing"), ("e", "is damaged"), ("f", "isn't known to llama.cpp")):
        assert why in str(found[name].refusal)
    library = Library(Config(data_dir=tmp_path / "data"))
    laptop = [Device("cpu", 0, "CPU", 16_000_000_000, 12_000_000_000)]
    said = library.availability(found["a"], laptop, None)
    assert (said.state, str(said.text)) == ("ready", "Ready: 0.2 GB with 512 tokens of context")
    manager = managed(tmp_path)
    with pytest.raises(AppError, match=r"isn't known to llama\.cpp"), manager.lease(found["f"].id):
        pass


def test_a_template_that_never_ends_is_never_run_by_the_engine(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("components.models.engines.templates.SECONDS", 1.0)
    manager = managed(tmp_path)
    gguf_files.tiny(tmp_path / "mine" / "own.gguf", template=ENDLESS)
    model = local_models(tmp_path / "mine")[0].id
    with manager.lease(model) as engine:
        with pytest.raises(AppError, match="chat template can't be used"):
            ask(engine, HELLO, max_new_tokens=4)
        assert ask(engine, Prompt(text="Hello"), max_new_tokens=4)[1] == 4, "the others can go on"
    manager.unload(model)


@pytest.mark.slow
def test_openvino_joins_when_nobody_waits_and_is_kept_only_where_it_pays(tmp_path: Path):
    manager = managed(tmp_path, device="cpu")
    manager._loader._config = replace(manager._loader._config, engine="auto")
    file = gguf_files.tiny(tmp_path / "mine" / "own.gguf", context=4096)
    spec = local_models(file.parent)[0]
    with manager.lease(spec.id) as engine:
        assert engine.info.engine == "llama.cpp"
        assert ask(engine, HELLO, max_new_tokens=6)[1] == 6
    entry = manager._shelf.entries[spec.id]
    manager._second_engines.improve(entry)
    said = str(entry.engine.info.chosen)
    assert "measured here, in tokens/s: llama.cpp reads" in said
    assert entry.engine.info.engine == "llama.cpp + OpenVINO" or "alone is as fast as both" in said
    assert (tmp_path / "data" / "models" / "rates.json").exists()
    with manager.lease(spec.id) as engine:
        assert ask(engine, HELLO, max_new_tokens=6)[1] == 6
    manager.unload(spec.id)


@pytest.mark.skipif(package_file(SMOL) is None, reason="the packaged model isn't installed")
def test_the_packaged_model_answers_in_the_memory_that_was_told(tmp_path: Path):
    manager = managed(tmp_path)
    question = Prompt(messages=({"role": "user", "content": "What is the capital of France?"},))
    with manager.lease(SMOL.id) as engine:
        text, tokens = ask(engine, question, max_new_tokens=30, repetition_penalty=1.1)
        assert len(text.split()) > 4
        assert tokens == engine.count([Prompt(text=text, rendered=True)])[0]
        told = manager._shelf.entries[SMOL.id].placement.need
        assert 0.6 * told < engine.info.memory < 1.5 * told
    manager.unload(SMOL.id)
