"""A title or a label that isn't ours is shown whole."""

from components.ui.text import plain


def test_a_title_full_of_markdown_is_shown_as_it_is():
    assert plain("# [a](b) *c*\n<b>") == r"\# \[a\]\(b\) \*c\* \<b\>"
