"""The queue in front of a model: bounded, and fair between people."""

import threading
import time

import pytest

from components.errors import Busy, Cancelled
from components.models.turnstile import Turn, Turnstile
from tests.unit.models.fakes import Clock


def wait_in(
    line: Turnstile, owner: str, served: list[str], release: threading.Event, long: bool = False
) -> threading.Thread:
    def work() -> None:
        with line.turn(owner, long=long):
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
        with line.turn("c", on_wait=lambda position, seconds: heard.append(position)):
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


def until(condition) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_short_request_goes_in_while_long_ones_hold_all_the_places_that_they_may_have():
    line, served, release = Turnstile(3, 5), [], threading.Event()
    threads = [wait_in(line, owner, served, release, long=True) for owner in "abc"]
    assert (line.running, line.line()) == (2, ["c"])
    threads.append(wait_in(line, "short", served, release))
    until(lambda: "short" in served)
    assert line.line() == ["c"]
    release.set()
    for thread in threads:
        thread.join(5)
    assert sorted(served) == ["a", "b", "c", "short"]


def test_a_short_request_is_not_refused_where_only_long_ones_wait_and_its_place_is_free():
    line, served, release = Turnstile(2, 1), [], threading.Event()
    threads = [wait_in(line, owner, served, release, long=True) for owner in "ab"]
    with pytest.raises(Busy), line.turn("c", long=True):
        pass
    with line.turn("short"):
        assert line.running == 2
    release.set()
    for thread in threads:
        thread.join(5)


def test_long_work_with_one_place_lets_a_short_request_in_between_two_parts():
    line, order, go_on = Turnstile(1, 5), [], threading.Event()

    def summary() -> None:
        with line.turn("a", long=True) as turn:
            for part in (1, 2, 3):
                with turn.part():
                    order.append(f"part {part}")
                    if part == 1:
                        go_on.wait(5)

    def chat() -> None:
        with line.turn("b"):
            order.append("chat")

    threads = [threading.Thread(target=work, daemon=True) for work in (summary, chat)]
    threads[0].start()
    until(lambda: order == ["part 1"])
    threads[1].start()
    until(lambda: line.line() == ["b"])
    go_on.set()
    for thread in threads:
        thread.join(5)
    assert order == ["part 1", "chat", "part 2", "part 3"]
    assert line.running == 0


def test_two_long_works_take_turns_part_by_part_and_a_full_line_never_refuses_one_that_is_in():
    line, order, started = Turnstile(1, 1), [], threading.Event()

    def work(owner: str) -> None:
        with line.turn(owner, long=True) as turn:
            for _ in range(3):
                with turn.part():
                    order.append(owner)
                    started.wait(5)

    threads = [threading.Thread(target=work, args=(owner,), daemon=True) for owner in "ab"]
    threads[0].start()
    until(lambda: order == ["a"])
    threads[1].start()
    until(lambda: line.line() == ["b"])
    started.set()
    for thread in threads:
        thread.join(5)
    assert order == ["a", "b", "a", "b", "a", "b"]


def test_long_work_that_asks_several_things_at_once_stands_in_line_with_all_of_them():
    line, order, release = Turnstile(1, 5), [], threading.Event()
    chat_over = threading.Event()

    def part(turn: Turn, name: str) -> None:
        with turn.part():
            order.append(name)

    def summary() -> None:
        with line.turn("a", long=True) as turn:
            part(turn, "part 1")
            release.wait(5)
            rest = [threading.Thread(target=part, args=(turn, "part")) for _ in range(3)]
            for thread in rest:
                thread.start()
            for thread in rest:
                thread.join(5)

    first = threading.Thread(target=summary, daemon=True)
    first.start()
    until(lambda: order == ["part 1"])
    other = wait_in(line, "b", order, chat_over)
    release.set()
    until(lambda: order == ["part 1", "b"])
    until(lambda: line.line() == ["a"])
    time.sleep(0.05)
    assert order == ["part 1", "b"]  # none of the three went on beside the one that waits
    chat_over.set()
    for thread in (first, other):
        thread.join(5)
    assert order == ["part 1", "b", "part", "part", "part"]


def test_parts_asked_at_once_take_only_places_that_nobody_waits_for_and_never_the_last():
    line, release, begun = Turnstile(4, 5), threading.Event(), []

    def part(turn: Turn) -> None:
        with turn.part():
            begun.append(1)
            release.wait(5)

    with line.turn("a", long=True) as turn:
        threads = [threading.Thread(target=part, args=(turn,), daemon=True) for _ in range(6)]
        for thread in threads:
            thread.start()
        until(lambda: len(begun) == 3)
        time.sleep(0.1)
        assert (len(begun), line.running) == (3, 3)
        with line.turn("b"):  # the last place is somebody else's, at once
            pass
        release.set()
        for thread in threads:
            thread.join(5)
        assert len(begun) == 6
    assert line.running == 0


def test_work_that_ends_while_one_of_its_parts_stands_in_line_leaves_no_place_taken():
    line, served, release, chat = Turnstile(1, 5), [], threading.Event(), threading.Event()

    def late(turn: Turn) -> None:
        with turn.part():
            served.append("late")

    with line.turn("a", long=True) as turn:
        with turn.part():
            other = wait_in(line, "b", served, chat)
        thread = threading.Thread(target=late, args=(turn,), daemon=True)
        thread.start()
        until(lambda: line.line() == ["a"])  # "b" has the place
    chat.set()
    release.set()
    for one in (thread, other):
        one.join(5)
    assert (line.running, line.line()) == (0, [])


def test_stopped_between_two_parts_long_work_goes_on_at_once_to_its_own_end():
    line, served, release, stop = Turnstile(1, 5), [], threading.Event(), threading.Event()
    ended = threading.Event()

    def summary() -> None:
        with line.turn("a", stop.is_set, long=True) as turn:
            with turn.part():
                served.append("part")
                release.wait(5)
            with turn.part():  # "b" has its turn and keeps it
                ended.set()

    hold = threading.Event()
    first = threading.Thread(target=summary, daemon=True)
    first.start()
    until(lambda: served == ["part"])
    other = wait_in(line, "b", served, hold)
    release.set()
    until(lambda: line.line() == ["a"])
    stop.set()
    assert ended.wait(5)
    hold.set()
    for thread in (first, other):
        thread.join(5)
    assert (line.running, line.line()) == (0, [])


def test_the_expected_wait_comes_from_how_long_turns_took_lately():
    clock = Clock(100.0)
    line, served = Turnstile(1, 10, clock), []
    with line.turn("a"):
        assert line.expected() is None  # nothing is known yet
        clock.now += 20
    assert line.expected() == 0  # a place is free
    release = threading.Event()
    holder = wait_in(line, "a", served, release)
    clock.now += 5
    assert line.expected() == 15
    waiter = wait_in(line, "b", served, release)
    assert line.expected() == 35
    clock.now += 60  # longer than usual: it may end at any moment
    assert line.expected() == 20
    release.set()
    for thread in (holder, waiter):
        thread.join(5)


def test_long_work_behind_short_requests_hears_how_long_they_take():
    clock = Clock(100.0)
    line = Turnstile(2, 5, clock)
    with line.turn("x"):
        clock.now += 60
    served, release = [], threading.Event()
    threads = [wait_in(line, owner, served, release) for owner in "abcd"]
    heard: list[float | None] = []

    def summary() -> None:
        with line.turn("s", on_wait=lambda position, seconds: heard.append(seconds), long=True):
            pass

    threads.append(threading.Thread(target=summary, daemon=True))
    threads[-1].start()
    until(lambda: bool(heard))
    assert heard[0] == 120
    release.set()
    for thread in threads:
        thread.join(5)


def test_who_waits_hears_position_and_expected_wait_and_both_anew_when_they_change():
    clock, heard = Clock(100.0), []
    line, served = Turnstile(1, 10, clock), []
    with line.turn("z"):
        clock.now += 30
    release = threading.Event()
    holder = wait_in(line, "a", served, release)

    def wait() -> None:
        with line.turn("b", on_wait=lambda *said: heard.append(said)):
            pass

    waiter = threading.Thread(target=wait, daemon=True)
    waiter.start()
    until(lambda: heard == [(1, 30)])
    clock.now += 12
    until(lambda: heard == [(1, 30), (1, 18)])
    release.set()
    for thread in (holder, waiter):
        thread.join(5)
