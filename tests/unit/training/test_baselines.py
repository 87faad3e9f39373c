"""Answers without training: what they are worth, and what is said where training isn't better than they are."""

import numpy as np
import pytest

from components.confidence import Interval
from components.training import baselines
from components.training.measures import Losses, loss_change
from components.training.verdict import Compared, judge

PLACES = ["Lisbon", "Porto", "Faro", "Braga", "Evora", "Beja", "Sintra", "Leiria", "Aveiro", "Coimbra"]
TRAINED = [(f"Where is house {n}?", f"House {n} is in {place} today.") for n, place in enumerate(PLACES * 3)]
HELD = [(f"Where is the house {n}?", said) for n, (_, said) in enumerate(TRAINED[:12])]
WANTED = [said for _, said in HELD]
WRONG = ["House 0 is in Paris today."] * len(HELD)


def measured(tuned, shown=()):
    found = baselines.measure(HELD, tuned, shown, TRAINED, "token F1", 1)
    return {one.name: one for one in found}


def test_each_way_without_training_is_measured_by_what_differs_between_answers():
    found = measured(WANTED, shown=WRONG)
    assert (found["nearest"].right, found["nearest"].beaten) == (1.0, False)
    assert (found["shown"].right, found["shown"].beaten) == (0.0, True)
    assert 0 < found["frequent"].right < 0.5
    assert found["frequent"].beaten
    assert found["shown"].score > 50  # the form is right: only what differs tells them apart


def test_a_base_that_was_not_asked_and_one_answer_for_all_rows_are_no_baselines():
    assert set(measured(WANTED)) == {"nearest", "frequent"}
    same = [(asked, "I do not know.") for asked, _ in TRAINED]
    assert baselines.measure(HELD, WANTED, (), same, "token F1", 1) == ()


@pytest.mark.parametrize(
    ("name", "said", "instead"),
    [
        ("shown", "no better than the base with a few training rows", "examples in its system prompt"),
        ("nearest", "no better than the answer of the most similar training row", "Look the answers up"),
        ("frequent", "no better than the most frequent answer", "answers follow from the questions"),
    ],
)
def test_what_does_not_beat_a_baseline_says_so_and_what_to_do_instead(name, said, instead):
    base = Losses(np.full(20, 30.0) + np.arange(20), np.full(20, 10.0))
    tuned = Losses(base.sums / 2, base.counts)

    def judged(low: float, gain: float = 0.02):
        one = baselines.Baseline(name, 70.0, 0.6, Interval(gain, low, 0.5))
        return judge(Compared(base, tuned, loss_change(base, tuned), prompts=20, baselines=[one]))

    assert judged(-0.05).verdict == "better"
    assert f"{said}" in str(judged(-0.05).sentence)
    assert "62% right against 60%" in str(judged(-0.05).sentence)
    assert instead in str(judged(-0.05).next)
    assert "no better than" not in str(judged(0.01).sentence)
    assert "Too few rows to tell whether that is more" in str(judged(-0.05, 0.3).sentence)
    assert instead not in str(judged(-0.05, 0.3).next)
