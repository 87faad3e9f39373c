"""Votes without names: who sees what, in which order, what is kept, and who may come in."""

from pathlib import Path

import pytest

from components.access import Person
from components.row_work import RowWork
from components.store import Store
from components.tasks.evaluate import blind, evaluation
from components.tasks.evaluate.blind import Vote
from components.tasks.evaluate.evaluation import Body, Evaluation, Plan
from components.tasks.evaluate.setups import Setup
from tests.unit.tasks.evaluate.making import questions, said


def found(*answers: tuple[str | None, ...]) -> Evaluation:
    """Each is what one model said."""
    asked = questions("open", *((f"{at}?", ()) for at in range(len(answers[0]))))
    setups = tuple(Setup(f"m{at}", f"M{at}", name=f"M{at}") for at in range(len(answers)))
    return Evaluation("e", "e", asked, Plan(setups), Body(), tuple(tuple(said(*each)) for each in answers))


def test_only_questions_with_different_answers_are_voted_on():
    one = found(("a", "same", "only one", "b"), ("c", "same", None, "d"))
    assert sorted(blind.order(one, "ann")) == [0, 3]


def test_each_voter_has_an_order_of_their_own_that_stays():
    many = found(tuple("a" * 30), tuple("b" * 30), tuple("c" * 30))
    assert blind.order(many, "ann") == blind.order(many, "ann") != blind.order(many, "bob")
    first = [blind.shown(many, at, "ann")[0][0] for at in range(30)]
    assert set(first) == {0, 1, 2}
    assert first != [blind.shown(many, at, "bob")[0][0] for at in range(30)]


def test_a_voters_order_stays_where_more_is_answered_meanwhile():
    some = found((*"abcdefghij", *[None] * 20), (*"klmnopqrst", *[None] * 20))
    more = found((*"abcdefghij", *"x" * 20), (*"klmnopqrst", *"y" * 20))
    assert [at for at in blind.order(more, "ann") if at < 10] == blind.order(some, "ann")


def test_pairs_that_are_left_out_stay_so_until_they_are_taken_in_again(tmp_path: Path):
    assert blind.left_out(tmp_path) == set()
    blind.leave_out(tmp_path, -7, True)
    blind.leave_out(tmp_path, -8, True)
    blind.leave_out(tmp_path, -7, False)
    assert blind.left_out(tmp_path) == {-8}
    (tmp_path / blind.LEFT_OUT).write_text('{"-9": true, "x": true, "-5": 1}')
    assert blind.left_out(tmp_path) == {-9}


def test_votes_are_kept_once_for_each_voter_and_question_and_make_ranks(tmp_path: Path):
    for at in range(6):
        blind.keep(tmp_path, Vote(at, (1, 0), 0, "ann"))
    blind.keep(tmp_path, Vote(0, (0, 1), 1, "ann"))  # another mind
    blind.keep(tmp_path, Vote(0, (0, 1), None, "bob"))
    given = blind.votes(tmp_path, 2)
    assert len(given) == 7
    ranks = blind.tally(given, 2)
    assert [(one.contestant, one.won) for one in ranks] == [(0, 5.5), (1, 1.5)]
    (tmp_path / evaluation.VOTES).write_text(
        '{"0:x": {"item": 0, "shown": [0, 9], "chosen": 9, "voter": "x"}, "y": 3}'
    )
    assert blind.votes(tmp_path, 2) == []


def test_a_room_opens_by_its_address_alone_and_only_while_it_is_open(tmp_path: Path):
    works = RowWork(Store(f"sqlite:///{tmp_path / 'w.db'}", tmp_path), tmp_path)
    mine = works.for_person(Person("ann"))
    work_id = mine.create(evaluation.KIND, "t", {}, 1)
    other = mine.create("table", "t", {}, 1)
    place = works.place(work_id)
    assert blind.enter(works, f"{work_id}.") is None
    blind.open_room(place)
    token = blind.token_of(place)
    assert blind.enter(works, f"{work_id}.{token}").id == work_id
    blind.open_room(works.place(other))
    for address in (
        "",
        work_id,
        f"{work_id}.x",
        f"../{work_id}.{token}",
        f"{other}.{blind.token_of(works.place(other))}",
    ):
        assert blind.enter(works, address) is None
    blind.close_room(place)
    assert blind.enter(works, f"{work_id}.{token}") is None


def test_a_voters_mark_tells_nothing_and_is_another_in_each_evaluation():
    assert blind.voter_of("a", "ann") != blind.voter_of("b", "ann")
    assert "ann" not in blind.voter_of("a", "ann")


@pytest.mark.parametrize("count", [12])
def test_more_answers_than_keys_are_not_shown(count: int):
    many = found(*((str(at),) for at in range(count)))
    assert len(blind.shown(many, 0, "ann")) == blind.MOST_KEYS
