"""The training program on small models: every method, stop and resume, SIGKILL, NaN, two processes."""

import json
import os
import shutil
import signal
import subprocess
import time
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from components.config import ROOT
from components.errors import AppError, Unavailable
from components.messages import from_json
from components.training.folder import COMPLETE, RunFolder
from components.training.hyperparameters import TrainingSettings
from components.training.launcher import (
    ENVIRONMENT,
    ProgramLauncher,
    accelerate_config,
    command,
    to_yaml,
)
from components.training.program import model_builder, train
from tests.unit.training.making import losses, make_run
from tests.unit.training.program.making import last, one_thread  # noqa: F401

QUICK = TrainingSettings(batch=4, accumulation=1, epochs=2, evaluate_every=4, patience=0, learning_rate=5e-3)


def trained(folder: RunFolder) -> RunFolder:
    train.train(folder.plan(), folder)
    return folder


@pytest.mark.parametrize("method", ["lora", "full", "freeze"])
def test_each_method_learns_and_saves_what_it_learned(tiny_models, tmp_path, method):
    settings = replace(QUICK, method=method, last_layers=2, packing=method == "full")
    folder = trained(make_run(tmp_path / "run", tiny_models / "tiny-chat", settings))
    found = losses(folder)
    assert min(found.values()) < found[0]
    assert last(folder, "end")["why"] == "done"
    assert folder.result == (folder.adapter if method == "lora" else folder.model)
    names = {path.suffix for path in folder.result.iterdir()}
    assert ".safetensors" in names
    assert not names & {".bin", ".pt", ".pkl"}
    assert last(folder, "samples")["samples"][0]["prompt"].startswith("What is")
    assert next((folder.path / "tensorboard").glob("events.*"))


def test_lora_is_on_every_linear_layer_except_the_head(tiny_models, tmp_path):
    folder = make_run(tmp_path / "run", tiny_models / "tiny-chat", QUICK)
    model = model_builder.build(folder.plan())
    adapted = {
        name.rsplit(".lora_A", 1)[0].rsplit(".", 1)[-1]
        for name, _ in model.named_parameters()
        if "lora_A" in name
    }
    assert adapted == {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}


def test_gradual_unfreezing_begins_with_the_last_layer():
    settings = TrainingSettings(method="freeze", last_layers=4)
    counts = [model_builder.unfrozen_at(settings, step, 80) for step in (0, 9, 10, 20, 30, 79)]
    assert counts == [1, 1, 2, 3, 4, 4]
    assert model_builder.unfrozen_at(replace(settings, gradual=False), 0, 80) == 4


def test_stop_writes_a_checkpoint_and_resume_gives_what_an_uninterrupted_run_gives(tiny_models, tmp_path):
    base = tiny_models / "tiny-chat"
    settings = replace(QUICK, dropout=0.2)
    whole = trained(make_run(tmp_path / "whole", base, settings))
    folder = make_run(tmp_path / "stopped", base, settings)
    folder.ask("stop")
    trained(folder)
    assert last(folder, "end") | {"why": "stop", "step": 1} == last(folder, "end")
    assert folder.result is None
    folder.unask()
    trained(folder)
    assert [e["step"] for e in folder.log().read() if e["kind"] == "step"] == list(range(1, 17))
    assert losses(folder) == pytest.approx(losses(whole), rel=1e-5)
    both = [[e["loss"] for e in f.log().read() if e["kind"] == "step"] for f in (folder, whole)]
    assert both[0] == pytest.approx(both[1], rel=1e-5)


@pytest.mark.parametrize("best", [16, 12])
def test_a_run_killed_after_its_last_step_has_its_best_weights_after_resume(tiny_models, tmp_path, best):
    folder = trained(make_run(tmp_path / "run", tiny_models / "tiny-chat", QUICK))
    seen = losses(folder)
    shutil.rmtree(folder.adapter)  # as if the program had ended before it wrote that
    state = folder.checkpoints / "checkpoint-16" / "trainer_state.json"
    told = json.loads(state.read_text()) | {"best_model_checkpoint": f"/moved/checkpoint-{best}"}
    state.write_text(json.dumps(told))
    trained(folder)
    wanted, saved = (
        load_file(path / "adapter_model.safetensors")
        for path in (folder.checkpoints / f"checkpoint-{best}", folder.adapter)
    )
    assert wanted.keys() == saved.keys()
    assert all(torch.equal(wanted[name], saved[name]) for name in wanted)
    assert losses(folder) == seen


def test_finish_takes_what_there_is(tiny_models, tmp_path):
    folder = make_run(tmp_path / "run", tiny_models / "tiny-chat", QUICK)
    folder.ask("finish")
    trained(folder)
    assert last(folder, "end")["why"] == "finish"
    assert folder.result == folder.adapter


def test_a_checkpoint_that_was_cut_off_is_not_resumed_from(tmp_path):
    folder = RunFolder(tmp_path)
    for step, whole in ((4, True), (8, True), (12, False)):
        (folder.checkpoints / f"checkpoint-{step}").mkdir(parents=True)
        if whole:
            (folder.checkpoints / f"checkpoint-{step}" / COMPLETE).touch()
    assert folder.last_checkpoint() == folder.checkpoints / "checkpoint-8"


@pytest.mark.slow
def test_a_disk_that_is_full_at_a_checkpoint_stops_the_run_with_a_sentence_and_resume_goes_on(
    tiny_models, tmp_path
):
    whole = trained(make_run(tmp_path / "whole", tiny_models / "tiny-chat", QUICK))
    folder = make_run(tmp_path / "run", tiny_models / "tiny-chat", QUICK)
    full = folder.checkpoints / "checkpoint-8" / "optimizer.pt"
    full.parent.mkdir(parents=True)
    full.symlink_to("/dev/full")  # the system refuses every byte, as on a full disk
    assert train.reporting(folder, 0, train.train) == 1
    assert "The disk is full" in str(from_json(last(folder, "error")["text"]))
    assert folder.last_checkpoint() == folder.checkpoints / "checkpoint-4"
    full.unlink()
    trained(folder)
    assert last(folder, "end")["why"] == "done"
    assert losses(folder) == pytest.approx(losses(whole), rel=1e-5)


def test_a_loss_that_is_not_a_number_stops_the_run_and_keeps_the_last_good_checkpoint(
    tiny_models, tmp_path, monkeypatch
):
    from components.training.program.trainer import RunTrainer

    folder = make_run(tmp_path / "run", tiny_models / "tiny-chat", QUICK)
    plain = RunTrainer.compute_loss

    def compute(self, *given, **more):
        loss = plain(self, *given, **more)
        return loss * float("nan") if self.state.global_step == 6 else loss

    monkeypatch.setattr(RunTrainer, "compute_loss", compute)
    with pytest.raises(AppError, match="not a number any more at step 7"):
        trained(folder)
    checkpoint = folder.last_checkpoint()
    assert checkpoint is not None
    assert checkpoint.name == "checkpoint-4"
    from safetensors.torch import load_file

    weights = load_file(checkpoint / "adapter_model.safetensors")
    assert all(torch.isfinite(weight).all() for weight in weights.values())


def test_early_stopping_ends_a_run_that_gets_worse(tiny_models, tmp_path):
    settings = replace(QUICK, learning_rate=0.9, epochs=20, patience=2, clip=0, warmup=0)
    folder = trained(make_run(tmp_path / "run", tiny_models / "tiny-chat", settings))
    end = last(folder, "end")
    assert end["why"] == "early"
    assert end["step"] < 160


def test_an_encoder_decoder_model_learns(tmp_path):
    from tests.tiny_translation import make_t5

    base = make_t5(tmp_path / "t5")
    rows = [{"source": f"the house number {i}", "target": f"a casa {i}"} for i in range(40)]
    folder = trained(make_run(tmp_path / "run", base, QUICK, rows))
    found = losses(folder)
    assert min(found.values()) < found[0]
    assert folder.result == folder.adapter


def test_bfloat16_gives_the_same_curve_as_float32(tiny_models, tmp_path):
    curves = []
    for precision in ("float32", "bfloat16"):
        folder = make_run(tmp_path / precision, tiny_models / "tiny-chat", QUICK, precision=precision)
        curves.append(losses(trained(folder)))
    assert curves[0] == pytest.approx(curves[1], rel=0.02)


def test_packed_rows_do_not_see_each_other(tiny_models, tmp_path):
    from components.training.program.batches import Collator, Example, pack

    model = model_builder.load_base(
        make_run(tmp_path / "run", tiny_models / "tiny-chat", QUICK).plan()
    ).eval()
    rows = [Example(list(range(10, 22)), list(range(10, 22))), Example([30, 31, 32, 33], [30, 31, 32, 33])]
    packed = pack(rows, 32)
    assert len(packed) == 1
    with torch.no_grad():
        both = model(**{k: v for k, v in Collator(0, False, True)(packed).items() if k != "labels"}).logits
        alone = [
            model(**{k: v for k, v in Collator(0, False)([row]).items() if k != "labels"}).logits
            for row in rows
        ]
    assert torch.allclose(both[0, :12], alone[0][0], atol=1e-5)
    assert torch.allclose(both[0, 12:], alone[1][0], atol=1e-5)


def launch(folder: RunFolder) -> subprocess.Popen:
    config = folder.path / "accelerate.yaml"
    config.write_text(to_yaml(accelerate_config(folder.plan())), "utf-8")
    return subprocess.Popen(
        [*command(folder, "train", config), "--nice", "0"],
        cwd=ROOT,
        env=os.environ | ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@pytest.mark.slow
def test_a_run_killed_half_way_resumes_to_the_same_loss(tiny_models, tmp_path):
    base, settings = tiny_models / "tiny-chat", replace(QUICK, epochs=12, dropout=0.1)
    whole = trained(make_run(tmp_path / "whole", base, settings))
    folder = make_run(tmp_path / "killed", base, settings)
    process = launch(folder)
    deadline = time.monotonic() + 120
    while not any(e["kind"] == "step" and e["step"] >= 40 for e in folder.log().read()):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert folder.result is None
    assert folder.last_checkpoint() is not None
    trained(folder)
    last_step = max(losses(whole))
    assert losses(folder)[last_step] == pytest.approx(losses(whole)[last_step], rel=0.01)
    assert last(folder, "end")["best_loss"] == pytest.approx(last(whole, "end")["best_loss"], rel=0.01)


@pytest.mark.slow
def test_two_processes_under_accelerate_launch(tiny_models, tmp_path):
    settings = replace(QUICK, batch=2, epochs=1)
    folder = make_run(tmp_path / "run", tiny_models / "tiny-chat", settings, processes=2)
    assert launch(folder).wait(150) == 0
    assert last(folder, "end")["why"] == "done"
    start = last(folder, "start")
    assert start["steps"] == 8  # 32 rows in batches of 2 for each of two processes
    assert losses(folder)[8] < losses(folder)[0]
    alone = trained(make_run(tmp_path / "alone", tiny_models / "tiny-chat", replace(settings, batch=4)))
    assert losses(folder)[8] == pytest.approx(losses(alone)[8], rel=0.05)


def test_the_launcher_finds_its_process_again_and_ends_it(tiny_models, tmp_path):
    settings = replace(QUICK, epochs=1000)
    folder = make_run(tmp_path / "run", tiny_models / "tiny-chat", settings)
    launcher = ProgramLauncher()
    process = launcher.start(folder, "train")
    found = launcher.find(folder)
    assert found is not None
    assert found.memory() > 0
    found.kill()
    assert process.returncode() is not None
    assert launcher.find(folder) is None


def test_qloras_command_line_and_config_are_right_without_a_card(tiny_models, tmp_path):
    settings = replace(QUICK, method="qlora")
    folder = make_run(
        tmp_path / "run",
        tiny_models / "tiny-chat",
        settings,
        device="cuda",
        precision="bfloat16",
        processes=2,
    )
    plan = folder.plan()
    config = accelerate_config(plan)
    assert (config["distributed_type"], config["num_processes"], config["use_cpu"]) == ("MULTI_GPU", 2, False)
    assert command(folder, "train", tmp_path / "c.yaml")[1:5] == [
        "-m",
        "accelerate.commands.launch",
        "--config_file",
        str(tmp_path / "c.yaml"),
    ]
    with pytest.raises(Unavailable, match="NVIDIA"):
        model_builder.four_bits(replace(plan, device="cpu"))
    pytest.importorskip("bitsandbytes", reason="QLoRA's config needs bitsandbytes")
    assert model_builder.four_bits(plan).bnb_4bit_quant_type == "nf4"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="QLoRA and several GPUs need CUDA")
@pytest.mark.parametrize("method", ["qlora", "lora"])
def test_training_on_cards(tiny_models, tmp_path, method):
    if method == "qlora":
        pytest.importorskip("bitsandbytes")
    folder = make_run(
        tmp_path / "run", tiny_models / "tiny-chat", replace(QUICK, method=method), device="cuda",
        precision="bfloat16", processes=torch.cuda.device_count(),
    )  # fmt: skip
    assert launch(folder).wait(300) == 0
    assert min(losses(folder).values()) < losses(folder)[0]


def test_the_report_compares_base_and_tuned(tiny_models, tmp_path):
    from components.training.program.examination import examine

    folder = trained(make_run(tmp_path / "run", tiny_models / "tiny-chat", replace(QUICK, epochs=4)))
    report = json.loads(json.dumps(examine(folder.plan(), folder)))
    assert report["base"]["loss"] == pytest.approx(losses(folder)[0], rel=1e-3)
    assert report["tuned"]["loss"] == pytest.approx(min(losses(folder).values()), rel=1e-3)
    assert report["verdict"] == "not better"  # nonsense words: it can't know which answer belongs to which
    assert len(report["answers"]) == 8
    assert report["general"]["base"] > 0
    assert [one["name"] for one in report["baselines"]] == ["shown", "nearest", "frequent"]
