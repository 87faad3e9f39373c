"""Training on pairs: the reference is the adapter off, the figures are of all pairs, stop and resume go on."""

import json
import random
from dataclasses import replace

import pytest
import torch

from components.errors import BadInput
from components.training.folder import RunFolder
from components.training.hyperparameters import TrainingSettings
from components.training.program import examination, preference, train
from components.training.program.model_builder import load_base
from components.training.program.tokenizer import load_tokenizer
from components.training.program.train import try_out
from tests.unit.training.making import make_run
from tests.unit.training.program.making import last, one_thread  # noqa: F401

QUICK = TrainingSettings(batch=8, accumulation=1, epochs=3, evaluate_every=6, patience=0, learning_rate=5e-3)


def pairs(count: int = 60, shuffled: bool = False):
    chance = random.Random(0)
    rows = []
    for number in range(count):
        better, worse = f"It is {number}, thank you.", f"{number}!"
        if shuffled and chance.random() < 0.5:
            better, worse = worse, better
        turns = [{"role": "user", "content": f"Which number is {number}?"}]
        rows.append({"messages": turns, "chosen": better, "rejected": worse})
    return rows


def run(tiny_models, path, settings=QUICK, shuffled: bool = False) -> RunFolder:
    folder = make_run(path, tiny_models / "tiny-chat", settings, pairs(shuffled=shuffled), held_out=20)
    folder.write_plan(replace(folder.plan(), kind="preference"))
    return folder


def test_a_pair_is_the_same_prompt_with_two_answers_and_each_ends(tiny_models):
    tokenizer = load_tokenizer(tiny_models / "tiny-chat")
    (pair,) = preference.pairs_of(pairs(1), tokenizer, 128)
    chosen, rejected = (tokenizer.decode(one) for one in (pair.chosen_ids, pair.rejected_ids))
    assert chosen.startswith("It is 0, thank you.")
    assert rejected.startswith("0!")
    assert chosen != "It is 0, thank you." or tokenizer.eos_token not in tokenizer.decode(pair.prompt_ids)
    assert preference.pairs_of(pairs(1), tokenizer, len(pair.prompt_ids)) == []


def test_preference_learns_and_says_so_and_a_stopped_run_goes_on(tiny_models, tmp_path):
    folder = run(tiny_models, tmp_path / "run")
    try_out(folder.plan(), folder)
    assert last(folder, "trial")["per_token"] >= 0
    folder.ask("stop")
    train.train(folder.plan(), folder)
    assert last(folder, "end")["why"] == "stop"
    folder.unask()
    train.train(folder.plan(), folder)
    assert last(folder, "end")["why"] == "done"
    assert last(folder, "resume")["step"] == 1
    looks = [event for event in folder.log().read() if event["kind"] == "evaluation"]
    assert (looks[0]["margin"], looks[0]["drift"]) == (0.0, 0.0)
    assert looks[-1]["accuracy"] > 0.9
    assert looks[-1]["drift"] > 0
    assert last(folder, "step")["margin"] > 0
    assert set(json.loads((folder.adapter / "adapter_config.json").read_text())) >= {"r", "lora_alpha"}
    examination.report(folder.plan(), folder)
    assert folder.report is not None
    assert folder.report["verdict"] == "better", str(folder.report["sentence"])
    assert folder.report["preference"]["moved"]["low"] > 0.5


def test_shuffled_preference_is_not_better(tiny_models, tmp_path):
    folder = run(tiny_models, tmp_path / "run", shuffled=True)
    train.train(folder.plan(), folder)
    examination.report(folder.plan(), folder)
    assert folder.report is not None
    assert folder.report["verdict"] == "not better", str(folder.report["sentence"])


def test_the_reward_is_the_same_as_trls_own(tiny_models, tmp_path):
    folder = run(tiny_models, tmp_path / "run", replace(QUICK, max_steps=2))
    trainer, found, _ = preference.make(folder.plan(), folder)
    model = trainer.accelerator.unwrap_model(trainer.model)
    batch = preference.Feeder(found.tokenizer.pad_token_id)(found.valid[:4])
    mine = preference.answer_logps(load_base(folder.plan()).eval(), batch).sum(dim=1)
    with torch.no_grad():
        theirs = torch.cat(trainer.compute_ref_log_probs(model.eval(), batch))
    assert torch.allclose(mine, theirs, atol=1e-3)


def test_an_encoder_decoder_model_is_refused(tiny_models, tmp_path, monkeypatch):
    folder = run(tiny_models, tmp_path / "run")
    monkeypatch.setattr(preference, "is_seq2seq", lambda path: True)
    with pytest.raises(BadInput, match="encoder-decoder"):
        preference.prepare(folder.plan(), folder)
