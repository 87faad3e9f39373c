"""A job: long work on a thread of its own, which outlives the script run that started it.

Knows state, text, progress, cancellation and outcome; nothing about models or pages. A page polls a job as
often as it likes and can come back to it by its id; only `cancel`, or the end of the work, ends it.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol

from components import begun, telemetry
from components.access import Person, Scoped, acting_as
from components.errors import AppError, Cancelled, LimitReached, Unavailable
from components.messages import N_, Message, Said, sentences
from components.noted import Noted

State = Literal["running", "done", "stopped", "failed"]
PACE_SECONDS = 0.5  # from the first count on, before a pace can be told
KEEP_ENDED = 200  # ended jobs kept for a page that comes back to them
WRITE_TRIES, WRITE_PAUSE = 20, 3.0  # how often the end of a job is stored again, and seconds between
UNEXPECTED = N_(
    "Something went wrong inside Wordbench ({error}). What was made until then is kept; try again."
)


class Job:
    """One piece of work. The worker calls `emit` and `say`; pages read the properties."""

    def __init__(self, kind: str, owner: str) -> None:
        self.id = uuid.uuid4().hex
        self.kind, self.owner = kind, owner
        self.started = time.time()
        self.result: Any = None  # what the work returned
        self.error: Message = ""  # a sentence, once the state is "failed"
        self._lock = threading.Lock()  # guards the fields below
        self._state: State = "running"
        self._pieces: list[str] = []
        self._note: Message = ""
        self._share: float | None = None
        self._counted: list[tuple[float, int]] = []  # the first and the last count, with their times
        self._cancel = threading.Event()
        self._ended = threading.Event()

    def emit(self, piece: str) -> None:
        """Adds a piece of text to what the work has made."""
        with self._lock:
            self._pieces.append(piece)

    def count(self, made: int) -> None:
        """Notes how many parts (tokens, for one) what it makes has so far."""
        with self._lock:
            self._counted[1:] = [(time.monotonic(), made)]

    def say(self, note: Message, share: float | None = None) -> None:
        """Notes what is being done or waited for, and the share that is done (0 to 1) where that is known."""
        with self._lock:
            self._note, self._share = note, share

    @property
    def text(self) -> str:
        with self._lock:
            if len(self._pieces) > 1:
                self._pieces = ["".join(self._pieces)]
            return self._pieces[0] if self._pieces else ""

    @property
    def counted(self) -> int:
        """The last count; 0 where nothing is counted."""
        with self._lock:
            return self._counted[-1][1] if self._counted else 0

    @property
    def pace(self) -> float | None:
        """Parts in a second, from the first count to the last; None before that can be told."""
        with self._lock:
            if len(self._counted) < 2:
                return None
            (began, before), (now, made) = self._counted
        return (made - before) / (now - began) if now - began >= PACE_SECONDS else None

    @property
    def note(self) -> Message:
        with self._lock:
            return self._note

    @property
    def share(self) -> float | None:
        with self._lock:
            return self._share

    @property
    def state(self) -> State:
        with self._lock:
            return self._state

    @property
    def running(self) -> bool:
        return not self._ended.is_set()

    def cancel(self) -> None:
        """Asks the work to stop, which it does at its next step."""
        self._cancel.set()

    def cancelled(self) -> bool:
        return self._cancel.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Waits for the end; False if it didn't come in time."""
        return self._ended.wait(seconds)

    def _run(
        self,
        work: "Callable[[Job], Any]",
        on_end: "Callable[[Job, State], None]",
        person: Person,
        listener: begun.Listener | None,
    ) -> None:
        telemetry.request_id.set(self.id)
        telemetry.METRICS.began(self.kind)
        began, failure = time.monotonic(), ""
        state: State = "failed"
        with acting_as(person), begun.heard_by(listener):
            state, failure = self._work(work)
            try:
                on_end(self, state)
            except Exception:  # the database is gone, for instance: waiting pages must not wait forever
                logging.getLogger(__name__).exception("The end of a %s job could not be kept", self.kind)
        with self._lock:
            self._state = state
        telemetry.worked(self.kind, self.id, state, time.monotonic() - began, failure)
        self._ended.set()

    def _work(self, work: "Callable[[Job], Any]") -> tuple[State, str]:
        """Does the work; returns how it ended, and the kind of its failure."""
        try:
            self.result = work(self)
            return ("stopped" if self._cancel.is_set() else "done"), ""
        except Cancelled:
            return "stopped", ""
        except AppError as error:
            self.error = error.message
            return "failed", type(error).__name__
        except Exception as error:  # the thread's last line: the page must hear of it
            logging.getLogger(__name__).exception("A %s job failed", self.kind)
            self.error = Said(UNEXPECTED, error=type(error).__name__)
            return "failed", type(error).__name__


def keep_end(
    write: Callable[..., None], job: Job, state: State, made: Mapping[str, Any], stopped: Message = ""
) -> None:
    """Writes into the row of a job's work how it ended, and that no job works on it any more.

    `write` takes the fields of the row, `made` what the work made among them; `stopped` is said of work that
    was stopped. A full disk or a locked database is waited for, a minute at most: the person has seen the
    work already. Raises Unavailable when that doesn't help.
    """
    note = stopped if state == "stopped" else job.error
    ended: dict[str, Any] = {"job_id": "", "state": state, "note": note, **made}
    for attempt in range(1, WRITE_TRIES + 1):
        try:
            return write(**ended)
        except Unavailable as error:
            if attempt == WRITE_TRIES:
                raise
            again = Said("Trying again ({attempt} of {tries})", attempt=attempt, tries=WRITE_TRIES)
            job.say(sentences(error.message, again))
            time.sleep(WRITE_PAUSE)
    return None


class Allowance(Protocol):
    """Decides whether a person may start one more piece of work."""

    def check(self, kind: str, owner: str, running: Sequence[str], count: int = 1) -> None:
        """Raises LimitReached if `count` more can't start now; `running` are the kinds in progress."""

    def started(self, kind: str, owner: str) -> None:
        """Is told that one has started."""


class Jobs(Scoped):
    """The registry of all jobs of this process. A person finds their own; an administrator finds all."""

    def __init__(self, allowance: Allowance | None = None) -> None:
        self._allowance = allowance
        self.noted = Noted()  # how sure the model was of recent answers
        self._lock = threading.Lock()  # guards _jobs
        self._jobs: dict[str, Job] = {}

    def check(self, kind: str, count: int = 1) -> None:
        """Called before anything is written. Raises LimitReached if the person may not start `count` more."""
        if self._allowance and not self._person.house:
            try:
                self._allowance.check(kind, self.owner(), self._at_work(self.owner()), count)
            except LimitReached:
                telemetry.METRICS.refused.labels(kind).inc()
                raise

    def start(
        self,
        kind: str,
        owner: str,
        work: Callable[[Job], Any],
        on_end: Callable[[Job, State], None] = lambda job, state: None,
    ) -> Job:
        """Runs `work(job)` on a new thread and returns the job at once.

        `on_end(job, state)` is called on the same thread, however the work ended and before any page sees
        its end: this is the place to store the outcome. `job.result` or `job.error` is set by then. Both
        act as the person who started the job. A job without an owner belongs to the server, for everybody.
        """
        person = self._person
        if owner:
            self.check_owner(owner)
            self.check(kind)
        job = Job(kind, owner)
        if self._allowance and owner:
            self._allowance.started(kind, owner)
        with self._lock:
            self._jobs[job.id] = job
            ended = [j for j in self._jobs.values() if not j.running]
            for old in ended[: max(len(ended) - KEEP_ENDED, 0)]:
                del self._jobs[old.id]
        begun.tell(begun.JOB, job.id)
        given = work, on_end, person, begun.listening()
        threading.Thread(target=job._run, args=given, name=f"{kind} {job.id[:8]}", daemon=True).start()
        return job

    def get(self, job_id: str) -> Job | None:
        with self._lock:
            job = self._jobs.get(job_id)
            return job if job and self._may_see(job) else None

    def live(self, job_id: str) -> Job | None:
        """The job with this id as long as it runs; none has the id ""."""
        job = self.get(job_id)
        return job if job and job.running else None

    def stop(self, job_id: str) -> None:
        """Cancels the job with this id, if it still runs."""
        if job := self.live(job_id):
            job.cancel()

    def latest(self, kind: str) -> Job | None:
        """The job of this kind that was started last, if it is still kept."""
        with self._lock:
            return next(
                (j for j in reversed(self._jobs.values()) if j.kind == kind and self._may_see(j)), None
            )

    def running(self, kind: str | None = None) -> list[Job]:
        with self._lock:
            return [
                j for j in self._jobs.values() if j.running and kind in (None, j.kind) and self._may_see(j)
            ]

    def recent(self) -> list[Job]:
        """The jobs that are kept, running and ended, in the order in which they were started."""
        with self._lock:
            return [job for job in self._jobs.values() if self._may_see(job)]

    def stop_all(self, seconds: float = 10.0) -> None:
        """Cancels this person's own jobs and waits for their end."""
        mine = [job for job in self.running() if job.owner == self._person.id]
        for job in mine:
            job.cancel()
        for job in mine:
            job.wait(seconds)

    def _may_see(self, job: Job) -> bool:
        person = self._person
        return person.house or person.administrator or not job.owner or job.owner == person.id

    def _at_work(self, owner: str) -> list[str]:
        with self._lock:
            return [j.kind for j in self._jobs.values() if j.running and j.owner == owner]
