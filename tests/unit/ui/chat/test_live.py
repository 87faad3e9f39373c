"""How often an answer is drawn while it is written."""

import pytest

from components.ui.chat import completion
from components.ui.chat.live import LETTERS, LOOK, OFTEN, SELDOM, TOKEN, worth


@pytest.mark.parametrize("tokens_a_second", [2, 4, 8, 15, 30, 100])
@pytest.mark.parametrize("block", [20, 200, 1_000, 2_000])
def test_a_token_costs_about_the_same_whether_a_model_is_quick_or_slow(tokens_a_second: int, block: int):
    seconds = next(step / 100 for step in range(1, 200) if worth(*_after(step / 100, tokens_a_second, block)))
    tokens = seconds * tokens_a_second
    assert OFTEN <= seconds <= SELDOM
    assert (LOOK + block) / tokens <= 1.1 * TOKEN or seconds >= SELDOM


def _after(seconds: float, tokens_a_second: int, block: int) -> tuple[int, int, float]:
    return round(LETTERS * tokens_a_second * seconds), block, seconds


def test_nothing_is_drawn_where_nothing_is_new():
    assert not worth(0, 0, 60.0)
    assert not worth(1_000, 0, 0.1)
    assert worth(1, 5_000, SELDOM)


@pytest.mark.parametrize("tokens_a_second", [4, 8, 30, 100])
def test_a_text_that_is_continued_costs_about_the_same_at_any_speed(tokens_a_second: int):
    seconds = completion.pace(LETTERS * tokens_a_second * 10, 10.0, 100)
    assert completion.QUICK <= seconds <= completion.SLOW
    cost = (completion.LOOK + 100) / (seconds * tokens_a_second)
    assert cost <= 1.1 * TOKEN or seconds == completion.SLOW
    assert completion.pace(0, 0.0, 0) == completion.FIRST_LOOK
