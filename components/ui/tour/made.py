"""What the tour has made, step by step: to come back to it, and to take it away. Nothing that was there
before is ever touched.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from components.errors import AppError
from components.jobs import Job
from components.tasks.summarize.summary_jobs import KIND as SUMMARY
from components.training.doctor import checks
from components.ui.chat import tab
from components.ui.fine_tune import run_session
from components.ui.fine_tune import session as training
from components.ui.opened import Opened
from components.ui.person import person
from components.ui.resources import config, jobs, results, store, training_runs, translations
from components.ui.summarize import session as summaries
from components.ui.translate import typed_text

END_SECONDS = 60.0  # that a run in progress gets to end in
PLACES: Mapping[str, Opened] = {
    "conversation": tab.OPENED,
    "summary": summaries.OPENED,
    "translation": typed_text.OPEN,
    "data": training.OPENED,
    "run": run_session.OPENED,
}


@dataclass
class Made:
    """Of one tour. `before`: the ids that were there when it began."""

    before: frozenset[str]
    opened: dict[int, dict[str, str]] = field(default_factory=dict)  # by step, then by kind

    def note(self, step: int) -> None:
        """What is open now belongs to this step."""
        now = {kind: place.id for kind, place in PLACES.items() if place.id and place.id not in self.before}
        self.opened[step] = self.opened.get(step, {}) | now

    def come_back(self, step: int) -> None:
        """Opens again what a step had open."""
        for kind, id_ in self.opened.get(step, {}).items():
            PLACES[kind].open(id_)

    def take_away(self) -> None:
        """Deletes all of it; a run in progress is stopped first, in the background."""
        found = {(kind, id_) for step in self.opened.values() for kind, id_ in step.items()}
        for kind, id_ in sorted(found):
            PLACES[kind].open(None)
            _DELETE[kind](id_)
        self.opened.clear()


def there() -> frozenset[str]:
    """The ids of all that the person has now."""
    ids = [one.id for one in store().headings()] + [one.id for one in results().headings(SUMMARY, "")]
    ids += [one.id for one in translations().recent(person(), "text", 10_000)]
    ids += [one.id for one in checks.everything(config(), person())]
    ids += [one.id for one in training_runs().records.of(person())]
    return frozenset(ids)


def _delete_data(check_id: str) -> None:
    try:
        checks.delete(config(), person(), check_id)
    except AppError:
        return  # it is gone already


def _delete_run(run_id: str) -> None:
    runs = training_runs()

    def work(job: Job) -> None:
        run = runs.records.get(run_id)
        if run and run.state == "running":
            runs.stop(run_id)
        until = time.monotonic() + END_SECONDS
        while (run := runs.records.get(run_id)) and run.state == "running" and time.monotonic() < until:
            time.sleep(0.5)
        runs.delete(run_id)

    jobs().start("end of the tour", person(), work)


_DELETE: Mapping[str, Callable[[str], None]] = {
    "conversation": lambda one: tab.conversing().delete(one),
    "summary": lambda one: results().delete(one),
    "translation": lambda one: translations().delete(one),
    "data": _delete_data,
    "run": _delete_run,
}
