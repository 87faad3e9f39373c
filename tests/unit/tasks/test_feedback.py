"""Ratings, corrections and comparisons become rows and pairs, of their owner alone unless there is consent."""

import json

import pytest

from components.access import Person
from components.errors import NotAllowed
from components.judged import Judged
from components.store import NewMessage, Store
from components.tasks import feedback
from components.tasks.evaluate.blind import Vote
from components.tasks.evaluate.evaluation import Body, Evaluation, Plan
from components.tasks.evaluate.model_answer import Answer
from components.tasks.evaluate.questions import Item, Questions
from components.tasks.evaluate.setups import Settings, Setup
from components.tasks.feedback import Wanted

ANN, BOB = Person("ann"), Person("bob")
BOSS = Person("boss", administrator=True)


@pytest.fixture
def store(tmp_path):
    return Store(f"sqlite:///{tmp_path / 'w.db'}", tmp_path)


def chat(store: Store, person: Person, title: str = "Tides") -> tuple[str, dict[str, int]]:
    """A conversation with an answer that was liked, another that wasn't, and one that was corrected."""
    mine = store.for_person(person)
    conversation = mine.create("chat", title, "m")
    ask = mine.add(conversation, NewMessage(None, "user", f"Why are there tides, {person.id}?"))
    brief = {"system": "Be brief."}
    good = mine.add(
        conversation, NewMessage(ask, "assistant", "The moon pulls.", model_id="a", rating=1, settings=brief)
    )
    bad = mine.add(conversation, NewMessage(ask, "assistant", "Fish breathe.", model_id="b", rating=0))
    more = mine.add(conversation, NewMessage(good, "user", "And the sun?"))
    second = mine.add(conversation, NewMessage(more, "assistant", "No.", model_id="a"))
    mended = mine.add(
        conversation,
        NewMessage(more, "assistant", "Half as much.", model_id="a", settings={"corrects": second}),
    )  # fmt: skip
    return conversation, {"good": good, "bad": bad, "second": second, "mended": mended}


def found(store: Store, person: Person):
    return feedback.lessons(store.for_person(person), Judged(store).for_person(person))


def test_what_was_liked_or_corrected_is_a_row_and_what_was_preferred_a_pair(store):
    conversation, ids = chat(store, ANN)
    every = found(store, ANN)
    assert {(one.form, one.why, one.message_id) for one in every} == {
        ("row", "liked", ids["good"]),
        ("row", "corrected", ids["mended"]),
        ("pair", "compared", ids["good"]),
        ("pair", "corrected", ids["mended"]),
    }
    assert feedback.count(every) == feedback.Counts(liked=1, corrected=1, pairs=2)
    liked = next(one for one in every if one.why == "liked")
    assert liked.row()["messages"][0] == {"role": "system", "content": "Be brief."}
    assert (liked.conversation_id, liked.title) == (conversation, "Tides")
    pair = next(one for one in every if one.why == "compared").row()
    assert (pair["chosen"], pair["rejected"]) == ("The moon pulls.", "Fish breathe.")
    mended = next(one for one in every if one.form == "pair" and one.why == "corrected").row()
    assert (mended["chosen"], mended["rejected"]) == ("Half as much.", "No.")


def test_answers_before_the_one_that_is_learned_are_read_and_not_trained_on(store):
    chat(store, ANN)
    row = next(one for one in found(store, ANN) if one.why == "corrected" and one.form == "row").row()
    weights = [one.get("weight", 1) for one in row["messages"] if one["role"] == "assistant"]
    assert weights == [0, 1]


def test_of_two_side_by_side_the_only_one_that_was_liked_is_preferred_and_unseen_versions_are_not_worse(
    store,
):
    mine = store.for_person(ANN)
    conversation = mine.create("chat", "t", "m")
    ask = mine.add(conversation, NewMessage(None, "user", "q"))
    left = mine.add(conversation, NewMessage(ask, "assistant", "l", settings={"pair": "p"}, rating=1))
    mine.add(conversation, NewMessage(ask, "assistant", "r", settings={"pair": "p"}))
    mine.add(conversation, NewMessage(ask, "assistant", "another version"))
    assert [(one.message_id, one.rejected) for one in found(store, ANN) if one.form == "pair"] == [
        (left, "r")
    ]


def test_filters_by_model_time_and_text_and_what_is_left_out_stays_out(store):
    _, ids = chat(store, ANN)
    every = found(store, ANN)
    now = every[0].at

    def rows(out=frozenset(), **wanted):
        return [one.message_id for one in feedback.chosen(every, "row", Wanted(**wanted), set(out), now)]

    assert rows(text="HALF as") == [ids["mended"]]
    assert rows(models=("b",)) == []
    assert rows(days=1.0) == [ids["mended"], ids["good"]]
    assert [
        one.form for one in feedback.chosen(every, "row", Wanted(days=1.0), set(), now + 2 * feedback.DAY)
    ] == []
    judged = Judged(store).for_person(ANN)
    judged.leave_out(ids["good"], "row")
    judged.leave_out(ids["good"], "row")
    assert Judged(store).for_person(ANN).left_out() == {(ids["good"], "row")}
    assert rows(out=judged.left_out()) == [ids["mended"]]
    judged.take_in(ids["good"], "row")
    assert judged.left_out() == set()


def test_the_file_has_a_line_for_each_row_that_any_program_reads(store):
    chat(store, ANN, title="Line\u2028end")
    lines = feedback.as_file(found(store, ANN)).decode().splitlines()
    assert [set(json.loads(line)) for line in lines].count({"messages"}) == 2


def test_nobody_gets_anothers_answers_or_leaves_them_out(store):
    _, ids = chat(store, ANN)
    assert found(store, BOB) == []
    Judged(store).for_person(BOB).leave_out(ids["good"], "row")
    assert Judged(store).for_person(ANN).left_out() == set()


def test_an_administrator_has_only_what_was_consented_to_and_no_more_once_it_was_taken_back(store):
    _, ids = chat(store, ANN)
    chat(store, BOB)
    judged = Judged(store)
    with pytest.raises(NotAllowed):
        judged.for_person(BOB).team()
    team = lambda: {one.owner for one in feedback.of_team(store.for_person(BOSS), judged.for_person(BOSS))}  # noqa: E731
    assert team() == set()
    judged.for_person(ANN).agree()
    judged.for_person(ANN).agree()
    assert team() == {"ann"}
    judged.for_person(ANN).leave_out(ids["good"], "row")
    rows = feedback.of_team(store.for_person(BOSS), judged.for_person(BOSS))
    assert (ids["good"], "row") not in {one.key for one in rows}
    judged.for_person(ANN).revoke()
    assert team() == set()
    assert not judged.for_person(ANN).agreed()


def test_ones_own_blind_votes_are_pairs_and_those_of_a_room_are_not():
    questions = Questions("mine", "open", (Item("Why is the sky blue?"), Item("And the sea?")))
    setups = tuple(Setup(name, name, Settings()) for name in ("a", "b"))
    said = [Answer("Scattering."), Answer("Magic.")]
    found = Evaluation("e", "Sky", questions, Plan(setups), Body(), tuple((one, None) for one in said))
    votes = [
        Vote(0, (1, 0), 0, "me"),
        Vote(0, (0, 1), 1, "another"),
        Vote(1, (0, 1), 0, "me"),
        Vote(0, (0, 1), None, "me"),
    ]
    (pair,) = feedback.of_votes(found, votes, "me", "ann", 1.0)
    assert pair.row() == {
        "prompt": [{"role": "user", "content": "Why is the sky blue?"}],
        "chosen": "Scattering.",
        "rejected": "Magic.",
    }
    assert (pair.why, pair.model_id) == ("voted", "a")


def test_a_pair_of_votes_has_the_turns_that_the_models_were_given():
    before = (("system", "Be brief."), ("user", "I saw a dog."), ("assistant", "What of it?"))
    questions = Questions("mine", "open", (Item("What does it do?", before=before),), instruction="Answer.")
    setups = (Setup("a", "a", Settings()), Setup("b", "b", Settings(system="Sing.")))
    said = [Answer("It barks."), Answer("La la.")]
    found = Evaluation("e", "Dogs", questions, Plan(setups), Body(), tuple((one,) for one in said))
    asked = [
        {"role": "user", "content": "I saw a dog."},
        {"role": "assistant", "content": "What of it?"},
        {"role": "user", "content": "Answer.\n\nWhat does it do?"},
    ]
    for chosen, system in enumerate(("Be brief.", "Sing.")):
        (pair,) = feedback.of_votes(found, [Vote(0, (0, 1), chosen, "me")], "me", "ann", 1.0)
        assert pair.row()["prompt"] == [{"role": "system", "content": system}, *asked]
