"""What was noted of recent answers, and for whom it is worth noting."""

from components.noted import SOON, Noted


def test_the_newest_answers_are_kept():
    noted = Noted(most=2)
    for number in (1, 2, 3):
        noted.keep(number, "llama.cpp", [number])
    assert [noted.get(number) for number in (1, 2, 3)] == [None, ("llama.cpp", (2,)), ("llama.cpp", (3,))]
    noted.forget(3)
    assert noted.get(3) is None


def test_only_answers_after_a_look_are_noted_where_that_slows_them():
    noted = Noted()
    assert not noted.wanted("ann")
    noted.looked("ann")
    assert [noted.wanted("ann") for _ in range(SOON + 1)] == [True] * SOON + [False]


def test_a_look_is_of_one_person():
    noted = Noted()
    noted.looked("ann")
    assert (noted.wanted("ann"), noted.wanted("bob")) == (True, False)
