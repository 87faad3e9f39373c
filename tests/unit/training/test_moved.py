"""A run that was restored on another machine, and a log with anything in it."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from components.config import Config
from components.errors import BadInput, Busy
from components.models.adapters import AdapterFolder
from components.models.catalog import Catalog, ModelSpec
from components.store import Store
from components.training.folder import COMPLETE, Log
from components.training.hyperparameters import TrainingSettings
from components.training.run_plan import base_digest
from components.training.run_records import Records
from components.training.runs import TrainingRuns
from tests.unit.training.making import make_run


def base(folder: Path, weights: bytes = b"weights") -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(weights)
    return folder


@pytest.fixture
def here(tmp_path: Path):
    """Runs on a machine where the base model is in a folder called here."""
    config = Config(data_dir=tmp_path / "data")
    store = Store.from_config(config)
    catalog = Catalog(None, (ModelSpec("tiny", "Tiny", "chat", "local", "tiny", 0, 512, "MIT"),))
    place = base(tmp_path / "here")
    yield TrainingRuns(
        Records(store),
        SimpleNamespace(catalog=catalog),  # type: ignore[arg-type]
        AdapterFolder(tmp_path / "adapters"),
        config,
        SimpleNamespace(),  # type: ignore[arg-type]
        lambda spec: place,
    )
    store.close()


def restored(here: TrainingRuns, tmp_path: Path, digest: str) -> str:
    run_id = here.records.create("ada", "Sums", "tiny", "sums", TrainingSettings())
    folder = here.folder(run_id)
    make_run(folder.path, tmp_path / "there", TrainingSettings())
    folder.write_plan(replace(folder.plan(), base_digest=digest))
    here.records.update(run_id, state="stopped")
    return run_id


def test_a_restored_run_goes_on_with_the_base_of_this_machine(here, tmp_path):
    run_id = restored(here, tmp_path, base_digest(tmp_path / "here"))
    here.resume(run_id)
    assert here.folder(run_id).plan().base_folder == str(tmp_path / "here")
    assert here.records.get(run_id).state == "queued"


def test_a_restored_run_never_goes_on_with_another_base(here, tmp_path):
    run_id = restored(here, tmp_path, base_digest(base(tmp_path / "other", b"others")))
    for action in (here.resume, here.evaluate, here.with_base):
        with pytest.raises(BadInput, match="isn't the one"):
            action(run_id)
    assert here.records.get(run_id).state == "stopped"


def test_what_a_failed_run_has_learned_can_be_taken(here, tmp_path):
    run_id = restored(here, tmp_path, "")
    folder = here.folder(run_id)
    with pytest.raises(BadInput, match="no whole checkpoint"):
        here.take(run_id)
    for step in (4, 8, 12):
        checkpoint = folder.checkpoints / f"checkpoint-{step}"
        checkpoint.mkdir(parents=True)
        (checkpoint / "adapter_config.json").write_text('{"r": 8, "base_model_name_or_path": "/there/x"}')
        for name in (
            "adapter_model.safetensors",
            "tokenizer.json",
            "optimizer.pt",
            "rng_state.pth",
            "training_args.bin",
        ):
            (checkpoint / name).write_text(str(step))
        if step < 12:  # the last one was cut off
            (checkpoint / COMPLETE).touch()
    here.take(run_id)
    run = here.records.get(run_id)
    assert (run.state, run.work) == ("queued", "evaluate")
    kept = here._adapters.get(run.tuned_id).folder
    assert (kept / "adapter_model.safetensors").read_text() == "8"
    assert '"base_model_name_or_path": "tiny"' in (kept / "adapter_config.json").read_text()
    made = sorted(path.name for path in folder.adapter.iterdir())
    assert made == ["adapter_config.json", "adapter_model.safetensors"]
    with pytest.raises(Busy):
        here.take(run_id)


def test_no_event_vanishes_from_the_log_for_what_is_said_in_it(tmp_path):
    log = Log(tmp_path / "events.jsonl")
    said = ["one\u2028two", "three\u0085four", "five\x0bsix\x1cseven", "eight\r\nnine"]
    for step, text in enumerate(said):
        log.write("samples", step=step, samples=[{"prompt": "Hi", "text": text}])
    assert [event["samples"][0]["text"] for event in log.read()] == said
