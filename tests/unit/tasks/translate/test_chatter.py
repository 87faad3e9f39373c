"""What a chat model says around a translation."""

import pytest

from components.tasks.translate.sentence_engines import cleaned


@pytest.mark.parametrize(
    "answer",
    [
        "Bom dia.", '"Bom dia."', "Sure! Here is the translation:\n\nBom dia.", "Translation: Bom dia.",
        "<think>hm</think>\nBom dia.", "Bom dia.\n\nNote: this is informal.", "```\nBom dia.\n```",
        "**Bom dia.**", "Portuguese: Bom dia.", "Claro! Aqui está a tradução: Bom dia.", "**Portuguese:** Bom dia.",
    ],
)  # fmt: skip
def test_a_chat_models_chatter_is_not_part_of_the_translation(answer):
    assert cleaned(answer, "Good morning.") == "Bom dia."
