"""Whose turn it is on the engine's one thread, with steps and a clock that the tests hold in their hands."""

import threading

import pytest

from components.models.engines.step_loop import PARK, StepLoop
from tests.unit.models.fakes import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


def work(clock: Clock, log: list[str], name: str, count: int, seconds: float):
    for _ in range(count):
        clock.now += seconds
        log.append(name)
        yield


def submit(loop: StepLoop, steps, background: bool = False, of: list | None = None) -> threading.Event:
    ended = threading.Event()

    def finish(error: BaseException | None) -> None:
        (of if of is not None else []).append(error)
        ended.set()

    loop.generate(str(id(steps)), steps, finish, background)
    return ended


def serve(loop: StepLoop, *ends: threading.Event) -> None:
    thread = threading.Thread(target=loop.run, daemon=True)
    thread.start()
    for end in ends:
        assert end.wait(5)
    loop.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_generations_take_turns_step_by_step(clock: Clock):
    loop, log = StepLoop(clock), []
    ends = [submit(loop, work(clock, log, name, 3, 0.01)) for name in "ab"]
    serve(loop, *ends)
    assert log == ["a", "b"] * 3


def test_background_work_gets_a_quarter_of_the_time_and_all_of_it_when_nobody_generates(clock: Clock):
    loop, log = StepLoop(clock), []
    ends = [
        submit(loop, work(clock, log, "token", 60, 0.1)),
        submit(loop, work(clock, log, "embed", 30, 0.2), background=True),
    ]
    serve(loop, *ends)
    both = log[: len(log) - log[::-1].index("token")]
    share = 0.2 * both.count("embed") / (0.2 * both.count("embed") + 0.1 * both.count("token"))
    assert 0.2 < share < 0.3
    assert log[-10:] == ["embed"] * 10
    assert log.count("embed") == 30


def test_inside_of_a_long_background_step_generations_go_on_new_ones_too(clock: Clock):
    loop, log = StepLoop(clock), []
    late = []

    def translate():
        for number in range(10):
            clock.now += 0.1
            log.append("word")
            if number == 4:
                late.append(submit(loop, work(clock, log, "new", 2, 0.05)))
                loop.call(lambda: log.append("load"))
            loop.breathe()
        yield

    ends = [
        submit(loop, translate(), background=True),
        submit(loop, work(clock, log, "token", 12, 0.1)),
    ]
    serve(loop, *ends)
    first = log[: log.index("word", 1)]
    assert first == ["word", "token", "token", "token"]
    assert log.index("new") < len(log) - 1 - log[::-1].index("word")
    assert log.index("load") > len(log) - 1 - log[::-1].index("word")
    assert late[0].is_set()


def test_a_parked_piece_of_background_work_comes_back_where_it_was(clock: Clock):
    loop, errors = StepLoop(clock), []

    def steps():
        yield PARK
        yield
        raise ValueError("at the end")

    made = steps()
    end = submit(loop, made, background=True, of=errors)
    loop.call(lambda: None)
    thread = threading.Thread(target=loop.run, daemon=True)
    thread.start()
    assert not end.wait(0.2)
    loop.resume(str(id(made)))
    assert end.wait(5)
    loop.stop()
    thread.join(5)
    assert isinstance(errors[0], ValueError)
