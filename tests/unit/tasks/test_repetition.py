"""A text that repeats itself is told from one that only has a list, a table or a refrain."""

import pytest

from components.tasks.repetition import Watch, repeated

LIST = "".join(f"{n}. Choose a quiet place for step {n}, and take your time.\n" for n in range(1, 40))
TABLE = "| Name | Number |\n| --- | --- |\n" + "".join(f"| apple {n} | {n * 7} |\n" for n in range(60))
SONG = "Row, row, row your boat, gently down the stream. Merrily, merrily, merrily, merrily, life is but a dream. "


@pytest.mark.parametrize(
    "text",
    [
        "I can make you brave, " * 8,
        "He went home. " + "Then he opened the door, and there was nobody behind it. " * 5,
        "你可以看到，" * 25,
        "the end of the end of " * 8 + "the e",
        "ha" * 250,
        "Yes.\n\n" * 30,
    ],
)
def test_a_loop_is_heard_after_a_few_rounds(text: str):
    assert repeated(text) >= 100


@pytest.mark.parametrize(
    "text", ["", "Hello.", LIST, TABLE, SONG * 3, "-" * 120, "| - " * 20, "0, 0, 0, 0,\n" * 8, "x = []\n" * 4]
)
def test_what_only_looks_alike_is_no_loop(text: str):
    assert repeated(text) == 0


def test_a_watch_hears_it_piece_by_piece_and_a_song_before_it_does_not_count():
    watch = Watch()
    for word in f"{SONG}{SONG}".split(" "):
        watch.see(f"{word} ")
    assert not watch.found
    for _ in range(200):
        watch.see("so ")
    assert watch.found
