"""The queue in front of a model: bounded, and fair between people."""

import threading
import time

import pytest

from components.errors import Busy, Cancelled
from components.models.turnstile import Turnstile


def wait_in(line: Turnstile, owner: str, served: list[str], release: threading.Event) -> threading.Thread:
    def work() -> None:
        with line.turn(owner):
            served.append(owner)
            release.wait(5)

    before = len(line.line()) + line.running
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    deadline = time.monotonic() + 5
    while len(line.line()) + line.running == before and time.monotonic() < deadline:
        time.sleep(0.005)
    return thread


def test_a_persons_second_request_yields_to_another_persons_first():
    line, served = Turnstile(1, 10), []
    gates = [threading.Event() for _ in range(4)]
    threads = [wait_in(line, owner, served, gate) for owner, gate in zip("aaab", gates, strict=True)]
    assert line.line() == ["b", "a", "a"]
    for gate in gates:
        gate.set()
    for thread in threads:
        thread.join(5)
    assert served == ["a", "b", "a", "a"]


def test_a_waiting_person_hears_the_position_and_when_it_changes():
    line, served, heard = Turnstile(1, 10), [], []
    first, second = threading.Event(), threading.Event()
    threads = [wait_in(line, "a", served, first), wait_in(line, "b", served, second)]

    def third() -> None:
        with line.turn("c", on_wait=heard.append):
            served.append("c")

    threads.append(threading.Thread(target=third, daemon=True))
    threads[-1].start()
    while not heard:
        time.sleep(0.005)
    first.set()
    while len(heard) < 2:
        time.sleep(0.005)
    second.set()
    for thread in threads:
        thread.join(5)
    assert heard == [2, 1]
    assert served == ["a", "b", "c"]


def test_a_full_line_refuses_with_a_sentence_and_serves_those_who_are_in_it():
    line, served, release = Turnstile(1, 1), [], threading.Event()
    threads = [wait_in(line, "a", served, release), wait_in(line, "b", served, release)]
    with pytest.raises(Busy, match="Try again"), line.turn("c"):
        pass
    release.set()
    for thread in threads:
        thread.join(5)
    assert served == ["a", "b"]


def test_leaving_the_line_lets_the_next_one_move_up():
    line, served, release, gone = Turnstile(1, 5), [], threading.Event(), threading.Event()
    holder = wait_in(line, "a", served, release)

    def leave() -> None:
        with pytest.raises(Cancelled), line.turn("b", cancelled=gone.is_set):
            pass

    leaver = threading.Thread(target=leave, daemon=True)
    leaver.start()
    while not line.line():
        time.sleep(0.005)
    gone.set()
    leaver.join(5)
    assert line.line() == []
    release.set()
    holder.join(5)


def test_several_requests_run_at_once_up_to_the_limit():
    line, served, release = Turnstile(2, 5), [], threading.Event()
    threads = [wait_in(line, owner, served, release) for owner in "abc"]
    assert (line.running, line.line()) == (2, ["c"])
    release.set()
    for thread in threads:
        thread.join(5)
    assert line.running == 0
