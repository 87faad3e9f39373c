"""What a person may ask for."""

import pytest

from components.errors import BadInput
from components.tasks.summarize.summary_settings import Length, parse_length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("150 words", Length(words=150)),
        ("150", Length(words=150)),
        ("12.5%", Length(share=0.125)),
        ("1,500 words", Length(words=1500)),
    ],
)
def test_a_length_is_understood_as_people_write_it(text, length):
    assert parse_length(text) == length


@pytest.mark.parametrize("text", ["", "long", "0%", "90%", "3 words", "-5", "1e9 words"])
def test_a_length_that_makes_no_sense_is_refused_with_the_bounds(text):
    with pytest.raises(BadInput):
        parse_length(text)
