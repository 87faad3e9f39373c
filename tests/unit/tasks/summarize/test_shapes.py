"""Lines of the shape and length that were asked for."""

import pytest

from components.tasks.summarize import shapes
from components.tasks.summarize.shapes import listed, one_sentence
from components.tasks.summarize.summarizer import (
    summarize,
)
from components.tasks.summarize.summary import ACTIONS, DECISIONS, KEY, Line
from components.tasks.summarize.summary_settings import Length, Settings
from tests.unit.tasks.summarize.fakes import MEETING, TEXT, FakeModels, document


def test_a_summary_that_is_too_long_loses_what_nothing_supports_first():
    lines = [
        Line("One two three four five.", "written"),
        Line("Six seven eight nine ten.", "written", supported=False),
        Line("Eleven twelve thirteen fourteen fifteen.", "written"),
    ]
    kept = shapes.fit(lines, 10, lambda n, there: [])
    assert [line.supported for line in kept] == [True, True]


def test_one_sentence_is_the_documents_best_of_that_length_or_two_joined():
    lines = [Line("One two three.", "written"), Line("Four five six seven.", "quoted")]
    joined = one_sentence([], lines, 7)
    assert [line.text for line in joined] == ["One two three; Four five six seven."]
    assert one_sentence(lines, [], 3)[0].text == "One two three."


def test_key_points_without_lists_get_their_lists():
    lines = [Line("We decided to move.", "written"), Line("The sea is blue.", "written")]
    made = listed(lines, [Line("I will call on Monday.", "quoted", ACTIONS)])
    assert [(line.heading, line.text) for line in made] == [
        (KEY, "The sea is blue."),
        (DECISIONS, "We decided to move."),
        (ACTIONS, "I will call on Monday."),
    ]


def test_one_sentence_is_one_sentence():
    settings = Settings(method="quote", shape="sentence", length=Length(words=25))
    made = summarize([document(TEXT)], settings, FakeModels().tools())[0]
    assert len(made.lines) == 1
    assert 10 <= made.words <= 30


def test_key_points_of_a_meeting_list_decisions_and_actions_with_who_said_it():
    settings = Settings(method="quote", shape="key points", length=Length(words=70))
    made = summarize([document(MEETING)], settings, FakeModels().tools())[0]
    lists = {line.heading: line.text for line in made.lines}
    assert "decided" in lists[DECISIONS] or "agreed" in lists[DECISIONS]
    assert "I will" in lists[ACTIONS]
    assert lists[ACTIONS].split(":")[0] in ("Bob", "Cho")


SAID = [row.split(": ", 1) for row in MEETING.strip().splitlines()]


KEY_POINTS = Settings(method="quote", shape="key points", length=Length(words=70))


@pytest.mark.parametrize(
    "form", ["{name} (10:0{i}): {text}", "{name} [0:0{i}:10]: {text}", "{name}   0:0{i}\n{text}"]
)
def test_an_action_says_whose_it_is_also_where_times_stand_behind_the_names(form: str):
    rows = [form.format(name=name, text=text, i=i) for i, (name, text) in enumerate(SAID)]
    made = summarize([document("\n".join(rows))], KEY_POINTS, FakeModels().tools())[0]
    actions = [line.text for line in made.lines if line.heading == ACTIONS]
    assert actions
    assert all(text.split(": ")[0] in ("Bob", "Cho") for text in actions)


MINUTES = """
# Release
The tests still fail on Windows and the installer has to be changed before it can be shipped at all.
Decision: The release moves to 19 May.
Action: Ben fixes the installer (Friday).
# Server
The old server is too slow for the nightly build and is often down for many hours at a time.
Decision: Buy a new server for 4,000 euros.
Action: Carla asks two vendors for offers by Wednesday.
# Action items
Ben Okoro: installer, 16 May
Carla Diaz: release notes, 20 May
"""


def test_what_minutes_call_a_decision_or_an_action_is_listed_as_one():
    made = summarize([document(MINUTES)], KEY_POINTS, FakeModels().tools())[0]
    lists = {name: [] for name in (KEY, DECISIONS, ACTIONS)}
    for line in made.lines:
        lists[line.heading].append(line.text)
    assert {text.split(":")[0] for text in lists[DECISIONS]} == {"Decision"}
    assert {text.split(":")[0] for text in lists[ACTIONS]} <= {"Action", "Ben Okoro", "Carla Diaz"}
    assert lists[ACTIONS]
    assert not any(text.startswith(("Decision", "Action", "Ben", "Carla")) for text in lists[KEY])
