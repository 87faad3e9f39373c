"""Supervised training runs: one at a time with a queue, for everybody on this machine.

Knows the records, the manager's memory and the programs; nothing about torch or pages. One thread works
through the queue. A run goes on without a browser; if the server goes too, the program goes on for a while,
and the next server finds it again.
"""

import logging
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from filelock import FileLock, Timeout

from components.access import Person, Scoped
from components.config import Config
from components.errors import AppError, BadInput, Busy, Cancelled, EngineFailed, Unavailable
from components.jobs import Gate
from components.messages import N_
from components.models.adapters import AdapterFolder
from components.models.library import count_weights
from components.models.manager import ModelManager, Outlook
from components.quotas import TRAINING
from components.training import preflight
from components.training.folder import Plan, RunFolder
from components.training.launching import Launcher, Process, Task
from components.training.planning import base_digest, context_of, make_plan
from components.training.prepared import Prepared
from components.training.records import FOLDER, Records, Run
from components.training.settings import TrainingSettings

POLL_SECONDS = 0.25
WATCH_SECONDS = 5.0  # how often the program is shown that somebody looks after it
IDLE_SECONDS = 1.0
STOP_SECONDS = 900.0  # for the checkpoint; then the program is ended
END_SECONDS = 10.0  # for a run whose data is being deleted
KILLED = (
    "The training program was ended by the system, most likely because the machine ran out of memory. Its "
    "last checkpoint is kept. Choose a smaller batch or a shorter length, and press Resume."
)
CRASHED = (
    "The training program stopped without a reason ({code}). Its last checkpoint is kept: Resume goes on "
    "from there. Its own words are in {log}."
)
INTERRUPTED = (
    "The server or the machine went down while this run was at work. Resume goes on from its checkpoint."
)
STOPPED = "Stopped. Resume goes on from the checkpoint."
UNCOMPARED = "Stopped before the comparison with the base was finished."
NOT_COMPARED = "What was learned is kept, but it could not be compared with the base: {error}"
COMPARING_ENDED = (
    "The program that compares was ended by the system, most likely because the machine ran out of memory. "
    "Compare again when more of it is free."
)
WHAT: Mapping[Task, str] = {
    "train": N_("the run {name}"),
    "trial": N_("the trial of {name}"),
    "evaluate": N_("the comparison of {name}"),
}
ENDS: Mapping[Task, str] = {"train": "end", "trial": "trial", "evaluate": "report"}  # what the log says last
EVERYTHING = 10**15  # bytes


@dataclass(frozen=True)
class Preflight:
    """What a run would take on this machine as it is now."""

    settings: TrainingSettings  # fitted to what is free
    estimate: preflight.Estimate
    changed: tuple[str, ...]  # what was fitted, a sentence each
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
        gate: Gate | None = None,
    ) -> None:
        self.records, self._manager, self._adapters = records, manager, adapters
        self._config, self._launcher, self._place, self._gate = config, launcher, place, gate
        self._folder = config.data_dir / FOLDER
        self._wake = threading.Event()
        self._starting = threading.RLock()  # between counting a person's runs and one more of them
        self._planning = threading.Lock()  # between reading a run's plan and writing it with a change
        self._dropped: set[str] = set()  # runs whose owner wants nothing of them any more
        self._everybodys = records
        self._found: list[tuple[Run, Process]] = []  # of an earlier server: still at work
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
        base = self._place(spec)
        settings.check(context_of(base))
        with self._starting:
            self._check_limit()
            run_id = self.records.create(owner, name, base_id, prepared.name, settings)
        try:
            folder = self.folder(run_id)
            folder.path.mkdir(parents=True)
            shutil.copyfile(prepared.train, folder.path / "train.jsonl")
            shutil.copyfile(prepared.valid, folder.path / "valid.jsonl")
            folder.write_plan(make_plan(run_id, name, spec, base, prepared, settings, self._config))
        except (OSError, AppError) as error:
            self.records.delete(run_id)
            if isinstance(error, AppError):
                raise
            raise BadInput(
                "The run could not be written to {folder}: {strerror}.",
                folder=self._folder,
                strerror=error.strerror,
            ) from error
        self._wake.set()
        return run_id

    def resume(self, run_id: str) -> None:
        """Puts a run that ended early at the end of the queue; it goes on from its checkpoint."""
        self._again(run_id, "train", ("stopped", "failed", "interrupted"))

    def evaluate(self, run_id: str) -> None:
        """Compares base and tuned again."""
        self._again(run_id, "evaluate", ("done", "stopped", "failed", "interrupted"))

    def stop(self, run_id: str) -> None:
        """Ends a run with a checkpoint, at its next step; one that waits leaves the queue."""
        folder, run = self.folder(run_id), self.records.get(run_id)
        state, note = "stopped", STOPPED
        if run and run.work == "evaluate" and folder.result:
            state, note = "done", UNCOMPARED
        if not self.records.move(run_id, ("queued",), state, note=note):  # type: ignore[arg-type]
            folder.ask("stop")

    def finish(self, run_id: str) -> None:
        """Ends a run at its next step and takes what it has learned."""
        self.folder(run_id).ask("finish")

    def take(self, run_id: str) -> None:
        """Keeps what the last checkpoint of a run that ended early has learned, and compares it."""
        run, folder = self.records.get(run_id), self.with_base(run_id)
        if run is None or run.active or run.state == "done":
            raise Busy("This run is at work or in the queue already.")
        folder.take_checkpoint()
        self._keep_result(run, folder)
        self.evaluate(run_id)

    def rename(self, run_id: str, name: str) -> None:
        run = self.records.get(run_id)
        if run and name.strip():
            self.records.update(run_id, name=name.strip())
            self._adapters.rename(run.tuned_id, name)
            with suppress(BadInput):  # of a plan that is damaged
                self._change_plan(self.folder(run_id), name=name.strip())
            self.folder(run_id).merged.unlink(missing_ok=True)  # it has the old name in it

    def delete(self, run_id: str) -> None:
        """Removes a run with its checkpoints and what it made. Raises Busy while it is at work."""
        run = self.records.get(run_id)
        if run is None:
            return
        if run.state == "running":
            raise Busy("This run is at work. Stop it first.")
        self.records.delete(run_id)
        self._adapters.delete(run.tuned_id)
        shutil.rmtree(self.folder(run_id).path, ignore_errors=True)

    def end_all(self, seconds: float = END_SECONDS) -> None:
        """Ends this person's runs at once, without a checkpoint: for when all of their data goes."""
        mine = [run for run in self.records.of(self.owner()) if run.active]
        for run in mine:
            self._dropped.add(run.id)
            with suppress(OSError):  # its folder is gone: it ends for that reason
                self.stop(run.id)
        until = time.monotonic() + seconds
        while time.monotonic() < until and any(self._at_work(run.id) for run in mine):
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
        if (Path(plan.base_folder) / "config.json").is_file():
            return folder
        base = self._place(self._manager.catalog.get(plan.base_id))
        if plan.base_digest and base_digest(base) != plan.base_digest:
            raise BadInput(
                "The base model {base_title} that is on this machine isn't the one that this run was "
                "trained on. Install the same version of it, or train anew.",
                base_title=plan.base_title,
            )
        self._change_plan(folder, base_folder=str(base))
        return folder

    def position(self, run_id: str) -> int:
        """How many runs come before a queued one, the one at work included."""
        queue = self._everybodys.queue()
        before = next((i for i, run in enumerate(queue) if run.id == run_id), 0)
        return before + len(self._everybodys.in_state("running"))

    def preflight(
        self,
        prepared: Prepared,
        base_id: str,
        settings: TrainingSettings,
        cancelled: Callable[[], bool],
        say: Callable[[str], None],
    ) -> "Preflight":
        """A timed trial without a run: what it would take, and what would happen to the loaded models.

        Raises Busy while a run is at work: two at a time would measure each other.
        """
        if self._everybodys.in_state("running"):
            raise Busy(
                "A run is at work, so nothing can be measured now. Each run is tried before it begins."
            )
        settings.check()
        spec = self._manager.catalog.get(base_id)
        folder = RunFolder(self._folder / f".trial-{uuid.uuid4().hex}")
        folder.path.mkdir(parents=True)
        try:
            shutil.copyfile(prepared.train, folder.path / "train.jsonl")
            shutil.copyfile(prepared.valid, folder.path / "valid.jsonl")
            base = self._place(spec)
            settings.check(context_of(base))
            plan = make_plan("trial", "trial", spec, base, prepared, settings, self._config)
            folder.write_plan(plan)
            guess = preflight.first_guess(self._parameters(plan), settings, plan.precision)
            with self._manager.reserve(N_("the trial"), guess, lambda: 0, cancelled, say):
                say("Trying a few steps on this machine")
                process = self._launcher.start(folder, "trial")
                while (code := process.returncode()) is None:
                    if cancelled():
                        process.kill()
                        raise Cancelled("Stopped.")
                    time.sleep(POLL_SECONDS)
            said = folder.log().read()
            trial = next((event for event in said if event["kind"] == "trial"), None)
            if trial is None:
                raise EngineFailed(_reason(folder, said, code))
            measured = preflight.Trial.from_event(trial)
            shared = plan.device == "cpu"
            fitted, why = preflight.fit(measured, settings, self._room(), plan.processes, shared)
            found = preflight.estimate(measured, fitted, plan.processes, shared)
            disk = shutil.disk_usage(self._folder).free
            return Preflight(fitted, found, tuple(why), self._manager.outlook(found.memory), disk)
        finally:
            shutil.rmtree(folder.path, ignore_errors=True)

    def _check_limit(self) -> None:
        """Raises LimitReached where this person has as many runs as they may."""
        if self._gate and not self._person.house:
            active = sum(run.active for run in self.records.of(self.owner()))
            self._gate.check(TRAINING, self.owner(), [TRAINING] * active)

    def _at_work(self, run_id: str) -> bool:
        run = self.records.get(run_id)
        return run is not None and run.state == "running"

    # How the queue is worked through

    def _again(self, run_id: str, work: str, before: Any) -> None:
        self.with_base(run_id)  # raises where the run's own files aren't there
        self.folder(run_id).unask()
        self.folder(run_id).merged.unlink(missing_ok=True)  # it has the old report in it
        with self._starting:
            self._check_limit()
            if not self.records.move(run_id, before, "queued", work=work, note="", queued_at=time.time()):
                raise Busy("This run is at work or in the queue already.")
        self._wake.set()

    def _find_again(self) -> None:
        """What an earlier server left: programs that still work are taken over, the others say why."""
        for run in self.records.in_state("interrupted"):
            process = self._launcher.find(self.folder(run.id))
            if process and self.records.move(run.id, ("interrupted",), "running"):
                self._found.append((run, process))
            elif run.work == "evaluate" and self.folder(run.id).result:
                self.records.move(run.id, ("interrupted",), "done", note=UNCOMPARED)
            elif not run.note.startswith("The server"):
                self.records.update(run.id, note=INTERRUPTED)

    def _forever(self) -> None:
        while True:
            self._wake.clear()
            try:
                if not self._found and not self.records.queue():
                    self._wake.wait(IDLE_SECONDS)
                    continue
                with self._alone():
                    self.work_once()
            except Timeout:  # another server on the same data is at it
                time.sleep(IDLE_SECONDS)
            except sa.exc.SQLAlchemyError:
                logging.getLogger(__name__).exception("The queue of training runs can't be read")
                time.sleep(10 * IDLE_SECONDS)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One run at a time on this machine, however many servers share the data."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / ".lock").acquire(timeout=0):
            yield

    def work_once(self) -> None:
        """Takes the next run to its end."""
        if self._found:
            run, process = self._found.pop(0)
            self._finish_off(run, process)
            return
        for run in self.records.queue():
            if self.records.move(run.id, ("queued",), "running", note=N_("Starting")):
                self._finish_off(run, None)
                return

    def _finish_off(self, run: Run, process: Process | None) -> None:
        state, note = "failed", "The run ended without a reason."
        try:
            state, note = self._go(run, process)
        except Cancelled:
            state, note = "stopped", STOPPED
        except AppError as error:
            note = str(error)
        except Exception as error:  # a thread's last line: whoever looks must hear of it
            logging.getLogger(__name__).exception("A training run failed")
            note = f"Something went wrong inside Wordbench ({type(error).__name__}). Resume tries again."
        # What was learned is there, whatever came of another comparison; so is the report before it.
        if state != "done" and run.work == "evaluate" and self.folder(run.id).result:
            state, note = "done", UNCOMPARED if state == "stopped" else NOT_COMPARED.format(error=note)
        self.records.move(run.id, ("running",), state, note=note)  # type: ignore[arg-type]
        self._dropped.discard(run.id)

    def _go(self, run: Run, process: Process | None) -> tuple[str, str]:
        folder = self.folder(run.id)
        if run.work == "evaluate" or (process and _last_launched(folder) == "evaluate"):
            self._evaluate(run, folder, process)
            return "done", ""
        why = self._train(run, folder, process)
        if why == "stop":
            return "stopped", STOPPED
        self._keep_result(run, folder)
        try:
            self._evaluate(run, folder)
        except Cancelled:
            return "done", UNCOMPARED
        except AppError as error:
            return "done", NOT_COMPARED.format(error=error)
        return "done", "Stopped early: the validation loss didn't get better." if why == "early" else ""

    def _train(self, run: Run, folder: RunFolder, process: Process | None) -> str:
        """Trains to the end; returns why it ended. Raises AppError with the program's reason."""
        if process is None and not self._tried(folder):
            self._try(run, folder)
        found = [event for event in folder.log().read() if event["kind"] == "estimate"]
        need = int(found[-1]["memory"]) if found else 0
        said = self._run_program(run, folder, "train", need, N_("Training"), process)
        return str(next(event["why"] for event in reversed(said) if event["kind"] == "end"))

    def _run_program(
        self,
        run: Run,
        folder: RunFolder,
        task: Task,
        need: int,
        note: str,
        process: Process | None = None,
    ) -> list[dict[str, Any]]:
        """Runs a program to its end within reserved memory, and returns what it told the log.

        Raises Cancelled when it was asked to stop before it began, EngineFailed with the program's reason.
        """
        working: list[Process] = [process] if process else []
        on_card = folder.plan().device != "cpu"

        def used() -> int:
            # What a card has left is measured, whoever uses it; only main memory is counted by process.
            return (need if on_card else working[0].memory()) if working else 0

        def stopping() -> bool:
            return (folder.asked() == "stop" or self._gone(run)) and not working

        def say(text: str) -> None:
            self.records.update(run.id, note=text)

        with self._manager.reserve(WHAT[task].format(name=run.name), need, used, stopping, say):
            say(note)
            if not working:
                folder.log().write("launch", task=task, time=time.time())
                working.append(self._launcher.start(folder, task))
            code = self._follow(run, folder, working[0], patient=task == "train")
        if self._gone(run):
            raise Cancelled("Stopped.")
        self._note_figures(run, folder)
        every = folder.log().read()
        began = max((i for i, event in enumerate(every) if event["kind"] == "launch"), default=-1)
        said = every[began + 1 :]
        if not any(event["kind"] == ENDS[task] for event in said):
            if folder.asked() == "stop" and task != "train":
                raise Cancelled("Stopped.")
            raise EngineFailed(_reason(folder, said, code, task))
        return said

    def _try(self, run: Run, folder: RunFolder) -> None:
        """The timed trial: what fits is fitted, and the run's own plan says so."""
        plan = folder.plan()
        guess = preflight.first_guess(self._parameters(plan), plan.settings, plan.precision)
        said = self._run_program(run, folder, "trial", guess, "Trying a few steps, to see what fits")
        trial = preflight.Trial.from_event(next(event for event in said if event["kind"] == "trial"))
        shared = plan.device == "cpu"
        settings, fitted = preflight.fit(trial, plan.settings, self._room(), plan.processes, shared)
        found = preflight.estimate(trial, settings, plan.processes, shared)
        preflight.check_disk(found.disk, shutil.disk_usage(self._folder).free)
        self._change_plan(folder, settings=settings)
        folder.log().write("estimate", fitted=fitted, **found.to_json())
        self.records.update(run.id, settings=settings.to_json())

    def _change_plan(self, folder: RunFolder, **values: Any) -> None:
        with self._planning:
            folder.write_plan(replace(folder.plan(), **values))

    def _room(self) -> int:
        """What could be had if every idle model were unloaded."""
        return max(self._manager.outlook(EVERYTHING).reachable, 0)

    def _tried(self, folder: RunFolder) -> bool:
        return any(event["kind"] == "estimate" for event in folder.log().read())

    def _evaluate(self, run: Run, folder: RunFolder, process: Process | None = None) -> None:
        if folder.result is None:
            raise BadInput("This run has made nothing yet that could be compared. Resume it first.")
        plan = folder.plan()
        whole = plan.settings.method in ("full", "freeze")
        need = preflight.first_guess(self._parameters(plan), TrainingSettings(), plan.precision)
        need *= 2 if whole else 1
        self._run_program(run, folder, "evaluate", need, "Comparing with the base", process)
        folder.merged.unlink(missing_ok=True)  # made while the report was being written

    def _follow(self, run: Run, folder: RunFolder, process: Process, patient: bool) -> int:
        """Until the program ends. It is shown that somebody looks, and ended if it doesn't stop."""
        watched, asked_at = 0.0, 0.0
        while (code := process.returncode()) is None:
            now = time.monotonic()
            if now - watched > WATCH_SECONDS:
                if self._everybodys.get(run.id) is None:
                    self._dropped.add(run.id)  # by another server
                else:
                    (folder.path / "watched").touch()
                    self._note_figures(run, folder)
                watched = now
            if self._gone(run):
                process.kill()
            elif folder.asked() == "stop":
                asked_at = asked_at or now
                if not patient or now - asked_at > STOP_SECONDS:
                    process.kill()
            time.sleep(POLL_SECONDS)
        return code

    def _gone(self, run: Run) -> bool:
        return run.id in self._dropped

    def _keep_result(self, run: Run, folder: RunFolder) -> None:
        """Puts what was learned into every model picker, under the run's name."""
        result = folder.result
        if result is None:
            raise EngineFailed("The training ended, but what it made isn't there. Resume tries again.")
        now = self.records.get(run.id)
        if now is None or self._gone(run):
            raise Cancelled("Stopped.")
        tuned_id = now.tuned_id or f"tuned-{run.id[:12]}"
        made = self._adapters.add(
            result, title=now.name, owner=run.owner, base=run.base_id, run=run.id, tuned_id=tuned_id
        )
        self.records.update(run.id, tuned_id=made.id)

    def _note_figures(self, run: Run, folder: RunFolder) -> None:
        """What the table of runs shows, from the log and the report."""
        figures: dict[str, Any] = {}
        losses = []
        for event in folder.log().read():
            if event["kind"] == "step":
                figures |= {"step": event["step"], "steps": event["steps"], "loss": event["loss"]}
            elif event["kind"] == "evaluation" and "loss" in event:
                losses.append(event["loss"])
        if losses:
            figures |= {"base_loss": losses[0], "best_loss": min(losses)}
        if report := folder.report:
            figures |= {"verdict": report["verdict"], "sentence": report["sentence"]}
        self.records.update(run.id, figures=figures)

    def _parameters(self, plan: Plan) -> int:
        return count_weights(Path(plan.base_folder))


def _last_launched(folder: RunFolder) -> str:
    return next((str(e["task"]) for e in reversed(folder.log().read()) if e["kind"] == "launch"), "")


def _reason(folder: RunFolder, said: list[dict[str, Any]], code: int, task: Task = "train") -> str:
    """Why a program ended without having done its work."""
    if errors := [event for event in said if event["kind"] == "error"]:
        return str(errors[-1].get("text", ""))
    log = folder.path / "program.log"
    try:
        words = log.read_text(encoding="utf-8", errors="replace")[-4000:]
    except OSError:
        words = ""
    # A launcher between us and the program tells of its end in words only.
    killed = code in (-9, 137) or "SIGKILL" in words or "Signal 9" in words
    if killed and task == "evaluate":
        return COMPARING_ENDED
    return KILLED if killed else CRASHED.format(code=code, log=log)
