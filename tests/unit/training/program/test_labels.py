"""An encoder learns labels: stopped and resumed, compared with the other ways, kept as a classifier."""

from dataclasses import replace

import numpy as np
import pytest

from components.models.catalog import local_models
from components.tasks.classify import tuning
from components.tasks.classify.classifier import judge
from components.training.folder import RunFolder
from components.training.hyperparameters import TrainingSettings
from components.training.label_rows import KIND, LabelFacts, OtherWay
from components.training.program import examination, label_report, train
from components.training.run_records import Run
from tests.unit.training.making import make_run
from tests.unit.training.program.encoder import WORDS, make_encoder, rows
from tests.unit.training.program.making import last, one_thread  # noqa: F401

QUICK = TrainingSettings(
    method="full", batch=16, accumulation=1, epochs=3, evaluate_every=5, patience=0, learning_rate=5e-3
)


def a_run(tmp_path, several: bool = False) -> RunFolder:
    every = rows(160, several)
    folder = make_run(tmp_path / "run", make_encoder(tmp_path / "bert"), QUICK, every, held_out=60)
    wrong = tuple((0,) for _ in range(60))
    facts = LabelFacts(tuple(WORDS), ("", "", ""), several, (OtherWay("examples", wrong, 1.0),))
    folder.write_plan(replace(folder.plan(), kind=KIND, options={KIND: facts.to_json()}))
    return folder


def test_a_run_on_labels_is_tried_stopped_resumed_compared_and_becomes_a_classifier(tmp_path):
    folder = a_run(tmp_path)
    train.try_out(folder.plan(), folder)
    assert last(folder, "trial")["rows"] == 90  # of 100; the others choose the best checkpoint
    folder.ask("stop")
    train.train(folder.plan(), folder)
    assert last(folder, "end")["why"] == "stop"
    assert folder.result is None
    folder.unask()
    train.train(folder.plan(), folder)
    assert last(folder, "end")["why"] == "done"
    assert last(folder, "resume")["step"] == 1
    steps = [event["step"] for event in folder.log().read() if event["kind"] == "step"]
    assert steps == list(range(1, 19))
    examination.report(folder.plan(), folder)
    report = folder.report
    assert report["verdict"] == "better"
    assert report["labels"]["worth"] == "tuned"
    assert [one["name"] for one in report["labels"]["ways"]] == ["examples", "tuned"]
    assert report["labels"]["ways"][1]["accuracy"]["value"] > 0.9
    run = Run("id", "ada", "Mine", "done", "b", "d", QUICK, {}, "", "train", "tuned-1", 0.0, 0.0)
    classifier, measured, held = tuning.result_of(run, folder)
    assert measured.accuracy.value == pytest.approx(report["labels"]["ways"][1]["accuracy"]["value"])
    assert len(held.rows) == 60
    head = classifier.heads["tuned-1"]
    scores = label_report.scores_of(folder, [row.text for row in held.rows])
    assert scores.shape == (60, 3)
    assert head.weights.shape == (3, 16)
    vectors = np.linalg.lstsq(head.weights, (scores - head.bias).T, rcond=None)[
        0
    ].T  # these give those scores
    found = [one.label for one in judge(classifier, "tuned-1", vectors.astype(np.float32))]
    own = [row.labels[0] for row in held.rows]
    assert np.mean([a == b for a, b in zip(found, own, strict=True)]) == pytest.approx(
        measured.accuracy.value
    )


def test_texts_with_several_labels_are_learned_and_the_last_checkpoint_can_be_taken(tmp_path):
    folder = a_run(tmp_path, several=True)
    folder.ask("stop")
    train.train(folder.plan(), folder)
    folder.take_checkpoint()
    assert folder.result == folder.model
    examination.report(folder.plan(), folder)
    assert folder.report["labels"]["ways"][-1]["accuracy"]["value"] > 0.5


def test_a_folder_with_an_encoder_is_one_that_can_be_tuned_and_embeds(tmp_path):
    make_encoder(tmp_path / "my-bert")
    [spec] = local_models(tmp_path)
    assert (spec.task, spec.refusal) == ("embed", "")
