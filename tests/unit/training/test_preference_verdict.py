"""The verdict on pairs says better only where chance can't have done it."""

import pytest

from components.confidence import Interval, wilson
from components.training.preference_verdict import PairsCompared, judge


def compared(right: int, pairs: int, **more) -> PairsCompared:
    given = {"base": 0.5, "tuned": 0.6, "change": Interval(0.1, -0.05, 0.2), "moved": wilson(right, pairs)}
    return PairsCompared(pairs=pairs, **(given | more))


@pytest.mark.parametrize(
    ("right", "pairs", "verdict"),
    [(31, 40, "better"), (20, 40, "not better"), (24, 40, "not better"), (8, 40, "worse"), (8, 8, "unclear")],
)
def test_more_than_half_of_the_pairs_and_not_by_chance(right, pairs, verdict):
    assert judge(compared(right, pairs)).verdict == verdict


def test_a_model_that_gives_the_chosen_answer_less_probability_than_before_is_never_better():
    fell = Interval(-0.1, -0.2, 0.05)
    assert judge(compared(35, 40, change=fell)).verdict == "not better"
    assert judge(compared(35, 40, change=Interval(-0.2, -0.3, -0.1))).verdict == "worse"


def test_what_was_lost_is_said():
    said = str(judge(compared(35, 40, general=(3.0, 4.0), lengths=(20.0, 60.0))).next)
    assert "forgets" in said
    assert "60 tokens" in said


def test_the_interval_is_wilsons():
    found = wilson(13, 17)
    assert (round(found.low, 2), round(found.high, 2)) == (0.53, 0.90)
