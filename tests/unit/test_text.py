"""Text that isn't ours is shown whole, and fetches nothing."""

import pytest

from components.ui.text import harmless, parts, plain, split_reasoning


@pytest.mark.parametrize(
    "image", ["![x](http://evil.test/a.png)", "![x][ref]", "![](//evil.test/a)", "$![x](http://e)$"]
)
def test_an_image_is_never_fetched(image: str):
    assert "![" not in harmless(image)


def test_a_fence_inside_other_markup_cannot_smuggle_an_image():
    text = "<div>\n```\n</div>\n\n![x](http://evil.test/a.png)\n```"
    prose = [part.text for part in parts(text) if not part.code]
    assert all("![" not in harmless(one) for one in prose)


def test_code_is_shown_letter_by_letter():
    found = parts("Before\n```python\nif ![1, 2]: print('$x$')\n```\nafter")
    assert [(p.code, p.language, p.text) for p in found] == [
        (False, "", "Before"),
        (True, "python", "if ![1, 2]: print('$x$')"),
        (False, "", "after"),
    ]


def test_a_code_block_that_is_still_being_written_is_already_code():
    assert [p.code for p in parts("Look:\n```\nx = 1")] == [False, True]


def test_a_longer_fence_can_hold_a_shorter_one():
    assert [p.text for p in parts("````\n```\ninner\n```\n````")] == ["```\ninner\n```"]


def test_prices_are_not_mathematics():
    assert harmless("It costs $5 and $10.") == "It costs \\$5 and \\$10."


def test_mathematics_in_every_notation_is_kept():
    assert harmless("$x^2$ and \\(y\\)") == "$x^2$ and $y$"
    assert harmless("\\[z = 1\\]") == "$$\nz = 1\n$$"


@pytest.mark.parametrize("text", ["a:b[c]", ":red[danger]", "x :note{y}", ":material/home:", ":::note\ntext"])
def test_streamlits_directives_do_not_swallow_text(text: str):
    import re

    assert not re.search(r":(\w[\w-]*[\[{]|material/)", harmless(text))
    assert harmless(text).replace("\ufeff", "") == text


def test_a_title_full_of_markdown_is_shown_as_it_is():
    assert plain("# [a](b) *c*\n<b>") == r"\# \[a\]\(b\) \*c\* \<b\>"


def test_what_a_model_thinks_is_kept_apart_from_what_it_says():
    assert split_reasoning("<think>hm</think>\nYes") == ("hm", "Yes")
    assert split_reasoning("<think>still") == ("still", "")
    assert split_reasoning("No <think> here") == ("", "No <think> here")
