"""What a passage is worth out of its context."""

import pytest

from components.documents import read_document
from components.errors import BadInput
from components.tasks.summarize.passages import passages
from components.tasks.summarize.summarizer import summarize
from components.tasks.summarize.summary_settings import Length, Settings
from components.tasks.summarize.worth import NOTICE, superseded, worth
from components.tasks.terms import terms
from tests.unit.tasks.summarize.fakes import FakeModels, document

TOWN = """
The old bridge over the Lea was built in 1931 and carries 4,000 cars a day.
It was closed for repairs in 2019 and again in 2022.
On Tuesday evening the council voted by nine to five to replace the bridge by 2026 for 40 million euros.
The library stays open on Sundays, and the museum opens a show about the flood.
A tunnel would have cost three times as much as the bridge.
The mayor called it a good day for the town and for all its people.
"""


def quoted(**settings: object) -> list[str]:
    made = summarize([document(TOWN)], Settings(**settings), FakeModels().tools(embedder=False))[0]  # type: ignore[arg-type]
    return [line.text for line in made.lines]


@pytest.mark.parametrize(
    "text",
    [
        "Harrow Gazette, 2019, pp. 4-7.",
        "[12] Smith, J. et al. (2019), The bridges of Harrow.",
        "Photography by Tom Reed and his son for the Gazette.",
        "Jane Mills is a freelance writer based in Harrow.",
        "Follow us for more news.",
    ],
)
def test_references_and_who_wrote_it_are_worth_next_to_nothing(text: str):
    assert worth(passages(document(text))[0]) <= NOTICE


def test_a_date_that_is_moved_later_is_no_key_point():
    found = passages(
        document(
            "The launch is planned for 10 June.\nThe fair begins on 3 September.\nWe launch on 10 June.\n"
            "We move the launch from 10 June to 24 June.\nOn 24 June the launch is at nine."
        )
    )
    assert list(superseded(found, [terms(p.text, "en") for p in found])) == [0, 2]


@pytest.mark.parametrize(
    ("text", "old"),
    [
        ("The launch is on 10 June. The press is invited. It was moved to 24 June.", [0]),
        ("Das Fest findet am 3. Juli statt. Es wurde auf den 10. Juli verschoben.", [0]),
        ("The ship was launched on 12 March. It moved to Portsmouth on 3 April.", []),
        ("The plan was shown on 1 March 2020. It was delayed until 9 September 2024.", []),
    ],
)
def test_a_date_is_old_that_a_sentence_moves_which_begins_with_it(text: str, old: list[int]):
    found = passages(read_document(text.encode(), "a.txt"))
    assert list(superseded(found, [terms(p.text, p.language) for p in found])) == old


def test_one_sentence_is_the_news_and_not_how_it_came_about():
    assert quoted(shape="sentence", length=Length(words=50)) == [TOWN.strip().splitlines()[2]]


def test_an_instruction_for_one_thing_only_gives_that_and_no_more():
    costs = quoted(shape="own", instruction="only what it says about costs", length=Length(words=60))
    assert costs == [TOWN.strip().splitlines()[2], TOWN.strip().splitlines()[4]]
    with pytest.raises(BadInput, match="says nothing about that: “only football”"):
        quoted(shape="own", instruction="only football", length=Length(words=60))
