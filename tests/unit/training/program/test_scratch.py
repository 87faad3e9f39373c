"""A model from nothing: its vocabulary loses no letter, a killed run goes on, what comes out is a model folder."""

import os
import subprocess
from dataclasses import replace

import pytest
import torch
from transformers import AutoModelForCausalLM

from components.config import ROOT, Config
from components.models.adapters import AdapterFolder
from components.models.catalog import tuned_models
from components.training.design import BASE, Design, dimensions, divided, settings_for, weights_of
from components.training.folder import RunFolder
from components.training.launcher import ENVIRONMENT, accelerate_config, command, to_yaml
from components.training.ngrams import NGrams, bits
from components.training.program import examination, scratch, scratch_report, scratch_text, train
from components.training.program.scratch_parts import encode, make_model, make_tokenizer
from components.training.run_plan import fill_from_nothing
from components.training.stories import stories
from tests.unit.training.program.making import last, one_thread  # noqa: F401


@pytest.fixture(autouse=True)
def short_samples(monkeypatch):
    monkeypatch.setattr(scratch, "SAMPLE_TOKENS", 10)
    monkeypatch.setattr(scratch_report, "TOKENS", 10)


SMALL = Design(parameters=200_000)
TEXT = stories(120)


def run(path, about: Design = SMALL, steps: int = 30, text: str = TEXT, **more) -> RunFolder:
    folder = RunFolder(path)
    path.mkdir(parents=True)
    settings = settings_for(about, steps)
    values = {"batch": 8, "length": 32, "evaluate_every": 10} | more
    fill_from_nothing(
        folder, divided(text), about, "Little", "stories", replace(settings, **values), Config()
    )
    return folder


@pytest.mark.parametrize(
    "text", [TEXT, "西游记。第一回 灵根育孕源流出\n诗曰:\n混沌未分天地乱,茫茫渺渺无人见。\n" * 60]
)
@pytest.mark.parametrize("about", [Design(), Design(vocabulary="bpe", pieces=400)], ids=["characters", "bpe"])
def test_a_vocabulary_loses_no_letter_space_or_line_end(text, about):
    tokenizer = make_tokenizer(text, about)
    ids = encode(tokenizer, text)
    assert tokenizer.decode(ids) == text
    if about.vocabulary == "bpe":
        assert len(ids) < len(text)


@pytest.mark.parametrize("kind", ["gpt2", "llama", "lstm"])
@pytest.mark.parametrize("wanted", [200_000, 1_000_000, 5_000_000])
def test_a_model_has_about_as_many_weights_as_were_asked_for(kind, wanted):
    about = Design(kind=kind, parameters=wanted)
    size = dimensions(about, 80, 128)
    assert abs(weights_of(kind, size.layers, size.width, 80, 128) / wanted - 1) < 0.3
    if wanted < 1_000_000:
        made = sum(one.numel() for one in make_model(about, 80, 128, 0).parameters())
        assert abs(made / wanted - 1) < 0.35


def test_noise_becomes_words_and_the_result_is_a_model_that_others_can_load(tmp_path):
    folder = run(tmp_path / "run", steps=60)
    train.try_out(folder.plan(), folder)
    assert last(folder, "trial")["weights"] > 100_000
    train.train(folder.plan(), folder)
    looks = [event for event in folder.log().read() if event["kind"] == "evaluation"]
    assert looks[-1]["bits"] < 0.8 * looks[0]["bits"]
    assert set(last(folder, "baselines")["ngrams"]) == {"3", "5"}
    samples = [event["samples"][0] for event in folder.log().read() if event["kind"] == "samples"]
    assert all(one["text"].startswith("Once") for one in samples)
    assert (folder.result, last(folder, "end")["why"]) == (folder.model, "done")
    model = AutoModelForCausalLM.from_pretrained(folder.model)
    text = scratch_text.read(folder.plan(), folder)
    found = scratch_text.window_losses(model, text.valid_ids, 32)
    assert folder.report is not None
    loss = sum(nats for nats, _ in found) / len(text.valid)
    assert folder.report["scratch"]["mine"] == pytest.approx(loss, rel=0.02)
    examination.report(folder.plan(), folder)
    adapters = AdapterFolder(tmp_path / "adapters")
    adapters.add(folder.model, title="Little", owner="ann", base=BASE)
    (spec,) = tuned_models(adapters, [])
    assert (spec.title, spec.task, spec.owner, spec.context) == ("Little", "complete", "ann", 32)


def test_a_stopped_run_goes_on_as_if_it_had_never_stopped(tmp_path):
    whole, parted = run(tmp_path / "a"), run(tmp_path / "b")
    train.train(whole.plan(), whole)
    parted.ask("stop")
    train.train(parted.plan(), parted)
    assert last(parted, "end")["why"] == "stop"
    assert parted.result is None
    parted.unask()
    train.train(parted.plan(), parted)
    assert last(parted, "resume")["step"] == 1
    losses = [
        {event["step"]: event["loss"] for event in one.log().read() if event["kind"] == "evaluation"}
        for one in (whole, parted)
    ]
    assert losses[1][30] == pytest.approx(losses[0][30], abs=1e-4)


@pytest.mark.slow
def test_an_lstm_is_measured_too_and_is_a_model_that_others_can_load(tmp_path):
    folder = run(tmp_path / "run", Design(kind="lstm", parameters=200_000), steps=10)
    train.train(folder.plan(), folder)
    assert folder.result == folder.model
    assert AutoModelForCausalLM.from_pretrained(folder.model).config.model_type == "wordbench_lstm"
    assert folder.report is not None
    assert last(folder, "end")["why"] == "done"


def test_an_n_gram_predicts_better_with_longer_contexts_and_its_chances_are_chances():
    source, held = divided(TEXT)
    three, five = (bits(NGrams(source, order).losses(held), len(held)) for order in (3, 5))
    assert five < three < 4
    grams = NGrams("abcabc", 3)
    assert sum(grams._chance("ab", one) for one in "abc") == pytest.approx(1.0, abs=0.3)


def test_what_is_drawn_at_a_step_depends_on_the_step_alone(tmp_path):
    ids = torch.arange(1000)
    settings = settings_for(SMALL)
    one, other = scratch.batch_at(ids, settings, 5), scratch.batch_at(ids, settings, 5)
    assert torch.equal(one[0], other[0])
    assert torch.equal(one[0] + 1, one[1])
    assert not torch.equal(one[0], scratch.batch_at(ids, settings, 5, process=1)[0])


@pytest.mark.slow
def test_two_processes_train_one_model(tmp_path):
    folder = run(tmp_path / "run", steps=12)
    folder.write_plan(replace(folder.plan(), processes=2))
    config = folder.path / "accelerate.yaml"
    config.write_text(to_yaml(accelerate_config(folder.plan())))
    done = subprocess.run(
        command(folder, "train", config), cwd=ROOT, env=os.environ | ENVIRONMENT, timeout=300, check=False
    )
    assert done.returncode == 0
    assert folder.result == folder.model
    assert last(folder, "end")["tokens"] == 12 * 8 * 32 * 2
