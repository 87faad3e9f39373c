"""What a reader sees of a text that has HTML in it; no text ends the reading of a file."""

import pytest

from components.training.doctor.tagged_texts import without_tags


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("<p>Good morning,<br>we open at nine.</p>", "Good morning,\nwe open at nine."),
        ("<ul><li>tea</li><li>milk &amp; sugar</li></ul>", "tea\nmilk & sugar"),
        ("3 < 4 and 5 > 4", "3 < 4 and 5 > 4"),
        ("two\n\nlines", "two\n\nlines"),
        ("<!-- a remark -->", ""),
        ('<?xml version="1.0" encoding="utf-8"?><p>Hello</p>', "Hello"),
        ("<p></p>", ""),
    ],
)
def test_tags_are_left_out_and_lines_are_kept(text: str, seen: str):
    assert without_tags(text) == seen
