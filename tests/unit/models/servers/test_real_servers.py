"""Two real servers on loopback: llama.cpp's, from a wheel, and `transformers serve`."""

import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from components.config import Config, ServerSettings
from components.errors import AppError, BadInput, EngineFailed, Unavailable
from components.models.catalog import Catalog, package_file
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.options import GenerationOptions, Prompt
from components.models.servers.registry import Servers
from tests import tiny
from tests.conftest import ROOT, SMOL

KEY = "sk-for-llama"
CAPITAL = Prompt(messages=({"role": "user", "content": "What is the capital of France?"},))
TELL = Prompt(messages=({"role": "user", "content": "Tell me a very long story about a king."},))
REVISION = "0" * 40


def start(command: list[str], **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=os.environ | env,
        text=True,
    )


def start_llama(context: int = 2048) -> tuple[subprocess.Popen[str], str]:
    process = start(["tests.llama_server", str(package_file(SMOL)), str(context), KEY])
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


@pytest.fixture(scope="module")
def llama() -> Iterator[str]:
    if package_file(SMOL) is None or importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("needs requirements-models.txt and requirements-dev.txt")
    process, url = start_llama()
    yield url
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """`transformers serve` on a hub cache with one small model: its URL and its process's id."""
    if importlib.util.find_spec("fastapi") is None:
        pytest.skip("needs requirements-dev.txt")
    cache = tmp_path_factory.mktemp("hub")
    repository = cache / "models--wordbench--tiny-endless"
    tiny.make_llama(repository / "snapshots" / REVISION, context=4096, end=False)
    (repository / "blobs").mkdir()
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(REVISION)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["transformers.cli.transformers", "serve", "--host", "127.0.0.1", "--port", str(port)]
    process = start([*command, "--device", "cpu"], HF_HUB_CACHE=str(cache), HF_HUB_OFFLINE="1")
    url = f"http://127.0.0.1:{port}"
    until(lambda: process.poll() is not None or answers(f"{url}/health"), 150)
    yield url, process.pid
    process.kill()
    process.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1):
            return True
    except OSError:
        return False


def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def managed(url: str, key: str, data: Path) -> tuple[ModelManager, str]:
    """The app's own way to the server's one model."""
    config = Config(data_dir=data, servers={"box": ServerSettings(url, key)})
    servers = Servers(config.servers, first=0.0)
    manager = ModelManager(
        Catalog(None, (), servers.specs), EngineLoader(config, Library(config), servers=servers), config
    )
    until(lambda: bool(manager.catalog.all()))
    return manager, manager.catalog.all()[0].id


def written(engine, prompt: Prompt, cancelled=lambda: False, **options):
    generation = engine.generate(prompt, GenerationOptions(**({"temperature": 0.0} | options)), cancelled)
    return "".join(generation), generation.usage


def test_llama_cpp_answers_counts_continues_completes_and_stops(llama: str, tmp_path: Path):
    manager, model = managed(llama, KEY, tmp_path)
    assert model == "server:box/smol"
    with manager.lease(model) as engine:
        assert (engine.info.context, engine.info.exact) == (2048, True)
        text, usage = written(engine, CAPITAL, max_new_tokens=24)
        assert text.strip()
        assert usage.exact
        assert engine.count([CAPITAL]) == [usage.prompt_tokens]
        again, _ = written(engine, CAPITAL, max_new_tokens=8, temperature=0.9, seed=4)
        assert again == written(engine, CAPITAL, max_new_tokens=8, temperature=0.9, seed=4)[0]
        half = ({"role": "assistant", "content": "The capital of France is Par"},)
        on, _ = written(engine, Prompt((*CAPITAL.messages, *half), continue_last=True), max_new_tokens=8)
        assert on.startswith("is")
        completed, usage = written(engine, Prompt(text="Once upon a time"), max_new_tokens=8)
        assert completed.strip()
        assert usage.finish == "length"
        stop = text.split()[1]
        assert written(engine, CAPITAL, max_new_tokens=24, stop=(stop,))[0] == text[: text.index(stop)]
        long = Prompt(messages=({"role": "user", "content": "word " * 3000},))
        with pytest.raises(BadInput, match="refused the request"):
            written(engine, long)


def test_stop_makes_llama_cpp_stop_generating(llama: str, tmp_path: Path):
    manager, model = managed(llama, KEY, tmp_path)

    def working() -> int:
        request = urllib.request.Request(f"{llama}/slots", headers={"Authorization": f"Bearer {KEY}"})
        with urllib.request.urlopen(request, timeout=5) as said:
            return sum(slot["is_processing"] for slot in json.load(said))

    with manager.lease(model) as engine:
        pieces: list[str] = []
        generation = engine.generate(
            TELL, GenerationOptions(temperature=1.0, max_new_tokens=1900), lambda: len(pieces) > 2
        )
        for piece in generation:
            pieces.append(piece)
            if len(pieces) == 1:
                assert working() == 1
        assert generation.usage.finish == "stopped"
    until(lambda: working() == 0, 3)


def test_a_wrong_key_is_said_on_the_page_of_models_and_is_not_shown(llama: str):
    servers = Servers({"box": ServerSettings(llama, "sk-wrong-key", models=("smol",))}, first=0.0)
    config = Config(servers={"box": ServerSettings(llama, "sk-wrong-key")})
    until(lambda: servers.states()[0].state != "asking")
    spec = servers.specs()[0]
    engine, _ = EngineLoader(config, Library(config), servers=servers).connect(spec)
    with pytest.raises(AppError) as raised:
        written(engine, CAPITAL)
    assert isinstance(raised.value, Unavailable)
    assert "doesn't accept the key" in str(raised.value)
    assert "sk-wrong-key" not in str(raised.value)


def test_llama_cpp_killed_in_the_middle_of_an_answer_leaves_the_text_and_a_plain_sentence(
    llama: str, tmp_path: Path
):
    process, url = start_llama()
    try:
        manager, model = managed(url, KEY, tmp_path)
        text = ""
        with manager.lease(model) as engine, pytest.raises(EngineFailed, match="in the middle of the answer"):
            for piece in engine.generate(TELL, GenerationOptions(max_new_tokens=1900), lambda: False):
                text += piece
                process.kill()
        assert text
        with pytest.raises(Unavailable, match="connection refused"), manager.lease(model):
            pass
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_transformers_serve_answers_completes_and_says_what_it_cannot(serve: tuple[str, int], tmp_path: Path):
    manager, model = managed(serve[0], "", tmp_path)
    assert model == "server:box/wordbench/tiny-endless"
    with manager.lease(model) as engine:
        assert not engine.info.exact
        text, usage = written(
            engine, CAPITAL, max_new_tokens=12, top_k=5, temperature=0.7, repetition_penalty=1.1
        )
        assert text
        assert (usage.new_tokens, usage.finish, usage.exact) == (12, "length", True)
        completed, _ = written(engine, Prompt(text="Once upon"), max_new_tokens=6)
        assert completed
        whole, _ = written(engine, CAPITAL, max_new_tokens=30)
        middle = whole[5:8]
        assert written(engine, CAPITAL, max_new_tokens=30, stop=(middle,))[0] == whole[: whole.index(middle)]
        half = Prompt((*CAPITAL.messages, {"role": "assistant", "content": "Pa"}), continue_last=True)
        with pytest.raises(BadInput, match="can't go on"):
            written(engine, half)


@pytest.mark.slow
def test_stop_makes_transformers_serve_stop_generating(serve: tuple[str, int], tmp_path: Path):
    manager, model = managed(serve[0], "", tmp_path)
    with manager.lease(model) as engine:
        pieces: list[str] = []
        options = GenerationOptions(max_new_tokens=3900)
        generation = engine.generate(TELL, options, lambda: len(pieces) > 4)
        pieces.extend(generation)  # one by one: the length is looked at in between
        assert generation.usage.finish == "stopped"

    def busy() -> float:
        """Processor seconds within half a second."""
        process = psutil.Process(serve[1])
        before = sum(process.cpu_times()[:2])
        time.sleep(0.5)
        return sum(process.cpu_times()[:2]) - before

    until(lambda: busy() < 0.1, 5)  # 3,900 tokens would take it a minute
