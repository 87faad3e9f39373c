"""Supervised runs with a launcher that the tests hold in their hands: queue, stop, resume, crash, restart."""

import json
import threading
import time
from pathlib import Path

import pytest

from components.access import NOBODY, Person
from components.config import Config
from components.errors import BadInput, Busy, LimitReached, NotAllowed, NotEnoughMemory, Unavailable
from components.holdings import DAY, Holdings
from components.models.adapters import AdapterFolder
from components.models.catalog import Catalog, ModelSpec
from components.models.manager import ModelManager
from components.quotas import Quotas
from components.store import Store
from components.training.execution import COMPARING_ENDED, KILLED, UNCOMPARED, not_compared
from components.training.folder import RunFolder
from components.training.hyperparameters import TrainingSettings
from components.training.preflight import Trial, estimate, fit
from components.training.prepared import Facts, Prepared, save
from components.training.run_records import Records
from components.training.runs import TrainingRuns
from tests.tiny_adapter import make_adapter
from tests.unit.models.fakes import GB, FakeWorld

TRIAL = {
    "base": GB,
    "per_token": 1e6,
    "seconds_per_token": 0.003,
    "seconds_per_token_read": 0.001,
    "update_seconds": 0.05,
    "longest": 400,
    "train_tokens": 100_000,
    "valid_tokens": 5_000,
    "rows": 1000,
    "learning": 5_000_000,
    "weights": 135_000_000,
}


class FakeProcess:
    def __init__(self) -> None:
        self.code: int | None = None

    def returncode(self) -> int | None:
        return self.code

    def memory(self) -> int:
        return 0

    def kill(self) -> None:
        self.code = -9


class FakeLauncher:
    """Programs that do at once what the test says: `train` is called with the folder and the process."""

    def __init__(self, adapter: Path) -> None:
        self.adapter, self.started = adapter, []
        self.alive: FakeProcess | None = None
        self.train = self.succeed

    def start(self, folder: RunFolder, task: str) -> FakeProcess:
        self.started.append((folder.path.name, task))
        process = FakeProcess()
        if task == "trial":
            folder.log().write("trial", **TRIAL)
            process.code = 0
        elif task == "evaluate":
            report = {"verdict": "better", "sentence": "Better: much."}
            (folder.path / "report.json").write_text(json.dumps(report))
            folder.log().write("report")
            process.code = 0
        else:
            self.train(folder, process)
        return process

    def find(self, folder: RunFolder) -> FakeProcess | None:
        return self.alive

    def succeed(self, folder: RunFolder, process: FakeProcess) -> None:
        import shutil

        for step in (1, 2):
            folder.log().write("step", step=step, steps=2, loss=2.0 / step)
            folder.log().write("evaluation", step=step, loss=2.0 / step)
        shutil.copytree(self.adapter, folder.adapter, dirs_exist_ok=True)
        folder.log().write("end", why="done", step=2)
        process.code = 0


@pytest.fixture(scope="module")
def adapter(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_adapter(tiny_models / "tiny-chat", tmp_path_factory.mktemp("made") / "one")


class World:
    def __init__(self, tmp_path: Path, base: Path, adapter: Path) -> None:
        self.config = Config(data_dir=tmp_path / "data")
        self.base = base
        spec = ModelSpec("tiny", "Tiny", "chat", "local", str(base), 0, 512, "MIT")
        self.adapters = AdapterFolder(tmp_path / "data" / "adapters")
        self.machine = FakeWorld(total_gb=10)
        self.catalog = Catalog(None, (spec,), adapters=self.adapters)
        self.manager = ModelManager(self.catalog, self.machine, self.config, self.machine.clock)
        self.launcher = FakeLauncher(adapter)
        self.store = Store.from_config(self.config)
        self.runs = self.open()

    def open(self, store: Store | None = None) -> TrainingRuns:
        records = Records(store or self.store)
        return TrainingRuns(
            records, self.manager, self.adapters, self.config, self.launcher, lambda spec: self.base
        )

    def data(self) -> Prepared:
        row = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}
        return save(self.config, "ada", Facts("greetings", "chat"), [row] * 9, [row])

    def create(self, name: str = "mine", owner: str = "ada", **settings) -> str:
        return self.runs.create(self.data(), "tiny", name, TrainingSettings(**settings), owner)

    def get(self, run_id: str):
        return self.runs.records.get(run_id)


@pytest.fixture
def world(tmp_path: Path, tiny_models: Path, adapter: Path) -> World:
    return World(tmp_path, tiny_models / "tiny-chat", adapter)


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
        folder.log().write("end", why="stop", step=1)
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
    ("code", "words", "said"),
    [(-9, "", KILLED), (1, "died with <Signals.SIGKILL: 9>", KILLED), (-11, "", "stopped without a reason")],
)
def test_a_crash_becomes_a_sentence(world, code, words, said):
    def crash(folder, process):
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
    assert world.get(run_id).note == KILLED


def compared_again(world, evaluate) -> str:
    """A finished run whose next comparison is as given."""
    run_id, start = world.create(), world.launcher.start
    world.runs.work_once()
    assert world.get(run_id).state == "done"

    def started(folder, task):
        if task != "evaluate":
            return start(folder, task)
        process = FakeProcess()
        evaluate(folder, process)
        return process

    world.launcher.start = started
    world.runs.evaluate(run_id)
    return run_id


def still_done(world, run_id):
    run = world.get(run_id)
    assert (run.state, run.figures["sentence"]) == ("done", "Better: much.")
    assert world.runs.folder(run_id).report["sentence"] == "Better: much."
    assert [task for _, task in world.launcher.started].count("train") == 1
    return run.note


def test_a_finished_run_whose_next_comparison_is_stopped_is_still_finished(world):
    run_id = compared_again(world, lambda folder, process: folder.ask("stop"))
    world.runs.work_once()
    assert still_done(world, run_id) == UNCOMPARED


def test_a_finished_run_that_leaves_the_queue_before_its_next_comparison_is_still_finished(world):
    run_id = compared_again(world, lambda folder, process: None)
    world.runs.stop(run_id)
    assert still_done(world, run_id) == UNCOMPARED
    with pytest.raises(Busy):
        world.runs.resume(run_id)


@pytest.mark.parametrize("code", [-9, 1])
def test_a_finished_run_whose_next_comparison_fails_is_still_finished_and_says_why(world, code):
    def fail(folder, process):
        if code == 1:
            folder.log().write("error", text="The disk is full.")
        process.code = code

    run_id = compared_again(world, fail)
    world.runs.work_once()
    reason = "The disk is full." if code == 1 else COMPARING_ENDED
    assert str(still_done(world, run_id)) == str(not_compared(reason))


def test_a_run_whose_first_comparison_fails_keeps_what_it_learned(world):
    start = world.launcher.start

    def started(folder, task):
        if task != "evaluate":
            return start(folder, task)
        process = FakeProcess()
        process.code = -9
        return process

    world.launcher.start = started
    run_id = world.create()
    world.runs.work_once()
    run = world.get(run_id)
    assert (run.state, run.note) == ("done", not_compared(COMPARING_ENDED))
    assert run.tuned_id


def test_a_server_that_goes_down_during_a_comparison_leaves_a_finished_run(world):
    run_id = compared_again(world, lambda folder, process: None)
    world.runs.records.move(run_id, ("queued",), "running")
    world.store.close()
    store = Store.from_config(world.config)
    run = world.open(store).records.get(run_id)
    assert (run.state, run.note) == ("done", UNCOMPARED)
    store.close()


@pytest.mark.parametrize("killed_at", [0, 2])
def test_a_run_that_was_killed_and_begun_again_has_each_step_once(tmp_path, killed_at):
    log = RunFolder(tmp_path).log()
    log.write("estimate", memory=1)
    for first, last in ((1, 3), (killed_at + 1, 4)):
        log.write("launch", task="train")
        if first == 1:
            log.write("start", step=0)
            log.write("evaluation", step=0, loss=3.0)
        else:
            log.write("resume", step=killed_at)
        for step in range(first, last + 1):
            log.write("step", step=step)
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
    world.launcher.alive = FakeProcess()  # this time its program still works
    store = Store.from_config(world.config)
    third = world.open(store)
    assert third.records.get(run_id).state == "running"
    thread = threading.Thread(target=third.work_once, daemon=True)
    thread.start()
    time.sleep(0.2)
    folder = third.folder(run_id)
    world.launcher.succeed(folder, world.launcher.alive)
    thread.join(10)
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


def test_settings_that_can_not_be_used_are_refused_by_name(world):
    with pytest.raises(BadInput, match="Learning rate is 5"):
        world.create(learning_rate=5.0)
    with pytest.raises(BadInput, match="NVIDIA"):
        world.create(method="qlora")


def test_the_batch_shrinks_before_the_length_and_a_step_stays_the_same():
    trial = Trial(**TRIAL)
    settings = TrainingSettings(batch=8, accumulation=1)
    assert fit(trial, settings, 10 * GB) == (settings, [])
    need = estimate(trial, settings).memory
    fitted, said = fit(trial, settings, need // 2)
    assert fitted.batch * fitted.accumulation == 8
    assert fitted.batch < 8
    assert fitted.length == settings.length
    assert len(said) == 1
    shorter, said = fit(trial, settings, int(1.3 * GB))
    assert (shorter.batch, shorter.length < settings.length, len(said)) == (1, True, 2)
    with pytest.raises(NotEnoughMemory, match="even with one row"):
        fit(trial, settings, GB)


ADA, BOB, ADMIN = Person("ada"), Person("bob"), Person("root", administrator=True)


def test_a_run_is_its_owners_alone_whoever_knows_its_id(world):
    run_id = world.create()
    before = world.get(run_id)
    for person in (BOB, ADMIN, NOBODY):
        runs = world.runs.for_person(person)
        assert runs.records.get(run_id) is None
        for refused in (runs.folder, runs.stop, runs.finish, runs.resume, runs.evaluate):
            with pytest.raises(Unavailable, match="doesn't exist"):
                refused(run_id)
        runs.delete(run_id)
        runs.rename(run_id, "theirs now")
        with pytest.raises(NotAllowed):
            runs.create(world.data(), "tiny", "x", TrainingSettings(), "ada")
    assert world.get(run_id) == before
    world.runs.work_once()
    tuned_id = world.get(run_id).tuned_id
    with pytest.raises(Unavailable):  # nor can what it made be trained further
        world.runs.for_person(BOB).create(world.data(), tuned_id, "x", TrainingSettings(), "bob")
    assert [one.id for one in world.runs.for_person(ADA).records.of("ada")] == [run_id]


def test_a_person_has_no_more_runs_than_the_settings_allow(world):
    world.runs._allowance = Quotas(Config(mode="open", person_training_runs=1))
    ada, bob = world.runs.for_person(ADA), world.runs.for_person(BOB)
    run_id = ada.create(world.data(), "tiny", "one", TrainingSettings(), "ada")
    with pytest.raises(LimitReached, match="1 training run"):
        ada.create(world.data(), "tiny", "two", TrainingSettings(), "ada")
    assert [run.name for run in ada.records.of("ada")] == ["one"]
    other = bob.create(world.data(), "tiny", "three", TrainingSettings(), "bob")
    assert bob.position(other) == 1  # everybody's count, nobody's names
    ada.stop(run_id)
    ada.create(world.data(), "tiny", "two", TrainingSettings(), "ada")
    with pytest.raises(LimitReached):
        ada.resume(run_id)


def test_deleting_ones_data_ends_the_run_at_work_and_leaves_nothing(world):
    began = threading.Event()
    world.launcher.train = lambda folder, process: began.set()
    run_id, others = world.create(), world.create("other", "bob")
    work = threading.Thread(target=world.runs.work_once)
    work.start()
    assert began.wait(10)
    ada = world.runs.for_person(ADA)
    folder = ada.folder(run_id).path
    holdings = Holdings(world.store, world.config.data_dir)
    assert "training_runs" in [held.kind for held in holdings.for_person(ADA).listed()]
    ada.end_all()
    holdings.for_person(ADA).delete_all()
    work.join(10)
    assert not work.is_alive()
    assert world.get(run_id) is None
    assert not folder.exists()
    assert world.adapters.all() == []
    assert holdings.repair() == []
    assert world.get(others).state == "queued"


def test_adapters_and_data_are_counted_deleted_and_expire(world):
    run_id = world.create()
    world.runs.work_once()
    assert world.get(run_id).state == "done"
    holdings = Holdings(
        world.store, world.config.data_dir, expire_days=30, clock=lambda: time.time() + 31 * DAY
    )
    assert {"training_runs", "adapters"} <= {held.kind for held in holdings.for_person(ADA).listed()}
    holdings.for_person(BOB).delete_all()
    assert world.adapters.all() != []
    holdings.expire()
    assert world.adapters.all() == []
    assert world.get(run_id) is None
