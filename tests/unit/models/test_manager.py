"""The manager's rules, with a loader, a memory probe and a clock that the tests hold in their hands."""

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from components.config import Config, ModelSettings, ServerSettings
from components.errors import AppError, Busy, Cancelled, EngineFailed, NotEnoughMemory, Unavailable
from components.models.catalog import Catalog, ModelSpec
from components.models.manager import ModelManager
from components.models.options import EngineInfo, Usage
from components.models.placement import Device, Footprint, Placement

GB = 1_000_000_000


def spec(name: str, billions: float = 1.0) -> ModelSpec:
    return ModelSpec(name, name.upper(), "chat", "local", name, int(billions * GB), 2048, "MIT")


class FakeEngine:
    def __init__(self, world: "FakeWorld", model: ModelSpec, device: str, memory: int) -> None:
        self.world, self.model, self.alive = world, model, True
        self.info = EngineInfo(device, "float32", "none", memory, 2048, True, 0.5, at_once=world.at_once)
        self.recent: deque = deque()

    def adapted(self, folder: Path):
        return "adapted", self, folder

    def close(self) -> None:
        self.alive = False
        self.world.closed.append(self.model.id)
        if self.model.id not in self.world.leaky:
            self.world.used.pop(self.model.id, None)


class FakeWorld:
    """A machine with one device; loading takes exactly what the model says."""

    def __init__(self, total_gb: float = 10, kind: str = "cpu", cards: int = 1) -> None:
        self.total, self.kind, self.cards = int(total_gb * GB), kind, cards
        self.used: dict[str, int] = {}
        self.loads: list[str] = []
        self.closed: list[str] = []
        self.leaky: set[str] = set()  # closing these frees nothing
        self.errors: deque[Exception | None] = deque()  # what the next loads raise
        self.gate = threading.Event()
        self.gate.set()
        self.reclaim: Callable[[], object] = lambda: None
        self.now = 1000.0
        self.at_once = 0  # requests in one batch

    def clock(self) -> float:
        return self.now

    def prepare(self, model: ModelSpec, on_progress: Callable[[str, float], None]) -> tuple[Path, Footprint]:
        on_progress(f"Preparing {model.title}", 0.5)
        return Path(model.id), Footprint(model.parameters, 0, 2048)

    def adaptable(self, model: ModelSpec) -> ModelSpec:
        return model

    def devices(self) -> list[Device]:
        free = self.total - sum(self.used.values())
        found = [Device(self.kind, i, f"GPU {i}", self.total, free, True) for i in range(self.cards)]
        return found if self.kind == "cpu" else [*found, Device("cpu", 0, "CPU", self.total, self.total)]

    def load(self, model, folder, placement, reclaim) -> FakeEngine:
        self.gate.wait(5)
        self.reclaim = reclaim
        self.loads.append(model.id)
        if self.errors and (error := self.errors.popleft()):
            raise error
        self.used[model.id] = placement.need
        return FakeEngine(self, model, "+".join(d.label for d in placement.devices), placement.need)


def make(world: FakeWorld, *specs: ModelSpec, **settings) -> ModelManager:
    catalog = Catalog(None, specs or (spec("a"), spec("b"), spec("c")))
    return ModelManager(catalog, world, Config(**settings), world.clock)


def use(manager: ModelManager, model_id: str) -> None:
    with manager.lease(model_id):
        pass


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_ten_people_asking_at_once_load_the_model_once_and_all_see_its_progress():
    world = FakeWorld()
    world.gate.clear()
    manager, heard, served = make(world, parallel=10), [], []

    def ask() -> None:
        with manager.lease("a", on_wait=heard.append):
            served.append(1)

    threads = [in_thread(ask) for _ in range(10)]
    until(lambda: heard.count("Loading A") == 10)
    world.gate.set()
    for thread in threads:
        thread.join(5)
    assert world.loads == ["a"]
    assert len(served) == 10


def test_a_loaded_model_is_not_loaded_again():
    world = FakeWorld()
    manager = make(world)
    use(manager, "a")
    use(manager, "a")
    assert world.loads == ["a"]


def test_the_least_recently_used_idle_model_makes_room():
    world = FakeWorld(total_gb=10)  # float32 would be 4.6 GB each; bfloat16 2.4
    manager = make(world, spec("a", 1), spec("b", 1), spec("c", 1), spec("d", 2))
    for moment, name in enumerate(["a", "b", "c", "a"]):
        world.now = 1000.0 + moment
        use(manager, name)
    use(manager, "d")
    assert world.closed == ["b"]
    assert {m.id for m in manager.status()} == {"a", "c", "d"}


def test_what_an_eviction_frees_is_measured_and_the_next_one_goes_if_it_was_nothing():
    world = FakeWorld(total_gb=8)
    world.leaky = {"a"}
    manager = make(world, spec("a", 1), spec("b", 1), spec("c", 2))
    use(manager, "a")
    world.now += 1
    use(manager, "b")
    use(manager, "c")
    assert world.closed == ["a", "b"]
    assert any("to make room for C: 0.00 GB more is free" in event.text for event in manager.events())


def test_a_model_in_use_is_never_evicted_the_load_waits_for_it():
    world = FakeWorld(total_gb=5)
    manager, heard = make(world, spec("a", 1), spec("b", 2)), []
    with manager.lease("a"):
        done = in_thread(lambda: use_and_hear(manager, "b", heard))
        until(lambda: any("Waiting for memory" in text for text in heard))
        assert world.closed == []
    done.join(5)
    assert world.closed == ["a"]
    assert world.loads == ["a", "b"]


def use_and_hear(manager: ModelManager, model_id: str, heard: list[str]) -> None:
    with manager.lease(model_id, on_wait=heard.append):
        pass


def test_a_model_that_can_never_fit_says_the_need_what_is_free_and_what_helps():
    world = FakeWorld(total_gb=4)
    manager = make(world, spec("big", 10))
    with pytest.raises(NotEnoughMemory, match=r"BIG needs 22\.2 GB and 4\.0 GB is free.*smaller model"):
        use(manager, "big")
    assert manager.status() == []


def test_out_of_memory_while_loading_frees_what_is_idle_and_tries_once_more():
    world = FakeWorld(total_gb=10)
    manager = make(world)
    use(manager, "a")
    world.errors.extend([NotEnoughMemory("CUDA out of memory")])
    use(manager, "b")
    assert world.closed == ["a"]
    assert world.loads == ["a", "b", "b"]


def test_out_of_memory_twice_is_a_plain_error_and_the_next_request_works():
    world = FakeWorld(total_gb=10)
    world.errors.extend([NotEnoughMemory("full"), NotEnoughMemory("still full")])
    manager = make(world)
    with pytest.raises(NotEnoughMemory, match="still full"):
        use(manager, "a")
    use(manager, "a")
    assert [m.id for m in manager.status()] == ["a"]


def test_out_of_memory_while_generating_frees_idle_models_but_not_the_one_in_use():
    world = FakeWorld(total_gb=10)
    manager = make(world)
    use(manager, "a")
    with manager.lease("b"):
        world.reclaim()
    assert world.closed == ["a"]


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


def test_a_pinned_model_is_neither_evicted_nor_swept():
    world = FakeWorld(total_gb=5)
    manager = make(world, spec("a", 1), spec("b", 2), models={"a": ModelSettings(pinned=True)})
    use(manager, "a")
    world.now += 10_000
    manager.sweep()
    with pytest.raises(NotEnoughMemory):
        use(manager, "b")
    manager.pin("a", False)
    use(manager, "b")
    assert world.closed == ["a"]


def test_unloading_a_model_that_somebody_uses_is_refused():
    world = FakeWorld()
    manager = make(world)
    with manager.lease("a"), pytest.raises(Busy, match="in use"):
        manager.unload("a")
    manager.unload("a")
    assert world.closed == ["a"]


def test_the_memory_budget_of_the_settings_counts_all_loaded_models():
    world = FakeWorld(total_gb=100)
    manager = make(world, memory_budget_gb=3.0)
    use(manager, "a")
    use(manager, "b")
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
    manager, errors = make(world), []

    def ask() -> None:
        try:
            use(manager, "a")
        except AppError as error:
            errors.append(error)

    threads = [in_thread(ask) for _ in range(3)]
    time.sleep(0.1)
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


def use_as(manager: ModelManager, owner: str) -> None:
    with manager.lease("a", owner=owner):
        pass


def test_on_cuda_one_card_is_preferred_and_several_are_used_when_one_is_too_small():
    world = FakeWorld(total_gb=10, kind="cuda", cards=2)
    manager = make(world, spec("small", 1), spec("large", 6))
    with manager.lease("small") as engine:
        assert engine.info.device == "cuda:0"
    manager.unload("small")
    with manager.lease("large") as engine:
        assert engine.info.device == "cuda:0+cuda:1"


def test_models_on_the_processor_are_not_evicted_for_a_card():
    world = FakeWorld(total_gb=10, kind="cuda")
    manager = make(world, spec("a", 1), spec("b", 4))
    use(manager, "a")
    manager._entries["a"].kind = "cpu"
    with pytest.raises(NotEnoughMemory):
        use(manager, "b")
    assert world.closed == []


def test_a_model_that_fits_only_with_a_shorter_context_gets_that_instead_of_a_refusal():
    world = FakeWorld(total_gb=5)
    manager = make(world, spec("a", 1))
    world.prepare = lambda model, say: (Path("a"), Footprint(GB, 100_000, 32_768))  # type: ignore[method-assign]
    use(manager, "a")
    assert manager._entries["a"].placement.context == 8192
    assert "8,192 tokens of context" in manager.status()[0].reason


def test_why_a_load_failed_stays_to_be_read_until_the_next_try():
    world = FakeWorld()
    world.errors.append(ValueError("bad header"))
    manager = make(world)
    with pytest.raises(EngineFailed):
        use(manager, "a")
    assert "bad header" in manager.failure("a")
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
        with manager.lease("a", owner="ben", on_wait=heard.append):
            pass

    holder = in_thread(hold)
    until(lambda: any(m.running for m in manager.status()))
    assert manager.status()[0].expected is not None
    waiter = in_thread(wait)
    until(lambda: "Waiting in line for A: 1st, a few seconds" in heard)
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


def remote(name: str) -> ModelSpec:
    return ModelSpec(f"server:box/{name}", name, "chat", "server", name, 0, 0, "")


def test_a_model_on_a_server_takes_no_memory_waits_for_no_load_and_makes_nobody_go():
    world = FakeWorld(total_gb=3)
    manager = make(world, spec("a", 0.1), spec("b", 0.1), remote("far"))
    connected = FakeEngine(world, remote("far"), "server box", 0)
    world.connect = lambda model: (connected, Placement((), "", "none", 0, 4096, "Runs there"))
    use(manager, "a")
    world.gate.clear()  # a local load that never ends
    manager.load("b")
    until(lambda: any(m.stage == "Loading B" for m in manager.status()))
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


# Memory that a training run takes


def test_reserving_memory_evicts_idle_models_and_keeps_what_fits():
    world = FakeWorld(total_gb=20)
    manager = make(world, spec("a", 1), spec("b", 1))
    use(manager, "a")
    use(manager, "b")
    before = manager.outlook(16 * GB)
    assert (before.evicted, before.kept, before.waits, before.fits) == (("A",), ("B",), False, True)
    with manager.reserve("a run", 16 * GB):
        assert world.closed == ["a"]
    assert manager.outlook(1 * GB).evicted == ()


def test_a_load_does_not_take_what_is_reserved_and_may_once_it_is_given_back():
    world = FakeWorld(total_gb=10)
    manager = make(world)
    with manager.reserve("a run", 8 * GB), pytest.raises(NotEnoughMemory):
        use(manager, "a")
    use(manager, "a")


def test_what_the_run_has_taken_by_now_is_not_counted_twice():
    world = FakeWorld(total_gb=20)
    manager = make(world)
    taken = [0]
    with manager.reserve("a run", 8 * GB, lambda: taken[0]):
        assert manager.outlook(0).free == 12 * GB
        taken[0] = 8 * GB
        world.used["the run"] = 8 * GB
        assert manager.outlook(0).free == 12 * GB


def test_a_reservation_waits_for_a_model_in_use_and_can_be_stopped():
    world = FakeWorld(total_gb=10)
    manager, heard, stop = make(world), [], threading.Event()
    with manager.lease("a"):
        assert manager.outlook(8 * GB).waits
        thread = in_thread(lambda: _reserve(manager, 8 * GB, stop.is_set, heard.append))
        until(lambda: any("when a model in use is done" in text for text in heard))
        stop.set()
        thread.join(5)
        assert world.closed == []
    stop.clear()
    with manager.reserve("a run", 8 * GB):
        assert world.closed == ["a"]


def _reserve(manager: ModelManager, need: int, cancelled, on_wait) -> None:
    try:
        with manager.reserve("a run", need, cancelled=cancelled, on_wait=on_wait):
            pass
    except Cancelled:
        pass


def test_more_than_there_is_can_not_be_reserved():
    manager = make(FakeWorld(total_gb=10))
    assert not manager.outlook(11 * GB).fits
    with (
        pytest.raises(NotEnoughMemory, match=r"a run needs 11\.0 GB and 10\.0 GB is free"),
        manager.reserve("a run", 11 * GB),
    ):
        pass


def test_what_a_training_run_costs_those_who_wait_for_answers_is_told():
    manager = make(FakeWorld(total_gb=20), spec("a", 1))

    def answer(seconds: float) -> None:
        with manager.lease("a") as engine:
            engine.recent.append(Usage(10, 41, 0.1, seconds, "stop"))

    answer(2.0)
    assert manager.status()[0].pace_beside_training is None
    with manager.reserve("a run", 4 * GB):
        answer(8.0)
    answer(2.0)
    assert (manager.status()[0].pace, manager.status()[0].pace_beside_training) == (20, 5)


def test_the_budget_counts_a_reservation():
    manager = make(FakeWorld(total_gb=100), memory_budget_gb=10)
    with manager.reserve("a run", 8 * GB), pytest.raises(NotEnoughMemory):
        use(manager, "a")


# Adapters


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
