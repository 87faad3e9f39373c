"""A finished run stays finished, whatever comes of its next comparison."""

import pytest

from components.errors import Busy
from components.store import Store
from components.training.execution import COMPARING_ENDED, UNCOMPARED, not_compared
from tests.unit.training.fakes import FakeProcess


def compared_again(world, evaluate) -> str:
    """A finished run whose next comparison is as given."""
    run_id, start = world.create(), world.launcher.start
    world.runs.work_once()
    assert world.get(run_id).state == "done"

    def started(folder, task):
        if task != "evaluate":
            return start(folder, task)
        process = FakeProcess()
        evaluate(folder, process)
        return process

    world.launcher.start = started
    world.runs.evaluate(run_id)
    return run_id


def still_done(world, run_id):
    run = world.get(run_id)
    assert (run.state, run.figures["sentence"]) == ("done", "Better: much.")
    assert world.runs.folder(run_id).report["sentence"] == "Better: much."
    assert [task for _, task in world.launcher.started].count("train") == 1
    return run.note


def test_a_finished_run_whose_next_comparison_is_stopped_is_still_finished(world):
    run_id = compared_again(world, lambda folder, process: folder.ask("stop"))
    world.runs.work_once()
    assert still_done(world, run_id) == UNCOMPARED


def test_a_finished_run_that_leaves_the_queue_before_its_next_comparison_is_still_finished(world):
    run_id = compared_again(world, lambda folder, process: None)
    world.runs.stop(run_id)
    assert still_done(world, run_id) == UNCOMPARED
    with pytest.raises(Busy):
        world.runs.resume(run_id)


@pytest.mark.parametrize("code", [-9, 1])
def test_a_finished_run_whose_next_comparison_fails_is_still_finished_and_says_why(world, code):
    def fail(folder, process):
        if code == 1:
            folder.log().write("error", text="The disk is full.")
        process.code = code

    run_id = compared_again(world, fail)
    world.runs.work_once()
    reason = "The disk is full." if code == 1 else COMPARING_ENDED
    assert str(still_done(world, run_id)) == str(not_compared(reason))


def test_a_run_whose_first_comparison_fails_keeps_what_it_learned(world):
    start = world.launcher.start

    def started(folder, task):
        if task != "evaluate":
            return start(folder, task)
        process = FakeProcess()
        process.code = -9
        return process

    world.launcher.start = started
    run_id = world.create()
    world.runs.work_once()
    run = world.get(run_id)
    assert (run.state, run.note) == ("done", not_compared(COMPARING_ENDED))
    assert run.tuned_id


def test_a_server_that_goes_down_during_a_comparison_leaves_a_finished_run(world):
    run_id = compared_again(world, lambda folder, process: None)
    world.runs.records.move(run_id, ("queued",), "running")
    world.store.close()
    store = Store.from_config(world.config)
    run = world.open(store).records.get(run_id)
    assert (run.state, run.note) == ("done", UNCOMPARED)
    store.close()
