"""Word counts, which lengths and shares are measured in."""

import pytest

from components.config import Config
from components.documents import Limits, count_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("One, two – three!", 3),
        ("don't stop the well-known 1,000.5", 5),
        ("你好，世界", 4),
        ("東京タワー is tall", 7),
        ("모든 인간은 자유롭다", 3),
        ("สวัสดีชาวโลก", 2),
        ("Привет, мир", 2),
    ],
)
def test_words_are_counted_as_people_do_in_their_script(text: str, words: int) -> None:
    assert count_words(text) == words


def test_the_limits_are_those_of_the_settings() -> None:
    limits = Limits.from_config(Config(upload_mb=3, document_pages=7, document_seconds=9.0))
    assert (limits.file_bytes, limits.pages, limits.seconds) == (3_000_000, 7, 9.0)
    assert Limits.from_config(Config()) == Limits()
