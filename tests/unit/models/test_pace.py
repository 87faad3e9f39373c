"""What a training run costs those who wait for answers is known, and counted right."""

from components.models.options import Usage
from components.models.pace import Pace


def answer(tokens: int, seconds: float) -> Usage:
    return Usage(10, tokens, 0.1, seconds, "stop")


def test_nothing_is_claimed_before_anything_was_written():
    pace = Pace()
    pace.note(answer(1, 0.0), False)
    pace.note(answer(3, 0.1), False)
    assert (pace.alone, pace.beside_training) == (None, None)


def test_answers_beside_a_training_run_are_counted_apart():
    pace = Pace()
    for seconds in (4.0, 2.0, 1.0):
        pace.note(answer(41, seconds), False)
    pace.note(answer(41, 8.0), True)
    assert (pace.alone, pace.beside_training) == (20, 5)


def test_an_answer_is_counted_once_however_many_leases_end():
    pace, fast = Pace(), answer(41, 1.0)
    pace.note(answer(41, 4.0), False)
    for _ in range(5):
        pace.note(fast, False)
    assert pace.alone == 25
