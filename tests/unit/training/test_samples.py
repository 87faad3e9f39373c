"""The bundled samples are what they say, and mixed up they say nothing."""

import json

import pytest

from components.training.samples import SAMPLES, Sample


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.file)
def test_a_sample_has_as_many_different_rows_as_it_says(sample: Sample):
    rows = [json.loads(line) for line in sample.data().splitlines()]
    assert len(rows) == sample.rows == len({row["prompt"] for row in rows})


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.file)
def test_mixed_up_the_same_answers_stand_beside_other_questions(sample: Sample):
    rows = [json.loads(line) for line in sample.data().splitlines()]
    mixed = [json.loads(line) for line in sample.data(shuffled=True).splitlines()]
    assert [one["prompt"] for one in mixed] == [one["prompt"] for one in rows]
    assert sorted(one["completion"] for one in mixed) == sorted(one["completion"] for one in rows)
    same = sum(one["completion"] == other["completion"] for one, other in zip(rows, mixed, strict=True))
    assert same < len(rows) / 3
