"""Base and adapter through the manager and the real engine process, at the same time, loaded once."""

import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from components.config import Config
from components.errors import BadInput, Unavailable
from components.models.adapters import WEIGHTS, AdapterFolder
from components.models.catalog import Catalog
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.options import GenerationOptions, Prompt
from tests.tiny_adapter import make_adapter

BASE = "local-tiny-endless"
HELLO = Prompt(text="Once upon a time")


@pytest.fixture(scope="module")
def world(
    tiny_models: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[ModelManager, AdapterFolder, str]]:
    data = tmp_path_factory.mktemp("data")
    config = Config(data_dir=data, models_dir=tiny_models, engine="transformers")
    folder = AdapterFolder(data / "adapters")
    made = make_adapter(tiny_models / "tiny-endless", data / "made")
    mine = folder.add(made, title="Mine", owner="ada", base=BASE)
    loader = EngineLoader(config, Library(config))
    yield ModelManager(Catalog(tiny_models, (), adapters=folder), loader, config), folder, mine.id
    loader.process.close()


def say(manager: ModelManager, model_id: str, seed: int = 3) -> str:
    options = GenerationOptions(max_new_tokens=60, temperature=0.8, seed=seed)
    with manager.lease(model_id) as engine:
        return "".join(engine.generate(HELLO, options, lambda: False))


@pytest.mark.slow
def test_two_people_use_base_and_adapter_at_the_same_time(world):
    manager, _, mine = world
    alone = {BASE: say(manager, BASE), mine: say(manager, mine)}
    assert alone[BASE] != alone[mine]
    heard: list[tuple[str, str]] = []

    def ask(model_id: str) -> None:
        heard.extend((model_id, say(manager, model_id)) for _ in range(4))

    threads = [threading.Thread(target=ask, args=(model_id,)) for model_id in (BASE, mine)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(heard) == 8
    assert all(text == alone[model_id] for model_id, text in heard)
    assert [status.id for status in manager.status()] == [BASE]  # one model is loaded


def test_a_base_beside_its_adapter_is_asked_on_the_same_engine_in_the_same_precision(tiny_models, tmp_path):
    """With OpenVINO as the engine of all models: a change that changes nothing shows no difference."""
    from safetensors.numpy import load_file, save_file

    config = Config(data_dir=tmp_path, models_dir=tiny_models)
    folder = AdapterFolder(tmp_path / "adapters")
    mine = folder.add(
        make_adapter(tiny_models / "tiny-endless", tmp_path / "made"), title="Mine", owner="ada", base=BASE
    )
    weights = load_file(mine.folder / WEIGHTS)
    save_file({name: 0 * one for name, one in weights.items()}, mine.folder / WEIGHTS)
    loader = EngineLoader(config, Library(config))
    manager = ModelManager(Catalog(tiny_models, (), adapters=folder), loader, config)
    options = GenerationOptions(max_new_tokens=40, temperature=0.0, seed=3)
    try:
        found = []
        for model_id, as_base in ((BASE, True), (mine.id, False)):
            with manager.lease(model_id, as_base=as_base) as engine:
                said = "".join(engine.generate(HELLO, options, lambda: False))
                found.append((said, engine.info.engine, engine.info.dtype, engine.info.quantization))
    finally:
        loader.process.close()
    assert found[0] == found[1]
    assert found[0][1] == "transformers"


@pytest.mark.slow
def test_a_deleted_adapter_and_one_that_does_not_fit_say_so_and_the_base_goes_on(world, tiny_models):
    manager, folder, mine = world
    from safetensors.numpy import load_file, save_file

    bad = folder.add(folder.get(mine).folder, title="Wide", owner="ada", base=BASE)
    weights = load_file(bad.folder / WEIGHTS)
    save_file({n: v.repeat(2, axis=0) for n, v in weights.items()}, bad.folder / WEIGHTS)
    with pytest.raises(BadInput, match="doesn't fit"):
        say(manager, bad.id)
    assert say(manager, BASE)
    folder.delete(bad.id)
    with pytest.raises(Unavailable, match="not in the catalogue"):
        say(manager, bad.id)


def test_unloading_the_base_takes_its_adapters_along(world):
    manager, _, mine = world
    before = say(manager, mine)
    manager.unload(BASE)
    assert manager.status() == []
    assert say(manager, mine) == before
    assert psutil.Process(manager._loader.process.pid).is_running()
