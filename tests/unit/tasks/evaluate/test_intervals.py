"""Intervals and comparisons: how often they hold, by simulation, and what they say of clear cases."""

import numpy as np
import pytest

from components.tasks.evaluate.intervals import all_levels, compare, interval, mean_of, resamples, tails


def keys(count: int) -> list[str]:
    return [str(one) for one in range(count)]


def scored(values, seed: int = 0):
    return interval(mean_of(values), resamples(keys(len(values)), seed, 400), len(values))


@pytest.mark.parametrize(("kind", "rows"), [("right or wrong", 40), ("skewed", 25), ("few", 10)])
def test_an_interval_has_the_true_value_about_as_often_as_it_says(kind: str, rows: int):
    chance = np.random.default_rng(1)
    held = 0
    for seed in range(200):
        match kind:
            case "right or wrong":
                values, true = 100.0 * (chance.random(rows) < 0.7), 70.0
            case "skewed":
                values, true = chance.beta(1, 3, rows), 0.25
            case _:
                values, true = chance.normal(5, 2, rows), 5.0
        found = scored(list(values), seed)
        held += found.low <= true <= found.high
    assert 0.9 <= held / 200 <= 0.985


def test_models_that_are_alike_are_rarely_called_different():
    chance = np.random.default_rng(2)
    called = 0
    for seed in range(60):
        one, other = (list(100.0 * (chance.random(30) < 0.5)) for _ in range(2))
        called += compare(mean_of(one), mean_of(other), keys(30), seed).verdict != "same"
    assert called / 60 <= 0.1


def test_the_number_that_would_be_needed_shows_the_difference_in_most_cases():
    """Of 20 questions with a difference of ten points, spread by 20: 32 by the formula of the textbooks."""
    chance = np.random.default_rng(3)
    base = np.zeros(20)
    spread = chance.normal(0, 1, 20)
    change = 10 + 28 * (spread - spread.mean()) / spread.std()
    found = compare(mean_of(list(base)), mean_of(list(base + change)), keys(20))
    assert found.verdict == "same"
    assert found.needed == pytest.approx((2.8 * 28 / 10) ** 2, rel=0.15)


def test_a_clear_difference_is_better_and_of_what_should_be_low_worse():
    low, high = [float(one) for one in range(20)], [float(one) + 5 + one % 3 for one in range(20)]
    assert compare(mean_of(low), mean_of(high), keys(20)).verdict == "better"
    assert compare(mean_of(high), mean_of(low), keys(20)).verdict == "worse"
    assert compare(mean_of(low, lower=True), mean_of(high, lower=True), keys(20)).verdict == "worse"


def test_a_handful_of_questions_shows_nothing_however_clear_they_are():
    for count in (1, 3, 5):
        found = compare(mean_of([0.0] * count), mean_of([100.0] * count), keys(count))
        assert found.verdict == "same"
    assert compare(mean_of([0.0] * 8), mean_of([100.0] * 8), keys(8)).verdict == "better"


def test_questions_asked_in_two_ways_count_once():
    values = [100.0, 100.0, 0.0, 0.0] * 4
    twice = [str(at // 2) for at in range(16)]
    once = interval(mean_of(values), resamples(twice, 0), 8)
    each = interval(mean_of(values), resamples(keys(16), 0), 16)
    assert once.high - once.low > 1.2 * (each.high - each.low)


def test_all_right_is_not_certain():
    found = scored([100.0] * 10)
    assert found.value == found.high == 100.0
    assert found.low == pytest.approx(69.15, abs=0.01)  # Clopper-Pearson for 10 of 10
    assert scored([0.0] * 10).high == pytest.approx(30.85, abs=0.01)


def test_questions_without_an_answer_are_left_out_of_both():
    found = compare(mean_of([100.0, None, 0.0]), mean_of([0.0, 100.0, 0.0]), keys(3))
    assert found.rows == 2
    assert found.interval.value == -50.0
    assert interval(mean_of([None, None]), resamples(keys(2)), 2) is None


def test_several_comparisons_ask_for_more():
    assert all_levels(1) == 0.95
    assert all_levels(5) == pytest.approx(0.99)
    assert tails(10, 0.99)[0] < tails(10)[0] < tails(1000)[0] < 0.0251
