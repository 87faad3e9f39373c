"""Training runs with a launcher that the tests hold in their hands: queue, stop, resume, crash, restart."""

import threading
from functools import partial

import pytest

from components.errors import Busy
from components.store import Store
from components.training import runs
from components.training.execution import KILLED, KILLED_EARLY
from components.training.folder import COMPLETE, RunFolder
from components.training.hyperparameters import TrainingSettings
from components.training.prepared import Facts, save
from tests.unit.models.fakes import GB
from tests.unit.training.fakes import END, STEP, FakeProcess


def has_checkpoint(folder):
    checkpoint = folder.checkpoints / "checkpoint-1"
    checkpoint.mkdir(parents=True)
    (checkpoint / COMPLETE).touch()


def test_a_run_is_tried_trained_compared_and_its_adapter_is_in_the_catalogue(world):
    run_id = world.create()
    assert world.get(run_id).state == "queued"
    world.runs.work_once()
    run = world.get(run_id)
    assert run.state == "done"
    assert [task for _, task in world.launcher.started] == ["trial", "train", "evaluate"]
    assert run.figures["sentence"] == "Better: much."
    assert (run.figures["base_loss"], run.figures["best_loss"]) == (2.0, 1.0)
    spec = world.catalog.get(run.tuned_id)
    assert (spec.title, spec.owner, spec.under.id) == ("mine", "ada", "tiny")
    plan = world.runs.folder(run_id).plan()
    assert all((plan.data_digest, plan.base_digest, plan.versions["torch"], plan.settings.seed))


def test_the_queue_doesnt_begin_a_run_whose_plan_is_still_being_written(world, monkeypatch):
    fill = runs.fill_from_rows

    def fill_while_the_queue_looks(*given):
        world.runs.work_once()
        fill(*given)

    monkeypatch.setattr(runs, "fill_from_rows", fill_while_the_queue_looks)
    run_id = world.create()
    assert world.get(run_id).state == "queued"
    world.runs.work_once()
    assert world.get(run_id).state == "done"


def test_a_run_without_a_name_has_its_bases_name_on_its_card_too(world):
    run_id = world.create("  ")
    assert world.get(run_id).name == world.runs.folder(run_id).plan().name == "Tiny"


def test_a_run_knows_what_was_repaired_in_its_data_and_left_out(world):
    row = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}
    found = {"repaired": ("Blanks were taken away.",), "dropped": {"duplicate": 2}}
    data = save(world.config, "ada", Facts("greetings", "chat", **found), [row] * 9, [row])
    plan = world.runs.folder(world.runs.create(data, "tiny", "mine", TrainingSettings(), "ada")).plan()
    assert (plan.repaired, plan.dropped) == (("Blanks were taken away.",), {"duplicate": 2})


def test_a_merged_model_with_an_old_name_or_report_is_made_anew(world):
    run_id = world.create()
    world.runs.work_once()
    merged = world.runs.folder(run_id).merged
    for change in (lambda: world.runs.rename(run_id, "other"), lambda: world.runs.evaluate(run_id)):
        merged.write_bytes(b"old")
        change()
        assert not merged.exists()
    merged.write_bytes(b"made while the comparison was at work")
    world.runs.work_once()
    assert not merged.exists()


def test_runs_wait_in_line_and_one_that_waits_can_leave_it(world):
    first, second, third = world.create("1"), world.create("2"), world.create("3")
    assert [world.runs.position(one) for one in (first, second, third)] == [0, 1, 2]
    world.runs.stop(second)
    assert world.get(second).state == "stopped"
    assert world.runs.position(third) == 1
    world.runs.work_once()
    world.runs.work_once()
    trained = [run for run, task in world.launcher.started if task == "train"]
    assert trained == [first, third]


def test_stop_keeps_the_run_and_resume_goes_on_without_another_trial(world):
    def stopped(folder, process):
        assert folder.asked() is None
        world.runs.stop(folder.path.name)
        folder.log().write("end", **END | {"why": "stop", "step": 1})
        process.code = 0

    run_id = world.create()
    world.launcher.train = stopped
    world.runs.work_once()
    assert world.get(run_id).state == "stopped"
    world.launcher.train = world.launcher.succeed
    world.runs.resume(run_id)
    with pytest.raises(Busy):
        world.runs.resume(run_id)
    world.runs.work_once()
    assert world.get(run_id).state == "done"
    assert [task for _, task in world.launcher.started] == ["trial", "train", "train", "evaluate"]


@pytest.mark.parametrize(
    ("steps", "said"), [(0, "Stopped before anything was learned"), (1, "from the checkpoint")]
)
def test_stop_waits_for_a_checkpoint_only_where_there_is_something_to_keep(world, steps, said):
    """The program goes on by itself, as a real one does that still loads its model or writes a checkpoint."""

    def begins(folder, process):
        for step in range(1, steps + 1):
            folder.log().write("step", step=step, **STEP)
        world.runs.stop(folder.path.name)
        if steps:
            threading.Timer(0.6, partial(writes_and_ends, folder, process)).start()

    def writes_and_ends(folder, process):
        has_checkpoint(folder)
        folder.log().write("end", **END | {"why": "stop", "step": 1})
        process.code = 0

    run_id = world.create()
    world.launcher.train = begins
    world.runs.work_once()
    assert world.get(run_id).state == "stopped"
    assert said in str(world.get(run_id).note)


@pytest.mark.parametrize(
    ("code", "words", "said"),
    [
        (-9, "", KILLED),
        (1, "died with <Signals.SIGKILL: 9>", KILLED),
        (-11, "", "Its last checkpoint is kept"),
    ],
)
def test_a_crash_becomes_a_sentence(world, code, words, said):
    def crash(folder, process):
        has_checkpoint(folder)
        (folder.path / "program.log").write_text(words)
        process.code = code

    run_id = world.create()
    world.launcher.train = crash
    world.runs.work_once()
    run = world.get(run_id)
    assert run.state == "failed"
    assert str(said) in str(run.note)


def test_the_programs_own_reason_is_shown_and_an_old_one_is_not(world):
    def nan(folder, process):
        folder.log().write("error", text="The loss is not a number any more at step 3.")
        process.code = 1

    run_id = world.create()
    world.launcher.train = nan
    world.runs.work_once()
    assert str(world.get(run_id).note).startswith("The loss is not a number")
    world.launcher.train = lambda folder, process: setattr(process, "code", -9)
    world.runs.resume(run_id)
    world.runs.work_once()
    assert world.get(run_id).note == KILLED_EARLY


@pytest.mark.parametrize("killed_at", [0, 2])
def test_a_run_that_was_killed_and_begun_again_has_each_step_once(tmp_path, killed_at):
    log = RunFolder(tmp_path).log()
    log.write("estimate", memory=1, disk=1, seconds=1, steps=1, fitted=[])
    for first, last in ((1, 3), (killed_at + 1, 4)):
        log.write("launch", task="train")
        if first == 1:
            log.write("start", step=0)
            log.write("evaluation", step=0, loss=3.0)
        else:
            log.write("resume", step=killed_at)
        for step in range(first, last + 1):
            log.write("step", step=step, **STEP)
            log.write("evaluation", step=step, loss=2.0)
    found = log.read()
    assert [e["step"] for e in found if e["kind"] == "step"] == [1, 2, 3, 4]
    assert [e["step"] for e in found if e["kind"] == "evaluation"] == [0, 1, 2, 3, 4]
    kinds = [event["kind"] for event in found]
    assert [kinds.count(kind) for kind in ("estimate", "launch", "start")] == [1, 2, 1]


def test_a_restarted_server_marks_a_run_as_interrupted_or_takes_it_over(world, tmp_path):
    run_id = world.create()
    world.runs.records.move(run_id, ("queued",), "running")
    world.store.close()  # the server is gone
    store = Store.from_config(world.config)
    again = world.open(store)
    run = again.records.get(run_id)
    assert run.state == "interrupted"
    assert "Resume" in str(run.note)
    again.records.move(run_id, ("interrupted",), "running")
    store.close()
    world.launcher.alive = alive = FakeProcess()  # this time its program still works, for two looks
    store = Store.from_config(world.config)
    third = world.open(store)
    assert third.records.get(run_id).state == "running"
    looks = iter([None, None])

    def returncode():
        if next(looks, 0) is None:
            return None
        if alive.code is None:
            world.launcher.succeed(third.folder(run_id), alive)
        return alive.code

    alive.returncode = returncode
    third.work_once()
    assert third.records.get(run_id).state == "done"
    assert ("train") not in [task for _, task in world.launcher.started]
    store.close()


def test_training_waits_for_a_model_in_use_and_evicts_idle_ones(world):
    run_id = world.create()
    with world.manager.lease("tiny"):
        pass
    world.machine.total = int(2.2 * GB)
    assert "tiny" in world.machine.used
    world.runs.work_once()
    assert world.machine.closed == ["tiny"]
    assert world.get(run_id).state in ("done", "failed")


def test_a_run_that_can_not_fit_says_the_numbers(world):
    world.machine.total = GB // 2
    run_id = world.create()
    world.runs.work_once()
    run = world.get(run_id)
    assert run.state == "failed"
    assert "GB is free" in str(run.note)


def test_delete_takes_its_adapter_along_and_rename_names_it(world):
    run_id = world.create()
    world.runs.work_once()
    world.runs.rename(run_id, "ours")
    assert world.catalog.get(world.get(run_id).tuned_id).title == "ours"
    world.runs.delete(run_id)
    assert world.get(run_id) is None
    assert not world.runs.folder(run_id).path.exists()
    assert world.adapters.all() == []


def test_a_renamed_run_has_its_new_name_on_the_disk_also_where_that_happened_during_its_trial(world):
    run_id = world.create("old")
    world.runs.rename(run_id, " ours ")
    assert world.runs.folder(run_id).plan().name == "ours"
    start = world.launcher.start

    def renamed_meanwhile(folder, task):
        world.runs.rename(run_id, f"during {task}")
        return start(folder, task)

    world.launcher.start = renamed_meanwhile
    world.launcher.train = lambda folder, process: (
        trained_as.append(folder.plan().name) or succeed(folder, process)
    )
    trained_as, succeed = [], world.launcher.succeed
    world.runs.work_once()
    assert trained_as == ["during train"]
    plan = world.runs.folder(run_id).plan()
    assert (plan.name, plan.settings) == ("during evaluate", world.get(run_id).settings)
    (world.runs.folder(run_id).path / "run.json").write_text("{")
    world.runs.rename(run_id, "last")
    assert world.get(run_id).name == "last"
