"""What the tour has made, step by step: to come back to it, and to take it away. Nothing that was there
before is ever touched.

It hears of everything that is begun in the tour's tab, also by a job, and also when the page was left before
it had opened what it began.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from components import begun
from components.errors import AppError
from components.jobs import Job, Jobs
from components.tasks.summarize.summary_jobs import KIND as SUMMARY
from components.training.doctor import checks
from components.ui import errands
from components.ui.chat import tab
from components.ui.fine_tune import run_session
from components.ui.fine_tune import session as training
from components.ui.opened import Opened
from components.ui.person import person
from components.ui.resources import config, jobs, results, store, training_runs, translations
from components.ui.summarize import session as summaries
from components.ui.translate import typed_text

END_SECONDS = 600.0  # that work in progress gets to end in, in the background
PLACES: Mapping[str, Opened] = {
    "conversation": tab.OPENED,
    "summary": summaries.OPENED,
    "translation": typed_text.OPEN,
    "data": training.OPENED,
    "run": run_session.OPENED,
}
HEARD = {  # the place of what is told as begun
    "conversations": "conversation",
    f"results/{SUMMARY}": "summary",
    "translations/text": "translation",
    "checks": "data",
    "runs": "run",
}
WORK = (training.KIND, typed_text.KIND)  # jobs that keep something at their end only
Delete = Callable[[str], None]


@dataclass
class Made:
    """Of one tour. `before`: the ids that were there when it began."""

    before: frozenset[str]
    opened: dict[int, dict[str, str]] = field(default_factory=dict)  # by step, then by kind
    ids: set[tuple[str, str]] = field(default_factory=set)  # kind and id of all that was made
    jobs: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)  # guards the three above

    def listener(self, step: int) -> begun.Listener:
        """Hears of what a step begins."""

        def hear(kind: str, id_: str) -> None:
            if kind == begun.JOB:
                with self.lock:
                    self.jobs.append(id_)
            elif kind in HEARD:
                self._keep(step, {HEARD[kind]: id_})

        return hear

    def note(self, step: int) -> None:
        """What is open now belongs to this step."""
        now = {kind: place.id for kind, place in PLACES.items() if place.id and place.id not in self.before}
        self._keep(step, now)

    def _keep(self, step: int, now: Mapping[str, str]) -> None:
        with self.lock:
            self.opened[step] = self.opened.get(step, {}) | dict(now)
            self.ids |= set(now.items())

    def _all(self) -> list[tuple[str, str]]:
        with self.lock:
            return sorted(self.ids)

    def has(self, step: int, kind: str) -> bool:
        """Whether a step has made what it is there for; one that makes nothing always has."""
        return not kind or kind in self.opened.get(step, {})

    def come_back(self, step: int) -> None:
        """Opens again what a step had open."""
        for kind, id_ in self.opened.get(step, {}).items():
            PLACES[kind].open(id_)

    def take_away(self) -> None:
        """Deletes all of it. What is still in progress is stopped first, in the background, and what it makes
        until then is deleted, too.
        """
        begun.listen(None)
        errands.forget()
        typed_text.forget()
        training.forget_check()
        delete = _deletions()
        for kind, id_ in self._all():
            PLACES[kind].open(None)
            if kind != "run":
                delete[kind](id_)
        self.opened.clear()
        registry = jobs()

        def work(job: Job) -> None:
            self._end(registry)
            for kind, id_ in self._all():
                delete[kind](id_)

        registry.start("end of the tour", person(), work)

    def _end(self, registry: Jobs) -> None:
        """Stops the jobs whose outcome would be kept, and waits for them."""
        started = [job for id_ in self.jobs if (job := registry.live(id_)) and job.kind in WORK]
        for job in started:
            job.cancel()
        for job in started:
            job.wait(END_SECONDS)


def there() -> frozenset[str]:
    """The ids of all that the person has now."""
    ids = [one.id for one in store().headings()] + [one.id for one in results().headings(SUMMARY, "")]
    ids += [one.id for one in translations().recent(person(), "text", 10_000)]
    ids += [one.id for one in checks.everything(config(), person())]
    ids += [one.id for one in training_runs().records.of(person())]
    return frozenset(ids)


def _deletions() -> dict[str, Delete]:
    """How each kind is deleted, for this person; what is gone already may be deleted again."""
    owner, settings, runs = person(), config(), training_runs()

    def data(check_id: str) -> None:
        try:
            checks.delete(settings, owner, check_id)
        except AppError:
            return  # it is gone already

    return {
        "conversation": tab.conversing().delete,
        "summary": results().delete,
        "translation": translations().delete,
        "data": data,
        "run": lambda run_id: runs.drop(run_id, END_SECONDS),
    }
