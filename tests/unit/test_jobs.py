"""Work that outlives the page: its text, its stop, its failure."""

import threading

from components import jobs as jobs_module
from components.errors import BadInput, Cancelled, Unavailable
from components.jobs import KEEP_ENDED, Job, Jobs, keep_end
from components.messages import Said


def test_what_was_written_can_be_read_while_it_runs_and_after():
    jobs, written, go = Jobs(), threading.Event(), threading.Event()

    def work(job: Job) -> int:
        job.emit("one ")
        job.emit("two")
        written.set()
        go.wait(5)
        return 3

    job = jobs.start("answer", "anna", work)
    assert written.wait(5)
    assert (job.running, job.text) == (True, "one two")
    go.set()
    assert job.wait(5)
    assert (job.state, job.text, job.result) == ("done", "one two", 3)
    assert jobs.get(job.id) is job


def test_cancel_ends_the_work_and_keeps_the_text():
    written = threading.Event()

    def work(job: Job) -> None:
        job.emit("kept")
        written.set()
        job._cancel.wait(5)
        raise Cancelled("stopped")

    job = Jobs().start("answer", "anna", work)
    assert written.wait(5)
    job.cancel()
    assert job.wait(5)
    assert (job.state, job.text) == ("stopped", "kept")


def test_an_expected_failure_is_its_own_sentence():
    def work(job: Job) -> None:
        raise BadInput("The file is empty.")

    job = Jobs().start("answer", "", work)
    job.wait(5)
    assert (job.state, str(job.error)) == ("failed", "The file is empty.")


def test_an_unexpected_failure_is_a_sentence_without_a_traceback():
    def work(job: Job) -> None:
        raise ZeroDivisionError

    job = Jobs().start("answer", "", work)
    job.wait(5)
    assert job.state == "failed"
    assert "ZeroDivisionError" in str(job.error)
    assert "Traceback" not in str(job.error)


def test_ended_jobs_do_not_pile_up():
    jobs = Jobs()
    for _ in range(KEEP_ENDED + 50):
        jobs.start("answer", "", lambda job: None).wait(5)
    assert len(jobs._jobs) <= KEEP_ENDED + 1


def test_the_last_job_of_a_kind_can_be_found():
    jobs = Jobs()
    jobs.start("download a", "", lambda job: 1).wait(5)
    last = jobs.start("download a", "", lambda job: 2)
    assert jobs.latest("download a") is last
    assert jobs.latest("download b") is None


def test_the_end_is_kept_before_anybody_sees_it_whatever_came_of_the_work():
    seen: list[tuple[str, str, bool]] = []

    def keep(job, state):
        seen.append((state, str(job.error), job.running))

    def broken(job):
        raise ValueError("x")

    jobs = Jobs()
    for work in (lambda job: 1, broken, _cancelled):
        jobs.start("answer", "", work, keep).wait(5)
    assert [state for state, _, _ in seen] == ["done", "failed", "stopped"]
    assert "ValueError" in seen[1][1]
    assert all(running for _, _, running in seen)


def test_an_end_that_can_not_be_kept_lets_nobody_wait_for_ever():
    def keep(job, state):
        raise OSError("no disk")

    assert Jobs().start("answer", "", lambda job: 1, keep).wait(5)


class Row:
    """What a job's end is written into; the disk is full for the first `full` times."""

    def __init__(self, full: int = 0) -> None:
        self.full, self.fields = full, dict[str, object]()

    def write(self, **fields: object) -> None:
        self.full -= 1
        if self.full >= 0:
            raise Unavailable("The disk is full.")
        self.fields = fields


def test_one_function_writes_how_a_job_ended():
    stopped = Said("Stopped. What is done is kept.")

    def failed(job):
        raise BadInput("The file is empty.")

    seen = []
    for work in (lambda job: 1, failed, _cancelled):
        row = Row()
        Jobs().start(
            "x", "", work, lambda job, state, row=row: keep_end(row.write, job, state, {}, stopped)
        ).wait(5)
        seen.append((row.fields["state"], row.fields["note"], row.fields["job_id"]))
    assert seen == [("done", "", ""), ("failed", Said("The file is empty."), ""), ("stopped", stopped, "")]


def test_an_end_waits_for_a_full_disk_and_says_so(monkeypatch):
    monkeypatch.setattr(jobs_module, "WRITE_PAUSE", 0.0)
    row, said = Row(full=2), list[str]()

    def keep(job, state):
        monkeypatch.setattr(job, "say", lambda note: said.append(str(note)))
        keep_end(row.write, job, state, {"text": "kept"})

    Jobs().start("answer", "", lambda job: 1, keep).wait(5)
    assert row.fields["text"] == "kept"
    assert said == [f"The disk is full. Trying again ({n} of {jobs_module.WRITE_TRIES})" for n in (1, 2)]


def _cancelled(job):
    raise Cancelled("Stopped.")


def test_the_pace_of_a_job_is_told_from_its_counts(monkeypatch):
    now = iter([10.0, 10.1, 12.0])
    monkeypatch.setattr("components.jobs.time.monotonic", lambda: next(now))
    job = Job("answer", "ada")
    found = []
    for made in (1, 4, 41):
        job.count(made)
        found.append((job.counted, job.pace))
    assert found == [(1, None), (4, None), (41, 20.0)]
