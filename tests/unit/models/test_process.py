"""The engine process, for real: a small model is loaded, answers, is stopped, crashes and comes back."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.config import Config
from components.errors import BadInput, EngineFailed
from components.models.catalog import Catalog
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.options import GenerationOptions, Prompt
from components.models.scores import Scored

HELLO = Prompt(messages=({"role": "user", "content": "Hello"},))
ENDLESS = GenerationOptions(max_new_tokens=1900, temperature=0)


@pytest.fixture(scope="module")
def manager(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelManager]:
    config = Config(data_dir=tmp_path_factory.mktemp("data"), models_dir=tiny_models, engine="transformers")
    loader = EngineLoader(config, Library(config))
    yield ModelManager(Catalog(tiny_models), loader, config)
    loader.process.close()


def process(manager: ModelManager):
    return manager._loader.process  # type: ignore[attr-defined]


def test_an_answer_streams_and_tells_what_it_took(manager: ModelManager):
    with manager.lease("local-tiny-endless") as engine:
        generation = engine.generate(HELLO, GenerationOptions(max_new_tokens=20, seed=1), lambda: False)
        assert "".join(generation)
        assert str(engine.info.device) == "cpu"
        assert engine.info.chat
        assert generation.usage.new_tokens == 20
        assert generation.usage.prompt_tokens == engine.count([HELLO])[0]
        assert 0 < generation.usage.first_token_seconds < 30
        assert engine.recent[-1] is generation.usage


def test_stop_ends_the_work_in_the_engine(manager: ModelManager):
    stop = threading.Event()
    with manager.lease("local-tiny-endless") as engine:
        generation = engine.generate(HELLO, ENDLESS, stop.is_set)
        pieces = []
        for piece in generation:
            pieces.append(piece)
            stop.set()
        assert generation.usage.finish == "stopped"
        assert generation.usage.new_tokens < 1000
        time.sleep(0.2)
        before = os.times().children_user, _cpu_seconds(process(manager).pid)
        time.sleep(0.5)
        assert _cpu_seconds(process(manager).pid) - before[1] < 0.2


def _cpu_seconds(pid: int) -> float:
    import psutil

    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def test_leaving_the_loop_stops_the_engine_too(manager: ModelManager):
    with manager.lease("local-tiny-endless") as engine:
        for _ in engine.generate(HELLO, ENDLESS, lambda: False):
            break
        time.sleep(0.3)
        before = _cpu_seconds(process(manager).pid)
        time.sleep(0.5)
        assert _cpu_seconds(process(manager).pid) - before < 0.2


def test_two_answers_at_once_both_move_and_stay_apart(manager: ModelManager):
    alone = [text_of(manager, seed) for seed in (1, 2)]
    both: list[str] = ["", ""]
    threads = [
        threading.Thread(target=lambda i=i: both.__setitem__(i, text_of(manager, i + 1))) for i in (0, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert both == alone


def text_of(manager: ModelManager, seed: int) -> str:
    options = GenerationOptions(max_new_tokens=60, seed=seed, temperature=1.3)
    with manager.lease("local-tiny-endless", owner=str(seed)) as engine:
        return "".join(engine.generate(HELLO, options, lambda: False))


def test_a_refusal_in_the_engine_arrives_as_the_same_error(manager: ModelManager):
    with manager.lease("local-tiny-base") as engine, pytest.raises(BadInput, match="Complete"):
        list(engine.generate(HELLO, GenerationOptions(), lambda: False))


def test_a_killed_engine_costs_the_answer_in_work_and_the_next_request_works(manager: ModelManager):
    with manager.lease("local-tiny-endless") as engine:
        pieces = []
        with pytest.raises(EngineFailed, match="What was written is kept"):
            for piece in engine.generate(HELLO, ENDLESS, lambda: False):
                pieces.append(piece)
                if len(pieces) == 3:
                    os.kill(process(manager).pid, signal.SIGKILL)
        assert len(pieces) >= 3
    assert text_of(manager, 1)


def test_unloading_takes_the_model_out_of_the_engine(manager: ModelManager):
    with manager.lease("local-tiny-endless") as engine:
        pass
    manager.unload("local-tiny-endless")
    with pytest.raises(EngineFailed, match="not loaded any more"):
        engine.count([HELLO])


def test_the_app_never_imports_torch():
    import subprocess
    import sys

    code = (
        "import sys, components.models.process, components.models.manager, components.tasks.conversation\n"
        "assert not {'torch', 'transformers'} & set(sys.modules), 'torch was imported'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])


def test_scores_of_a_text_and_of_an_answer_cross_to_the_app(manager: ModelManager):
    with manager.lease("local-tiny-endless", on_torch=True) as engine:
        one, two = engine.scores([Scored("The quick brown fox"), Scored(" jumps over")], top=2)
        assert "".join(token.text for token in one.tokens) == "The quick brown fox"
        assert len(one.tokens[1].top) == 2
        assert one.engine == "transformers"
        assert 1 < two.perplexity < 100_000
        generation = engine.generate(HELLO, GenerationOptions(max_new_tokens=9, scores=3), lambda: False)
        text = "".join(generation)
        assert len(generation.scores) == generation.written == 9
        assert "".join(token.text for token in generation.scores).startswith(text.rstrip("\ufffd"))
