"""What the manager says of itself, in words."""

from components.models.status import place_in_line, wait_in_words


def test_a_wait_is_said_in_words():
    said = [str(wait_in_words(seconds)) for seconds in (None, 0, 7, 9, 31, 94, 100, 400)]
    assert said == [
        "",
        "a few seconds",
        "a few seconds",
        "about 10 seconds",
        "about 30 seconds",
        "about 90 seconds",
        "about 2 minutes",
        "about 7 minutes",
    ]


def test_a_place_in_line_is_a_number_with_the_wait_where_it_is_known():
    assert str(place_in_line("A", 21, None)) == "Waiting in line for A: number 21"
    assert str(place_in_line("A", 2, 31)) == "Waiting in line for A: number 2, about 30 seconds"
