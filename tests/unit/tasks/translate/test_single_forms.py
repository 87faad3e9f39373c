"""What is said of one thing is told by another text that is said of several."""

import pytest

from components.tasks.translate.single_forms import single


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("in %d minute", "in %d minutes"),
        ("%(n)d photo was deleted from {album}.", "%(n)d photos were deleted from {album}."),
        ("{count} new message", "{count} new messages"),
    ],
)
def test_the_shorter_of_two_forms_is_single(one, many):
    assert single([many, one, "another %s"], "en") == {one}


@pytest.mark.parametrize(
    "texts",
    [
        ["in %d minutes", "of %d minutes"],
        ["in %s minute", "in %s minutes"],  # may be anything
        ["%d file in it", "%d apples in it"],
        ["in %d minute"],
    ],
)
def test_other_texts_are_not(texts):
    assert single(texts, "en") == frozenset()
