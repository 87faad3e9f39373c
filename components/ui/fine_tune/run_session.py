"""Which training run this tab has open; it is in the URL."""

from components.training.run_records import Run
from components.ui.opened import Opened
from components.ui.person import person
from components.ui.resources import training_runs

OPENED = Opened("training_run", "run")


def current() -> Run | None:
    """The open run; else the person's run that is in progress or was started last."""
    if run := OPENED.find(_mine):
        return run
    runs = training_runs().records.of(person())
    return next((one for one in runs if one.active), runs[0] if runs else None)


def _mine(run_id: str) -> Run | None:
    run = training_runs().records.get(run_id)
    return run if run and run.owner == person() else None


def open_run(run_id: str | None) -> None:
    """Opens a run, or none."""
    OPENED.open(run_id)
