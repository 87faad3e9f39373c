"""The slots of one shared cache: what is left in idle ones makes everybody's tokens slower."""

import threading

import pytest

from components.models.engines.slots import KEPT_SECONDS, Slots
from tests.unit.models.fakes import Clock

INSTRUCTIONS = list(range(100, 150))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def emptied() -> list[int]:
    return []


@pytest.fixture
def slots(clock: Clock, emptied: list[int]) -> Slots:
    return Slots(3, emptied.append, clock)


def done(slots: Slots, ids: list[int], goes_on: bool = False) -> int:
    """A request from begin to end: the slot that it had."""
    slot = slots.take(ids, goes_on, lambda: False)
    assert slot is not None
    slots.give_back(slot)
    return slot


def test_what_nobody_goes_on_with_is_dropped_before_it_slows_the_next_request(slots: Slots, emptied):
    one = done(slots, [1, 2, 3])
    other = done(slots, [7, 8, 9])
    assert emptied == [one] != [other]


def test_a_conversation_is_read_once_however_many_rows_others_have_in_between(slots: Slots, emptied):
    talk = list(range(40))
    place = done(slots, talk, goes_on=True)
    rows = {done(slots, [*INSTRUCTIONS, 900 + n]) for n in range(5)}
    assert len(rows) == 1, "each row finds the instructions that the one before has read"
    assert place not in rows
    assert done(slots, [*talk, 41, 42], goes_on=True) == place
    assert emptied == list(rows)


def test_a_conversation_is_not_taken_by_another_that_begins_alike(slots: Slots):
    greeting = list(range(10))
    one = done(slots, [*greeting, *range(200, 300)], goes_on=True)
    other = done(slots, [*greeting, *range(400, 500)], goes_on=True)
    assert one != other
    assert done(slots, [*greeting, *range(200, 300), 5], goes_on=True) == one


def test_a_conversation_that_was_left_is_dropped_in_the_end(slots: Slots, clock: Clock, emptied):
    place = done(slots, [1, 2, 3], goes_on=True)
    clock.now = KEPT_SECONDS - 1
    done(slots, [7, 8])
    assert emptied == []
    clock.now = KEPT_SECONDS + 1
    done(slots, [7, 9])
    assert emptied == [place]


def test_nothing_is_dropped_while_somebody_waits_for_an_answer(slots: Slots, emptied):
    done(slots, [1, 2, 3])
    busy = slots.take([4, 5], False, lambda: False)
    done(slots, [7, 8])
    assert busy is not None
    assert emptied == [0], "at the beginning of the second request, when nobody had one"
    slots.give_back(busy)
    done(slots, [9])
    assert len(emptied) == 3


def test_where_all_slots_are_taken_one_waits_and_can_be_stopped(slots: Slots):
    taken = [slots.take([n], False, lambda: False) for n in range(3)]
    assert sorted(t for t in taken if t is not None) == [0, 1, 2]
    assert slots.take([9], False, lambda: True) is None
    got: list[int | None] = []
    waiting = threading.Thread(target=lambda: got.append(slots.take([9], False, lambda: False)))
    waiting.start()
    slots.give_back(1)
    waiting.join(30)
    assert got == [1]


def test_the_conversation_that_waits_longest_gives_way_when_no_slot_is_empty(slots: Slots, clock: Clock):
    places = []
    for n in range(3):
        clock.now += 1
        places.append(done(slots, [n * 10, n * 10 + 1], goes_on=True))
    assert done(slots, [99], goes_on=True) == places[0]
