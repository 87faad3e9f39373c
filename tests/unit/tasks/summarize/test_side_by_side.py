"""Several questions at the same time: their order, their number, and for whom they are asked."""

import threading
import time
from contextlib import closing

from components.access import Person, acting, acting_as
from components.tasks.summarize.side_by_side import in_order


def test_answers_keep_their_order_while_as_many_as_allowed_are_asked_at_once():
    together = threading.Barrier(3)  # breaks unless three are asked at the same time
    running, most = [], []

    def task(number: int) -> int:
        running.append(number)
        most.append(len(running))
        together.wait(5)
        time.sleep(0.01 * (3 - number % 3))  # the last one is done first
        running.remove(number)
        return number

    tasks = [lambda number=number: task(number) for number in range(6)]
    assert [done.result() for done in in_order(tasks, 3)] == list(range(6))
    assert max(most) == 3


def test_left_early_nothing_more_is_asked():
    asked = []
    with closing(in_order([lambda n=n: asked.append(n) for n in range(50)], 1)) as answers:
        next(answers).result()
    assert len(asked) <= 3


def test_each_question_is_asked_for_the_person_whose_summary_it_is():
    with acting_as(Person("ann")):
        found = [done.result() for done in in_order([acting, acting], 2)]
    assert found == [Person("ann"), Person("ann")]
