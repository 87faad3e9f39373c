"""Which training run this tab has open; it is in the URL."""

from components.errors import AppError
from components.training.prepared import Prepared
from components.training.run_records import Run
from components.ui.opened import Opened
from components.ui.person import person
from components.ui.resources import training_runs

OPENED = Opened("training_run", "run")


def current(prepared: Prepared | None) -> Run | None:
    """The open run; else the person's run on this data set that is in progress or was started last."""
    if run := OPENED.find(_mine):
        return run
    runs = [run for run in training_runs().records.of(person()) if prepared is None or _is_on(run, prepared)]
    return next((one for one in runs if one.active), runs[0] if runs else None)


def _is_on(run: Run, prepared: Prepared) -> bool:
    """Whether a run was trained on a data set; where its plan doesn't say, by its name."""
    try:
        digest = training_runs().folder(run.id).plan().data_digest
    except AppError:
        digest = ""
    return digest == prepared.digest if digest else run.data_name == prepared.name


def _mine(run_id: str) -> Run | None:
    run = training_runs().records.get(run_id)
    return run if run and run.owner == person() else None


def open_run(run_id: str | None) -> None:
    """Opens a run, or none."""
    OPENED.open(run_id)
