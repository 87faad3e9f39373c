"""Which passages are quoted."""

import pytest

from components.documents import count_words, read_document
from components.tasks.summarize.minutes import list_of
from components.tasks.summarize.passages import passages
from components.tasks.summarize.selection import Query, select, shorten, single, weigh
from components.tasks.summarize.summary import KEY
from tests.unit.tasks.summarize.fakes import TOPICS, document, long_text, steps_of


@pytest.mark.parametrize("target", [12, 25, 50, 100, 200, 400])
def test_quotes_keep_the_length_within_a_fifth(target):
    found = passages(document(long_text()))
    chosen = select(weigh(found, None, "en"), target)
    assert abs(sum(quote.words for quote in chosen) - target) <= 0.2 * target


def test_a_short_length_is_kept_although_every_sentence_is_longer():
    text = "\n".join(
        ["The committee of the harbour " + "discussed the very long proposal " * 8 + "today."] * 3
    )
    chosen = select(weigh(passages(document(text)), None, "en"), 15)
    assert 12 <= sum(quote.words for quote in chosen) <= 18
    assert chosen[0].text.endswith("…")


def test_a_list_of_short_items_can_be_quoted_too():
    items_ = "\n".join(f"The {name} plan." for name in ("harbour", "school", "forest", "museum", "market"))
    assert select(weigh(passages(document(items_)), None, "en"), 10)


def test_quotes_come_in_the_documents_order():
    chosen = select(weigh(passages(document(long_text())), None, "en"), 150)
    assert [quote.index for quote in chosen] == sorted(quote.index for quote in chosen)


def test_quotes_say_nothing_twice():
    text = "\n".join(
        ["The harbour was rebuilt in 1990 by the town."] * 5 + ["A school opened near the forest in 2001."]
    )
    chosen = select(weigh(passages(document(text)), None, "en"), 17)
    assert any("school" in quote.text for quote in chosen)


def test_a_licence_notice_is_not_quoted():
    text = (
        long_text(2) + "\nCopyright 2020, all rights reserved, harbour committee proposal harbour committee."
    )
    chosen = select(weigh(passages(document(text)), None, "en"), 60)
    assert not any("rights" in quote.text for quote in chosen)


def test_a_reference_does_not_fill_up_a_summary_that_others_can_fill():
    text = (
        "The harbour was closed by the council for two years.\nFerries will leave from the old quay instead.\n"
        "J Harbour Work 2019;14:22-31."
    )
    chosen = select(weigh(passages(document(text)), None, "en"), 20)
    assert [quote.text[:3] for quote in chosen] == ["The", "Fer"]


def test_a_shortened_sentence_ends_at_a_clause():
    assert (
        shorten("After the storm, the town, which is old, rebuilt its harbour", 8)
        == "After the storm, the town, which is old…"
    )


def test_an_instruction_decides_what_is_quoted():
    text = "\n".join(f"The {topic} was opened in the year {1900 + i}." for i, topic in enumerate(TOPICS * 3))
    found = passages(document(text))
    quotes = select(weigh(found, None, "en", Query(["museum"], None, only=False)), 20)
    assert all("museum" in quote.text for quote in quotes)


def test_a_sentence_without_spaces_is_shortened_to_the_length_too():
    text = "港湾委員会は2024年5月3日に新しいフェリーについて話し合いました。"
    assert 6 <= count_words(shorten(text, 8)) <= 8
    assert shorten(text, 8).endswith("…")
    assert shorten("One two three four five six.", 3) == "One two three…"


def test_time_grows_with_the_length_and_not_with_its_square():
    def steps(sections: int) -> int:
        found = passages(document(long_text(sections, 40)))
        return steps_of(lambda: select(weigh(found, None, "en"), len(found) * 2))

    steps(1)  # what is made at the first use
    assert steps(40) < 4 * steps(10) * 2


FERRY = """# The ferry in 2024

In 2024 the ferry carried 412,000 passengers, six percent fewer than the year before.

The board expects a better year if the fuel gets cheaper again.

Two people left the office, and nobody was dismissed.

| Quarter | Passengers | Cancelled trips |
|---|---|---|
| First quarter | 61,000 passengers | 96 cancelled trips |
| Third quarter | 168,000 passengers | 3 cancelled trips |
"""
MEETING = """Present: Joan Hale (chair), Dev Patel (treasurer), Lucy Frost, Omar Haddad.

The treasurer reported that the balance is lower than a year ago.

The committee decided that fires are allowed only from October to March.

It was decided to take the offer of Marsh and Sons for the fence.
"""


@pytest.mark.parametrize(
    ("text", "begins"), [(FERRY, "In 2024 the ferry"), (MEETING, ("The committee", "It was"))]
)
def test_one_sentence_for_a_text_is_no_row_and_no_list_of_names(text: str, begins: str | tuple[str, ...]):
    found = single(weigh(passages(read_document(text.encode(), "a.md")), None, "en"), 25)
    assert found[0].text.startswith(begins)


def test_a_column_called_cancelled_decides_nothing():
    rows = [passage for passage in passages(read_document(FERRY.encode(), "a.md")) if passage.kind == "table"]
    assert {list_of(row) for row in rows} == {KEY}
