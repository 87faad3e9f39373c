"""Long work over many rows, in one shape: rows in, a step for each row kept, stopped, resumed, a receipt.

Knows jobs and steps; not what a row is, nor what is done to it. That comes in as a `Plan`:

    works = OverRows(jobs, row_work)
    work_id = works.create("table", "orders.csv", settings, count=10_000)
    works.start(work_id, Plan(rows=lambda: texts, opened=classifier, at_once=64))

`rows` gives the inputs as JSON, in the same order at every start; `opened` leases what is needed and gives
the function that makes outcomes of inputs, one for each. A row that has a step is never done again, and equal
inputs are done once. A row that fails is tried once more by itself, then marked.
"""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from components.errors import AppError, BadInput, Busy, Cancelled, EngineFailed, NotEnoughMemory, Unavailable
from components.jobs import Job, Jobs, State, keep_end
from components.kept import Amount, Count, Kept
from components.messages import Message, Said, counted
from components.row_work import RowSteps, RowWork, Step, Work

SLAB = 200  # rows that are looked up at once; more than these are never in memory
KEEP_SECONDS = 1.0  # how much of the work a crash can lose, beside the rows in progress
TROUBLES = 3  # rows that fail one after the other for a reason outside of them, until the work ends
SHOWN_SECONDS = 0.3  # between two notes of the progress
STOPPED = Said("Stopped. What is done is kept: Resume goes on from there.")
T = TypeVar("T")
OUTSIDE = (EngineFailed, Unavailable, NotEnoughMemory, Busy)  # the row isn't to blame


class TriedAgain(BadInput):
    """A row failed, and was tried again already."""


@dataclass(frozen=True)
class Made:
    """What was made of one row."""

    value: Any  # JSON
    note: Message = ""  # what must be said of it
    read_tokens: int = 0
    written_tokens: int = 0


Outcome = Made | AppError  # an error is this row's alone, and its message says what is wrong with it
Do = Callable[[Sequence[Any]], Sequence[Outcome]]


@dataclass(frozen=True)
class Plan:
    """What is done to which rows."""

    rows: Callable[[], Iterable[Any]]  # inputs, JSON; the same ones in the same order at every start
    opened: Callable[[Job], AbstractContextManager[Do]]  # leases what the work needs
    at_once: int = 1  # inputs that `Do` is given together
    finish: Callable[[Job], None] = field(default=lambda job: None)  # once every row has a step


@dataclass(frozen=True)
class Receipt(Kept):
    """What went in and what came out."""

    rows: Count
    done: Count
    failed: Count
    repeated: Count  # of the two above: rows whose input had been done already
    seconds: Amount
    read_tokens: Count
    written_tokens: Count

    @property
    def left(self) -> int:
        """Rows that have no outcome yet."""
        return max(self.rows - self.done - self.failed, 0)


@dataclass(frozen=True)
class OverRows:
    """One person's hands on the shared work and jobs."""

    jobs: Jobs
    works: RowWork

    def create(self, kind: str, title: str, settings: dict[str, Any], count: int) -> str:
        """A piece of work that hasn't begun; its files may go into `works.place`."""
        self.jobs.check(kind)
        return self.works.create(kind, title, settings, count)

    def start(self, work_id: str, plan: Plan, failed_again: bool = False) -> Job:
        """Begins, or goes on where it was; `failed_again`: with the rows that failed too."""
        work = self.works.get(work_id)
        if work is None:
            raise BadInput("This work isn't here any more. Start it again from its file.")
        if running := self.job(work):
            return running
        self.jobs.check(work.kind)
        if failed_again:
            self.works.steps(work_id).forget(failed=True)
        self.works.update(work_id, state="running", note="")

        def keep(job: Job, state: State) -> None:
            keep_end(partial(self.works.update, work_id), job, state, {}, STOPPED)

        job = self.jobs.start(work.kind, self.works.owner(), partial(_run, self.works, work, plan), keep)
        self.works.update(work_id, job_id=job.id)
        return job

    def job(self, work: Work) -> Job | None:
        """The job that works on it now."""
        return self.jobs.live(work.job_id)

    def receipt(self, work: Work) -> Receipt:
        """Counted from the steps, at any moment."""
        now = self.works.steps(work.id).totals()
        return Receipt(
            work.count,
            now.done,
            now.failed,
            now.repeated,
            round(work.seconds, 1),
            now.read_tokens,
            now.written_tokens,
        )

    def delete(self, work_id: str) -> None:
        """Takes it out of the list; work on it stops."""
        self.jobs.stop(self.works.job_id(work_id) or "")
        self.works.delete(work_id)


def _run(works: RowWork, work: Work, plan: Plan, job: Job) -> None:
    steps = works.steps(work.id)
    _Worker(steps, work.count, plan, job).run()
    if job.cancelled():
        raise Cancelled("Stopped.")
    plan.finish(job)


def key_of(value: Any) -> str:
    """Equal for equal inputs."""
    plain = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


class _Worker:
    """One go through the rows. What was opened is opened again after it failed."""

    def __init__(self, steps: RowSteps, count: int, plan: Plan, job: Job) -> None:
        self._steps, self._count, self._plan, self._job = steps, count, plan, job
        self._made: list[Step] = []  # not kept yet
        self._troubled: list[tuple[int, str, AppError]] = []  # failed for a reason outside of them
        self._do: Do | None = None
        self._open = ExitStack()
        self._began = self._kept_at = time.monotonic()
        self._said_at = 0.0
        self._before, self._now = steps.totals(), 0  # rows that had a step, and that got one now
        self._passed_over = False  # whether rows wait for the outcome of a troubled one

    def run(self) -> None:
        with self._open:
            self._pass()
            if self._passed_over:
                self._pass()

    def _pass(self) -> None:
        try:
            for slab in _in_groups(enumerate(self._plan.rows()), SLAB):
                self._slab(dict(slab))
                self._tell()
        finally:
            self._keep()
        self._mark_troubled()
        self._keep()

    def _slab(self, rows: dict[int, Any]) -> None:
        """A few rows: those without a step, equal ones once."""
        for number in self._steps.numbers(min(rows), max(rows) + 1):
            rows.pop(number, None)
        keys = {number: key_of(value) for number, value in rows.items()}
        known = self._steps.known(set(keys.values())) if rows else {}
        known |= {step.key: step for step in self._made if step.same_as is None}
        first: dict[str, int] = {}
        for number, key in keys.items():
            if key not in known:
                first.setdefault(key, number)
        for group in _in_groups(first.values(), self._plan.at_once):
            for number, outcome in self._outcomes({number: rows[number] for number in group}):
                known[keys[number]] = self._note(number, keys[number], outcome)
            self._tell()
        for number, key in keys.items():
            if key not in known:
                self._passed_over = True
            elif known[key].number != number:
                again = known[key]
                same = replace(again, number=number, same_as=again.number, read_tokens=0, written_tokens=0)
                self._made.append(same)
                self._now += 1
        self._keep_now_and_then()

    def _outcomes(self, group: dict[int, Any]) -> Iterator[tuple[int, Outcome]]:
        """The outcome of each row; the ones that fail together are tried again one by one."""
        try:
            tried: Sequence[Outcome] = self._try(list(group.values()))
        except OUTSIDE as error:
            self._close()
            tried = [error] * len(group)
        for (number, value), outcome in zip(group.items(), tried, strict=True):
            if not isinstance(outcome, AppError) or isinstance(outcome, TriedAgain):
                yield number, outcome
                continue
            try:
                yield number, self._try([value])[0]
            except OUTSIDE as error:
                self._close()
                self._trouble(number, key_of(value), error)

    def _try(self, values: Sequence[Any]) -> Sequence[Outcome]:
        """Raises what isn't the rows' fault, and Cancelled: what was made while it stopped may be cut."""
        self._check()
        if self._do is None:
            self._do = self._open.enter_context(self._plan.opened(self._job))
        try:
            made = self._do(values)
            self._check()
            return made
        except (Cancelled, *OUTSIDE):
            raise
        except AppError as error:
            return [error] * len(values)
        except Exception as error:  # a row that nobody thought of costs itself, not the others
            logging.getLogger(__name__).exception("A row could not be done")
            name = type(error).__name__
            return [AppError("Something went wrong inside Wordbench ({error}).", error=name)] * len(values)

    def _close(self) -> None:
        self._do = None
        self._open.close()

    def _note(self, number: int, key: str, outcome: Outcome) -> Step:
        self._mark_troubled()
        if isinstance(outcome, AppError):
            step = Step(number, key, "failed", None, outcome.message)
        else:
            step = Step(
                number, key, "done", outcome.value, outcome.note, None,
                outcome.read_tokens, outcome.written_tokens,
            )  # fmt: skip
        self._made.append(step)
        self._now += 1
        self._keep_now_and_then()
        return step

    def _trouble(self, number: int, key: str, error: AppError) -> None:
        """One such row may be too much for the model; several in a row mean that the model is gone: then the
        work ends and none of them is marked, so that Resume does them.
        """
        self._troubled.append((number, key, error))
        if len(self._troubled) >= TROUBLES:
            raise error

    def _mark_troubled(self) -> None:
        for number, key, error in self._troubled:
            self._made.append(Step(number, key, "failed", None, error.message))
            self._now += 1
        self._troubled.clear()

    def _check(self) -> None:
        if self._job.cancelled():
            raise Cancelled("Stopped.")

    def _keep_now_and_then(self) -> None:
        if len(self._made) >= SLAB or time.monotonic() - self._kept_at > KEEP_SECONDS:
            self._keep()

    def _keep(self) -> None:
        """Writes what isn't written; work that was deleted meanwhile ends."""
        now = time.monotonic()
        made, self._made = self._made, []
        there = self._steps.put(made, now - self._kept_at)
        self._kept_at = now
        if not there:
            raise Cancelled("This work was deleted.")

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self._said_at < SHOWN_SECONDS:
            return
        self._said_at = now
        done = self._before.done + self._before.failed + self._now
        left = max(self._count - done, 0)
        share = min(done / self._count, 1.0) if self._count else None
        self._job.say(progress(done, self._count, left * (now - self._began) / max(self._now, 1)), share)


def _in_groups(values: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """The values in tuples of `size`, the last one shorter."""
    rest = iter(values)
    while group := tuple(islice(rest, size)):
        yield group


def progress(done: int, count: int, seconds: float) -> Message:
    """How many rows are done, and how long the others take at the pace so far."""
    return counted(
        "{done:,} of {count} row, {left} left",
        "{done:,} of {count:,} rows, {left} left",
        count,
        done=done,
        left=span(seconds),
    )


def span(seconds: float) -> Message:
    """A duration in words, as exact as an estimate can be."""
    if seconds < 90:
        return counted("about {count} second", "about {count} seconds", max(round(seconds), 1))
    if seconds < 90 * 60:
        return counted("about {count} minute", "about {count} minutes", round(seconds / 60))
    return counted("about {count} hour", "about {count} hours", round(seconds / 3600))
