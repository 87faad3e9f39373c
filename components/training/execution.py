"""One training run, taken to its end: tried, trained, kept, compared with its base.

Knows the records, the manager's memory and the programs; nothing about the queue, torch or pages.
"""

import logging
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from components.errors import AppError, BadInput, Cancelled, EngineFailed, Unavailable
from components.messages import Message, Said, to_json
from components.models.adapters import AdapterFolder
from components.models.footprint import count_weights
from components.models.manager import ModelManager
from components.training import design, label_rows, preflight
from components.training.folder import Plan, RunFolder
from components.training.hyperparameters import TrainingSettings
from components.training.launcher import Launcher, Process, Task
from components.training.run_records import Records, Run, State

POLL_SECONDS = 0.25
WATCH_SECONDS = 5.0  # how often the program is shown that somebody looks after it
STOP_SECONDS = 900.0  # for the checkpoint; then the program is ended
KILLED = Said(
    "The training program was ended by the system, most likely because the machine ran out of memory. Its "
    "last checkpoint is kept. Choose a smaller batch or a shorter length, and press Resume."
)
KILLED_EARLY = Said(
    "The training program was ended by the system before its first checkpoint, most likely because the "
    "machine ran out of memory. Choose a smaller batch or a shorter length, and press Resume to begin again."
)
INTERRUPTED = Said(
    "The server or the machine went down while this run was in progress. Resume goes on from its checkpoint."
)
INTERRUPTED_EARLY = Said(
    "The server or the machine went down before the first checkpoint of this run. Resume begins again."
)
STOPPED = Said("Stopped. Resume goes on from the checkpoint.")
STOPPED_EARLY = Said("Stopped before anything was learned. Resume begins with the first step.")
UNCOMPARED = Said("Stopped before the comparison with the base was finished.")
COMPARING_ENDED = Said(
    "The program that compares was ended by the system, most likely because the machine ran out of memory. "
    "Compare again when more of it is free."
)
ENDS: Mapping[Task, str] = {"train": "end", "trial": "trial", "evaluate": "report"}  # what the log says last
KEPT_LABELS = Said("Done. It is kept as a classifier on the page Classify, and can be chosen on Tables.")
EVERYTHING = 10**15  # bytes


class Execution:
    """Shared by all of the server's runs; one at a time is executed."""

    def __init__(
        self,
        records: Records,
        manager: ModelManager,
        adapters: AdapterFolder,
        launcher: Launcher,
        folder: Path,
    ) -> None:
        self._records, self._manager, self._adapters = records, manager, adapters
        self._launcher, self._folder = launcher, folder
        self.dropped: set[str] = set()  # runs whose owner wants nothing of them any more
        self.when_done: dict[str, Callable[[Run, RunFolder], None]] = {}  # by the kind of data

    def finish_off(self, run: Run, process: Process | None) -> None:
        """Takes a run to its end, good or bad. `process`: the program that an earlier server started."""
        state: State = "failed"
        note: Message = Said("The run ended without a reason.")
        try:
            state, note = self._go(run, process)
            if state == "done":
                note = self._more(run, note)
        except Cancelled:
            state, note = "stopped", stopped(self.folder(run.id))
        except AppError as error:
            note = error.message
        except Exception as error:  # a thread's last line: the people who wait must hear of it
            logging.getLogger(__name__).exception("A training run failed")
            note = Said(
                "Something went wrong inside Wordbench ({kind}). Resume tries again.",
                kind=type(error).__name__,
            )
        # What was learned is kept also where another comparison fails, and so is the report before it.
        if state != "done" and run.work == "evaluate" and self.folder(run.id).result:
            state, note = "done", UNCOMPARED if state == "stopped" else not_compared(note)
        self._records.move(run.id, ("running",), state, note=note)
        self.dropped.discard(run.id)

    def _go(self, run: Run, process: Process | None) -> tuple[State, Message]:
        folder = self.folder(run.id)
        if process is None:
            folder.log().write("begin", time=time.time())
        if run.work == "evaluate" or (process and _last_launched(folder) == "evaluate"):
            self._evaluate(run, folder, process)
            return "done", ""
        why = self._train(run, folder, process)
        if why == "stop":
            return "stopped", stopped(folder)
        if folder.plan().kind == design.KIND:  # its program has written the report: it had both at hand
            self.keep_result(run, folder)
            return "done", ""
        self.keep_result(run, folder)
        try:
            self._evaluate(run, folder)
        except Cancelled:
            return "done", UNCOMPARED
        except AppError as error:
            return "done", not_compared(error.message)
        return "done", Said("Stopped early: the validation loss didn't get better.") if why == "early" else ""

    def _more(self, run: Run, note: Message) -> Message:
        """What else belongs to the end of a run; returns what is said of it."""
        folder = self.folder(run.id)
        kind = folder.plan().kind
        if (action := self.when_done.get(kind)) and not self._gone(run):
            action(self._records.get(run.id) or run, folder)
        return note or KEPT_LABELS if kind == label_rows.KIND else note

    def folder(self, run_id: str) -> RunFolder:
        return RunFolder(self._folder / run_id)

    def measured(
        self, folder: RunFolder, cancelled: Callable[[], bool], say: Callable[[Message], None]
    ) -> preflight.Trial:
        """A timed trial without a run. Raises Cancelled, or EngineFailed with the program's reason."""
        plan = folder.plan()
        guess = preflight.first_guess(_weights(plan), plan.settings, plan.precision)
        with self._manager.reserve(Said("the trial"), guess, lambda: 0, cancelled, say):
            say(Said("Trying a few steps on this machine"))
            process = self._launcher.start(folder, "trial")
            while (code := process.returncode()) is None:
                if cancelled():
                    process.kill()
                    raise Cancelled("Stopped.")
                time.sleep(POLL_SECONDS)
        events = folder.log().read()
        trial = next((event for event in events if event["kind"] == "trial"), None)
        if trial is None:
            raise EngineFailed(_reason(folder, events, code))
        return preflight.Trial.from_json(trial)

    def fitted(
        self, trial: preflight.Trial, plan: Plan
    ) -> tuple[TrainingSettings, list[Message], preflight.Estimate]:
        """Settings that fit into what could be had if every idle model were unloaded, what was changed in
        them, and what the run will take.
        """
        room = max(self._manager.outlook(EVERYTHING).reachable, 0)
        shared = plan.device == "cpu"
        settings, changed = preflight.fit(trial, plan.settings, room, plan.processes, shared)
        return settings, changed, preflight.estimate(trial, settings, plan.processes, shared)

    def _train(self, run: Run, folder: RunFolder, process: Process | None) -> str:
        """Trains to the end; returns why it ended. Raises AppError with the program's reason."""
        if process is None and not self._tried(folder):
            self._try(run, folder)
        found = [event for event in folder.log().read() if event["kind"] == "estimate"]
        need = int(found[-1]["memory"]) if found else 0
        said = self._run_program(run, folder, "train", need, Said("Training"), process)
        return str(next(event["why"] for event in reversed(said) if event["kind"] == "end"))

    def _run_program(
        self,
        run: Run,
        folder: RunFolder,
        task: Task,
        need: int,
        note: Message,
        process: Process | None = None,
    ) -> list[dict[str, Any]]:
        """Runs a program to its end within reserved memory, and returns what it told the log.

        Raises Cancelled when it was asked to stop before it began, EngineFailed with the program's reason.
        """
        working: list[Process] = [process] if process else []
        on_card = folder.plan().device != "cpu"

        def used() -> int:
            # The free memory of a card is measured for all its users; only main memory is counted by process.
            return (need if on_card else working[0].memory()) if working else 0

        def stopping() -> bool:
            return (folder.asked() == "stop" or self._gone(run)) and not working

        def say(text: Message) -> None:
            self._records.update(run.id, note=text)

        with self._manager.reserve(_named(task, run.name), need, used, stopping, say):
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
        guess = preflight.first_guess(_weights(plan), plan.settings, plan.precision)
        said = self._run_program(run, folder, "trial", guess, Said("Trying a few steps, to see what fits"))
        trial = preflight.Trial.from_json(next(event for event in said if event["kind"] == "trial"))
        settings, changed, found = self.fitted(trial, plan)
        preflight.check_disk(found.disk, shutil.disk_usage(self._folder).free)
        folder.change_plan(settings=settings)
        folder.log().write("estimate", fitted=list(map(to_json, changed)), **found.to_json())
        self._records.update(run.id, settings=settings.to_json())

    def _evaluate(self, run: Run, folder: RunFolder, process: Process | None = None) -> None:
        if folder.result is None:
            raise BadInput("This run has made nothing yet that could be compared. Resume it first.")
        plan = folder.plan()
        whole = plan.settings.method in ("full", "freeze")
        need = preflight.first_guess(_weights(plan), TrainingSettings(), plan.precision)
        need *= 2 if whole else 1
        self._run_program(run, folder, "evaluate", need, Said("Comparing with the base"), process)
        folder.merged.unlink(missing_ok=True)  # made while the report was being written

    def _follow(self, run: Run, folder: RunFolder, process: Process, patient: bool) -> int:
        """Until the program ends. It is shown that somebody looks, and ended if it doesn't stop.

        Raises Cancelled where it was asked to stop before its first step: no checkpoint is waited for.
        """
        watched, asked_at = 0.0, 0.0
        while (code := process.returncode()) is None:
            now = time.monotonic()
            if now - watched > WATCH_SECONDS:
                if self._records.get(run.id) is None:
                    self.dropped.add(run.id)  # by another server
                else:
                    (folder.path / "watched").touch()
                    self._note_figures(run, folder)
                watched = now
            if self._gone(run):
                process.kill()
            elif folder.asked() == "stop":
                asked_at = asked_at or now
                events = folder.log().read()
                if not patient or now - asked_at > STOP_SECONDS or has_ended(events):
                    process.kill()
                elif not to_be_kept(events):
                    process.kill()
                    raise Cancelled("Stopped.")
            time.sleep(POLL_SECONDS)
        return code

    def keep_result(self, run: Run, folder: RunFolder) -> None:
        """Puts what was learned into every model picker, under the run's name."""
        result = folder.result
        if result is None:
            raise EngineFailed("The training ended, but what it made isn't there. Resume tries again.")
        now = self._records.get(run.id)
        if now is None or self._gone(run):
            raise Cancelled("Stopped.")
        tuned_id = now.tuned_id or f"tuned-{run.id[:12]}"
        made = self._adapters.add(
            result, title=now.name, owner=run.owner, base=run.base_id, run=run.id, tuned_id=tuned_id
        )
        self._records.update(run.id, tuned_id=made.id)

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
        with suppress(Unavailable):  # of a report that is damaged
            if report := folder.report:
                figures |= {"verdict": report["verdict"], "sentence": to_json(report["sentence"])}
        self._records.update(run.id, figures=figures)

    def _gone(self, run: Run) -> bool:
        return run.id in self.dropped

    def _tried(self, folder: RunFolder) -> bool:
        return any(event["kind"] == "estimate" for event in folder.log().read())


def stopped(folder: RunFolder) -> Message:
    """What is said of a run that a person stopped."""
    return STOPPED if folder.last_checkpoint() else STOPPED_EARLY


def interrupted(folder: RunFolder) -> Message:
    """What is said of a run that no program works on any more."""
    return INTERRUPTED if folder.last_checkpoint() else INTERRUPTED_EARLY


def to_be_kept(events: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the program that works on a run has made a step since it was started."""
    return _last_of(events, "launch", "step") == "step"


def has_ended(events: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the program that trains has done its work: what is left is its own clearing up, of seconds."""
    return _last_of(events, "launch", "end") == "end"


def _last_of(events: Sequence[Mapping[str, Any]], *kinds: str) -> str:
    """Of which of these kinds the last event is; empty where there is none."""
    return next((str(event["kind"]) for event in reversed(events) if event["kind"] in kinds), "")


def _weights(plan: Plan) -> int:
    """Weights of the base, or about those of a model that is still to be made."""
    if plan.kind == design.KIND:
        return int((plan.options or {}).get("design", {}).get("parameters", 0))
    return count_weights(Path(plan.base_folder))


def not_compared(why: Message) -> Message:
    return Said("What was learned is kept, but it could not be compared with the base: {why}", why=why)


def _named(task: Task, name: str) -> Message:
    """What memory is reserved for."""
    match task:
        case "train":
            return Said("the run {name}", name=name)
        case "trial":
            return Said("the trial of {name}", name=name)
        case "evaluate":
            return Said("the comparison of {name}", name=name)


def _last_launched(folder: RunFolder) -> str:
    return next((str(e["task"]) for e in reversed(folder.log().read()) if e["kind"] == "launch"), "")


def _reason(folder: RunFolder, events: list[dict[str, Any]], code: int, task: Task = "train") -> Message:
    """Why a program ended without having done its work."""
    if errors := [event for event in events if event["kind"] == "error"]:
        said: Message = errors[-1]["text"]
        return said
    log = folder.path / "program.log"
    try:
        words = log.read_text(encoding="utf-8", errors="replace")[-4000:]
    except OSError:
        words = ""
    # A launcher between us and the program tells of its end in words only.
    killed = code in (-9, 137) or "SIGKILL" in words or "Signal 9" in words
    if killed:
        if task == "evaluate":
            return COMPARING_ENDED
        return KILLED if folder.last_checkpoint() else KILLED_EARLY
    if not folder.last_checkpoint():
        return Said(
            "The training program stopped without a reason ({code}). Its own words are in {log}.",
            code=code,
            log=log,
        )
    return Said(
        "The training program stopped without a reason ({code}). Its last checkpoint is kept: Resume goes on "
        "from there. Its own words are in {log}.",
        code=code,
        log=log,
    )
