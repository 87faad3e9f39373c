"""A process that doesn't answer is noticed after so many beats; one that loads or computes has more of them."""

import itertools

import pytest

from components.models import heartbeat
from components.models.heartbeat import IDLE_BEATS, SILENT_BEATS, STOPPED_BEATS, Heartbeat


class Process:
    pid = 0

    def poll(self) -> None:
        return None


@pytest.fixture(autouse=True)
def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "_is_stopped", lambda pid: False)
    monkeypatch.setattr(heartbeat, "_computed", lambda pid: 7.0)


def make(loading: bool = False) -> tuple[Heartbeat, list[int]]:
    asked: list[int] = []
    beats = Heartbeat(Process(), lambda: asked.append(1), lambda: loading)  # type: ignore[arg-type]
    return beats, asked


def beats_until_end(one: Heartbeat, most: int = 1000) -> int:
    return next(number for number in range(1, most) if one.beat())


def test_a_process_that_answers_is_asked_again_and_never_ended():
    one, asked = make()
    for _ in range(100):
        assert not one.beat()
        one.heard()
    assert len(asked) == 100


def test_a_silent_process_that_does_nothing_is_asked_once_and_ended_within_seconds():
    one, asked = make()
    assert beats_until_end(one) == IDLE_BEATS + 2  # it is asked at the first
    assert len(asked) == 1


def test_a_process_that_loads_may_be_silent_for_longer():
    assert beats_until_end(make(loading=True)[0]) == SILENT_BEATS + 2


def test_a_process_that_computes_may_be_silent_for_longer(monkeypatch):
    seconds = itertools.count()
    monkeypatch.setattr(heartbeat, "_computed", lambda pid: float(next(seconds)))
    assert beats_until_end(make()[0]) == SILENT_BEATS + 2


def test_a_stopped_process_is_ended_even_while_it_loads(monkeypatch):
    monkeypatch.setattr(heartbeat, "_is_stopped", lambda pid: True)
    assert beats_until_end(make(loading=True)[0]) == STOPPED_BEATS + 1


def test_a_process_that_is_continued_in_time_goes_on(monkeypatch):
    one, _ = make()
    states = iter([True, True, False, True, True, False])
    monkeypatch.setattr(heartbeat, "_is_stopped", lambda pid: next(states))
    for _ in range(6):
        assert not one.beat()
        one.heard()
