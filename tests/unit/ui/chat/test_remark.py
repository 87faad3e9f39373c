"""What is said below an answer that deserves less trust than it seems to."""

import pytest

from components.models.catalog import CATALOGUE
from components.ui.chat import remark

SMOL = next(spec for spec in CATALOGUE if spec.id == "smollm2-135m-instruct")
LARGE = next(spec for spec in CATALOGUE if spec.parameters > remark.SMALL and "zh" in spec.languages)


@pytest.mark.parametrize(
    ("question", "foreign", "facts"),
    [
        ("请用三句话解释彩虹是怎样形成的。", True, False),
        ("What is the capital of Norway?", False, True),
        ("Write a short e-mail that moves a meeting to Thursday.", False, False),
        ("Hi", False, False),
    ],
)
def test_a_small_english_model_is_doubted_where_it_is_asked_for_facts_or_in_another_language(
    question: str, foreign: bool, facts: bool
):
    assert remark.is_foreign(SMOL, question) == foreign
    assert remark.is_asked_for_facts(SMOL, question) == facts
    assert not remark.is_foreign(LARGE, question)
    assert not remark.is_asked_for_facts(LARGE, question)
