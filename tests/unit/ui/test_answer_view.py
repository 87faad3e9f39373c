"""An answer that is being written: what of it is finished, and is drawn once."""

import pytest

from components.ui.answer_view import beginning, parts, reasoned

WHOLE = "# A\n\nOne.\n\n- two\n- three\n\n```py\nfour\n\nfive\n```\n\n---\n\nsix"


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("One", "One"),
        ("One.\n\nTwo", "Two"),
        ("One.\n\n- two\n- three\n\n  more", "- two\n- three\n\n  more"),
        ("One.\n\n```py\na\n\nb", "```py\na\n\nb"),
        ("One.\n\n---\n\nTwo", "Two"),
        ("<think>\nOne.\n\nTwo.", "<think>\nOne.\n\nTwo."),
        ("<think>One.</think>\n\nTwo.\n\nThree", "Three"),
    ],
)
def test_all_but_the_last_block_is_finished(text: str, last: str):
    assert text[beginning(text) :] == last


def test_what_is_drawn_in_two_pieces_is_what_is_drawn_at_the_end():
    for length in range(1, len(WHOLE)):
        text = WHOLE[:length]
        at = beginning(text)
        pieces = [part for piece in (text[:at], text[at:]) for part in parts(piece)]
        apart = [(part.text.strip(), part.code) for part in pieces]
        whole = [(part.text.strip(), part.code) for part in parts(text)]
        joined = "\n\n".join(text for text, code in apart if not code)
        assert [one for one in apart if one[1]] == [one for one in whole if one[1]]
        assert joined.split() == "\n\n".join(text for text, code in whole if not code).split()


def test_reasoning_is_counted_with_its_marks():
    assert reasoned("<think>a</think>b") == 16
    assert reasoned("b") == 0
