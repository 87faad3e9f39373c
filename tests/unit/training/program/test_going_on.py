"""What a run looks at and how it goes on, with a trainer that trains nothing."""

import json
import signal
from types import SimpleNamespace

import pytest

from components.training.folder import COMPLETE, RunFolder
from components.training.hyperparameters import TrainingSettings
from components.training.program import train, trainer
from components.training.program.batches import Example, spread
from components.training.program.trainer import NotANumber
from components.training.program.watch import SKIPPED, Watch
from components.training.row_lengths import Shortened
from tests.unit.training.making import make_run


@pytest.mark.parametrize(("count", "most"), [(200, 48), (200, 12), (49, 48), (48, 48), (5, 48), (0, 3)])
def test_rows_at_the_end_of_the_file_are_looked_at_too(count, most):
    examples = [Example([number], [number], number) for number in range(count)]
    chosen = [one.row for one in spread(examples, most)]
    assert len(chosen) == min(count, most)
    assert chosen == sorted(set(chosen))
    if count:
        assert chosen[0] == 0
        assert chosen[-1] >= count - 1 - count / most


class FakeTrainer:
    def __init__(self) -> None:
        self.args = SimpleNamespace(max_steps=8, eval_on_start=True, world_size=1)
        self.state = SimpleNamespace(global_step=8, best_global_step=4, best_metric=1.0)
        self.accelerator = SimpleNamespace(wait_for_everyone=lambda: None)
        self.model, self.tokens, self.done = None, 0, []

    def train(self, resume_from_checkpoint=None):
        self.done.append(("train", resume_from_checkpoint))

    def take_up(self, checkpoint):
        self.done.append(("take up", str(checkpoint)))


@pytest.mark.parametrize(("step", "done"), [(4, "train"), (8, "take up")])
def test_a_run_that_had_made_all_of_its_steps_is_not_trained_beyond_them(monkeypatch, tmp_path, step, done):
    from components.training.program import model_builder

    folder = make_run(tmp_path, tmp_path / "base", TrainingSettings(evaluate_rows=2))
    checkpoint = folder.checkpoints / f"checkpoint-{step}"
    checkpoint.mkdir(parents=True)
    (checkpoint / COMPLETE).touch()
    made, looked_at = FakeTrainer(), []
    held = [Example([number, 0], [number, 0], number) for number in range(8)]
    shortened = Shortened(8, 0, 0)

    def make(plan, folder, model, tokenizer, train, valid, callbacks):
        looked_at.extend(one.row for one in valid)
        return made

    monkeypatch.setattr(train, "_prepare", lambda *_: (None, held, held, False, [shortened, shortened]))
    monkeypatch.setattr(train, "_samples", lambda *_: list)
    monkeypatch.setattr(train, "save", lambda *_: None)
    monkeypatch.setattr(model_builder, "build", lambda plan: None)
    monkeypatch.setattr(model_builder, "trainable", lambda model: (1, 2))
    monkeypatch.setattr(trainer, "make_trainer", make)
    train.train(folder.plan(), folder)
    assert made.done == [(done, str(checkpoint))]
    assert looked_at == [0, 4]
    assert folder.log().read()[-1]["kind"] == "end"


@pytest.mark.parametrize("kept", [True, False])
def test_a_run_that_is_taken_up_has_its_best_weights_wherever_it_lies_now(tmp_path, kept):
    last, best = tmp_path / "checkpoint-8", tmp_path / "checkpoint-4"
    last.mkdir()
    if kept:
        best.mkdir()
    state = {"global_step": 8, "best_model_checkpoint": "/elsewhere/checkpoint-4", "log_history": []}
    (last / "trainer_state.json").write_text(json.dumps(state))
    loaded = []
    fake = SimpleNamespace(_load_from_checkpoint=loaded.append)
    trainer.RunTrainer.take_up(fake, last)
    assert (loaded, fake.state.global_step) == ([str(best if kept else last)], 8)


def watch(tmp_path, skipped: bool) -> Watch:
    made = Watch(RunFolder(tmp_path), TrainingSettings(), list)
    made.trainer = SimpleNamespace(accelerator=SimpleNamespace(optimizer_step_was_skipped=skipped), tokens=0)
    return made


def log(made: Watch, step: int, norm: float) -> None:
    state = SimpleNamespace(global_step=step, max_steps=50, epoch=0.1, is_world_process_zero=True)
    args = SimpleNamespace(world_size=1, eval_steps=10)
    made.on_log(args, state, None, logs={"loss": 2.0, "grad_norm": norm, "learning_rate": 0.1})


@pytest.fixture(autouse=True)
def signals():
    handler = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, handler)


@pytest.mark.parametrize("norm", [float("inf"), float("nan")])
def test_float16_may_look_for_its_scale_without_losing_the_run(tmp_path, norm):
    made = watch(tmp_path, skipped=True)
    for step in range(1, SKIPPED + 1):
        log(made, step, norm)
    log(made, SKIPPED + 1, 1.5)
    log(made, SKIPPED + 2, norm)  # counted again
    norms = [event["norm"] for event in made._log.read()]
    assert norms == [None] * SKIPPED + [1.5, None]


def test_a_gradient_that_is_no_number_ends_the_run_where_the_weights_took_it(tmp_path):
    with pytest.raises(NotANumber):
        log(watch(tmp_path, skipped=False), 1, float("nan"))
    made = watch(tmp_path, skipped=True)
    for step in range(1, SKIPPED + 1):
        log(made, step, float("inf"))
    with pytest.raises(NotANumber):
        log(made, SKIPPED + 1, float("inf"))
