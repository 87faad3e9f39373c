"""The bytes of a text's tokens."""

import pytest

from components.tasks.inside.pieces import sizes


@pytest.mark.parametrize(
    ("texts", "names", "wanted"),
    [
        (("Zü", "rich"), ("ZÃ¼", "rich"), [3, 4]),
        (("", "", " 😀", "!"), ("ĠðŁ", "ĺ", "Ģ", "!"), [3, 1, 1, 1]),
        (("a", "", "", "", "😀"), ("▁a", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>"), [1, 1, 1, 1, 1]),
    ],
)
def test_a_part_of_a_character_has_its_bytes(
    texts: tuple[str, ...], names: tuple[str, ...], wanted: list[int]
):
    assert sizes(texts, names) == wanted
    assert sum(wanted) == len("".join(texts).encode())
