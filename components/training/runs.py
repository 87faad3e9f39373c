"""Supervised training runs: one at a time with a queue, for everybody on this machine.

Knows the records and the queue; how a run is taken to its end is in `execution`. One thread works through
the queue. A run goes on without a browser; if the server goes too, the program goes on for a while, and the
next server finds it again.
"""

import logging
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from filelock import FileLock, Timeout

from components.access import Person, Scoped
from components.config import Config
from components.errors import AppError, BadInput, Busy, Unavailable
from components.files import remove_folder
from components.jobs import Allowance
from components.messages import Message, Said
from components.models.adapters import AdapterFolder
from components.models.manager import ModelManager
from components.models.status import Outlook
from components.quotas import TRAINING
from components.training import design, execution, preflight
from components.training.design import Design
from components.training.execution import Execution
from components.training.folder import RunFolder
from components.training.hyperparameters import TrainingSettings
from components.training.label_rows import LabelData
from components.training.launcher import Launcher, Process
from components.training.prepared import Prepared
from components.training.run_plan import (
    base_digest,
    check_pairs,
    context_of,
    fill_for_labels,
    fill_from_nothing,
    fill_from_rows,
)
from components.training.run_records import FOLDER, Records, Run

POLL_SECONDS, IDLE_SECONDS = 0.25, 1.0
QUEUE_SECONDS = 10.0  # between looks for runs that another server on the same data has queued
END_SECONDS = 10.0  # for a run whose data is being deleted


@dataclass(frozen=True)
class Preflight:
    """What a run would take on this machine as it is now."""

    settings: TrainingSettings  # fitted to what is free
    estimate: preflight.Estimate
    changed: tuple[Message, ...]  # what was fitted
    outlook: Outlook
    disk_free: int


class TrainingRuns(Scoped):
    """Shared by all sessions and safe to use from any thread; a person uses it by `for_person`."""

    def __init__(
        self,
        records: Records,
        manager: ModelManager,
        adapters: AdapterFolder,
        config: Config,
        launcher: Launcher,
        place: Callable[[Any], Path],  # the folder of a base model, made ready
        allowance: Allowance | None = None,
    ) -> None:
        self.records, self._manager, self._adapters = records, manager, adapters
        self._config, self._launcher, self._place, self._allowance = config, launcher, place, allowance
        self._folder = config.data_dir / FOLDER
        self._wake, self._closed = threading.Event(), threading.Event()
        self._starting = threading.RLock()  # between counting a person's runs and one more of them
        self._filling: set[str] = set()  # runs whose folders are being written; guarded by `_starting`
        self._everybodys = records
        self._execution = Execution(records, manager, adapters, launcher, self._folder)
        self._found: list[tuple[Run, Process]] = []  # of an earlier server: still running
        self._find_again()

    def for_person(self, person: Person) -> "TrainingRuns":
        """The same queue, with this person's runs and models alone."""
        view = super().for_person(person)
        view.records = self.records.for_person(person)
        view._manager = self._manager.for_person(person)
        return view

    def keep_working(self) -> None:
        """Works through the queue in the background from now on."""
        threading.Thread(target=self._forever, name="training", daemon=True).start()

    def close(self) -> None:
        """Begins no further run. One in progress goes on, and the next server finds it."""
        self._closed.set()
        self._wake.set()

    # What people ask for

    def create(
        self, prepared: Prepared, base_id: str, name: str, settings: TrainingSettings, owner: str
    ) -> str:
        """A new run at the end of the queue; returns its id. Raises BadInput, Unavailable or LimitReached."""
        settings.check()
        spec = self._manager.catalog.get(base_id)
        name = name.strip() or spec.title
        if spec.under:
            raise BadInput("An adapter can't be trained further. Choose its base model.")
        check_pairs(prepared, settings)
        base = self._place(spec)
        settings.check(context_of(base))
        run_id = self._recorded(owner, name, base_id, prepared.name, settings)
        return self._queued(
            run_id,
            lambda folder: fill_from_rows(folder, run_id, name, spec, base, prepared, settings, self._config),
        )

    def create_from_nothing(
        self, text: str, about: Design, name: str, data_name: str, settings: TrainingSettings, owner: str
    ) -> str:
        """A new run that trains a model from nothing; returns its id. Raises as `create` does."""
        settings.check()
        about.check()
        sides = design.divided(text)
        name = name.strip() or data_name
        run_id = self._recorded(owner, name, design.BASE, data_name, settings)
        return self._queued(
            run_id,
            lambda folder: fill_from_nothing(folder, sides, about, name, data_name, settings, self._config),
        )

    def create_on_labels(
        self, data: LabelData, base_id: str, name: str, settings: TrainingSettings, owner: str
    ) -> str:
        """A new run that tunes an encoder on labels; returns its id. Raises as `create` does."""
        settings.check()
        spec = self._manager.catalog.get(base_id)
        name = name.strip() or data.name
        base = self._place(spec)
        settings.check(context_of(base))
        run_id = self._recorded(owner, name, base_id, data.name, settings)
        return self._queued(
            run_id,
            lambda folder: fill_for_labels(folder, data, spec, base, name, settings, self._config),
        )

    def when_done(self, kind: str, action: Callable[[Run, RunFolder], None]) -> None:
        """What else is done when a run on data of this kind has reached its end."""
        self._execution.when_done[kind] = action

    def _recorded(
        self, owner: str, name: str, base_id: str, data_name: str, settings: TrainingSettings
    ) -> str:
        """The id of a new run, of which there is a record only. Raises LimitReached."""
        with self._starting:
            self._check_limit()
            run_id = self.records.create(owner, name, base_id, data_name, settings)
            self._filling.add(run_id)
            return run_id

    def _queued(self, run_id: str, fill: Callable[[RunFolder], None]) -> str:
        """Fills the folder of a run and lets the queue go on; without it there is no run."""
        try:
            folder = self.folder(run_id)
            folder.path.mkdir(parents=True)
            fill(folder)
        except (OSError, AppError) as error:
            self.records.delete(run_id)
            if isinstance(error, AppError):
                raise
            raise BadInput(
                "The run could not be written to {folder}: {strerror}.",
                folder=self._folder,
                strerror=error.strerror,
            ) from error
        finally:
            with self._starting:
                self._filling.discard(run_id)
        self._wake.set()
        return run_id

    def resume(self, run_id: str) -> None:
        """Puts a run that ended early at the end of the queue; it goes on from its checkpoint."""
        self._again(run_id, "train", ("stopped", "failed", "interrupted"))

    def evaluate(self, run_id: str) -> None:
        """Compares base and tuned again."""
        self._again(run_id, "evaluate", ("done", "stopped", "failed", "interrupted"))

    def stop(self, run_id: str) -> None:
        """Ends a run, with a checkpoint if it has made a step; one that waits leaves the queue."""
        folder, run = self.folder(run_id), self.records.get(run_id)
        state, note = "stopped", execution.stopped(folder)
        if run and run.work == "evaluate" and folder.result:
            state, note = "done", execution.UNCOMPARED
        if not self.records.move(run_id, ("queued",), state, note=note):  # type: ignore[arg-type]
            folder.ask("stop")

    def finish(self, run_id: str) -> None:
        """Ends a run at its next step and takes what it has learned."""
        self.folder(run_id).ask("finish")

    def take(self, run_id: str) -> None:
        """Keeps what the last checkpoint of a run that ended early has learned, and compares it."""
        run, folder = self.records.get(run_id), self.with_base(run_id)
        if run is None or run.active or run.state == "done":
            raise Busy("This run is in progress or in the queue already.")
        folder.take_checkpoint()
        self._execution.keep_result(run, folder)
        self.evaluate(run_id)

    def rename(self, run_id: str, name: str) -> None:
        run = self.records.get(run_id)
        if run and name.strip():
            self.records.update(run_id, name=name.strip())
            self._adapters.rename(run.tuned_id, name)
            with suppress(Unavailable):  # of a plan that is damaged
                self.folder(run_id).change_plan(name=name.strip())
            self.folder(run_id).forget_exports()  # they have the old name in them

    def delete(self, run_id: str) -> None:
        """Removes a run with its checkpoints and what it made. Raises Busy while it is in progress."""
        if (run := self.records.get(run_id)) is None:
            return
        if run.state == "queued":  # it leaves the queue, or has just been begun
            self.records.move(run_id, ("queued",), "stopped", note=execution.STOPPED)
            run = self.records.get(run_id) or run
        if run.state == "running":
            raise Busy("This run is in progress. Stop it first.")
        # The record goes last: without it nobody may open the folder any more.
        self._adapters.delete(run.tuned_id)
        with suppress(FileNotFoundError):
            remove_folder(self.folder(run_id).path)
        self.records.delete(run_id)

    def end_all(self) -> None:
        """Ends this person's runs at once, without a checkpoint: for when all of their data goes."""
        self._end([run.id for run in self.records.of(self.owner()) if run.active], END_SECONDS)

    def drop(self, run_id: str, seconds: float) -> None:
        """Deletes a run, also one in progress. Raises Busy where it hasn't ended after so many seconds."""
        self._end([run_id], seconds)
        self.delete(run_id)

    def _end(self, run_ids: list[str], seconds: float) -> None:
        for run_id in run_ids:
            self._execution.dropped.add(run_id)
            with suppress(OSError, Unavailable):  # it or its folder is gone: it ends for that reason
                self.stop(run_id)
        until = time.monotonic() + seconds
        while time.monotonic() < until and any(map(self._at_work, run_ids)):
            time.sleep(POLL_SECONDS)

    def folder(self, run_id: str) -> RunFolder:
        """Raises Unavailable for a run that this person doesn't have."""
        if not self._person.house and self.records.get(run_id) is None:
            raise Unavailable("This training run doesn't exist any more.")
        return RunFolder(self._folder / run_id)

    def with_base(self, run_id: str) -> RunFolder:
        """A run's folder, once its plan names the place where its base model is now.

        After a restore on another machine, that isn't where it was. Raises BadInput for another base.
        """
        folder = self.folder(run_id)
        plan = folder.plan()
        if plan.kind == design.KIND or (Path(plan.base_folder) / "config.json").is_file():
            return folder
        base = self._place(self._manager.catalog.get(plan.base_id))
        if plan.base_digest and base_digest(base) != plan.base_digest:
            raise BadInput(
                "The base model {base_title} that is on this machine isn't the one that this run was "
                "trained on. Install the same version of it, or train again.",
                base_title=plan.base_title,
            )
        folder.change_plan(base_folder=str(base))
        return folder

    def position(self, run_id: str) -> int:
        """How many runs come before a queued one, the running one included."""
        queue = self._everybodys.queue()
        before = next((i for i, run in enumerate(queue) if run.id == run_id), 0)
        return before + len(self._everybodys.in_state("running"))

    def preflight(
        self,
        prepared: Prepared,
        base_id: str,
        settings: TrainingSettings,
        cancelled: Callable[[], bool],
        say: Callable[[Message], None],
    ) -> "Preflight":
        """A timed trial without a run: what it would take, and what would happen to the loaded models.

        Raises Busy while a run is in progress: two at a time would measure each other.
        """
        self._check_nothing_runs()
        settings.check()
        check_pairs(prepared, settings)
        spec = self._manager.catalog.get(base_id)

        def fill(folder: RunFolder) -> None:
            base = self._place(spec)
            settings.check(context_of(base))
            fill_from_rows(folder, "trial", "trial", spec, base, prepared, settings, self._config)

        return self._tried(fill, cancelled, say)

    def preflight_from_nothing(
        self,
        text: str,
        about: Design,
        settings: TrainingSettings,
        cancelled: Callable[[], bool],
        say: Callable[[Message], None],
    ) -> "Preflight":
        """The same for a model from nothing."""
        self._check_nothing_runs()
        settings.check()
        about.check()
        sides = design.divided(text)
        config = self._config
        return self._tried(
            lambda folder: fill_from_nothing(folder, sides, about, "trial", "trial", settings, config),
            cancelled,
            say,
        )

    def preflight_on_labels(
        self,
        data: LabelData,
        base_id: str,
        settings: TrainingSettings,
        cancelled: Callable[[], bool],
        say: Callable[[Message], None],
    ) -> "Preflight":
        """The same for an encoder that learns labels."""
        self._check_nothing_runs()
        settings.check()
        spec, config = self._manager.catalog.get(base_id), self._config

        def fill(folder: RunFolder) -> None:
            base = self._place(spec)
            settings.check(context_of(base))
            fill_for_labels(folder, data, spec, base, "trial", settings, config)

        return self._tried(fill, cancelled, say)

    def _check_nothing_runs(self) -> None:
        """Raises Busy while a run is in progress: two at a time would measure each other."""
        if self._everybodys.in_state("running"):
            raise Busy(
                "A run is in progress, so nothing can be measured now. Each run is tried before it begins."
            )

    def _tried(
        self,
        fill: Callable[[RunFolder], None],
        cancelled: Callable[[], bool],
        say: Callable[[Message], None],
    ) -> "Preflight":
        folder = RunFolder(self._folder / f".trial-{uuid.uuid4().hex}")
        folder.path.mkdir(parents=True)
        try:
            fill(folder)
            measured = self._execution.measured(folder, cancelled, say)
            fitted, changed, found = self._execution.fitted(measured, folder.plan())
            disk = shutil.disk_usage(self._folder).free
            return Preflight(fitted, found, tuple(changed), self._manager.outlook(found.memory), disk)
        finally:
            shutil.rmtree(folder.path, ignore_errors=True)

    def _check_limit(self) -> None:
        """Raises LimitReached where this person has as many runs as they may."""
        if self._allowance and not self._person.house:
            active = sum(run.active for run in self.records.of(self.owner()))
            self._allowance.check(TRAINING, self.owner(), [TRAINING] * active)

    def _at_work(self, run_id: str) -> bool:
        run = self.records.get(run_id)
        return run is not None and run.state == "running"

    # How the queue is worked through

    def _again(self, run_id: str, work: str, before: Any) -> None:
        self.with_base(run_id)  # raises where the run's own files aren't there
        self.folder(run_id).unask()
        self.folder(run_id).forget_exports()  # they have the old report in them, or the old weights
        with self._starting:
            self._check_limit()
            if not self.records.move(run_id, before, "queued", work=work, note="", queued_at=time.time()):
                raise Busy("This run is in progress or in the queue already.")
        self._wake.set()

    def _find_again(self) -> None:
        """What an earlier server left: programs that still work are taken over, the others say why."""
        for run in self.records.in_state("interrupted"):
            process = self._launcher.find(self.folder(run.id))
            if process and self.records.move(run.id, ("interrupted",), "running"):
                self._found.append((run, process))
            elif run.work == "evaluate" and self.folder(run.id).result:
                self.records.move(run.id, ("interrupted",), "done", note=execution.UNCOMPARED)
            else:
                self.records.explain(run.id, execution.interrupted(self.folder(run.id)))

    def _forever(self) -> None:
        while not self._closed.is_set():
            self._wake.clear()
            try:
                if not self._found and not self._waiting():
                    self._wake.wait(QUEUE_SECONDS)  # a run that is queued here wakes it at once
                    continue
                with self._alone():
                    self.work_once()
            except Timeout:  # another server on the same data is at it
                time.sleep(IDLE_SECONDS)
            except sa.exc.SQLAlchemyError:
                logging.getLogger(__name__).exception("The queue of training runs can't be read")
                time.sleep(QUEUE_SECONDS)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One run at a time on this machine, however many servers share the data."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / ".lock").acquire(timeout=0):
            yield

    def _waiting(self) -> list[Run]:
        """The queue, without runs of which there is a record only."""
        with self._starting:
            return [run for run in self.records.queue() if run.id not in self._filling]

    def work_once(self) -> None:
        """Takes the next run to its end."""
        if self._found:
            run, process = self._found.pop(0)
            self._execution.finish_off(run, process)
            return
        for run in self._waiting():
            if self.records.move(run.id, ("queued",), "running", note=Said("Starting")):
                self._execution.finish_off(run, None)
                return
