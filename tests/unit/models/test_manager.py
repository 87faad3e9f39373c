"""The manager's rules: a model is loaded once, leased, waited for in line, and let go when it is idle."""

import os
import threading
from dataclasses import replace

import pytest

from components.config import Config, ServerSettings
from components.errors import AppError, Busy, Cancelled, EngineFailed, Unavailable
from components.models.catalog import Catalog
from components.models.manager import ModelManager
from components.models.placement import Placement
from tests.unit.models.fakes import (
    FakeEngine,
    FakeWorld,
    in_thread,
    make,
    remote,
    spec,
    until,
    use,
    use_and_hear,
    use_as,
)


def test_ten_people_asking_at_once_load_the_model_once_and_all_see_its_progress():
    world = FakeWorld()
    world.gate.clear()
    manager, heard, served = make(world, parallel=10), [], []

    def ask() -> None:
        with manager.lease("a", on_wait=lambda said: heard.append(str(said))):
            served.append(1)

    threads = [in_thread(ask) for _ in range(10)]
    until(lambda: heard.count("Loading A") == 10)
    world.gate.set()
    for thread in threads:
        thread.join(5)
    assert world.loads == ["a"]
    assert len(served) == 10


def test_who_waits_for_the_load_of_another_model_is_told_so():
    world = FakeWorld()
    world.gate.clear()
    manager, heard = make(world), []
    loading: list[str] = []
    first = in_thread(lambda: use_and_hear(manager, "a", loading))
    until(lambda: "Loading A" in loading)

    def ask() -> None:
        with manager.lease("b", on_wait=lambda said: heard.append(str(said))):
            pass

    second = in_thread(ask)
    until(lambda: "B is loaded after another model" in heard)
    world.gate.set()
    first.join(5)
    second.join(5)
    assert world.loads == ["a", "b"]


def test_a_loaded_model_is_not_loaded_again():
    world = FakeWorld()
    manager = make(world)
    use(manager, "a")
    use(manager, "a")
    assert world.loads == ["a"]


def test_an_idle_model_is_unloaded_after_the_keep_alive_and_not_before():
    world = FakeWorld()
    manager = make(world, keep_alive=60.0)
    use(manager, "a")
    world.now += 59
    manager.sweep()
    assert [m.idle_left for m in manager.status()] == [1.0]
    world.now += 2
    manager.sweep()
    assert world.closed == ["a"]
    assert manager.status() == []


def test_a_model_in_use_outlives_any_keep_alive():
    world = FakeWorld()
    manager = make(world, keep_alive=60.0)
    with manager.lease("a"):
        world.now += 10_000
        manager.sweep()
        assert world.closed == []
    manager.sweep()
    assert world.closed == []  # its idle time begins when it is given back


def test_unloading_a_model_that_somebody_uses_is_refused():
    world = FakeWorld()
    manager = make(world)
    with manager.lease("a"), pytest.raises(Busy, match="in use"):
        manager.unload("a")
    manager.unload("a")
    assert world.closed == ["a"]


def test_leaving_while_a_model_loads_lets_the_others_have_it():
    world = FakeWorld()
    world.gate.clear()
    manager, gone, errors = make(world), threading.Event(), []

    def leave() -> None:
        try:
            with manager.lease("a", cancelled=gone.is_set):
                pass
        except Cancelled as error:
            errors.append(error)

    leaver = in_thread(leave)
    other = in_thread(lambda: use(manager, "a"))
    gone.set()
    leaver.join(5)
    world.gate.set()
    other.join(5)
    assert len(errors) == 1
    assert world.loads == ["a"]


def test_a_model_whose_process_died_is_loaded_again():
    world = FakeWorld()
    manager = make(world)
    with manager.lease("a") as engine:
        engine.alive = False
    use(manager, "a")
    assert world.loads == ["a", "a"]


def test_a_failure_of_the_loader_reaches_everybody_who_waits_as_a_sentence():
    world = FakeWorld()
    world.gate.clear()
    world.errors.append(ValueError("bad header"))
    manager, errors, heard = make(world, parallel=3), [], []

    def ask() -> None:
        try:
            use_and_hear(manager, "a", heard)
        except AppError as error:
            errors.append(error)

    threads = [in_thread(ask) for _ in range(3)]
    until(lambda: heard.count("Loading A") == 3)
    world.gate.set()
    for thread in threads:
        thread.join(5)
    assert [type(error) for error in errors] == [EngineFailed] * 3
    assert "bad header" in str(errors[0])


def test_an_unknown_model_is_named():
    with pytest.raises(Unavailable, match="'gone'"):
        use(make(FakeWorld()), "gone")


def test_the_status_names_who_waits_and_who_is_answered():
    world = FakeWorld()
    manager, release = make(world, parallel=1), threading.Event()

    def hold() -> None:
        with manager.lease("a", owner="anna"):
            release.wait(5)

    holder = in_thread(hold)
    until(lambda: any(m.running for m in manager.status()))
    waiter = in_thread(lambda: use_as(manager, "ben"))
    until(lambda: any(m.waiting == ("ben",) for m in manager.status()))
    assert manager.status()[0].state == "in use"
    release.set()
    holder.join(5)
    waiter.join(5)


def test_why_a_load_failed_stays_to_be_read_until_the_next_try():
    world = FakeWorld()
    world.errors.append(ValueError("bad header"))
    manager = make(world)
    with pytest.raises(EngineFailed):
        use(manager, "a")
    assert "bad header" in str(manager.failure("a"))
    use(manager, "a")
    assert manager.failure("a") == ""


def test_who_waits_hears_the_position_and_how_long_it_may_take():
    world = FakeWorld()
    manager, heard, release = make(world, parallel=1), [], threading.Event()
    use(manager, "a")

    def hold() -> None:
        with manager.lease("a", owner="anna"):
            release.wait(5)

    def wait() -> None:
        with manager.lease("a", owner="ben", on_wait=lambda said: heard.append(str(said))):
            pass

    holder = in_thread(hold)
    until(lambda: any(m.running for m in manager.status()))
    assert manager.status()[0].expected is not None
    waiter = in_thread(wait)
    until(lambda: "Waiting in line for A: number 1, a few seconds" in heard)
    release.set()
    holder.join(5)
    waiter.join(5)


def test_a_chat_is_answered_while_summaries_hold_every_place_that_they_may_have():
    world = FakeWorld()
    manager, release = make(world, parallel=2), threading.Event()

    def summarize() -> None:
        with manager.lease("a", owner="anna", long=True) as engine:
            assert engine.info.context == 2048
            release.wait(5)

    threads = [in_thread(summarize) for _ in range(2)]
    until(lambda: any(m.running == 1 and m.waiting == ("anna",) for m in manager.status()))
    use_as(manager, "ben")
    release.set()
    for thread in threads:
        thread.join(5)


def test_a_model_on_a_server_takes_no_memory_waits_for_no_load_and_makes_nobody_go():
    world = FakeWorld(total_gb=3)
    manager = make(world, spec("a", 0.1), spec("b", 0.1), remote("far"))
    connected = FakeEngine(world, remote("far"), "server box", 0)
    world.connect = lambda model: (connected, Placement((), "", "none", 0, 4096, "Runs there"))
    use(manager, "a")
    world.gate.clear()  # a local load that never ends
    manager.load("b")
    until(lambda: any(str(m.stage) == "Loading B" for m in manager.status()))
    with manager.lease("server:box/far") as engine:
        assert engine is connected
    assert world.closed == []
    world.gate.set()
    until(lambda: any(m.id == "b" and m.state == "ready" for m in manager.status()))
    assert manager.reclaim() == 2  # the local ones
    manager.unload("server:box/far")
    assert sorted(world.closed) == ["a", "b", "server:box/far"]


def test_a_server_that_does_not_answer_fails_with_its_own_sentence_and_is_asked_again_next_time():
    world, tries = FakeWorld(), []
    manager = make(world, remote("far"))

    def connect(model):
        tries.append(model.id)
        raise Unavailable("The server box can't be reached.")

    world.connect = connect
    for _ in range(2):
        with pytest.raises(Unavailable, match="can't be reached"):
            use(manager, "server:box/far")
    assert len(tries) == 2


def test_each_server_has_its_own_number_of_requests_at_once():
    world = FakeWorld()
    servers = {"box": ServerSettings("http://box", parallel=3)}
    manager, release = make(world, remote("far"), parallel=1, servers=servers), threading.Event()
    connected = FakeEngine(world, remote("far"), "server box", 0)
    world.connect = lambda model: (connected, Placement((), "", "none", 0, 4096, "Runs there"))

    def hold() -> None:
        with manager.lease("server:box/far"):
            release.wait(5)

    threads = [in_thread(hold) for _ in range(4)]
    until(lambda: any(m.running == 3 and len(m.waiting) == 1 for m in manager.status()))
    release.set()
    for thread in threads:
        thread.join(5)


def test_leasing_an_adapter_leases_its_base_and_loads_it_once(tmp_path):
    from components.models.adapters import AdapterFolder

    (tmp_path / "made").mkdir()
    folder = AdapterFolder(tmp_path / "adapters")
    mine = folder.add(tmp_path / "made", title="Mine", owner="ada", base="a")
    os.utime(mine.folder / "wordbench.json", (1000, 1000))
    world = FakeWorld()
    manager = ModelManager(
        Catalog(None, (spec("a"),), adapters=folder), world, Config(keep_alive=10), world.clock
    )
    with manager.lease("a") as base, manager.lease(mine.id) as adapted:
        assert adapted == ("adapted", base, mine.folder)
        assert (mine.folder / "wordbench.json").stat().st_mtime > 1000  # in use, so it doesn't expire
        assert [model.running for model in manager.status()] == [2]
        with pytest.raises(Busy):
            manager.unload("a")
    assert world.loads == ["a"]
    world.now += 5
    use(manager, mine.id)
    world.now += 6
    manager.sweep()
    assert world.closed == []  # the adapter's use keeps the base alive
    world.now += 11
    manager.sweep()
    assert world.closed == ["a"]


def test_an_adapter_of_a_model_that_openvino_runs_gets_a_base_on_transformers(tmp_path):
    from components.models.adapters import AdapterFolder

    (tmp_path / "made").mkdir()
    folder = AdapterFolder(tmp_path / "adapters")
    mine = folder.add(tmp_path / "made", title="Mine", owner="ada", base="a")
    world = FakeWorld()
    world.adaptable = lambda model: replace(model, plain=True)
    manager = ModelManager(Catalog(None, (spec("a"),), adapters=folder), world, Config(), world.clock)
    with manager.lease("a") as base, manager.lease(mine.id) as adapted:
        assert adapted[1] is not base
        assert {model.id for model in manager.status()} == {"a", "a (transformers)"}
    assert world.loads == ["a", "a"]


def test_an_engine_that_answers_in_batches_has_as_many_places():
    world = FakeWorld()
    manager, release = make(world, parallel=1, batch=3), threading.Event()
    use(manager, "a")
    manager.unload("a")
    world.at_once = 8

    def hold() -> None:
        with manager.lease("a"):
            release.wait(5)

    threads = [in_thread(hold) for _ in range(4)]
    until(lambda: any(m.running == 3 and len(m.waiting) == 1 for m in manager.status()))
    release.set()
    for thread in threads:
        thread.join(5)
