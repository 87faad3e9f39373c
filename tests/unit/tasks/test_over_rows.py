"""Work over many rows: each exactly once, in its place, whatever fails, stops or is killed on the way."""

import os
import signal
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from components.access import Person
from components.config import ROOT
from components.errors import AppError, BadInput, EngineFailed
from components.holdings import Holdings
from components.jobs import Job, Jobs
from components.row_work import RowWork, Step
from components.store import Store
from components.tasks.over_rows import Do, Made, Outcome, OverRows, Plan, progress

ANN, BOB = Person("ann"), Person("bob")
KILLED_AT = 2_500


class World:
    """A store on the disk and what a test does to rows."""

    def __init__(self, folder: Path, person: Person = ANN) -> None:
        self.store = Store(f"sqlite:///{folder / 'w.db'}", folder)
        self.works = RowWork(self.store, folder)
        self.over = OverRows(Jobs().for_person(person), self.works.for_person(person))
        self.asked: list[list[str]] = []
        self.opened = 0

    def plan(self, rows: Sequence[str], do: Callable[[str], Outcome], at_once: int = 1) -> Plan:
        def all_of(values: Sequence[str]) -> list[Outcome]:
            self.asked.append(list(values))
            return [do(value) for value in values]

        @contextmanager
        def opened(job: Job) -> Iterator[Do]:
            self.opened += 1
            yield all_of

        return Plan(lambda: rows, opened, at_once)

    def run(self, work_id: str, plan: Plan, again: bool = False) -> Job:
        job = self.over.start(work_id, plan, again)
        assert job.wait(20)
        return job

    def values(self, work_id: str) -> list[object]:
        steps = list(self.over.works.steps(work_id).read())
        assert [step.number for step in steps] == list(range(len(steps)))
        return [step.value if step.state == "done" else str(step.note) for step in steps]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def upper(value: str) -> Made:
    return Made(value.upper(), read_tokens=2, written_tokens=1)


def test_rows_come_out_in_their_order_and_equal_ones_are_done_once(world: World):
    rows = ["a", "b", "a", "c", "b", "a"] * 100
    work_id = world.over.create("table", "T", {}, len(rows))
    assert world.run(work_id, world.plan(rows, upper, at_once=2)).state == "done"
    assert world.values(work_id) == [row.upper() for row in rows]
    assert world.asked == [["a", "b"], ["c"]]
    work = world.over.works.get(work_id)
    receipt = world.over.receipt(work)
    assert (receipt.rows, receipt.done, receipt.failed, receipt.repeated) == (600, 600, 0, 597)
    assert (receipt.read_tokens, receipt.written_tokens, receipt.left) == (6, 3, 0)
    assert work.state == "done"


def test_a_row_that_fails_is_tried_once_more_by_itself_then_marked_and_shifts_no_other(world: World):
    tries: dict[str, int] = {}

    def do(value: str) -> Outcome:
        tries[value] = tries.get(value, 0) + 1
        if value == "odd":
            return BadInput("This row is odd.")
        if value == "late" and tries[value] == 1:
            return BadInput("Not yet.")
        if value == "bug":
            raise ZeroDivisionError
        return upper(value)

    rows = ["a", "odd", "late", "odd", "bug", "b"]
    work_id = world.over.create("table", "T", {}, len(rows))
    assert world.run(work_id, world.plan(rows, do, at_once=3)).state == "done"
    bug = "Something went wrong inside Wordbench (ZeroDivisionError)."
    assert world.values(work_id) == ["A", "This row is odd.", "LATE", "This row is odd.", bug, "B"]
    assert tries["odd"] == 2
    assert world.over.receipt(world.over.works.get(work_id)).failed == 3
    world.run(work_id, world.plan(rows, upper), again=True)
    assert world.values(work_id) == ["A", "ODD", "LATE", "ODD", "BUG", "B"]


def test_a_stopped_work_goes_on_where_it_was(world: World):
    rows = [str(number) for number in range(50)]
    work_id = world.over.create("table", "T", {}, len(rows))
    reached = threading.Event()
    jobs: list[Job] = []

    def do(value: str) -> Outcome:
        if value == "20" and not reached.is_set():
            reached.set()
            jobs[0].cancel()
        return upper(value)

    plan = world.plan(rows, do)
    begun = threading.Event()

    @contextmanager
    def opened(job: Job) -> Iterator[Do]:
        jobs.append(job)
        with plan.opened(job) as made:
            begun.set()
            yield made

    job = world.run(work_id, Plan(plan.rows, opened))
    assert job.state == "stopped"
    assert world.values(work_id) == rows[:20]  # what was made while it stopped may be cut: it isn't kept
    work = world.over.works.get(work_id)
    assert (work.state, "Resume" in str(work.note)) == ("stopped", True)
    assert world.run(work_id, plan).state == "done"
    assert world.values(work_id) == rows
    assert [asked[0] for asked in world.asked] == [*rows[:21], *rows[20:]]


def test_an_engine_that_crashes_at_one_row_is_opened_again_and_costs_that_row(world: World):
    def do(value: str) -> Outcome:
        if value == "poison":
            raise EngineFailed("The engine broke.")
        return upper(value)

    rows = ["a", "poison", "b", "poison"]
    work_id = world.over.create("table", "T", {}, len(rows))
    assert world.run(work_id, world.plan(rows, do, at_once=4)).state == "done"
    assert world.values(work_id) == ["A", "The engine broke.", "B", "The engine broke."]
    assert world.opened == 3


def test_a_model_that_is_gone_ends_the_work_without_a_mark_on_any_row(world: World):
    gone = threading.Event()

    def do(value: str) -> Outcome:
        if value >= "c" and not gone.is_set():
            raise EngineFailed("The server is gone.")
        return upper(value)

    rows = list("abcdefgh")
    work_id = world.over.create("table", "T", {}, len(rows))
    job = world.run(work_id, world.plan(rows, do))
    assert (job.state, str(world.over.works.get(work_id).note)) == ("failed", "The server is gone.")
    assert world.values(work_id) == ["A", "B"]
    gone.set()
    assert world.run(work_id, world.plan(rows, do)).state == "done"
    assert world.values(work_id) == list("ABCDEFGH")


def test_work_that_is_deleted_while_it_runs_ends_and_keeps_nothing(world: World, tmp_path: Path):
    rows = [str(number) for number in range(5_000)]
    work_id = world.over.create("table", "T", {}, len(rows))

    def do(value: str) -> Outcome:
        if value == "300":
            world.over.works.delete(work_id)
        return upper(value)

    assert world.run(work_id, world.plan(rows, do)).state == "stopped"
    assert world.over.works.get(work_id) is None
    assert len(world.asked) < 1_000
    assert Holdings(world.store, tmp_path).for_person(ANN).delete_all() > 0


def test_nobody_else_finds_the_work_or_its_rows(world: World, tmp_path: Path):
    work_id = world.over.create("table", "T", {}, 1)
    world.run(work_id, world.plan(["a"], upper))
    other = world.works.for_person(BOB)
    assert other.get(work_id) is None
    assert other.headings("table") == []
    assert list(other.steps(work_id).read()) == []
    assert not other.steps(work_id).put([Step(9, "k", "done")], 0.0)
    with pytest.raises(BadInput):
        OverRows(Jobs().for_person(BOB), other).start(work_id, world.plan(["a"], upper))
    assert world.values(work_id) == ["A"]


def test_the_time_left_is_said_in_words():
    assert str(progress(10, 3_000, 7_300)) == "10 of 3,000 rows, about 2 hours left"
    assert str(progress(0, 2, 0.2)) == "0 of 2 rows, about 1 second left"


PROGRAM = """
import os, signal, sys
from pathlib import Path
from tests.unit.tasks.test_over_rows import ANN, KILLED_AT, World, upper

world = World(Path(sys.argv[1]))
def do(value):
    if value == f"row {KILLED_AT}":
        os.kill(os.getpid(), signal.SIGKILL)
    with open(Path(sys.argv[1]) / "done.txt", "a") as log:
        log.write(value + chr(10))
    return upper(value)
world.run(sys.argv[2], world.plan([f"row {n}" for n in range(5_000)], do, at_once=50))
"""


def test_a_killed_process_loses_no_row_and_doubles_none(tmp_path: Path):
    first = World(tmp_path)
    work_id = first.over.create("table", "T", {}, 5_000)
    first.store.close()
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), work_id], cwd=ROOT, env=os.environ, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    again = World(tmp_path)
    assert again.works.interrupted == 1
    kept = len(list(again.over.works.steps(work_id).read()))
    assert KILLED_AT - 450 <= kept <= KILLED_AT
    rows = [f"row {number}" for number in range(5_000)]
    assert again.run(work_id, again.plan(rows, upper, at_once=50)).state == "done"
    assert again.values(work_id) == [row.upper() for row in rows]
    assert sum(map(len, again.asked)) == 5_000 - kept


def peak(folder: Path, rows: int) -> int:
    """Bytes that going through so many rows takes at most."""
    folder.mkdir()
    world = World(folder)

    def all_of(values: Sequence[str]) -> Sequence[Made | AppError]:
        return [upper(value) for value in values]

    @contextmanager
    def opened(job: Job) -> Iterator[Do]:
        yield all_of

    text = "Some words of a message. " * 20
    plan = Plan(lambda: (f"{number} {text}" for number in range(rows)), opened, 64)
    work_id = world.over.create("table", "T", {}, rows)
    tracemalloc.start()
    try:
        assert world.run(work_id, plan).state == "done"
        assert sum(1 for _ in world.over.works.steps(work_id).read()) == rows
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_memory_is_the_same_for_ten_thousand_rows_as_for_one_thousand(tmp_path: Path):
    assert peak(tmp_path / "many", 10_000) < 1.3 * peak(tmp_path / "few", 1_000)
