"""What goes into a run that tunes an encoder: two sides, and what the other ways found in the held-out one."""

import pytest

from components.errors import BadInput
from components.tasks.classify import tuning
from components.tasks.classify.examples import Example, Examples
from tests.unit.tasks.classify.fakes import encoders, examples


def test_a_fifth_is_held_out_of_each_label_and_nothing_is_in_both():
    learned, held = tuning.divided(examples(each=30))
    assert (len(learned), len(held)) == (72, 18)
    assert not {row.text for row in learned} & {row.text for row in held}
    assert {row.labels for row in held} == {row.labels for row in learned}


def test_a_label_with_one_row_is_learned_and_not_only_held_out():
    rows = examples(each=30).rows
    for alone in range(8):  # wherever it is among the rows
        mixed = Examples((*rows[:alone], Example("the only one", ("rare",)), *rows[alone:]))
        learned, _ = tuning.divided(mixed)
        assert any(row.labels == ("rare",) for row in learned)


def test_too_few_rows_are_refused_with_what_to_do():
    with pytest.raises(BadInput, match="60 rows with labels at least, and there are 36"):
        tuning.prepared(examples(each=12), "few.csv", encoders())


def test_both_other_ways_are_measured_on_the_held_out_rows():
    data = tuning.prepared(examples(each=30), "letters.csv", encoders())
    assert [one.name for one in data.facts.ways] == ["names", "examples"]
    assert all(len(one.found) == len(data.valid) == 18 for one in data.facts.ways)
    right = sum(
        one == tuple(row["labels"]) for one, row in zip(data.facts.ways[1].found, data.valid, strict=True)
    )
    assert right >= 16
    assert data.facts.labels == ("card", "travel", "food")
