"""What was noted of recent answers, and for whom it is worth noting."""

from components.noted import SOON, Noted


def test_the_newest_answers_are_kept():
    noted = Noted(most=2)
    for number in (1, 2, 3):
        noted.keep(number, "llama.cpp", [number])
    assert [noted.get(number) for number in (1, 2, 3)] == [None, ("llama.cpp", (2,)), ("llama.cpp", (3,))]
    noted.forget(3)
    assert noted.get(3) is None


def test_first_answers_are_noted_and_then_those_after_a_look():
    noted = Noted()
    assert [noted.wanted("ann") for _ in range(SOON + 1)] == [True] * SOON + [False]
    noted.looked("ann")
    assert [noted.wanted("ann") for _ in range(SOON + 1)] == [True] * SOON + [False]


def test_a_look_is_of_one_person():
    noted = Noted()
    for _ in range(SOON):
        assert noted.wanted("ann")
        assert noted.wanted("bob")
    noted.looked("ann")
    assert (noted.wanted("ann"), noted.wanted("bob")) == (True, False)
