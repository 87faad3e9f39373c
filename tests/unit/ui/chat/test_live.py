"""How often an answer is looked at while it is written."""

import pytest

from components.ui.chat.live import LOOK, PACES, TOKEN, pace_for


@pytest.mark.parametrize("tokens_a_second", [4, 8, 15, 30, 100])
@pytest.mark.parametrize("size", [200, 1_000, 2_000])
def test_a_token_costs_about_the_same_whether_a_model_is_quick_or_slow(tokens_a_second: int, size: int):
    pace = PACES[0]
    for _ in range(4):
        pace = pace_for(pace, 4 * tokens_a_second * 2, 2.0, size)
    cost = (LOOK + size) / (pace * tokens_a_second)
    assert cost <= 1.3 * TOKEN or pace == PACES[-1]
    assert pace in PACES


def test_the_pace_stays_until_the_speed_is_known_and_while_another_is_little_better():
    assert pace_for(0.2, 0, 10.0, 500) == 0.2
    assert pace_for(0.2, 5, 0.5, 500) == 0.2
    steady = pace_for(0.2, 80, 2.0, 500)
    assert pace_for(steady, 88, 2.0, 600) == steady


def test_an_answer_that_becomes_quick_is_looked_at_often_again():
    assert pace_for(1.6, 1_000, 2.0, 500) == PACES[0]
