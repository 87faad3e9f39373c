"""Placeholders of many kinds are seen."""

import pytest

from components.tasks.translate import protecting


@pytest.mark.parametrize("piece", ["%@", "%1$@", "%ld", "%lu", "%lld", "%5.2lf", "{a {b {c}}}"])
def test_placeholders_of_other_kinds_are_kept(piece):
    assert protecting.protected(f"It has {piece} of 100% discount, 5 % of it") == [piece]
    assert protecting.protected(f"有{piece}个文件") == [piece]
