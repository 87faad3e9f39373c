"""Memory: what goes to make room for a model or a training run, what is waited for, and what is refused."""

import threading
from pathlib import Path

import pytest

from components.config import ModelSettings
from components.errors import Cancelled, NotEnoughMemory
from components.models.manager import ModelManager
from components.models.options import Usage
from components.models.placement import Footprint
from tests.unit.models.fakes import GB, FakeWorld, in_thread, make, spec, until, use, use_and_hear


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
    assert any("to make room for C: 0.00 GB more is free" in str(event.text) for event in manager.events())


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


def test_the_memory_budget_of_the_settings_counts_all_loaded_models():
    world = FakeWorld(total_gb=100)
    manager = make(world, memory_budget_gb=3.0)
    use(manager, "a")
    use(manager, "b")
    assert world.closed == ["a"]


def test_on_cuda_one_card_is_preferred_and_several_are_used_when_one_is_too_small():
    world = FakeWorld(total_gb=10, kind="cuda", cards=2)
    manager = make(world, spec("small", 1), spec("large", 6))
    with manager.lease("small") as engine:
        assert str(engine.info.device) == "cuda:0"
    manager.unload("small")
    with manager.lease("large") as engine:
        assert str(engine.info.device) == "cuda:0+cuda:1"


def test_models_on_the_processor_are_not_evicted_for_a_card():
    world = FakeWorld(total_gb=10, kind="cuda")
    manager = make(world, spec("a", 1), spec("b", 4))
    use(manager, "a")
    manager._shelf.entries["a"].kind = "cpu"
    with pytest.raises(NotEnoughMemory):
        use(manager, "b")
    assert world.closed == []


def test_a_model_that_fits_only_with_a_shorter_context_gets_that_instead_of_a_refusal():
    world = FakeWorld(total_gb=5)
    manager = make(world, spec("a", 1))
    world.prepare = lambda model, say: (Path("a"), Footprint(GB, 100_000, 32_768))  # type: ignore[method-assign]
    use(manager, "a")
    assert manager._shelf.entries["a"].placement.context == 8192
    assert "8,192 tokens of context" in str(manager.status()[0].reason)


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
        thread = in_thread(
            lambda: _reserve(manager, 8 * GB, stop.is_set, lambda said: heard.append(str(said)))
        )
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
