"""Bradley-Terry beside a published table."""

import numpy as np
import pytest

from components.tasks.evaluate.ranks import choice, ranks, strengths

# Agresti, Categorical Data Analysis: the American League's eastern division of 1987, wins of row over column.
TEAMS = ("Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore")
WINS = np.array(
    [
        [0, 7, 9, 7, 7, 9, 11],
        [6, 0, 7, 5, 11, 9, 9],
        [4, 6, 0, 7, 7, 8, 12],
        [6, 8, 6, 0, 6, 7, 10],
        [6, 2, 6, 7, 0, 7, 12],
        [4, 4, 5, 6, 6, 0, 6],
        [2, 4, 1, 3, 1, 7, 0],
    ],
    float,
)
PUBLISHED = (1.5814, 1.4364, 1.2945, 1.2476, 1.1077, 0.6839, 0.0)  # Baltimore as the reference


def test_strengths_are_those_of_the_published_table():
    found = strengths(WINS)
    assert found - found[-1] == pytest.approx(PUBLISHED, abs=5e-4)
    assert found.mean() == pytest.approx(0.0, abs=1e-9)


def test_ranks_have_intervals_that_narrow_with_the_votes():
    def width(times: int) -> float:
        votes = [choice(2, 0 if at % 4 else 1, (0, 1)) for at in range(20 * times)]
        first = ranks(votes, [str(at) for at in range(len(votes))])[0]
        assert first.contestant == 0
        assert first.strength.low < first.strength.value < first.strength.high
        return first.strength.high - first.strength.low

    assert width(4) < 0.7 * width(1)


def test_who_wins_every_vote_has_a_finite_rank():
    found = ranks([choice(3, 0, (0, 1, 2))] * 5, ["a", "b", "c", "d", "e"])
    assert found[0].contestant == 0
    assert all(abs(one.strength.value) < 5 for one in found)
    assert (found[0].won, found[0].votes) == (10.0, 5)
    assert ranks([], []) == []


def test_a_tie_is_half_a_win_for_both():
    tied = choice(2, None, (0, 1))
    assert tied.tolist() == [[0, 0.5], [0.5, 0]]
    assert strengths(tied * 10) == pytest.approx([0, 0])
