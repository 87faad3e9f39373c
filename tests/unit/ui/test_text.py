"""A title or a label that isn't ours is shown whole."""

from components.ui.text import plain


def test_a_title_full_of_markdown_is_shown_as_it_is():
    assert plain("# [a](b) *c*\n<b>") == r"\# \[a\]\(b\) \*c\* \<b\>"


def test_arrows_and_icons_stay_what_was_typed():
    """Streamlit draws them as signs although they are escaped; the joiner in them can't be seen."""
    shown = plain("a -> b :material/home: <= c").replace("\\", "")
    assert shown == "a -\u2060> b :\u2060material/home: <\u2060= c"
