"""Leases, kills, a stopped process and a looping template, for real: nobody waits for ever, and nothing is left."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from components.config import Config
from components.errors import AppError, BadInput, Cancelled, EngineFailed
from components.models.catalog import Catalog
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.options import GenerationOptions, Prompt
from tests import tiny
from tests.figures import note
from tests.unit.models.fakes import in_thread

pytestmark = pytest.mark.slow
HELLO = Prompt(messages=({"role": "user", "content": "Hello"},))
ENDLESS = GenerationOptions(max_new_tokens=1900, temperature=0)
LOOP = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"


@pytest.fixture(scope="module")
def manager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelManager]:
    folder = tmp_path_factory.mktemp("own")
    tiny.make_llama(folder / "good", context=2048, end=False)
    tiny.make_llama(folder / "looping", context=2048, end=False)
    (folder / "looping" / "chat_template.jinja").write_text(LOOP + tiny.CHAT_TEMPLATE)
    config = Config(data_dir=tmp_path_factory.mktemp("data"), models_dir=folder, engine="transformers")
    loader = EngineLoader(config, Library(config))
    manager = ModelManager(Catalog(folder), loader, config)
    yield manager
    pid(manager)
    loader.process.close()
    assert STARTED
    assert not psutil.wait_procs(STARTED, timeout=90)[1]


# Engines of this module's manager and what they started; other tests' apps in this process go on starting theirs.
STARTED: set[psutil.Process] = set()


def pid(manager: ModelManager) -> int:
    found = manager._loader.process.pid  # type: ignore[attr-defined]
    assert found
    engine = psutil.Process(found)
    STARTED.update([engine, *engine.children(recursive=True)])
    return found


def ask(manager: ModelManager, model: str = "local-good", options: GenerationOptions = ENDLESS) -> str:
    with manager.lease(model) as engine:
        return "".join(engine.generate(HELLO, options, lambda: False))


def seconds(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


def test_a_looping_template_costs_its_own_answer_and_nobody_elses(manager: ModelManager):
    short = GenerationOptions(max_new_tokens=20)
    alone = ask(manager, options=short)
    refused: list[float] = []

    def loop() -> None:
        with pytest.raises(BadInput, match="chat template"):
            ask(manager, "local-looping")

    thread = in_thread(lambda: refused.append(seconds(loop)))
    answered = 0
    while thread.is_alive():
        assert ask(manager, options=short) == alone
        answered += 1
    assert refused
    assert answered > 5
    note(f"a looping template: refused after {refused[0]:.1f} s, {answered} other answers in the meantime")


def test_stop_and_unload_are_heard_while_a_template_loops(manager: ModelManager):
    stop = threading.Event()
    with manager.lease("local-looping") as engine:
        generation = engine.generate(HELLO, ENDLESS, stop.is_set)
        thread = in_thread(lambda: list(generation))
        time.sleep(0.3)
        stop.set()
        took = seconds(lambda: thread.join(5))
        assert not thread.is_alive()
        assert generation.usage is not None
        assert generation.usage.finish == "stopped"
    until = time.monotonic() + 0.5
    with (
        pytest.raises(Cancelled),
        manager.lease("local-looping", cancelled=lambda: time.monotonic() > until) as engine,
    ):
        engine.count([HELLO])
    manager.unload("local-looping")
    assert "local-looping" not in {one.id for one in manager.status()}
    note(f"Stop during a looping template: heard after {took:.2f} s")


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSTOP])
def test_a_killed_or_stopped_engine_is_said_and_started_again(manager: ModelManager, sent: int):
    ask(manager, options=GenerationOptions(max_new_tokens=2))
    errors: list[AppError] = []

    def answer() -> None:
        try:
            ask(manager)
        except EngineFailed as error:
            errors.append(error)

    waiting = [in_thread(answer) for _ in range(3)]
    time.sleep(0.2)
    before = pid(manager)
    os.kill(before, sent)
    took = seconds(lambda: [thread.join(30) for thread in waiting])
    assert errors  # the one in progress; those in line may have had the next process
    assert "next request starts it again" in str(errors[0])
    assert not any(thread.is_alive() for thread in waiting)
    assert ask(manager, options=GenerationOptions(max_new_tokens=2)) is not None
    assert pid(manager) != before
    name = signal.Signals(sent).name
    note(f"{name} of the engine: everybody had an answer or a sentence after {took:.1f} s")


def test_many_leases_by_many_people_leave_nothing_behind(manager: ModelManager):
    ask(manager, options=GenerationOptions(max_new_tokens=2))
    before = psutil.Process(pid(manager)).memory_info().rss
    done: list[str] = []

    def person(number: int) -> None:
        for turn in range(10):
            options = GenerationOptions(max_new_tokens=2, seed=turn)
            with manager.lease("local-good", owner=str(number)) as engine:
                done.append("".join(engine.generate(HELLO, options, lambda: False)))

    threads = [in_thread(lambda number=number: person(number)) for number in range(8)]
    for thread in threads:
        thread.join(60)
    assert len(done) == 80
    assert [(one.running, one.waiting) for one in manager.status()] == [(0, ())]
    grown = (psutil.Process(pid(manager)).memory_info().rss - before) / 1e6
    assert grown < 100
    note(f"80 leases by 8 people: the engine grew by {grown:.0f} MB")
