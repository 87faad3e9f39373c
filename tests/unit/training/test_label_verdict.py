"""Which of three ways is worth it: said only where it is beyond chance."""

import numpy as np

from components.training.label_verdict import WayMeasured, judge, measured, worth


def way(name: str, right: int, rows: int, seconds: float = 1.0, first: int = 0) -> WayMeasured:
    hits = np.zeros(rows, bool)
    hits[first : first + right] = True
    return WayMeasured(name, hits, 0.5, seconds)


def test_fine_tuning_is_worth_it_where_it_is_right_in_clearly_more_rows():
    ways = [way("names", 120, 200), way("examples", 150, 200, 3), way("tuned", 180, 200, 90)]
    found = judge(ways)
    assert found.verdict == "better"
    assert worth(ways) == "tuned"
    said = str(found.sentence)
    assert "worth it" in said
    assert "90%" in said
    assert "75%" in said
    assert "60%" in said


def test_by_example_is_enough_where_the_difference_can_be_chance():
    ways = [way("names", 100, 200), way("examples", 170, 200), way("tuned", 172, 200)]
    found = judge(ways)
    assert (found.verdict, worth(ways)) == ("not better", "examples")
    assert "by example is enough" in str(found.sentence)


def test_names_are_enough_where_nothing_learned_is_better():
    ways = [way("names", 180, 200), way("examples", 181, 200), way("tuned", 182, 200)]
    assert worth(ways) == "names"
    assert "by name are enough" in str(judge(ways).sentence)


def test_worse_is_said_and_few_rows_cant_tell():
    worse = judge([way("examples", 180, 200), way("tuned", 120, 200)])
    assert worse.verdict == "worse"
    few = judge([way("examples", 10, 20), way("tuned", 20, 20)])
    assert few.verdict == "unclear"
    assert "50 would do" in str(few.sentence)


def test_a_row_counts_where_all_of_its_labels_and_no_other_were_found():
    found = measured("tuned", [(0,), (1,), (0, 1)], [(0,), (0, 1), (0, 1)], 2, 1.0)
    assert found.right.tolist() == [True, False, True]
    assert 0.8 < found.macro_f1 < 1
