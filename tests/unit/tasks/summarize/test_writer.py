"""A model's answer as clean sentences."""

from components.tasks.summarize.summary import ACTIONS, DECISIONS
from components.tasks.summarize.writer import _whole_sentences, items


def test_a_models_remarks_and_marks_are_not_part_of_the_summary():
    answer = (
        "Here is a summary of the text:\n- **Costs** rose by 5%.\n- Costs rose by 5%.\n2. The town agreed."
    )
    assert [text for _, text in items(answer, "en")] == ["Costs rose by 5%.", "The town agreed."]


def test_lists_under_headings_keep_their_headings():
    answer = "## Decisions\n- We move the launch.\n**Actions:**\n- Ann calls the agency."
    assert items(answer, "en") == [(DECISIONS, "We move the launch."), (ACTIONS, "Ann calls the agency.")]


def test_a_sentence_that_the_limit_broke_off_is_left_out_even_within_a_decimal():
    assert _whole_sentences("It cost much. Each trip cost 3.") == "It cost much."
    assert _whole_sentences("Each trip cost 3.").endswith("…")
    assert _whole_sentences("它很贵。每次旅行") == "它很贵。"
