"""Answers compared by people without the models' names: the order, the votes, the tally; a room that votes.

Knows an evaluation's folder; nothing about pages. Each voter sees the questions, and the answers to each, in
an order of their own, so that neither the first place nor the order of the models tells anything. A room is a
vote that others join by its address; they see the questions and the answers, and nothing else of the owner's.
"""

import hashlib
import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path

from components.errors import Unavailable
from components.files import read_json, replace_json
from components.kept import Count, Kept
from components.row_work import RowWork, Work
from components.tasks.evaluate.evaluation import KIND, VOTES, Evaluation, change_json
from components.tasks.evaluate.ranks import Rank, choice, ranks

ROOM, LEFT_OUT = "room.json", "left_out.json"
MOST_KEYS = 9  # answers that have a key of their own
MOST_VOTES = 20_000  # of one evaluation, so that a room can't fill the disk


@dataclass(frozen=True)
class Vote(Kept):
    """One choice among the answers to a question."""

    item: Count
    shown: tuple[Count, ...]  # setups, in the order in which they were shown
    chosen: Count | None  # None: they are equally good
    voter: str


def voter_of(work_id: str, person_id: str) -> str:
    """A voter's mark, which tells nothing about the person and is of no use in another evaluation."""
    return hashlib.sha256(f"{work_id}\0{person_id}".encode()).hexdigest()[:16]


def can_vote(found: Evaluation) -> list[int]:
    """Questions that at least two models answered, and not all in the same words."""
    return [at for at in range(len(found.questions.items)) if len({said for _, said in _said(found, at)}) > 1]


def _said(found: Evaluation, at: int) -> list[tuple[int, str]]:
    """The setups that answered a question, with what they said."""
    return [
        (setup, answer.said)
        for setup, given in enumerate(found.answers)
        if (answer := given[at]) is not None and not answer.failed
    ]


def order(found: Evaluation, voter: str) -> list[int]:
    """The questions in a voter's own order, which stays as it is where more are answered meanwhile."""
    return sorted(can_vote(found), key=lambda at: random.Random(f"{found.id} {voter} {at}").random())


def shown(found: Evaluation, at: int, voter: str) -> list[tuple[int, str]]:
    """The answers to a question in a voter's own order, as (setup, text)."""
    given = _said(found, at)[:MOST_KEYS]
    random.Random(f"{found.id}{voter}{at}").shuffle(given)
    return given


def votes(place: Path, setups: int) -> list[Vote]:
    """All of them. A damaged one is left out."""
    found = []
    for value in read_json(place / VOTES).values():
        try:
            vote = Vote.from_json(value)
        except Unavailable:
            continue
        named = [*vote.shown, *([] if vote.chosen is None else [vote.chosen])]
        if all(setup < setups for setup in named) and len(set(vote.shown)) == len(vote.shown):
            found.append(vote)
    return found


def keep(place: Path, vote: Vote) -> None:
    """A second vote on a question takes the place of the first one."""
    if len(read_json(place / VOTES)) >= MOST_VOTES:
        raise Unavailable("This vote has as many votes as can be kept.")
    change_json(place / VOTES, f"{vote.item}:{vote.voter}", vote.to_json())


def left_out(place: Path) -> set[int]:
    """The pairs that are left out of training data, by the numbers that `feedback.of_votes` gives them."""
    return {int(name) for name, out in read_json(place / LEFT_OUT).items() if out is True and _is_int(name)}


def leave_out(place: Path, pair: int, out: bool) -> None:
    """Leaves a pair out of training data from now on, or takes it in again."""
    change_json(place / LEFT_OUT, str(pair), out)


def _is_int(name: str) -> bool:
    return name.removeprefix("-").isdecimal()


def tally(given: Sequence[Vote], setups: int) -> list[Rank]:
    """Ranks with intervals, the best first."""
    matrices = [choice(setups, vote.chosen, vote.shown) for vote in given]
    return ranks(matrices, [str(vote.item) for vote in given])


# A room


def token_of(place: Path) -> str:
    """The secret part of a room's address; empty where the vote isn't open to others."""
    found = read_json(place / ROOM).get("token")
    return found if isinstance(found, str) else ""


def open_room(place: Path) -> None:
    if not token_of(place):
        replace_json(place / ROOM, {"token": secrets.token_urlsafe(16)}, private=True)


def close_room(place: Path) -> None:
    (place / ROOM).unlink(missing_ok=True)


def enter(works: RowWork, address: str) -> Work | None:
    """The evaluation behind a room's address; None where it isn't open. `works` is the server's own."""
    work_id, _, token = address.partition(".")
    work = works.get(work_id) if work_id.isalnum() and token else None
    if work is None or work.kind != KIND:
        return None
    kept = token_of(works.place(work.id))
    return work if kept and compare_digest(kept.encode(), token.encode()) else None
